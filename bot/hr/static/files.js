// Files that HR drops on the page, pastes or picks: kept by the server, then looked at like a pressed button.

import { element, newId } from "/static/chat/shared/elements.js";

const KINDS = ".yaml,.yml,.csv,.xlsx";

/** Take files anywhere on the page; `send(value, name)` gets what is to be pressed, `refuse(text)` why it cannot be. */
export class Files {
  constructor({ words, send, refuse }) {
    this.words = words;
    this.send = send;
    this.refuse = refuse;
    this.allowed = false;
    addEventListener("dragover", (event) => this.#over(event));
    addEventListener("drop", (event) => this.#dropped(event));
    addEventListener("paste", (event) => this.allowed && this.#take(event.clipboardData.files[0]));
  }

  /** Return a chip that picks a file. */
  chip() {
    const input = element("input", { type: "file", accept: KINDS, hidden: true, id: newId() });
    input.addEventListener("change", () => {
      this.#take(input.files[0]);
      input.value = "";
    });
    const button = element("button", { type: "button", class: "chip", text: this.words("pickFile") });
    button.addEventListener("click", () => input.click());
    return [button, input];
  }

  #over(event) {
    if (this.allowed && [...event.dataTransfer.types].includes("Files")) event.preventDefault();
  }

  #dropped(event) {
    if (!this.allowed || !event.dataTransfer.files.length) return;
    event.preventDefault();
    this.#take(event.dataTransfer.files[0]);
  }

  async #take(file) {
    if (!file) return;
    try {
      const answer = await fetch("/hr/file", { method: "POST", body: file });
      const told = await answer.json();
      if (answer.ok) this.send(told.value, file.name);
      else this.refuse(told.text || this.words("noFile"));
    } catch {
      this.refuse(this.words("noFile"));
    }
  }
}
