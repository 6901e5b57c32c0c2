// A private line, on both its sides: shows what is said within seconds, and sends without leaving the page.
import { Regions } from "./live/regions.js";

const box = document.querySelector("[data-line]");
const care = box.closest("#care");
const EVERY = 3000;

class Line extends Regions {
  get address() {
    return box.dataset.line || location.href;
  }
}

// In the room everything is said in the one place that screen readers follow there.
const status = box.querySelector('[role="log"]') ? null : document.querySelector('#said[role="status"]');
const words = () => [...box.querySelectorAll('[data-region="line-said"] li')];
let heard = words().length;

function settled() {
  const said = words();
  if (status && said.length > heard && said.at(-1).querySelector("b")?.textContent !== "You") status.textContent = said.at(-1).textContent;
  heard = said.length;
}

const line = new Line(settled);
const isShown = () => !document.hidden && !care?.hidden;
setInterval(() => { if (isShown()) line.soon(0); }, EVERY);
document.addEventListener("visibilitychange", () => { if (isShown()) line.soon(0); });
document.addEventListener("line", () => line.soon(0));
if (care) new MutationObserver(() => line.soon(0)).observe(care, { attributeFilter: ["hidden"] });

// The person's own words: sent where they stand. Whatever goes wrong, the browser posts the form as ever.
box.addEventListener("submit", async (event) => {
  const form = event.target;
  const address = form.getAttribute("action"); // form.action is the field of that name on the helper's forms
  if (!address.startsWith("/help/line/")) return;
  event.preventDefault();
  const text = form.querySelector("[name=text]");
  if (!text.value.trim()) return;
  try {
    const answer = await fetch(address, { method: "POST", body: new FormData(form) });
    if (!answer.ok) throw new Error(String(answer.status));
    text.value = "";
    text.focus();
    line.soon(0);
  } catch {
    form.submit();
  }
});

// The helper's sentences go into the field, where they can be changed.
box.addEventListener("click", (event) => {
  const ready = event.target.closest("[data-ready]");
  const field = box.querySelector("textarea[name=text]");
  if (!ready || !field) return;
  event.preventDefault();
  field.value = [field.value, ready.textContent].filter(Boolean).join(" ");
  field.focus();
});
