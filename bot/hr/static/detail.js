// The panel beside the conversation on a wide screen, over it on a narrow one.

import { wholeCard } from "./card.js";
import { transcript } from "./transcript.js";

const at = (id) => document.getElementById(id);
const narrow = () => matchMedia("(max-width: 979px)").matches;

/** Shows one card or transcript at a time and gives focus back where it came from. */
export class Detail {
  constructor(desk) {
    this.desk = desk;
    this.block = null;
    at("back").addEventListener("click", () => this.close());
    at("detail").addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  get empty() {
    return this.block === null;
  }

  /** Draw the block; with `come` the panel also takes the screen (narrow) and the focus. */
  show(block, come) {
    this.block = block;
    at("sheet").replaceChildren(
      block.block === "card" ? wholeCard(block, this.desk) : transcript(block, this.desk),
    );
    at("sheet").scrollTop = 0;
    at("detail").setAttribute("aria-label", block.title);
    if (!come) return;
    this.before = document.activeElement;
    at("detail").classList.add("over");
    if (narrow()) this.#cover(true);
    (narrow() ? at("back") : at("sheet")).focus();
  }

  close() {
    at("detail").classList.remove("over");
    this.#cover(false);
    if (this.before && this.before.isConnected) this.before.focus();
  }

  /** What follows happens in the conversation: on a narrow screen, make way for it. */
  uncover() {
    if (narrow() && at("detail").classList.contains("over")) this.close();
  }

  // What lies underneath must not be reached by keyboard or screen reader.
  #cover(covered) {
    document.querySelector(".talk").inert = covered;
    document.querySelector(".top").inert = covered;
  }
}
