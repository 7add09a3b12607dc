// The ⋯ menu: the commands the server offers, reachable by thumb, mouse, keyboard and screen reader.

import { element } from "./shared/elements.js";

const FINAL = new Set(["/stop", "/delete"]);

/** Open and close `menu` under `button`; `onpick(command)` hears which command was taken. */
export class Menu {
  constructor(button, menu, onpick) {
    this.button = button;
    this.menu = menu;
    this.onpick = onpick;
    button.addEventListener("click", () => (menu.hidden ? this.open() : this.close()));
    button.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      this.open();
    });
    menu.addEventListener("keydown", (event) => this.#pressed(event));
    menu.addEventListener("focusout", (event) => this.#left(event));
    document.addEventListener("pointerdown", (event) => this.#outside(event));
  }

  /** Offer these commands, those that end things last and set apart. */
  offer(commands) {
    const kept = commands.filter(({ command }) => !FINAL.has(command));
    const final = commands.filter(({ command }) => FINAL.has(command));
    const rule = kept.length && final.length ? [element("div", { role: "separator" })] : [];
    this.menu.replaceChildren(...kept.map(this.#item), ...rule, ...final.map(this.#item));
    this.button.disabled = commands.length === 0;
  }

  open() {
    this.menu.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.#items()[0].focus();
  }

  close(back = true) {
    if (this.menu.hidden) return;
    this.menu.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (back) this.button.focus();
  }

  #item = ({ command, label }) =>
    element(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        class: FINAL.has(command) ? "final" : null,
        onclick: () => {
          this.close();
          this.onpick(command);
        },
      },
      element("span", { text: label }),
      element("span", { class: "command", text: command }),
    );

  #items() {
    return [...this.menu.querySelectorAll("[role=menuitem]")];
  }

  #pressed(event) {
    const items = this.#items();
    const at = items.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
    if (event.key === "Escape") this.close();
    else if (event.key === "Tab") this.close(false);
    else if (event.key in steps) {
      event.preventDefault();
      items[(steps[event.key] + items.length) % items.length].focus();
    }
  }

  #left(event) {
    const to = event.relatedTarget;
    if (to && !this.menu.contains(to) && to !== this.button) this.close(false);
  }

  #outside(event) {
    if (!this.menu.contains(event.target) && !this.button.contains(event.target)) this.close(false);
  }
}
