// Keeps a long form while it is written. Without a script there are buttons for it.
const form = document.querySelector("form[data-draft]");
const told = form.querySelector("[data-kept]");
const QUIET = 3000;
let timer = 0;

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(keep, QUIET);
});
form.addEventListener("submit", () => clearTimeout(timer));

async function keep() {
  const body = new FormData(form);
  body.set("do", "by itself");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(body) });
    const said = await answer.json();
    if (said.kept) form.elements.revision.value = said.revision;
    told.textContent = said.kept ? "Kept just now." : "Not kept yet: something has to be put right first.";
  } catch {
    told.textContent = "Not kept yet: no connection. It is tried again as you write on.";
  }
}
