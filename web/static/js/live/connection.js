// One socket to the room. It joins again by itself after every loss, says the numbers it has, and gets what was
// missed. A command that was not acknowledged is sent again with the same id, so that it is done once.
import { io } from "../../vendor/socket.io/socket.io.esm.min.js";

const ACK_PATIENCE = 8000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

export class Connection {
  // `since`: the numbers and the epoch of a page that shows the room already, so that only what came later is sent.
  constructor(room, heard, since = {}) {
    this.room = room;
    this.heard = heard;
    this.after = since.after ?? null;
    this.epoch = since.epoch ?? null;
    this.wasUp = false;
    this.waiting = [];
    this.early = [];
    this.joined = false;
    this.over = false;
    this.socket = io("/live", {
      transports: ["websocket"],
      reconnectionDelay: FIRST_WAIT,
      reconnectionDelayMax: LONGEST_WAIT,
      randomizationFactor: 0.5,
    });
    this.listen();
  }

  listen() {
    this.socket.on("connect", () => this.join());
    this.socket.on("disconnect", () => this.lost());
    this.socket.on("connect_error", () => this.lost());
    this.socket.on("events", (batch) => this.take(batch));
    this.socket.on("pulse", (pulse) => this.feel(pulse));
    this.socket.on("gone", ({ reason }) => {
      this.over = true;
      this.socket.disconnect();
      this.heard.gone(reason);
    });
  }

  get isUp() {
    return this.joined && this.socket.connected;
  }

  async join() {
    const wasThere = this.after !== null;
    const answer = await this.emit("join", { room: this.room, after: this.after, epoch: this.epoch });
    if (!answer) return;
    if (!answer.ok) {
      this.over = true;
      this.heard.refused(answer.error);
      return;
    }
    this.epoch = answer.epoch;
    if (answer.snapshot) this.heard.snapshot(answer.snapshot, answer.me);
    else {
      for (const event of answer.events) this.heard.event(event.stream, event);
      this.heard.caughtUp(answer.votes, answer.me);
    }
    this.after = answer.seq;
    this.joined = true;
    this.wasUp = true;
    const early = this.early;
    this.early = [];
    for (const batch of early) this.take(batch);
    this.heard.up(wasThere);
    this.sendWaiting();
  }

  lost() {
    if (this.over) return;
    this.joined = false;
    this.heard.down();
  }

  // Events that arrive before the answer to `join` wait for it; those already known are passed over.
  take(batch) {
    if (!this.joined) {
      this.early.push(batch);
      return;
    }
    for (const event of batch.events) {
      const known = this.after[batch.stream] ?? 0;
      if (event.seq <= known) continue;
      if (event.seq > known + 1) {
        this.again();
        return;
      }
      this.after[batch.stream] = event.seq;
      this.heard.event(batch.stream, event);
    }
    this.heard.settled();
  }

  feel(pulse) {
    if (!this.joined) return;
    this.heard.pulse(pulse);
    if (pulse.seq > this.after.pub) this.late(pulse.seq);
  }

  // The pulse names a number that has not come: if it still has not in a second, ask for what is missing.
  late(seq) {
    clearTimeout(this.asking);
    this.asking = setTimeout(() => { if (this.isUp && this.after.pub < seq) this.again(); }, 1000);
  }

  again() {
    this.joined = false;
    this.join();
  }

  // Resolves with the answer, however often the connection is lost in between.
  send(event, data) {
    return new Promise((resolve) => {
      this.waiting.push({ event, data, resolve, underway: false });
      this.sendWaiting();
    });
  }

  async sendWaiting() {
    for (const command of [...this.waiting]) {
      if (!this.isUp || command.underway) continue;
      command.underway = true;
      const answer = await this.emit(command.event, command.data);
      command.underway = false;
      if (!answer) continue;
      this.waiting = this.waiting.filter((one) => one !== command);
      command.resolve(answer);
    }
  }

  // The acknowledgement, or null when none came in time.
  async emit(event, data) {
    try {
      return await this.socket.timeout(ACK_PATIENCE).emitWithAck(event, data);
    } catch {
      if (event === "join" && this.socket.connected) setTimeout(() => this.join(), FIRST_WAIT);
      if (event !== "join" && this.isUp) setTimeout(() => this.sendWaiting(), FIRST_WAIT);
      return null;
    }
  }
}

export function freshId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
