document.documentElement.lang = "zh-CN";

// A mark leads to its card and a card back to its answer: unfold what hides the goal, show it, and move the focus there.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#src-"], a[href^="#turn-"]');
  const goal = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!goal) return;
  event.preventDefault();
  event.stopPropagation();
  for (let fold = goal.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  document.querySelectorAll(".cited").forEach((old) => old.classList.remove("cited"));
  goal.classList.add("cited");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  goal.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  goal.focus({ preventScroll: true });
}, true);

// Gradio labels each message with its HTML source, which a screen reader would read out; and on a narrow screen, where
// the page itself scrolls, a new question must come into view.
let asked = 0;
new MutationObserver(() => {
  document.querySelectorAll('#chat [aria-label*="<div"]').forEach((message) => message.removeAttribute("aria-label"));
  const questions = document.querySelectorAll("#chat .question");
  if (questions.length > asked && matchMedia("(max-width: 899px)").matches) {
    questions[questions.length - 1].scrollIntoView({ block: "start" });
  }
  asked = questions.length;
}).observe(document, { subtree: true, childList: true, attributeFilter: ["aria-label"] });
