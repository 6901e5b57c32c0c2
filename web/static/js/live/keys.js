// The desk by keyboard. A key presses the button that shows it, on the question with the ring around it.
const OFF = "evenside.keys.off";

export function watchKeys(desk) {
  const dialog = document.getElementById("keys");
  const on = document.getElementById("keys-on");
  const opener = document.getElementById("keys-open");
  on.checked = !localStorage.getItem(OFF);
  on.addEventListener("change", () => (on.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.key === "F9") press(event, desk.querySelector('[data-keyed="F9"]'));
    if (!on.checked || dialog.open || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (event.key === "?") dialog.showModal();
    else act(desk, event);
  });
}

export function ringFirst(desk) {
  if (!desk.querySelector("[data-item][aria-current], [aria-current] [data-item]")) items(desk)[0]?.setAttribute("aria-current", "true");
}

function act(desk, event) {
  const key = event.key.toUpperCase();
  if (key === "J") return move(desk, 1);
  if (key === "K") return move(desk, -1);
  if (key === "C" && desk.querySelector('.lane [data-keyed="C"]')) return press(event, desk.querySelector('.lane [data-keyed="C"]'));
  const here = current(desk);
  return here && key.length === 1 ? press(event, here.querySelector(`[data-keyed="${key}"]`)) : null;
}

function press(event, target) {
  if (!target) return;
  event.preventDefault();
  if (target.matches("details")) unfold(target);
  else target.requestSubmit(target.querySelector("button"));
}

function unfold(details) {
  details.open = true;
  details.querySelector("select, textarea").focus();
}

function items(desk) {
  return [...desk.querySelectorAll("[data-item]")];
}

function current(desk) {
  return items(desk).find((item) => item.hasAttribute("aria-current"));
}

function move(desk, step) {
  const all = items(desk);
  const place = all.indexOf(current(desk));
  goTo(all[Math.min(all.length - 1, Math.max(0, place + step))], all);
}

function goTo(item, all) {
  if (!item) return;
  all.forEach((one) => one.removeAttribute("aria-current"));
  item.setAttribute("aria-current", "true");
  item.scrollIntoView({ block: "nearest" });
  item.querySelector("button")?.focus({ preventScroll: true });
}

function isWriting(target) {
  return target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
}
