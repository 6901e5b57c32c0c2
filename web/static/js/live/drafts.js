// What is being typed stays in this tab through reloads; sending it, leaving, or the end of the evening forgets it.
const PREFIX = "evenside.draft.";

export class Drafts {
  constructor(root, isUp) {
    this.root = root;
    this.room = root.dataset.room;
    for (const field of this.fields()) this.keep(field);
    root.addEventListener("submit", (event) => { if (!isUp()) this.forget(event.target); }, true);
  }

  fields() {
    return [...this.root.querySelectorAll("[data-draft]")];
  }

  keep(field) {
    const key = this.key(field);
    if (field.value) write(key, field.value); // typed before this script came, or sent back to be corrected
    else field.value = read(key);
    field.addEventListener("input", () => write(key, field.value));
  }

  // The form's own field is empty again.
  forget(form) {
    for (const field of form.querySelectorAll("[data-draft]")) write(this.key(field), "");
  }

  forgetAll() {
    for (const field of this.fields()) write(this.key(field), "");
  }

  key(field) {
    return `${PREFIX}${this.room}.${field.dataset.draft}`;
  }
}

function read(key) {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return ""; // storage is off: the page works without
  }
}

function write(key, text) {
  try {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  } catch {
    return; // storage is off or full: what was typed stands in the field
  }
}
