// The socket that comes back by itself. Knows nothing of what the frames mean, except that `closed` is final.

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 20_000;
const CONNECT_WITHIN = 10_000;
const ASLEEP = 30_000;

/** One connection that is kept up: `onstate` hears "connecting", "open", "waiting", "closed"; `onframe` every frame. */
export class Line {
  constructor({ path, hello, onframe, onstate }) {
    this.address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
    this.hello = hello;
    this.onframe = onframe;
    this.onstate = onstate;
    this.state = "waiting";
    this.failures = 0;
    this.hiddenSince = 0;
    addEventListener("online", () => this.reconnect());
    addEventListener("offline", () => this.onstate(this.state));
    addEventListener("pageshow", (event) => event.persisted && this.reconnect());
    document.addEventListener("visibilitychange", () => this.#looked());
  }

  start() {
    if (this.state === "connecting" || this.state === "open" || this.state === "closed") return;
    clearTimeout(this.timer);
    this.#enter("connecting");
    const socket = new WebSocket(this.address);
    this.socket = socket;
    this.timer = setTimeout(() => this.reconnect(), CONNECT_WITHIN);
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#heard(event.data);
    socket.onclose = () => this.#lost();
  }

  /** Send if the line is up; false means the caller must keep its copy and try again after the next `ready`. */
  send(frame) {
    if (this.state !== "open" || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Give up the present socket, which may be dead without knowing it, and connect afresh at once. */
  reconnect() {
    if (this.state === "closed") return;
    this.#drop();
    this.failures = 0;
    this.#enter("waiting");
    this.start();
  }

  /** End for good. */
  stop() {
    this.#drop();
    this.#enter("closed");
  }

  /** Allow a stopped line to start again, after signing in anew. */
  revive() {
    this.#drop();
    this.state = "waiting";
    this.start();
  }

  #opened() {
    clearTimeout(this.timer);
    this.#enter("open");
    this.send(this.hello());
  }

  #heard(raw) {
    let frame;
    try {
      frame = JSON.parse(raw);
    } catch {
      return;
    }
    // Only a frame proves the server well: one that accepts and hangs up must not be hammered.
    this.failures = 0;
    if (frame.type === "closed") this.stop();
    this.onframe(frame);
  }

  #lost() {
    this.#drop();
    const ceiling = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.failures);
    this.failures += 1;
    this.timer = setTimeout(() => this.start(), ceiling * (0.5 + Math.random() / 2));
    this.#enter("waiting");
  }

  // A phone that slept may hold a socket the network forgot long ago.
  #looked() {
    if (document.hidden) {
      this.hiddenSince = Date.now();
      return;
    }
    const slept = this.hiddenSince && Date.now() - this.hiddenSince > ASLEEP;
    if (slept || this.state === "waiting") this.reconnect();
  }

  #drop() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #enter(state) {
    this.state = state;
    this.onstate(state);
  }
}
