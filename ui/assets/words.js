const say = (text, values = {}) => {
  const said = document.documentElement.lang === "en" ? english[text] ?? text : text;
  return said.replace(/\{(\w+)\}/g, (_, name) => values[name]);
};
const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const narrow = () => matchMedia("(max-width: 899px)").matches;
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const make = (tag, values = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), values);
  node.append(...children);
  return node;
};
// The desk that the server keeps for this page; null until it is known.
const desk = () => find('#sources [id^="at-"]')?.id.slice(3) || null;

// Gradio's own address carries the language; the browser's counts where it carries none.
const asked = new URLSearchParams(location.search).get("lang") || navigator.language || "zh-CN";
document.documentElement.lang = /^zh/i.test(asked) ? "zh-CN" : "en";

// What was just done is said, and read out by screen readers.
const told = make("p", { id: "told", role: "status" });
const tell = (text) => {
  told.textContent = text;
  told.classList.add("shown");
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => told.classList.remove("shown"), 2500);
};

const copy = async (text, done) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {  // pages over plain HTTP have no clipboard
    const area = make("textarea", { value: text, className: "unseen" });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  tell(done);
};

const save = (name, type, text) => {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

// Runs on every change of the page, once per frame.
const watchers = [];
let due = false;
new MutationObserver(() => {
  if (due) return;
  due = true;
  requestAnimationFrame(() => { due = false; watchers.forEach((look) => look()); });
}).observe(document, { subtree: true, childList: true });
watchers.push(() => { if (!told.isConnected && document.body) document.body.append(told); });
