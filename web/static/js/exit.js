// Leaving at once: the button, or Shift pressed three times. The screen is empty before the server has answered.
import { dropSteps } from "./keep_steps.js";

const PATIENCE = 1500;
const ENOUGH = 3;
const LEAVING = "leaving";

export function watchForExit(doc = document) {
  const form = doc.querySelector("#exit");
  if (!form) return;
  if (leftBefore()) {
    leave(form);
    return;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave(form);
  });
  doc.addEventListener("keydown", thrice("Shift", () => leave(form)));
}

export function thrice(key, act, clock = () => Date.now()) {
  let pressed = [];
  return (event) => {
    if (event.repeat) return;
    const at = clock();
    pressed = event.key === key ? [...pressed, at].filter((before) => at - before < PATIENCE) : [];
    if (pressed.length < ENOUGH) return;
    pressed = [];
    act();
  };
}

// Whatever a page kept in this tab, such as a question half typed.
function forget() {
  try {
    sessionStorage.clear();
  } catch {
    return; // storage is off: nothing was kept
  }
}

// Somebody pressed Exit while there was no connection: what could not be said then is said now.
function leftBefore() {
  try {
    return navigator.onLine && localStorage.getItem(LEAVING) !== null;
  } catch {
    return false; // storage is off: nothing could be noted
  }
}

// Without a connection the session cannot be ended yet. The copy here is gone, and so is the page.
function leaveForNow() {
  try {
    localStorage.setItem(LEAVING, "1");
  } finally {
    location.replace("about:blank");
  }
}

// The page is replaced, so that "back" does not return to it. Only an answered request says that the session ended.
async function leave(form) {
  document.title = "Done";
  document.body.hidden = true;
  forget();
  const dropped = dropSteps();
  if (!navigator.onLine) {
    await dropped;
    leaveForNow();
    return;
  }
  try {
    localStorage.removeItem(LEAVING);
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true });
    if (!answer.ok) throw new Error(`exit answered ${answer.status}`);
    await dropped;
    location.replace(answer.url);
  } catch {
    form.submit();
  }
}
