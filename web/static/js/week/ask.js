// Shows the question of a page in a dialog: the same words and forms, fetched from the address where they stand.
export function askHere(dialog) {
  let settle = () => {};
  let origin = null;

  dialog?.addEventListener("click", (event) => {
    const out = event.target === dialog || event.target.closest("a[data-keep]");
    if (!out) return;
    event.preventDefault();
    dialog.close();
  });
  dialog?.addEventListener("close", () => {
    dialog.replaceChildren();
    settle();
    settle = () => {};
    origin?.focus();
  });

  // `kept` is called when nothing came of it. `from` gets the focus back; null leaves what was there.
  return async function ask(address, { from = null, kept = () => {} } = {}) {
    const question = await fetched(address);
    if (!dialog || !question) {
      location.assign(address);
      return;
    }
    if (!dialog.open) [settle, origin] = [kept, from];
    dialog.replaceChildren(question);
    if (!dialog.open) dialog.showModal();
    else firstOf(question)?.focus();
  };
}

// The way back of the page is not shown in a dialog and takes no focus.
function firstOf(question) {
  return question.querySelector("[autofocus]") ?? question.querySelector("button, a:not(.back)");
}

async function fetched(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (answer.redirected) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const question = page.querySelector("[data-ask]");
    return question ? asPart(document.importNode(question, true)) : null;
  } catch {
    return null;
  }
}

// The page below keeps the only heading of the first level.
function asPart(question) {
  for (const first of question.querySelectorAll("h1")) {
    const second = document.createElement("h2");
    second.id = first.id;
    second.append(...first.childNodes);
    first.replaceWith(second);
  }
  return question;
}
