// Reads a question out when the person asks for it: one at a time, never by itself. The words stay on the screen.

import { element, icon, languageOf } from "./shared/elements.js";

const ASKING = ["question", "task", "followup"];
const OGG = 'audio/ogg; codecs="opus"';

/** One player for the page; `path` is where a message's recording is, by its number. `ontrouble` hears a text's name. */
export class Listen {
  constructor({ path, words, ontrouble }) {
    this.path = path;
    this.words = words;
    this.ontrouble = ontrouble;
    this.languages = [];
    this.buttons = new Set();
    this.current = null;
    this.audio = new Audio();
    this.suffix = this.audio.canPlayType(OGG) ? "" : "?as=mp3";
    this.audio.addEventListener("playing", () => this.#show(this.current, "playing"));
    this.audio.addEventListener("ended", () => this.stop());
    this.audio.addEventListener("error", () => this.#failed());
  }

  /** Offer to read out what is asked in these languages. */
  offer(languages) {
    this.languages = languages;
  }

  /** Give the button for a message, or null where nothing is read out. */
  button({ kind, seq, text }) {
    if (!ASKING.includes(kind) || !this.languages.includes(this.#languageOf(text))) return null;
    const button = element("button", { type: "button", class: "listen", onclick: () => this.#toggle(button, seq) });
    this.buttons.add(button);
    this.#show(button, "still");
    return button;
  }

  /** Be silent. */
  stop() {
    const button = this.current;
    this.current = null;
    if (!button) return;
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.#show(button, "still");
  }

  /** Use another language for the buttons. */
  retell() {
    for (const button of this.buttons) this.#show(button, button.dataset.state);
  }

  #toggle(button, seq) {
    const again = button === this.current;
    this.stop();
    if (again) return;
    this.current = button;
    this.#show(button, "waiting");
    this.audio.src = `${this.path}/${seq}${this.suffix}`;
    this.audio.play().catch((error) => error.name === "NotAllowedError" && this.#failed());
  }

  #failed() {
    if (!this.current) return;
    this.stop();
    this.ontrouble("notSpoken");
  }

  #show(button, state) {
    if (!button) return;
    button.dataset.state = state;
    const name = { still: "listen", waiting: "preparing", playing: "stopListening" }[state];
    const drawing = state === "playing" ? "stop" : "speaker";
    button.replaceChildren(icon(drawing), element("span", { text: this.words(name) }));
  }

  // Chinese is known by its characters; what is written in letters is in the conversation's language, or English.
  #languageOf(text) {
    if (languageOf(text) === "zh-CN") return "zh";
    const own = this.words.tag.split("-")[0];
    return own === "zh" ? "en" : own;
  }
}
