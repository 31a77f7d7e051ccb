// Asks as the reader would: types the question and presses the button, with the turn that it is to replace, if any.
const type = (selector, text) => {
  const area = find(selector);
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, text);
  area.dispatchEvent(new Event("input", { bubbles: true }));
  return area;
};
const send = (text, replaces = "") => {
  if (!find("#ask")?.offsetParent) return;  // an answer is under way
  type("#replaces textarea", replaces);
  type("#question textarea", text);
  setTimeout(() => find("#ask").click(), 60);
};
const numberOf = (node) => node.closest(".answer").id.slice("turn-".length);
const questionOf = (number) => {
  const shown = document.getElementById(`question-${number}`);
  return [...(shown?.childNodes ?? [])].filter((node) => node.nodeName !== "SMALL").map((node) => node.nodeName === "BR" ? "\n" : node.textContent).join("").trim();
};

document.addEventListener("click", (event) => {
  const suggestion = event.target.closest(".suggestion");
  if (suggestion) return send(suggestion.textContent.trim());
  const shape = event.target.closest(".tool.shape");
  if (shape) return send(shape.title);
  const again = event.target.closest(".tool.again");
  if (again) return send(questionOf(numberOf(again)), numberOf(again));
  const edit = event.target.closest(".tool.edit");
  if (edit) {
    type("#replaces textarea", numberOf(edit));
    const area = type("#question textarea", questionOf(numberOf(edit)));
    area.focus();
    tell(say("改好后按“提问”，原来的回答会被换掉"));
    return;
  }
  if (event.target.closest(".view.language")) {
    const url = new URL(location.href);
    url.searchParams.set("lang", document.documentElement.lang === "en" ? "zh-CN" : "en");
    location.assign(url);
  }
});
