// Copies a field's value: <button data-copy="id of the field" hidden><span role="status">Copy</span></button>. Without a script the button stays away.
const SAID_FOR = 4000;

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(document.getElementById(button.dataset.copy), button.querySelector("[role=status]")));
}

async function copy(field, status) {
  field.select();
  const words = status.textContent;
  status.textContent = await put(field.value) ? "Copied" : "Press Ctrl and C";
  setTimeout(() => { status.textContent = words; }, SAID_FOR);
}

// Over plain http a browser has no clipboard to write to; the field is selected, so the keys do it.
async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}
