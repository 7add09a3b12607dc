// The candidate's page: joins socket, queue, messages and composer. Decides nothing about the interview; all it
// promises is that nothing typed is lost, and that every message shows once.

import { newId } from "./shared/elements.js";
import { speaking } from "./shared/words.js";
import { Line } from "./shared/line.js";
import { Outbox, Shelf } from "./shared/outbox.js";
import { Composer } from "./shared/composer.js";
import { Follow } from "./shared/follow.js";
import { fitScreen } from "./shared/frame.js";
import { Thread } from "./thread.js";
import { Menu } from "./menu.js";
import { Recorder } from "./recorder.js";
import { Listen } from "./listen.js";
import { CodeDesk } from "./code.js";
import { texts } from "./texts.js";

const AFTER_HISTORY = 700;
const LONGEST_TYPING = 30_000;
const BLINK = 1_500;

const at = (id) => document.getElementById(id);
const path = location.pathname.replace(/\/+$/, "");
const words = speaking(texts);
const shelf = new Shelf(`colloquy:${path}:`);
const follow = new Follow(at("view"), at("pill"), words);
const listen = new Listen({ path: `${path}/spoken`, words, ontrouble: (name) => composer.say(words(name)) });
const thread = new Thread(at("log"), {
  words,
  listen,
  ontap: tap,
  oncommand: (command) => line.state === "closed" || write(command),
  oncorrect: (heard) => composer.text.trim() || composer.write(heard),
});
const composer = new Composer(at("composer"), { onsend: write, words });
const menu = new Menu(at("more"), at("menu"), pick);
let bot = "";
const recorder = new Recorder(at("mic"), at("recording"), {
  path: `${path}/voice`,
  newId,
  onbegin: () => listen.stop(),
  onsend: (id, seconds) => {
    const item = { frame: { id, voice: seconds }, shown: "", order: Date.now() };
    follow.added(thread.sending(item, standing()).node, { own: true });
  },
  onsent: (id, seq) => thread.acknowledged(id, seq),
  onlost: (id) => thread.withdraw(id),
  ontrouble: (name) => composer.say(words(name)),
});
const desk = new CodeDesk(at, { path, words, shelf, onsend: write });
const line = new Line({
  path: `${path}/socket`,
  hello: () => ({ type: "hello", after: thread.last, zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "" }),
  onframe: (frame) => receive[frame.type] && receive[frame.type](frame),
  onstate: show,
});
const outbox = new Outbox(shelf, line);

const receive = {
  ready(frame) {
    at("title").removeAttribute("data-text");
    at("title").textContent = frame.title;
    at("company").textContent = frame.company;
    at("face").textContent = Array.from(frame.company || frame.title)[0];
    document.title = [frame.title, frame.company].filter(Boolean).join(" · ");
    composer.limitTo(frame.limit);
    recorder.offer(frame.voice);
    listen.offer(frame.spoken || []);
    bot = frame.telegram || "";
    translate(frame);
    remember();
    outbox.flush();
  },
  say(frame) {
    typing({ on: false });
    banner("");
    const row = thread.say(frame);
    if (!row) return;
    progress(frame);
    desk.heard(frame);
    arrived(row);
  },
  you(frame) {
    const row = thread.you(frame);
    outbox.settle(frame.id);
    if (row) arrived(row, { counts: false });
  },
  ack(frame) {
    outbox.settle(frame.id);
    thread.acknowledged(frame.id, frame.seq);
  },
  refused(frame) {
    const item = outbox.settle(frame.id);
    thread.withdraw(frame.id);
    composer.giveBack(item && item.frame.type === "text" ? item.frame.text : "", frame.text);
  },
  typing,
  note(frame) {
    typing({ on: false });
    banner(frame.text, "connecting");
  },
  language: translate,
  closed(frame) {
    at("more").disabled = true;
    typing({ on: false });
    composer.shut();
    recorder.offer(false);
    listen.stop();
    desk.end();
    thread.pending("unsent");
    banner(frame.text, "closed");
  },
};

/** A command of the menu; the one to Telegram leads there, with the token that this page's own address ends in. */
function pick(command) {
  if (command !== "/telegram") return write(command);
  location.href = `https://t.me/${bot}?start=${path.split("/").pop()}`;
}

function write(text) {
  post({ type: "text", id: newId(), text, seen: thread.turn }, text);
}

function tap(button) {
  // A second tap while the first is still on its way is the same answer.
  const same = [...outbox.waiting.values()].some(({ frame }) => frame.value === button.value);
  if (same || line.state === "closed") return;
  post({ type: "button", id: newId(), value: button.value, seen: thread.turn }, button.label);
}

function post(frame, shown) {
  const row = thread.sending(outbox.add(frame, shown), standing());
  row.node.classList.add("fresh");
  follow.added(row.node, { own: true });
}

/** Messages written before a reload and not yet acknowledged are shown again, and sent again after `ready`. */
let remembered = false;
function remember() {
  if (remembered) return;
  remembered = true;
  for (const item of outbox.waiting.values()) thread.sending(item, standing());
  follow.end();
}

const standing = () => (line.state === "open" && navigator.onLine ? "sending" : "queued");

// History is put on the screen silently; only what comes after it is animated and read out.
let live = false;
let quietTimer = setTimeout(() => {}, 0);
function arrived(row, { counts = true } = {}) {
  if (live) row.node.classList.add("fresh");
  follow.added(row.node, { counts: live && counts });
  if (live) return;
  clearTimeout(quietTimer);
  quietTimer = setTimeout(() => {
    live = true;
    at("log").setAttribute("aria-live", "polite");
  }, AFTER_HISTORY);
}

let typingTimer = 0;
function typing({ on }) {
  clearTimeout(typingTimer);
  at("typing").hidden = !on;
  if (!on) return;
  follow.added(at("typing"), { counts: false });
  typingTimer = setTimeout(() => typing({ on: false }), LONGEST_TYPING);
}

let steps = null;
function progress(frame) {
  if (frame && frame.kind === "result") steps = null;
  else if (frame && frame.progress) steps = frame.progress;
  at("progress").hidden = !steps;
  if (!steps) return;
  const [number, total] = steps;
  at("progress-words").textContent = words("progress", number, total);
  const track = at("progress").querySelector(".track");
  track.setAttribute("aria-valuenow", number);
  track.setAttribute("aria-valuemax", Math.max(number, total));
  track.style.setProperty("--part", Math.min(1, number / total));
}

function translate({ language, commands }) {
  words.use(language);
  if (commands) {
    thread.commands = new Map(commands.map(({ command, label }) => [command, label]));
    menu.offer(commands);
  }
  thread.retell();
  listen.retell();
  desk.retell();
  progress();
  show(line.state);
}

let blink = 0;
function show(state) {
  clearTimeout(blink);
  if (state !== "open") {
    outbox.pause();
    typing({ on: false });
  }
  if (state === "closed") return;
  thread.pending(standing());
  if (!navigator.onLine) return banner(words("offline"), "offline");
  if (state === "open") return banner("");
  // A short break is nobody's business.
  blink = setTimeout(() => banner(words("connecting"), "connecting"), BLINK);
}

function banner(text, kind = "") {
  const strip = at("banner");
  strip.className = `banner ${kind}`;
  strip.textContent = text;
  strip.hidden = !text;
}

addEventListener("beforeunload", (event) => shelf.fragile && event.preventDefault());
fitScreen();
composer.keepOn(shelf);
line.start();
