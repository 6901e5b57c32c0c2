// What the one live region says: at most a sentence every few seconds, one's own things first, the room's put together.
const OWN_GAP = 2500;
const ROOM_GAP = 5000;
const GATHER = 1200;
const MOST_OWN = 3;

export class Calm {
  // `say(text, { unseen })` puts words into the region; what is unseen is there for a screen reader alone.
  constructor(say, clock = () => Date.now()) {
    this.say = say;
    this.clock = clock;
    this.mine = [];
    this.news = new Map();
    this.last = -Infinity;
  }

  // Something about the person themselves. It is shown too.
  own(text) {
    this.mine = [...this.mine.filter((one) => one !== text), text].slice(-MOST_OWN);
    this.plan(0, OWN_GAP);
  }

  // Something that everybody sees; the same kind is counted until it is said.
  room(kind, words) {
    const count = (this.news.get(kind)?.count ?? 0) + 1;
    this.news.set(kind, { words, count });
    this.plan(GATHER, ROOM_GAP);
  }

  plan(soonest, gap) {
    const wait = Math.max(soonest, this.last + gap - this.clock());
    const at = this.clock() + wait;
    if (this.due && this.due <= at) return;
    clearTimeout(this.timer);
    this.due = at;
    this.timer = setTimeout(() => this.speak(), wait);
  }

  speak() {
    this.due = 0;
    this.last = this.clock();
    if (this.mine.length > 0) this.say(this.mine.splice(0).join(" "), { unseen: false });
    else this.say(this.together(), { unseen: true });
    if (this.news.size > 0) this.plan(GATHER, ROOM_GAP);
  }

  together() {
    const sentences = [...this.news.values()].map(({ words, count }) => words(count));
    this.news.clear();
    return sentences.join(" ");
  }
}
