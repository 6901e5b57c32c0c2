// The one polite live region of the page, and the state of the connection in words.
const CALM = 6000;

export class Status {
  constructor(region, link) {
    this.region = region;
    this.link = link;
    this.wasDown = false;
  }

  // `unseen`: only spoken by a screen reader, where everybody else sees the change itself.
  say(text, { unseen = false } = {}) {
    const line = document.createElement("p");
    line.textContent = text;
    this.tuck(unseen);
    this.region.replaceChildren(line);
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => { this.region.replaceChildren(); this.tuck(true); }, CALM);
  }

  tuck(away) {
    if ("tuck" in this.region.dataset) this.region.classList.toggle("hidden", away);
  }

  down() {
    if (this.wasDown) return;
    this.wasDown = true;
    this.show("The connection is gone. Trying again by itself; what you write is kept.");
  }

  up() {
    if (!this.wasDown) return;
    this.wasDown = false;
    this.show("");
    this.say("Back. Nothing was missed.");
  }

  refused(message) {
    this.show(message);
  }

  show(text) {
    this.link.textContent = text;
    this.link.hidden = !text;
  }
}
