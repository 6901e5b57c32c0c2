// The room as this client knows it: a snapshot, and events folded into it. Nothing here touches the page.

export class Store {
  constructor() {
    this.room = {};
    this.questions = new Map();
    this.chat = [];
    this.own = new Map();
    this.me = {};
    this.voted = new Set();
    this.present = null;
  }

  snapshot(whole, me) {
    this.room = whole.room;
    this.questions = new Map(whole.questions.map((question) => [question.id, question]));
    this.chat = whole.chat;
    this.host = whole.host;
    this.mine(me);
  }

  mine(me) {
    this.me = me;
    this.voted = new Set(me.voted);
    this.own = new Map(me.questions.map((question) => [question.id, question]));
  }

  votes(numbers) {
    for (const [id, votes] of Object.entries(numbers)) {
      const question = this.questions.get(id);
      if (question) question.votes = votes;
    }
  }

  event(stream, event) {
    if (stream === "member") return this.ownEvent(event);
    if (stream === "pub") return this.publicEvent(event);
    return null;
  }

  publicEvent(event) {
    if (event.kind === "room") this.room = event.room;
    if (event.kind === "host") this.host = event.host;
    if (event.kind === "question") this.questions.set(event.question.id, event.question);
    if (event.kind === "question_gone") this.questions.delete(event.question);
    if (event.kind === "chat" && !this.chat.some((line) => line.id === event.id)) this.chat.push(event);
    return event.kind;
  }

  ownEvent(event) {
    if (event.kind === "question") return this.ownQuestion(event.question);
    if (event.kind === "person") this.me.muted_until = event.muted_until;
    if (event.kind === "invited" || event.kind === "hand_down") this.me.hand = false;
    return event.kind;
  }

  ownQuestion(question) {
    const before = this.own.get(question.id);
    this.own.set(question.id, question);
    return question.reply && question.reply !== before?.reply ? "reply" : "question";
  }

  inState(state) {
    return [...this.questions.values()].filter((question) => question.state === state);
  }

  get listed() {
    return this.inState("live").sort((a, b) => b.pinned - a.pinned || (a.pinned_at ?? "").localeCompare(b.pinned_at ?? "") || b.votes - a.votes || a.live_at.localeCompare(b.live_at));
  }

  get answered() {
    return this.inState("answered").sort((a, b) => b.answered_at.localeCompare(a.answered_at));
  }

  get ownLatestFirst() {
    return [...this.own.values()].sort((a, b) => b.asked_at.localeCompare(a.asked_at));
  }
}
