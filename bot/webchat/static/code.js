// The desk for coding questions: the task, the editor, the keys a phone's keyboard hides, and the way back. What is
// written stays on the shelf, for each task and language apart, until the person changes it.

import { element } from "./shared/elements.js";
import { fetchEditor, openEditor } from "./editor.js";

const KEYS = [...`()[]{}:;="'<>_.,+-*/%&|!#\\`];
const ENDINGS = Object.fromEntries(
  Object.entries({ python: "py", javascript: "js mjs", java: "java", cpp: "cpp cc cxx", sql: "sql" }).flatMap(
    ([language, endings]) => endings.split(" ").map((ending) => [ending, language]),
  ),
);
const SETTLED = 200;
const TRIES = 3;
const AGAIN = 2_000;
const AFTER_THE_QUESTION = new Set(["question", "followup", "result"]);

/** Wire the strip and the desk; `onsend(text)` gets the program as a message. `at(id)` finds an element. */
export class CodeDesk {
  constructor(at, { path, words, shelf, onsend }) {
    Object.assign(this, { path, words, shelf, onsend });
    this.strip = at("code-strip");
    this.desk = at("desk");
    this.title = at("desk-title");
    this.choice = at("desk-language");
    this.ask = at("desk-ask");
    this.statement = at("desk-text");
    this.room = at("desk-editor");
    this.status = at("desk-status");
    this.runs = at("desk-run");
    this.file = at("desk-file");
    this.others = [...this.desk.parentElement.children].filter((node) => node !== this.desk);
    this.task = null;
    this.frame = null;
    this.starts = at("code-open");
    this.starts.addEventListener("click", () => this.open());
    at("desk-close").addEventListener("click", () => this.leave());
    at("desk-keys").append(...this.#keys());
    at("desk-pick").addEventListener("click", () => this.file.click());
    this.ask.addEventListener("click", () => this.#toggle(this.statement.hidden));
    this.choice.addEventListener("change", () => this.#switch(this.choice.value));
    this.runs.addEventListener("click", () => this.#send());
    this.file.addEventListener("change", () => this.#read(this.file.files[0]));
    addEventListener("popstate", () => this.#shut());
  }

  /** Look at what the interviewer says: a task opens the desk's door, whatever comes after it closes the door. */
  heard(frame) {
    if (frame.kind === "task") this.frame = frame;
    else if (AFTER_THE_QUESTION.has(frame.kind)) this.frame = null;
    else return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#settle(), SETTLED);
  }

  /** The page's language has changed. */
  retell() {
    this.#name();
    for (const key of this.desk.querySelectorAll("[data-key]"))
      key.setAttribute("aria-label", this.words(key.dataset.key));
  }

  /** The interview is over. */
  end() {
    this.frame = null;
    this.#settle();
  }

  async open() {
    if (!this.task || !this.desk.hidden) return;
    this.desk.hidden = false;
    for (const node of this.others) node.inert = true;
    history.pushState({ desk: true }, "");
    this.statement.textContent = this.frame ? this.frame.text : "";
    this.#toggle(false);
    this.#say("");
    this.runs.disabled = true;
    if (!this.editor) await this.#furnish();
    if (this.desk.hidden) return;
    this.#lay();
    this.editor.focus();
  }

  /** Go back to the conversation, by the same step that the phone's own back button takes. */
  leave() {
    if (this.desk.hidden) return;
    if (history.state && history.state.desk) history.back();
    else this.#shut();
  }

  async #furnish() {
    // Two taps in a row must not build two.
    this.building ||= openEditor(this.room, {
      label: this.words("editorLabel"),
      onchange: () => this.#changed(),
      onrun: () => this.#send(),
    });
    this.editor = await this.building;
  }

  #shut() {
    if (this.desk.hidden) return;
    this.desk.hidden = true;
    for (const node of this.others) node.inert = false;
    this.#name();
    this.starts.focus();
  }

  async #settle() {
    const wanted = this.frame;
    if (!wanted) {
      this.task = null;
      this.strip.hidden = true;
      this.leave();
      return;
    }
    const found = await this.#fetch();
    if (this.frame !== wanted) return;
    this.task = found;
    this.strip.hidden = !found;
    if (!found) return;
    fetchEditor();
    this.#name();
    this.choice.replaceChildren(
      ...found.languages.map(({ id, name }) => element("option", { value: id, text: name })),
    );
    const kept = this.shelf.get("code:language");
    this.choice.value = found.languages.some(({ id }) => id === kept) ? kept : found.languages[0].id;
  }

  /** Ask what the open task is; null where there is none, or nothing can be run here. */
  async #fetch() {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      try {
        const answer = await fetch(`${this.path}/task`);
        if (answer.status === 200) return await answer.json();
        if (answer.status < 500) return null;
      } catch {
        // The network may be back in a moment.
      }
      await new Promise((again) => setTimeout(again, AGAIN));
    }
    return null;
  }

  #name() {
    if (!this.task) return;
    const [number] = (this.frame && this.frame.progress) || [];
    this.title.textContent = number ? this.words("question", number) : this.words("code");
    const begun = this.task.languages.some(({ id }) => this.shelf.get(this.#place(id)) !== null);
    // The practice round has nothing to try it with.
    this.runs.textContent = this.words(this.task.question === "practice" ? "send" : "run");
    this.starts.querySelector("span").textContent = this.words(begun ? "codeAgain" : "code");
  }

  #place(language) {
    return `code:${this.task.question}:${language}`;
  }

  #lay() {
    const language = this.choice.value;
    const kept = this.shelf.get(this.#place(language));
    this.laying = true;
    this.editor.speak(language);
    this.editor.write(kept !== null ? kept : this.task.starter[language] || "");
    this.laying = false;
    this.#measure();
  }

  #switch(language) {
    this.shelf.put("code:language", language);
    this.#lay();
    this.editor.focus();
  }

  #changed() {
    if (this.laying || !this.task) return;
    const { text } = this.editor;
    const place = this.#place(this.choice.value);
    // The starter code comes back by itself; an emptied box stays empty.
    if (text === (this.task.starter[this.choice.value] || "")) this.shelf.remove(place);
    else this.shelf.put(place, text);
    this.#measure();
  }

  #measure() {
    const { text } = this.editor;
    const over = new TextEncoder().encode(text).length > this.task.limit;
    this.runs.disabled = over || !text.trim();
    this.#say(over ? this.words("programTooLong", Math.floor(this.task.limit / 1024)) : "");
  }

  #send() {
    if (this.runs.disabled || this.desk.hidden) return;
    const text = this.editor.text.replace(/\s+$/, "");
    this.onsend(`\`\`\`${this.choice.value}\n${text}\n\`\`\``);
    this.leave();
  }

  #say(text) {
    this.status.textContent = text;
    this.status.hidden = !text;
  }

  #toggle(shown) {
    this.statement.hidden = !shown;
    this.ask.setAttribute("aria-expanded", String(shown));
  }

  async #read(file) {
    this.file.value = "";
    if (!file || !this.editor) return;
    if (file.size > this.task.limit)
      return this.#say(this.words("fileTooBig", Math.floor(this.task.limit / 1024)));
    const text = readable(await file.arrayBuffer());
    if (text === null) return this.#say(this.words("fileUnreadable"));
    const named = ENDINGS[file.name.split(".").pop().toLowerCase()];
    if (named && [...this.choice.options].some(({ value }) => value === named)) {
      this.choice.value = named;
      this.shelf.put("code:language", named);
      this.editor.speak(named);
    }
    this.editor.write(text);
    this.#changed();
    this.editor.focus();
  }

  #keys() {
    const key = (text, act, name = null) =>
      element("button", { type: "button", class: "key", text, "data-key": name, onclick: act, onmousedown: stay });
    return [
      key("⇥", () => this.editor && this.editor.indent(), "indent"),
      key("⇤", () => this.editor && this.editor.outdent(), "outdent"),
      key("↶", () => this.editor && this.editor.undo(), "undo"),
      ...KEYS.map((text) => key(text, () => this.editor && this.editor.type(text))),
    ];
  }
}

// A key of ours must not take the focus, or the phone puts its keyboard away.
const stay = (event) => event.preventDefault();

const MARKS = { 0xfffe: "utf-16le", 0xfeff: "utf-16be" };

/** The text of a file in UTF-8, UTF-16 with its mark, or the Chinese code of older systems; null for anything else. */
function readable(buffer) {
  const bytes = new Uint8Array(buffer);
  const mark = MARKS[bytes[0] * 256 + bytes[1]];
  for (const code of mark ? [mark] : ["utf-8", "gb18030"]) {
    try {
      const text = new TextDecoder(code, { fatal: true }).decode(bytes).replace(/\r\n?/g, "\n");
      if (!/[\x00-\x08\x0e-\x1f]/.test(text)) return text;
    } catch {
      // Not in this code.
    }
  }
  return null;
}
