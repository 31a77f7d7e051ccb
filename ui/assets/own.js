// The reader's own files: one after the other, with progress, to this page's desk only.
const put = (file) => new Promise((done) => {
  const request = new XMLHttpRequest();
  const row = find("#side .uploading"), bar = find("progress", row), words = find("span", row);
  row.hidden = false;
  request.upload.addEventListener("progress", (event) => {
    const share = event.lengthComputable ? Math.round((100 * event.loaded) / event.total) : 0;
    bar.value = share;
    words.textContent = share < 100 ? `${file.name} ${share}%` : `${file.name} ${say("已上传，正在读条款…")}`;
  });
  request.addEventListener("loadend", () => done(request));
  request.open("PUT", `/own/${desk()}?name=${encodeURIComponent(file.name)}`);
  request.send(file);
});

const showOwn = (text) => {
  fill(find("main", new DOMParser().parseFromString(text, "text/html")));
  find("#look-again")?.click();
};

const putAll = async (files) => {
  const refused = [];
  let page = null;
  for (const file of files) {
    const request = await put(file);
    if (request.status === 200) page = request.responseText;
    else refused.push(request.status ? detail(request.responseText) : say("连不上服务器，请稍后再试。"));
  }
  if (page) showOwn(page);
  const row = find("#side .uploading");
  if (row) row.hidden = true;
  const box = find("#side .refused");
  if (box) box.replaceChildren(...refused.map((text) => make("p", { className: "error", textContent: text })));
};

document.addEventListener("change", (event) => {
  if (event.target.matches('#side .put input[type="file"]')) putAll([...event.target.files]);
});
document.addEventListener("click", async (event) => {
  const remove = event.target.closest("#side .remove");
  if (!remove) return;
  const reply = await fetch(`/own/${desk()}/${remove.value}`, { method: "DELETE" });
  if (reply.ok) showOwn(await reply.text());
  else tell(detail(await reply.text()));
});
document.addEventListener("dragover", (event) => { if (find("#side .put")) event.preventDefault(); });
document.addEventListener("drop", (event) => {
  if (!find("#side .put") || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  putAll([...event.dataTransfer.files]);
});
