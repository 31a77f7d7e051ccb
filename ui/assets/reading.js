// A mark shows its card while it is pointed at or focused, and on a touch screen when tapped; pressed, it opens the plan.
const cardOf = (mark) => {
  const name = [...mark.classList].find((part) => part.startsWith("to-"));
  return name && document.getElementById(`src-${name.slice(3)}`);
};
const hover = make("div", { id: "hover", role: "dialog", hidden: true });
hover.setAttribute("aria-label", "原文依据");
let hovered = null;

const hideCard = () => {
  hover.hidden = true;
  hovered?.removeAttribute("aria-describedby");
  hovered = null;
};

const showCard = (mark, sheet = false) => {
  const card = cardOf(mark);
  if (!card) return;
  const copyOf = card.cloneNode(true);
  copyOf.removeAttribute("id");
  find(".back", copyOf)?.remove();
  hover.replaceChildren(copyOf);
  if (sheet) hover.append(make("button", { type: "button", className: "close", textContent: say("关闭") }));
  hover.classList.toggle("sheet", sheet);
  hover.hidden = false;
  hovered = mark;
  mark.setAttribute("aria-describedby", "hover");
  if (sheet) {
    hover.removeAttribute("style");
    find(".open", hover)?.focus({ preventScroll: true });
    return;
  }
  const at = mark.getBoundingClientRect(), size = hover.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left - 24, innerWidth - size.width - 8));
  const above = at.top - size.height - 6;
  const top = above > 8 ? above : Math.min(at.bottom + 6, innerHeight - size.height - 8);
  hover.style.left = `${left}px`;
  hover.style.top = `${Math.max(8, top)}px`;
};

let leaving = null;
let pointer = [null, null];
const stay = () => clearTimeout(leaving);
// Only a pointer that moved points: a mark that scrolls beneath one at rest would cover what is about to be pressed.
document.addEventListener("pointermove", (event) => {
  const [x, y] = pointer;
  pointer = [event.clientX, event.clientY];
  if (event.pointerType === "touch" || (x === event.clientX && y === event.clientY)) return;
  const mark = event.target.closest(".mark-link");
  if (mark) { stay(); if (mark !== hovered || hover.hidden) showCard(mark); } else if (event.target.closest("#hover")) stay();
});
document.addEventListener("pointerout", (event) => {
  if (event.pointerType === "touch" || hover.classList.contains("sheet")) return;
  if (event.target.closest(".mark-link, #hover")) { stay(); leaving = setTimeout(hideCard, 250); }
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.(".mark-link:focus-visible")) showCard(event.target);
  else if (!hover.hidden && !event.target.closest("#hover") && !event.target.closest(".mark-link")) hideCard();
});

// ---- pages beside the conversation ----

const side = make("section", { id: "side", hidden: true });
let opener = null, shownAt = null, trail = [];

const closeSide = () => {
  side.hidden = true;
  shownAt = null;
  trail = [];
  if (opener?.isConnected) opener.focus({ preventScroll: true });
};

// Back to the page of the panel that led here, as it was left; out of the panel where none did.
const goBack = () => {
  const before = trail.pop();
  if (!before) return closeSide();
  const frame = find(".side-body", side);
  shownAt = before.address;
  frame.replaceChildren(before.main);
  frame.removeAttribute("aria-busy");
  frame.classList.remove("loading");
  frame.scrollTop = before.top;
  find(".side-alone", side).href = before.alone;
  before.link.focus({ preventScroll: true });
};

const withDesk = (address) => {
  const url = new URL(address, location.origin);
  url.searchParams.set("lang", document.documentElement.lang);
  if (["/overview", "/targets", "/compare"].includes(url.pathname) && desk()) url.searchParams.set("desk", desk());
  return url;
};

const openSide = async (address, from = null) => {
  hideCard();
  const frame = find(".side-body", side), alone = find(".side-alone", side);
  if (from && side.contains(from)) {
    trail.push({ address: shownAt, main: frame.firstElementChild, top: frame.scrollTop, link: from, alone: alone.href });
  } else if (from) {
    opener = from;
    trail = [];
  }
  shownAt = address;
  side.hidden = false;
  frame.setAttribute("aria-busy", "true");
  frame.classList.add("loading");
  const url = withDesk(address);
  let main;
  try {
    const reply = await fetch(url);
    const text = await reply.text();
    if (reply.ok) main = find("main", new DOMParser().parseFromString(text, "text/html"));
    else main = make("main", { className: "side-page" }, make("p", { className: "error", textContent: detail(text) }));
  } catch {
    main = make("main", { className: "side-page" }, make("p", { className: "error", textContent: say("连不上服务器，请稍后再试。") }));
  }
  if (shownAt !== address) return;
  fill(main);
  alone.href = url.pathname + url.search;
};

// What the server says of an error, whether as JSON or as text.
const detail = (text) => {
  try { return String(JSON.parse(text).detail); } catch { return text.slice(0, 300); }
};

const fill = (main) => {
  const frame = find(".side-body", side);
  frame.replaceChildren(main);
  frame.removeAttribute("aria-busy");
  frame.classList.remove("loading");
  const quote = find("#quote", frame);
  if (quote) {
    quote.scrollIntoView({ block: "center" });
    quote.focus({ preventScroll: true });
  } else {
    frame.scrollTop = 0;
    main.tabIndex = -1;
    main.focus({ preventScroll: true });
  }
  prepareTables(frame);
};

watchers.push(() => {
  const place = find("#desk");
  if (place && !side.isConnected) {
    side.setAttribute("aria-label", say("文件与列表"));
    side.replaceChildren(
      make("header", { className: "side-bar" },
        make("button", { type: "button", className: "side-close", textContent: say("← 返回") }),
        make("a", { className: "side-alone", target: "_blank", rel: "noopener", textContent: say("在新标签页打开") })),
      make("div", { className: "side-body" }));
    place.append(side);
    document.body.append(hover);
  }
  all('#chat [aria-label*="<div"]').forEach((message) => message.removeAttribute("aria-label"));
  all(".mark-link:not([aria-label])").forEach((mark) => mark.setAttribute("aria-label", `${say("核对来源")} ${mark.textContent}`));
});

const goTo = (goal) => {
  for (let fold = goal.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  goal.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "start" });
  goal.focus({ preventScroll: true });
};

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const mark = event.target.closest(".mark-link");
  if (mark) {
    event.preventDefault();
    event.stopPropagation();
    if (event.pointerType === "touch" && cardOf(mark)) showCard(mark, true);
    else openSide(mark.getAttribute("href"), mark);
    return;
  }
  if (event.target.closest(".side-close")) return goBack();
  if (event.target.closest("#hover .close")) return hideCard();
  const view = event.target.closest("a.view, a.open, a.about, .library a.title, #side a.to, #side td a, #side .own-file a");
  if (view) {
    event.preventDefault();
    event.stopPropagation();
    const from = hovered ?? view;
    openSide(view.classList.contains("own") ? `/own/${desk()}` : view.getAttribute("href"), from);
    return;
  }
  const link = event.target.closest('#side a[href^="#"], #sources a[href^="#"]');
  const goal = link && document.getElementById(link.getAttribute("href").slice(1));
  if (goal) {
    event.preventDefault();
    event.stopPropagation();
    goTo(goal);
    return;
  }
  const reference = event.target.closest(".reference");
  if (reference) return copy(referenceOf(reference.closest(".card")), say("已复制引用"));
  if (!hover.hidden && !event.target.closest("#hover")) hideCard();
}, true);

// 《title》（number，issuer，date），条款 address：“quote”（status）
const referenceOf = (card) => {
  const text = (selector) => find(selector, card)?.textContent.trim() ?? "";
  const title = [...find("h3", card).childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("").trim();
  const facts = all("dl div", card).slice(0, 3).map((row) => find("dd", row).textContent.trim());
  const address = find(".address", card).firstChild.data.trim();
  return `《${title}》（${facts.join("，")}），${address}：“${text("mark")}”（${text(".badge")}）`;
};

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (!hover.hidden) { const back = hovered; hideCard(); back?.focus(); } else if (!side.hidden) closeSide();
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("#side form");
  if (!form) return;
  event.preventDefault();
  const query = new URLSearchParams(new FormData(form));
  openSide(`${new URL(form.action).pathname}?${query}`);
});
document.addEventListener("change", (event) => {
  if (event.target.closest("#side form.pick")) event.target.form.requestSubmit();
});

// On a narrow screen, where the page itself scrolls, a new question must come into view.
let questions = 0;
watchers.push(() => {
  const shown = all("#chat .question");
  if (shown.length > questions && narrow()) shown.at(-1).scrollIntoView({ block: "start" });
  questions = shown.length;
});
