// The conversation with the system: what HR sent, what came back, and whether it arrived.

import { element, icon, languageOf, quiet } from "/static/chat/shared/elements.js";
import { spokenTime } from "/static/chat/shared/words.js";
import { render } from "./blocks.js";

const NEW_TIME = 15 * 60;

/** Fill `log`; replies are drawn with `desk` (see blocks.js). */
export class Talk {
  constructor(log, desk) {
    this.log = log;
    this.desk = desk;
    this.words = desk.words;
    this.own = new Map();
    this.clock = 0;
  }

  /** Show something HR sent, once per id; `state` is "sending" or "queued". */
  mine(id, text, state) {
    const bubble = element(
      "div",
      { class: "bubble", lang: languageOf(text), dir: "auto" },
      quiet(this.words("me")),
      text,
    );
    bubble.append(element("span", { class: "state" }));
    const entry = {
      node: element("div", { class: "entry mine" }, bubble),
      acknowledged: false,
      answered: false,
    };
    this.own.set(id, entry);
    this.#append(entry.node);
    this.#mark(entry, state);
    return entry.node;
  }

  acknowledged(id) {
    const entry = this.own.get(id);
    if (!entry) return;
    entry.acknowledged = true;
    this.#mark(entry, "sent");
  }

  withdraw(id) {
    const entry = this.own.get(id);
    if (entry) entry.node.remove();
    this.own.delete(id);
  }

  /** Everything still on its way now stands like this. */
  pending(state) {
    for (const entry of this.own.values())
      if (!entry.acknowledged && !entry.answered) this.#mark(entry, state);
  }

  /** A reply that was due when the line broke will not come any more: say so, rather than wait for ever. */
  broke() {
    for (const entry of this.own.values()) {
      if (!entry.acknowledged || entry.answered) continue;
      entry.answered = true;
      this.#mark(entry, "unanswered");
    }
  }

  get awaiting() {
    return [...this.own.values()].some((entry) => !entry.answered && entry.node.dataset.state !== "queued");
  }

  reply({ to, blocks }) {
    const entry = this.own.get(to);
    if (entry) {
      entry.answered = true;
      this.#mark(entry, "sent");
    }
    const drawn = blocks.map((block) => render(block, this.desk)).filter(Boolean);
    const node = element("div", { class: "entry reply" }, quiet(this.words("system")), ...drawn);
    this.#append(node);
    return node;
  }

  #append(node) {
    const now = Date.now() / 1000;
    if (now - this.clock > NEW_TIME) node.prepend(element("time", { text: spokenTime(now, this.words.tag) }));
    this.clock = now;
    this.log.append(node);
  }

  #mark(entry, state) {
    const words = this.words(state);
    const spoken = state === "sent" || state === "sending" ? quiet(words) : element("span", { text: words });
    entry.node.dataset.state = state;
    entry.node.querySelector(".state").replaceChildren(icon(state === "sent" ? "tick" : "clock"), spoken);
  }
}
