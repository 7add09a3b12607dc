// Completes a command after a slash. Enter or Tab takes the suggestion; a command typed in full is simply sent.

import { element } from "/static/chat/shared/elements.js";

/** Offer commands in `list` (a listbox) while `composer` holds the beginning of one. */
export class Suggest {
  constructor(composer, list) {
    this.composer = composer;
    this.box = composer.box;
    this.list = list;
    this.commands = [];
    this.at = 0;
    this.box.addEventListener("input", () => this.#look());
    this.box.addEventListener("blur", () => this.#shut());
    // Before the composer's own listener: an Enter that chooses must not send.
    this.box.addEventListener("keydown", (event) => this.#pressed(event), { capture: true });
  }

  offer(commands) {
    this.commands = commands;
  }

  #look() {
    const typed = this.box.value.toLowerCase();
    const begins = /^\/\S*$/.test(typed);
    this.found = begins ? this.commands.filter(({ command }) => command.startsWith(typed)) : [];
    if (this.found.some(({ command }) => command === typed)) this.found = [];
    if (!this.found.length) return this.#shut();
    this.at = 0;
    this.list.replaceChildren(...this.found.map((command, index) => this.#option(command, index)));
    this.list.hidden = false;
    this.#point();
  }

  #option({ command, label, help }, index) {
    const option = element(
      "li",
      { role: "option", id: `suggestion-${index}` },
      element("b", { text: command }),
      element("span", { text: label }),
      element("span", { class: "soft", text: help || "" }),
    );
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.at = index;
      this.#take();
    });
    return option;
  }

  #pressed(event) {
    if (this.list.hidden || event.isComposing || event.keyCode === 229) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      this.at = (this.at + moves[event.key] + this.found.length) % this.found.length;
      this.#point();
    } else if (event.key === "Enter" || event.key === "Tab") {
      if (event.shiftKey) return;
      this.#take();
    } else if (event.key === "Escape") this.#shut();
    else return;
    // The composer leaves alone what was prevented here.
    event.preventDefault();
  }

  #take() {
    this.composer.write(`${this.found[this.at].command} `);
    this.#shut();
  }

  #point() {
    for (const [index, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(index === this.at));
      if (index === this.at) option.scrollIntoView({ block: "nearest" });
    }
    this.box.setAttribute("aria-activedescendant", `suggestion-${this.at}`);
  }

  #shut() {
    this.list.hidden = true;
    this.box.removeAttribute("aria-activedescendant");
  }
}
