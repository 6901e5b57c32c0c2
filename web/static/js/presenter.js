// The host's screen: one question, kept level with the room. Space: done, next. Esc: the console.
import { runClocks } from "./live/clocks.js";
import { linkDesk } from "./live/desk_link.js";
import { sendForms } from "./live/forms.js";

const tick = runClocks();
const { connection, regions } = linkDesk({ settled: tick });

sendForms(document.body, connection, { answered: () => regions.soon() });

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") location.assign(document.getElementById("console").href);
  if (event.key !== " " || event.repeat || event.target.matches("button, a, input")) return;
  event.preventDefault();
  const form = document.querySelector('[data-keyed="Space"]');
  form?.requestSubmit(form.querySelector("button"));
});
