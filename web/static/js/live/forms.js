// Forms that name an event are sent over the socket while it is up; otherwise the browser posts them as ever.
import { freshId } from "./connection.js";

export const NOT_SENT = "Not sent: the connection is gone. What you wrote is kept; press again when it is back.";
const NUMBERS = new Set(["version", "slow", "minutes"]);
const FLAGS = new Set(["on", "up", "open", "close", "panic", "chat", "recorded"]);
const LEFT_OUT = new Set(["csrf_token", "back"]);

export function payloadOf(form, submitter) {
  const data = {};
  for (const [name, value] of new FormData(form, submitter ?? undefined)) {
    if (LEFT_OUT.has(name) || value === "") continue;
    if (NUMBERS.has(name)) data[name] = Number(value);
    else if (FLAGS.has(name)) data[name] = value === "1";
    else if (name === "questions") data[name] = [...(data[name] ?? []), value];
    else data[name] = value;
  }
  return data;
}

// `answered(form, event, data, answer)` runs after the acknowledgement; `refine(form, data)` may add to the data first.
// `handles(event)` says that a press needs no sending. While a connection is lost nothing is posted: the browser would
// leave the page, and what was typed with it, for its own page of errors. `refused(form)` says so.
export function sendForms(root, connection, { answered, refine = () => {}, handles = () => false, refused }) {
  root.addEventListener("submit", async (event) => {
    const form = event.target;
    const name = form.dataset.event;
    if (!connection.isUp && connection.wasUp && (name || event.submitter?.name === "do")) {
      event.preventDefault();
      refused(form);
    }
    if (!connection.isUp || handles(event) || !name) return;
    const sure = event.submitter?.dataset.confirm;
    event.preventDefault();
    if (sure && !confirm(sure)) return;
    const data = payloadOf(form, event.submitter);
    if (name === "moderate") data.id ??= freshId();
    refine(form, data);
    const buttons = [...form.querySelectorAll("button")];
    buttons.forEach((button) => { button.ariaDisabled = "true"; });
    if (form.dataset.sending) return;
    form.dataset.sending = "1";
    const answer = await connection.send(name, data);
    delete form.dataset.sending;
    buttons.forEach((button) => { button.ariaDisabled = null; });
    if (answer.ok) renewId(form);
    answered(form, name, data, answer);
  });
}

function renewId(form) {
  const id = form.querySelector('input[name="id"]');
  if (id) id.value = freshId();
}
