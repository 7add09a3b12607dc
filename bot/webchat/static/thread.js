// The messages on the screen: each once, in the server's order, whatever order the frames, the acknowledgements and
// the person's own typing came in. Messages not yet acknowledged stand at the end until they learn their place.

import { element, icon, languageOf, linked, quiet } from "./shared/elements.js";
import { clock, spokenTime } from "./shared/words.js";

const PROGRAM = /^\s*```([\w+#]*)[ \t]*\r?\n([\s\S]*?)\r?\n?```\s*$/;
const NEW_TIME = 15 * 60;
const SAME_BREATH = 3 * 60;

/**
 * Fill `log`; `ontap(button, say)`, `oncommand(command)` and `oncorrect(transcript)` hear taps, `commands` maps a command
 * to its label, `listen` gives the buttons of what can be heard.
 */
export class Thread {
  constructor(log, { words, ontap, oncommand, oncorrect = () => {}, listen = { button: () => null } }) {
    this.log = log;
    this.words = words;
    this.ontap = ontap;
    this.oncommand = oncommand;
    this.oncorrect = oncorrect;
    this.listen = listen;
    this.rows = [];
    this.seen = new Set();
    this.own = new Map();
    this.commands = new Map();
    this.last = 0;
    this.turn = 0;
  }

  /** Show what the interviewer says; undefined if it is already there. */
  say(frame) {
    if (!this.#isNew(frame.seq)) return undefined;
    const row = { who: "them", seq: frame.seq, at: frame.at, say: frame };
    row.bubble = this.#bubble(frame.text, this.words("interviewer"), this.#paragraphs(frame));
    row.bubble.append(this.listen.button(frame) || "");
    row.choices = frame.buttons && frame.buttons.length ? this.#choices(row) : null;
    row.node = element("div", { class: `row them says-${frame.kind}` }, row.bubble, row.choices);
    this.turn = Math.max(this.turn, frame.turn || 0);
    return this.#place(row);
  }

  /** Show a message of the person's own that the server knows; joins the one this page may already show. */
  you(frame) {
    if (!this.#isNew(frame.seq)) return undefined;
    if (this.own.has(frame.id)) return this.acknowledged(frame.id, frame.seq);
    const row = this.#mine(frame.id, frame.text, frame.at, frame.voice);
    row.seq = frame.seq;
    this.#mark(row, "sent");
    return this.#place(row);
  }

  /** Show a message that is still on its way. */
  sending(item, state) {
    const { frame, shown, order } = item;
    const row = this.#mine(frame.id, shown, order / 1000, frame.voice);
    this.#mark(row, state);
    return this.#place(row);
  }

  /** The server has it, as number `seq` of the conversation. */
  acknowledged(id, seq) {
    const row = this.own.get(id);
    if (!row) return undefined;
    this.#mark(row, "sent");
    if (!seq || row.seq === seq) return row;
    this.seen.add(seq);
    row.seq = seq;
    return this.#settle(row);
  }

  /** Take a refused message away again. */
  withdraw(id) {
    const row = this.own.get(id);
    if (!row) return;
    this.own.delete(id);
    const index = this.rows.indexOf(row);
    this.rows.splice(index, 1);
    row.node.remove();
    this.#group(index);
    this.#rest();
  }

  /** Say of everything still on its way how it stands: "sending", "queued" or "unsent". */
  pending(state) {
    for (const row of this.own.values()) if (row.seq === Infinity) this.#mark(row, state);
  }

  /** Use another language for what this page itself says on the messages. */
  retell() {
    for (const [index, row] of this.rows.entries()) {
      row.bubble.querySelector(".quiet").textContent = this.words(row.who === "them" ? "interviewer" : "me");
      const caption = row.bubble.querySelector(".caption");
      if (caption) caption.textContent = this.words("question", row.say.progress[0]);
      const recorded = row.bubble.querySelector(".recorded-name");
      if (recorded) recorded.textContent = this.words("voice");
      if (row.state) this.#mark(row, row.state);
      this.#group(index);
    }
  }

  #isNew(seq) {
    if (this.seen.has(seq)) return false;
    this.seen.add(seq);
    this.last = Math.max(this.last, seq);
    return true;
  }

  #mine(id, text, at, voice) {
    const said = voice === undefined ? null : [this.#recording(voice)];
    const row = { who: "mine", seq: Infinity, at, text, bubble: this.#bubble(text, this.words("me"), said) };
    row.bubble.append(element("span", { class: "state" }));
    row.node = element("div", { class: "row mine" }, row.bubble);
    this.own.set(id, row);
    return row;
  }

  #bubble(text, speaker, paragraphs = null) {
    const label = this.commands.get(text.trim());
    const program = PROGRAM.exec(text);
    if (program) return element("div", { class: "bubble" }, quiet(speaker), written(program[2]));
    const body = label
      ? [label, " ", element("span", { class: "command", text: text.trim() })]
      : paragraphs || linked(text);
    const said = element("span", { class: "said", lang: languageOf(label || text), dir: "auto" }, ...body);
    return element("div", { class: "bubble" }, quiet(speaker), said);
  }

  // What was spoken is known by its length; the words follow once they have been heard.
  #recording(seconds) {
    const name = element("span", { class: "recorded-name", text: this.words("voice") });
    return element("span", { class: "recorded" }, icon("mic"), name, element("span", { text: clock(seconds) }));
  }

  // The last paragraph of a question is the question; its number stands right above it.
  #paragraphs(frame) {
    const pieces = frame.text.split(/\n{2,}/);
    const caption = this.#caption(frame);
    return pieces.flatMap((piece, index) => {
      const last = index === pieces.length - 1;
      const paragraph = element("span", { class: "paragraph" }, ...this.#commanding(piece));
      return caption && last ? [caption, paragraph] : [paragraph];
    });
  }

  // A command that is mentioned can be tapped: nobody on a phone should have to type a slash.
  #commanding(text) {
    const nodes = [];
    let from = 0;
    for (const match of text.matchAll(/(^|[^\w/])(\/[a-z]+)(?![\w/])/g)) {
      const label = this.commands.get(match[2]);
      if (!label) continue;
      const start = match.index + match[1].length;
      nodes.push(...linked(text.slice(from, start)), this.#shortcut(match[2], label));
      from = start + match[2].length;
    }
    return [...nodes, ...linked(text.slice(from))];
  }

  #shortcut(command, label) {
    return element("button", {
      type: "button",
      class: "shortcut",
      title: label,
      text: command,
      onclick: () => this.oncommand(command),
    });
  }

  #caption({ kind, progress }) {
    if ((kind !== "question" && kind !== "task") || !progress) return null;
    return element("span", { class: "caption", text: this.words("question", progress[0]) });
  }

  #choices(row) {
    const buttons = row.say.buttons.map((button) =>
      element("button", {
        type: "button",
        class: "choice",
        lang: languageOf(button.label),
        text: button.label,
        onclick: () => this.ontap(button, row.say),
      }),
    );
    if (row.say.buttons.some(({ value }) => value === "voice:right")) buttons.push(this.#correcting(row));
    return element("div", { class: "choices", role: "group", "aria-label": row.say.text }, ...buttons);
  }

  // A transcript is corrected where one writes, without typing all of it again.
  #correcting(row) {
    const heard = row.say.text.split(/\n{2,}/).slice(1, -1).join("\n").replace(/[〔〕]/g, "");
    const text = this.words("correct");
    return element("button", { type: "button", class: "choice", text, onclick: () => this.oncorrect(heard) });
  }

  #mark(row, state) {
    row.state = state;
    const words = this.words(state);
    const spoken = state === "sent" ? quiet(words) : element("span", { text: words });
    row.bubble.querySelector(".state").replaceChildren(icon(state === "sent" ? "tick" : "clock"), spoken);
    row.node.dataset.state = state;
  }

  #place(row) {
    let index = this.rows.length;
    while (index > 0 && this.rows[index - 1].seq > row.seq) index -= 1;
    this.log.insertBefore(row.node, this.rows[index] ? this.rows[index].node : null);
    this.rows.splice(index, 0, row);
    this.#group(index);
    this.#rest();
    return row;
  }

  // A message that has learned its number moves only if it stands wrong: moving would be read out again.
  #settle(row) {
    const index = this.rows.indexOf(row);
    const before = this.rows[index - 1];
    const after = this.rows[index + 1];
    if ((!before || before.seq < row.seq) && (!after || after.seq > row.seq)) return row;
    this.rows.splice(index, 1);
    this.#group(index);
    return this.#place(row);
  }

  // Times stay sparse and the bubbles of one speaker stand together; only the neighbours of a change are looked at.
  #group(index) {
    for (const at of [index - 1, index, index + 1]) {
      const row = this.rows[at];
      if (!row) continue;
      const before = this.rows[at - 1];
      const paused = !before || row.at - before.at > NEW_TIME;
      this.#time(row, paused);
      const joined = !paused && before.who === row.who && row.at - before.at < SAME_BREATH;
      row.node.classList.toggle("joined", joined);
      if (before) before.node.classList.toggle("ends", !joined);
    }
    const end = this.rows[this.rows.length - 1];
    if (end) end.node.classList.add("ends");
  }

  #time(row, shown) {
    const old = row.node.querySelector("time");
    if (old) old.remove();
    if (!shown) return;
    const moment = new Date(row.at * 1000).toISOString();
    row.node.prepend(element("time", { datetime: moment, text: spokenTime(row.at, this.words.tag) }));
  }

  // Only the newest message's choices look alive, and the one that was taken is marked.
  #rest() {
    const offered = this.rows.filter((row) => row.who === "them");
    const newest = offered[offered.length - 1];
    for (const [index, row] of this.rows.entries()) {
      if (!row.choices) continue;
      const next = this.rows[index + 1];
      const taken = next && next.who === "mine" ? next.text : null;
      const buttons = [...row.choices.children];
      for (const button of buttons) button.classList.toggle("chosen", button.textContent === taken);
      const answered = buttons.some((button) => button.textContent === taken);
      row.choices.classList.toggle("past", row !== newest || answered);
    }
  }
}

/** A program as it was written: each line a line, and no longer than part of the screen. */
const written = (source) => element("pre", { class: "said program", dir: "ltr", tabindex: "0", text: source });
