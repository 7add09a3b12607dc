// HR's page: joins socket, queue, conversation and detail panel. The commands and what they do live on the server.

import { element, newId } from "/static/chat/shared/elements.js";
import { speaking } from "/static/chat/shared/words.js";
import { Line } from "/static/chat/shared/line.js";
import { Outbox, Shelf } from "/static/chat/shared/outbox.js";
import { Composer } from "/static/chat/shared/composer.js";
import { Follow } from "/static/chat/shared/follow.js";
import { fitScreen } from "/static/chat/shared/frame.js";
import { Files } from "./files.js";
import { Detail } from "./detail.js";
import { Door, serverAnswers } from "./signin.js";
import { Suggest } from "./suggest.js";
import { Talk } from "./talk.js";
import { texts } from "./texts.js";

const TOAST = 12_000;
const BLINK = 1_500;
const TITLE = document.title;

const at = (id) => document.getElementById(id);
const words = speaking(texts);
const desk = { words, tap, open: (block) => detail.show(block, true) };
const detail = new Detail(desk);
const talk = new Talk(at("log"), desk);
const follow = new Follow(at("view"), at("pill"), words);
const composer = new Composer(at("composer"), { onsend: write, words });
const files = new Files({
  words,
  send: (value, label) => tap({ value, label }),
  refuse: (text) => composer.say(text),
});
const suggest = new Suggest(composer, at("suggestions"));
const line = new Line({
  path: "/hr/socket",
  hello: () => ({ type: "hello", after: heard }),
  onframe: hear,
  onstate: show,
});
// The time of the newest frame: a page that comes back by itself asks for what it was told meanwhile.
let heard = 0;
const told = new Set();
const door = new Door(words, () => line.revive());

// What is on its way belongs to one person: a colleague signing in at the same desk must not send it.
let person = null;
let outbox = null;

const receive = {
  ready(frame) {
    const another = person !== null && person !== `${frame.role}:${frame.name}`;
    if (another) return location.reload();
    at("signin").hidden = true;
    at("desk").hidden = false;
    words.use(frame.language);
    at("name").textContent = frame.name;
    const role = frame.role.replace("-", "_");
    at("role").textContent = words.has(role) ? words(role) : frame.role;
    offer(frame.commands);
    if (person === null) settleIn(`${frame.role}:${frame.name}`);
    talk.broke();
    outbox.flush();
    show(line.state);
  },
  ack(frame) {
    outbox.settle(frame.id);
    talk.acknowledged(frame.id);
    waiting();
  },
  refused(frame) {
    const item = outbox.settle(frame.id);
    talk.withdraw(frame.id);
    composer.giveBack(item && item.frame.type === "text" ? item.frame.text : "", frame.text);
    waiting();
  },
  reply(frame) {
    if (frame.to) outbox.settle(frame.to);
    const mine = talk.own.has(frame.to);
    const node = talk.reply(frame);
    waiting();
    follow.added(node);
    present(frame, mine);
  },
  language: ({ language }) => words.use(language),
  closed: (frame) => door.ask(frame.text),
};

function hear(frame) {
  if (!receive[frame.type]) return;
  if (frame.key && told.has(frame.key)) return;
  if (frame.key) told.add(frame.key);
  receive[frame.type](frame);
  if (frame.at) heard = Math.max(heard, frame.at);
}

function settleIn(who) {
  person = who;
  const shelf = new Shelf(`colloquy:hr:${who}:`);
  outbox = new Outbox(shelf, line);
  composer.keepOn(shelf);
  for (const item of outbox.waiting.values()) talk.mine(item.frame.id, item.shown, standing());
  addEventListener("beforeunload", (event) => shelf.fragile && event.preventDefault());
  if (!matchMedia("(pointer: coarse)").matches) composer.box.focus();
}

function offer(commands) {
  suggest.offer(commands);
  const chip = ({ command, label, help }) =>
    element(
      "button",
      { type: "button", class: "chip", title: help || null, onclick: () => write(command) },
      label,
      element("span", { class: "soft", text: command }),
    );
  // A command that needs a name or more is typed, or pressed on a card.
  files.allowed = commands.some(({ command }) => command === "/pack");
  const picking = files.allowed ? files.chip() : [];
  at("chips").replaceChildren(...commands.filter(({ more }) => !more).map(chip), ...picking);
}

function write(text) {
  post({ type: "text", id: newId(), text: text.trim() }, text.trim());
}

/** Send a button's value; false if the same one is still on its way. */
function tap(button) {
  const same = [...outbox.waiting.values()].some(({ frame }) => frame.value === button.value);
  if (same) return false;
  detail.uncover();
  post({ type: "button", id: newId(), value: button.value }, button.label);
  return true;
}

function post(frame, shown) {
  outbox.add(frame, shown);
  follow.added(talk.mine(frame.id, shown, standing()), { own: true });
  asking(null);
  // A quick answer needs no dots.
  setTimeout(waiting, 250);
}

const standing = () => (line.state === "open" && navigator.onLine ? "sending" : "queued");

function waiting() {
  at("typing").hidden = !(line.state === "open" && talk.awaiting);
  if (!at("typing").hidden) follow.added(at("typing"), { counts: false });
}

/** Bring a reply where it belongs: asked for → into the panel; come by itself → a toast, and nobody is disturbed. */
function present({ blocks, key }, mine) {
  if (key && document.hidden) document.title = `● ${blocks[0].text || TITLE}`;
  const opens = blocks.find(({ block }) => block === "card" || block === "transcript");
  const question = blocks.find(({ block }) => block === "ask");
  if (opens && (mine || detail.empty)) detail.show(opens, false);
  if (opens && !mine) toast(opens);
  if (question) asking(question.text, mine);
}

function asking(text, focus = false) {
  at("asking").hidden = !text;
  at("chips").hidden = Boolean(text);
  at("asking").textContent = text ? words("asking") + text : "";
  if (text && focus) composer.box.focus();
}

function toast(block) {
  const text = words("newResult", block.title);
  const look = element("button", { type: "button", class: "more", text: words("look") });
  const note = element("div", { class: "toast" }, element("p", { text }), look);
  look.addEventListener("click", () => {
    note.remove();
    detail.show(block, true);
  });
  at("toasts").append(note);
  setTimeout(() => note.matches(":hover, :focus-within") || note.remove(), TOAST);
  if (document.hidden) document.title = `● ${text}`;
}

let blink = 0;
function show(state) {
  clearTimeout(blink);
  if (state !== "open" && outbox) outbox.pause();
  talk.pending(standing());
  waiting();
  if (state === "waiting" && person === null) return refusedAtTheDoor();
  if (!navigator.onLine) return lamp("offline");
  if (state === "open") return lamp("online");
  blink = setTimeout(() => lamp("connecting"), BLINK);
}

// A refused socket looks like a missing network. If the page itself can be had, it is the session that is missing.
async function refusedAtTheDoor() {
  if (line.failures === 0 || !(await serverAnswers()) || person !== null || line.state === "open") return;
  if (at("signin").hidden) door.ask();
}

function lamp(state) {
  at("lamp").className = state;
  at("standing").textContent = words(state);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.title = TITLE;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.matches("input, textarea") || at("desk").hidden) return;
  event.preventDefault();
  composer.box.focus();
});
fitScreen();
door.start();
