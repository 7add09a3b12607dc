// Keeps the newest message in view, unless the person is reading further up: then a pill says that there is more.

const NEAR = 80;

/** Follow the end of `view` (the scrolling element); `pill` is a button with a `span` for its words. */
export class Follow {
  constructor(view, pill, words) {
    this.view = view;
    this.pill = pill;
    this.words = words;
    this.unread = 0;
    this.near = true;
    view.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    pill.addEventListener("click", () => this.end());
    // A keyboard that opens, a composer that grows: whoever was at the end stays there.
    new ResizeObserver(() => this.near && this.#toEnd()).observe(view);
  }

  /** Call after adding `node`; `own` messages always come into view, `counts` adds to the pill's number. */
  added(node, { own = false, counts = true } = {}) {
    if (own) return this.end();
    if (!this.near) return counts ? this.#missed() : undefined;
    this.#toEnd();
    // A message taller than the screen is read from its beginning.
    const top = node.offsetTop - 12;
    if (top < this.view.scrollTop) this.view.scrollTop = top;
  }

  end() {
    this.#toEnd();
    this.near = true;
    this.#clear();
  }

  #toEnd() {
    this.view.scrollTop = this.view.scrollHeight;
  }

  #missed() {
    this.unread += 1;
    this.pill.querySelector("span").textContent = this.words("unread", this.unread);
    this.pill.hidden = false;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.view;
    this.near = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.near) this.#clear();
  }

  #clear() {
    this.unread = 0;
    this.pill.hidden = true;
  }
}
