// Leaving at once: the button, or Shift pressed three times. The screen is empty before the server has answered.
const PATIENCE = 1500;
const ENOUGH = 3;

export function watchForExit(doc = document) {
  const form = doc.querySelector("#exit");
  if (!form) return;
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

// The page is replaced, so that "back" does not return to it. Only an answered request says that the session ended.
async function leave(form) {
  document.title = "Done";
  document.body.hidden = true;
  forget();
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true });
    if (!answer.ok) throw new Error(`exit answered ${answer.status}`);
    location.replace(answer.url);
  } catch {
    form.submit();
  }
}
