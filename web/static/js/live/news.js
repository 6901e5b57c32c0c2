// What is new in the room, in words for somebody who does not see it change. Asked before the store takes the event in.
const LONGEST = 140;

export function newsOf(store, stream, event) {
  const tell = stream === "pub" ? TELLS[event.kind] : null;
  return tell ? tell(store, event) : [];
}

const TELLS = {
  question(store, { question }) {
    const before = store.questions.get(question.id)?.state;
    if (question.state === "answering" && before !== "answering") return [["answering", () => `Now answering: ${short(question.text)}`]];
    const isNew = !before && question.state === "live" && !store.own.has(question.id);
    return isNew ? [["new", (count) => (count === 1 ? "A new question." : `${count} new questions.`)]] : [];
  },
  chat(store, { who }) {
    return who === store.me.name ? [] : [["chat", (count) => (count === 1 ? "A new line in the chat." : `${count} new lines in the chat.`)]];
  },
  host: (_store, { host }) => (host ? [["host", () => `${host} leads now.`]] : []),
  room(store, { room }) {
    const was = store.room;
    const found = [];
    if (room.recorded !== was.recorded) found.push(["recorded", () => (room.recorded ? "The call is being recorded from now on." : "The recording has stopped.")]);
    if (room.state !== was.state && room.state === "paused") found.push(["state", () => "The room is on hold for a moment."]);
    if (room.state === "open" && was.state === "paused") found.push(["state", () => "The room goes on."]);
    if (room.chat !== was.chat && room.state === was.state) found.push(["chatting", () => (room.chat ? "Chat is on." : "Chat is off at the moment.")]);
    return found;
  },
};

function short(text) {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST).replace(/\s+\S*$/, "")} …`;
}
