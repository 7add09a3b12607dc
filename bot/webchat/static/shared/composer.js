// The box people write in. It grows, keeps the draft, counts near the limit, and never sends half a Chinese word.

const NEARLY = 0.9;

/** Wire a form with `textarea`, `.send`, `.counter` and `.notice`; `onsend` gets the text once it may go. */
export class Composer {
  constructor(form, { onsend, words }) {
    this.form = form;
    this.box = form.querySelector("textarea");
    this.button = form.querySelector(".send");
    this.counter = form.querySelector(".counter");
    this.notice = form.querySelector(".notice");
    this.onsend = onsend;
    this.words = words;
    this.limit = Infinity;
    this.shelf = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.box.addEventListener("keydown", (event) => this.#pressed(event));
    this.box.addEventListener("input", () => this.#changed());
    this.notice.querySelector("button").addEventListener("click", () => this.#hush());
    addEventListener("resize", () => this.#grow());
    this.#measure();
  }

  /** Keep drafts on this shelf from now on; what is already written wins over an older draft. */
  keepOn(shelf) {
    this.shelf = shelf;
    if (!this.box.value) this.box.value = shelf.get("draft") || "";
    this.#changed();
  }

  get text() {
    return this.box.value;
  }

  write(text) {
    this.box.value = text;
    this.#changed();
    this.box.focus();
    this.box.setSelectionRange(text.length, text.length);
  }

  /** Return a text the server did not take, above whatever has been written since, and say why. */
  giveBack(text, reason) {
    if (text) this.write(this.box.value.trim() ? `${text}\n${this.box.value}` : text);
    this.say(reason);
  }

  say(reason) {
    this.notice.querySelector("p").textContent = reason;
    this.notice.hidden = false;
  }

  limitTo(limit) {
    this.limit = limit || Infinity;
    this.#measure();
  }

  /** No more sending; what is written stays readable and can be copied. */
  shut() {
    this.box.readOnly = true;
    this.over = true;
    this.button.disabled = true;
  }

  #pressed(event) {
    // While a Chinese word is being chosen, Enter belongs to the input method (229: Safari's way of saying so).
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    if (event.shiftKey || event.altKey || event.defaultPrevented) return;
    if (touchOnly() && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.box.value;
    if (!text.trim() || this.over) return;
    this.#hush();
    // First the queue keeps it, then the draft is let go: at no moment is the text nowhere.
    this.onsend(text);
    this.box.value = "";
    this.#changed();
    this.box.focus();
  }

  #hush() {
    if (this.notice.contains(document.activeElement)) this.box.focus();
    this.notice.hidden = true;
  }

  #changed() {
    if (this.shelf && this.box.value) this.shelf.put("draft", this.box.value);
    else if (this.shelf) this.shelf.remove("draft");
    this.#grow();
    this.#measure();
  }

  #grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight + 2}px`;
  }

  /** Say how much room is left, once it matters. */
  #measure() {
    if (this.box.readOnly) return;
    const nearly = this.limit * NEARLY;
    // Characters as the server counts them (code points, never more than `length`); counted only when it matters.
    const used = this.box.value.length < nearly ? 0 : Array.from(this.box.value).length;
    this.over = used > this.limit;
    this.counter.hidden = used < nearly;
    this.counter.classList.toggle("over", this.over);
    const room = this.limit - used;
    if (!this.counter.hidden)
      this.counter.textContent = room < 0 ? this.words("over", -room) : this.words("left", room);
    this.button.disabled = this.over || !this.box.value.trim();
  }
}

/** A phone or tablet without a mouse: there Enter makes a new line and the button sends. */
const touchOnly = () => matchMedia("(pointer: coarse) and (hover: none)").matches;
