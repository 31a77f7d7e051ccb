// Conversations stay in this browser; what is copied says where it is from and that AI made it.
const STORE = "zhengda-conversations", MOST = 30, LONGEST = 4_000_000;
const remembered = () => {
  try {
    const list = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch { return []; }
};
const remember = (list) => {
  for (let kept = list.slice(0, MOST); ; kept = kept.slice(0, -1)) {
    const text = JSON.stringify(kept);
    try {
      if (text.length < LONGEST) { localStorage.setItem(STORE, text); return; }
    } catch { /* full, or forbidden by the browser */ }
    if (!kept.length) return;
  }
};

let current = null, keptTurns = "";
const keep = async () => {
  const reply = await fetch(`/conversation/${desk()}`);
  if (!reply.ok) return;
  const turns = await reply.json();
  if (!turns.length) return;
  current ??= `${Date.now()}`;
  const entry = { id: current, at: new Date().toISOString(), title: turns[0].question.slice(0, 60), turns };
  remember([entry, ...remembered().filter((one) => one.id !== current)]);
};
watchers.push(() => {
  const answers = all("#chat .answer");
  const state = `${desk()} ${answers.map((one) => `${one.id}${one.classList.contains("over")}${all(".sentence", one).length}`)}`;
  if (state === keptTurns) return;
  keptTurns = state;
  if (!answers.length) current = null;
  else if (desk() && answers.at(-1).classList.contains("over")) keep();
});

const openHistory = (from) => {
  const list = remembered();
  const rows = list.map((one) => make("li", { className: "past" },
    make("button", { type: "button", className: "past-open", value: one.id }, one.title || "…",
      make("small", { textContent: `${new Date(one.at).toLocaleString()} · ${say("{n} 问", { n: one.turns.length })}` })),
    make("button", { type: "button", className: "past-remove", value: one.id, textContent: say("删除") })));
  const main = make("main", { className: "side-page" }, make("h2", { textContent: say("历史对话") }),
    make("p", { className: "aside", textContent: say("只存在这台电脑的浏览器里，最多 {n} 段。", { n: MOST }) }));
  if (rows.length) main.append(make("ul", { className: "pasts" }, ...rows),
    make("p", {}, make("button", { type: "button", className: "past-clear", textContent: say("全部删除") })));
  else main.append(make("p", { textContent: say("还没有历史。") }));
  if (all("#chat .answer").length) {
    const token = desk();
    main.append(make("p", { className: "doings" }, `${say("本次对话：")}`,
      make("a", { className: "tool", href: `/take/${token}/all.docx`, download: "", textContent: "Word" }),
      make("a", { className: "tool", href: `/take/${token}/all.md`, download: "", textContent: "Markdown" })));
  }
  opener = from ?? opener;
  trail = [];
  shownAt = "history";
  side.hidden = false;
  find(".side-alone", side).removeAttribute("href");
  fill(main);
};

// A heading of an answer and an item of a list in a line of their own, a sentence behind the one before unless it begins a line.
const laidOut = (one) => {
  const text = [...one.childNodes].map((node) => (node.nodeName === "BR" ? "\n" : node.textContent)).join("").trim();
  if (one.matches(".frame")) return `\n\n${text}\n`;
  return one.matches(".item") ? `\n- ${text}` : one.matches(".line") ? `\n${text}` : text;
};

// The text of an answer as it is shown, its sources with their quotes, the day, and the notice that AI made it.
const textOf = (answer) => {
  const number = answer.id.slice("turn-".length);
  const lines = [questionOf(number), ""];
  lines.push(all(".frame, .sentence", answer).map(laidOut).join("").trim());
  all(".table table", answer).forEach((table) => lines.push(grid(table).map((row) => row.join("\t")).join("\n")));
  all(".refusal, .aside, .notice", answer).forEach((one) => lines.push(one.textContent.trim()));
  const cards = all(`#sources [id^="src-${number}-"]`);
  if (cards.length) lines.push("", ...cards.map((card) => `[${card.id.split("-").at(-1)}] ${referenceOf(card)}`));
  lines.push("", `${say("本内容由人工智能（政答）依据所列文件生成并逐句核对，请以原文为准。")}${new Date().toLocaleDateString()}`);
  return lines.filter((line, n) => line || lines[n - 1]).join("\n");
};

const tellOpinion = async (number, liked, reason, box) => {
  const reply = await fetch(`/feedback/${desk()}/${number}`, { method: "POST", body: JSON.stringify({ liked, reason }) });
  tell(reply.ok ? say("谢谢，已记下") : detail(await reply.text()));
  box?.remove();
};

document.addEventListener("click", async (event) => {
  const tool = event.target.closest(".tool");
  if (tool?.matches(".copy")) return copy(textOf(tool.closest(".answer")), say("已复制，含出处"));
  if (tool?.matches(".link")) {
    const url = new URL(location.pathname, location.origin);
    url.searchParams.set("q", questionOf(numberOf(tool)));
    return copy(url.href, say("链接已复制，打开即问同一个问题"));
  }
  if (tool?.matches(".like")) return tellOpinion(numberOf(tool), true, "", null);
  if (tool?.matches(".dislike")) {
    const answer = tool.closest(".answer");
    find(".opinion", answer)?.remove();
    const words = make("input", { type: "text", maxLength: 300, placeholder: say("补充一句（可不填）") });
    words.setAttribute("aria-label", say("补充一句（可不填）"));
    const box = make("div", { className: "opinion" }, make("p", { className: "small", textContent: say("哪里不好？") }),
      ...reasons.map((reason) => make("button", { type: "button", className: "tool", textContent: say(reason),
        onclick: () => tellOpinion(numberOf(tool), false, [reason, words.value.trim()].filter(Boolean).join("："), box) })), words);
    find(".tools", answer).after(box);
    find("button", box).focus();
    return;
  }
  const view = event.target.closest(".view.history");
  if (view) return openHistory(view);
  const open = event.target.closest(".past-open");
  if (open) {
    const past = remembered().find((one) => one.id === open.value);
    const reply = await fetch(`/conversation/${desk()}`, { method: "PUT", body: JSON.stringify(past.turns) });
    if (!reply.ok) return tell(detail(await reply.text()));
    current = past.id;
    find("#look-again").click();
    closeSide();
    return;
  }
  const remove = event.target.closest(".past-remove");
  if (remove) { remember(remembered().filter((one) => one.id !== remove.value)); return openHistory(); }
  if (event.target.closest(".past-clear")) { remember([]); openHistory(); }
});
