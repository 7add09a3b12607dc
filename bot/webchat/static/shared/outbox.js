// What was written and not yet acknowledged. The rule of the page: a message is written down here before it is
// sent, and forgotten only when the server has said that it is stored.

const PATIENCE = 12_000;

/** Keys under one prefix of localStorage; a plain memory where the browser forbids it (`durable` says which). */
export class Shelf {
  constructor(prefix) {
    this.prefix = prefix;
    this.memory = new Map();
    this.durable = this.#works();
  }

  get(name) {
    if (this.memory.has(name)) return this.memory.get(name);
    return this.durable ? localStorage.getItem(this.prefix + name) : null;
  }

  put(name, text) {
    this.memory.delete(name);
    try {
      if (this.durable) return localStorage.setItem(this.prefix + name, text);
    } catch {
      // Full: from here on this one lives in memory, like on a browser without storage.
    }
    this.memory.set(name, text);
  }

  remove(name) {
    this.memory.delete(name);
    if (this.durable) localStorage.removeItem(this.prefix + name);
  }

  names(start) {
    const stored = this.durable ? Object.keys(localStorage) : [];
    const mine = stored
      .filter((key) => key.startsWith(this.prefix))
      .map((key) => key.slice(this.prefix.length));
    return [...new Set([...mine, ...this.memory.keys()])].filter((name) => name.startsWith(start));
  }

  /** True when leaving the page now would lose something. */
  get fragile() {
    return this.memory.size > 0;
  }

  #works() {
    try {
      localStorage.setItem(`${this.prefix}probe`, "1");
      localStorage.removeItem(`${this.prefix}probe`);
      return true;
    } catch {
      return false;
    }
  }
}

/** Messages on their way, in the order written, one stored key each so that two tabs never overwrite each other. */
export class Outbox {
  constructor(shelf, line) {
    this.shelf = shelf;
    this.line = line;
    this.waiting = new Map();
    this.ready = false;
    this.#recall();
  }

  /** Write the message down, then try to send it. `shown` is what the page shows for it; it is not sent. */
  add(frame, shown) {
    const last = [...this.waiting.values()].pop();
    const item = { frame, shown, order: Math.max(Date.now(), last ? last.order + 1 : 0) };
    this.waiting.set(frame.id, item);
    this.shelf.put(`out:${frame.id}`, JSON.stringify(item));
    if (this.ready) this.line.send(frame);
    this.#watch();
    return item;
  }

  /** Forget a message that the server has stored or refused; gives it back, or undefined if it was not ours. */
  settle(id) {
    const item = this.waiting.get(id);
    this.waiting.delete(id);
    this.shelf.remove(`out:${id}`);
    this.#watch();
    return item;
  }

  /** Send everything again, same ids, same order: the server drops what it has and acknowledges it again. */
  flush() {
    this.ready = true;
    for (const { frame } of this.waiting.values()) this.line.send(frame);
    this.#watch();
  }

  /** Hold back until the next `ready`. */
  pause() {
    this.ready = false;
    clearTimeout(this.timer);
  }

  #recall() {
    const found = this.shelf.names("out:").map((name) => readable(this.shelf.get(name)));
    const items = found.filter((item) => item && item.frame && item.frame.id);
    for (const item of items.sort((one, other) => one.order - other.order))
      this.waiting.set(item.frame.id, item);
  }

  // An open socket that acknowledges nothing is a dead one.
  #watch() {
    clearTimeout(this.timer);
    if (!this.waiting.size || !this.ready) return;
    this.timer = setTimeout(() => this.line.reconnect(), PATIENCE);
  }
}

function readable(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
