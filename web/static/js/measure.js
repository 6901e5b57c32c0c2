// Keeps a form as it is filled in, so that it can be gone on with on any day. A few seconds pass after each answer:
// a slip of the thumb that is put right at once is told to nobody. Without a script there is a button for it.
const form = document.querySelector("form[data-keeps]");
const help = document.getElementById("help-comes");
const told = form.querySelector("[data-kept]");
const QUIET = 4000;
let timer = 0;
let last = null;

const shown = () => new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "csrf_token")).toString();
let kept = shown();

form.addEventListener("input", (event) => {
  last = event.target;
  clearTimeout(timer);
  timer = setTimeout(keep, QUIET);
});
form.addEventListener("submit", () => { clearTimeout(timer); kept = null; });
addEventListener("pageshow", (event) => { if (event.persisted) kept = shown(); }); // back after sending
document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });

async function keep() {
  clearTimeout(timer);
  const now = shown();
  if (kept === null || now === kept) return;
  const body = new FormData(form);
  body.set("act", "by itself");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(body), keepalive: true });
    if (!answer.ok) return;
    kept = now;
    told.textContent = "Kept.";
    if ((await answer.json()).needs_somebody) showHelp();
  } catch {
    told.textContent = "Not kept yet: no connection. It is tried again with your next answer.";
  }
}

function showHelp() {
  if (!help.hidden) return;
  (last?.closest(".field") ?? form).after(help);
  help.hidden = false;
  help.focus();
}
