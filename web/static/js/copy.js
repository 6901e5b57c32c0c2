// Copies a field's value: <button data-copy="id of the field" hidden><span>Copy</span></button><span role="status"></span>. Without a script the button stays away.
// The status stands beside the button: a live region inside it takes the button's name away.
const SAID_FOR = 4000;

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(document.getElementById(button.dataset.copy), button));
}

async function copy(field, button) {
  field.select();
  const said = await put(field.value) ? "Copied" : "Press Ctrl and C";
  say(button, said, said);
  setTimeout(() => say(button, "Copy", ""), SAID_FOR);
}

function say(button, seen, heard) {
  button.querySelector("span").textContent = seen;
  button.nextElementSibling.textContent = heard;
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
