// The panels beside the queue: fetched by name when an event says that something in them changed.
import { Regions } from "./regions.js";
import { steady } from "./steady.js";

export class Panels extends Regions {
  constructor(desk, settled) {
    super(settled);
    this.base = desk.dataset.base;
    this.names = new Set();
  }

  want(names, wait = 120) {
    names.forEach((name) => this.names.add(name));
    this.soon(wait);
  }

  get address() {
    const only = [...this.names].join(".");
    this.names.clear();
    return `${this.base}/panels?${new URLSearchParams({ only, who: document.getElementById("who").value })}`;
  }

  take(page) {
    steady(() => super.take(page));
  }
}
