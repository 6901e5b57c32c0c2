// What the pointer and the keys can do here, and a question mark that opens it.
export function showHelp(help) {
  if (!help) return;
  help.hidden = false;
  const fold = help.querySelector("details");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.target.closest("input, textarea, select, dialog")) return;
    event.preventDefault();
    fold.open = !fold.open;
    fold.querySelector("summary").focus();
  });
}
