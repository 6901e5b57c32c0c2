// The host's screen: one question, kept level with the room. Space: done, next. D: done. Esc: the console.
import { runClocks } from "./live/clocks.js";
import { linkDesk } from "./live/desk_link.js";
import { NOT_SENT, sendForms } from "./live/forms.js";

const KEYS = { " ": "Space", d: "D", D: "D" };
const tick = runClocks();
const { connection, regions, status } = linkDesk({ settled });
let shown = question();

sendForms(document.body, connection, { answered, refused: () => status.say(NOT_SENT) });

function answered(_form, _event, _data, answer) {
  if (!answer.ok) status.say(answer.error.message);
  regions.soon();
}

// Whoever does not see the screen hears the new question, once.
function settled() {
  tick();
  if (question() === shown) return;
  shown = question();
  status.say(shown, { unseen: true });
}

function question() {
  return document.querySelector("h1").textContent;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") location.assign(document.getElementById("console").href);
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (!(event.key in KEYS) || event.target.matches("button, a, input, select, summary")) return;
  event.preventDefault();
  const form = document.querySelector(`[data-keyed="${KEYS[event.key]}"]`);
  form?.requestSubmit(form.querySelector("button"));
});
