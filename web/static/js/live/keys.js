// The desk by keyboard. A key presses the button that shows it, on the question with the ring around it. Single keys
// never act while somebody writes or chooses, and can be switched off.
const OFF = "evenside.keys.off";

export function watchKeys(desk) {
  const dialog = document.getElementById("keys");
  const on = document.getElementById("keys-on");
  const opener = document.getElementById("keys-open");
  remember(on, OFF);
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.key === "F9") press(event, desk.querySelector('[data-keyed="F9"]'));
    if (event.key === "Escape" && !dialog.open) leave(event);
    if (!on.checked || dialog.open || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (event.key === "?") dialog.showModal();
    else act(desk, event);
  });
  desk.addEventListener("focusin", (event) => ringAt(desk, event.target.closest("[data-item]")));
}

// A choice of this browser: on unless it was switched off.
export function remember(box, name) {
  box.checked = !localStorage.getItem(name);
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(name) : localStorage.setItem(name, "1")));
}

export function ringFirst(desk) {
  if (!desk.querySelector("[data-item][aria-current]")) items(desk)[0]?.setAttribute("aria-current", "true");
}

function act(desk, event) {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  if (key === "J" || key === "ArrowDown") return move(desk, 1, event);
  if (key === "K" || key === "ArrowUp") return move(desk, -1, event);
  if (key === "/") return search(event);
  if (key === "C" && desk.querySelector('.lane [data-keyed="C"]')) return press(event, desk.querySelector('.lane [data-keyed="C"]'));
  if (key === "N") return press(event, desk.querySelector('[data-keyed="N"]'));
  const here = items(desk).find((item) => item.hasAttribute("aria-current"));
  return here && key.length === 1 && key !== " " ? press(event, here.querySelector(`[data-keyed="${key}"]`)) : null;
}

function press(event, target) {
  if (!target || event.repeat) return;
  event.preventDefault();
  if (target.matches("details")) target.open = !target.open;
  else if (target.matches("button")) target.form.requestSubmit(target);
  else target.requestSubmit(target.querySelector("button"));
}

function search(event) {
  event.preventDefault();
  document.getElementById("words").focus();
}

// Esc: out of a form that is open in a card, or out of the search.
function leave(event) {
  event.target.closest("[data-work]")?.querySelector("[data-shut]")?.click();
  if (event.target.id === "words") event.target.blur();
}

function items(desk) {
  return [...desk.querySelectorAll("[data-item]")].filter((item) => item.offsetParent);
}

function move(desk, step, event) {
  const all = items(desk);
  const place = all.findIndex((item) => item.hasAttribute("aria-current"));
  const next = all[Math.min(all.length - 1, Math.max(0, place + step))];
  if (!next) return;
  event.preventDefault();
  ringAt(desk, next);
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function ringAt(desk, item) {
  if (!item || item.hasAttribute("aria-current")) return;
  for (const other of desk.querySelectorAll("[data-item][aria-current]")) other.removeAttribute("aria-current");
  item.setAttribute("aria-current", "true");
}

function isWriting(target) {
  return target.matches("input:not([type=checkbox]), textarea, select") || target.closest("[data-work], dialog, .desk-bar") !== null;
}
