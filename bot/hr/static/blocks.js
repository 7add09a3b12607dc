// Turns the blocks of a reply into elements. One small function a kind; an unknown kind shows nothing.
// `desk` is what a block may use of the page: {words, tap(button), open(block), ask(block)}.

import { element, icon, languageOf, linked } from "/static/chat/shared/elements.js";
import { shortCard } from "./card.js";
import { choices, safeAddress } from "./pieces.js";
import { program } from "./program.js";

/** Render one block for the conversation; null if there is nothing to show. */
export function render(block, desk) {
  const draw = kinds[block.block];
  return draw ? draw(block, desk) : null;
}

const kinds = {
  text: (block) => bubble(block.text),
  card: shortCard,
  table,
  transcript: (block, desk) => opener(block, block.title, desk),
  program,
  file,
  picture,
  buttons: (block, desk) => choices(block.buttons, desk),
  ask,
};

function bubble(text) {
  return element("div", { class: "bubble", lang: languageOf(text), dir: "auto" }, ...linked(text));
}

function table(block, desk) {
  const actions = block.actions || [];
  const acting = actions.some((buttons) => buttons && buttons.length);
  const heads = block.columns.map((column) => element("th", { scope: "col", text: column }));
  if (acting)
    heads.push(
      element("th", { scope: "col" }, element("span", { class: "quiet", text: desk.words("actions") })),
    );
  const rows = block.rows.map((cells, index) => {
    const shown = cells.map((cell) => element("td", { class: isNumber(cell) ? "number" : null, text: cell }));
    if (acting) shown.push(element("td", { class: "acts" }, choices(actions[index], desk)));
    return element("tr", {}, ...shown);
  });
  return element(
    "div",
    { class: "table", role: "region", tabindex: "0", "aria-label": desk.words("table") },
    element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows)),
  );
}

const isNumber = (cell) => /^[-+]?[\d.,/%\s–]+$/.test(cell) && /\d/.test(cell);

function opener(block, title, desk) {
  return element(
    "button",
    { type: "button", class: "opener", onclick: () => desk.open(block) },
    icon("lines"),
    element("span", { text: title, lang: languageOf(title) }),
    element("span", { class: "more", text: desk.words("look") }),
  );
}

function file(block, { words }) {
  const address = safeAddress(block.url);
  const label = element("span", { text: block.name });
  if (!address)
    return element(
      "p",
      { class: "opener" },
      icon("file"),
      label,
      element("span", { text: words("badAddress") }),
    );
  return element(
    "a",
    { class: "opener", href: address, download: block.name, "aria-label": words("open", block.name) },
    icon("file"),
    label,
  );
}

function picture(block) {
  const address = safeAddress(block.url);
  return (
    address && element("figure", { class: "radar" }, element("img", { src: address, alt: block.alt || "" }))
  );
}

function ask(block, desk) {
  return element(
    "div",
    { class: "ask" },
    element("p", { text: block.text, lang: languageOf(block.text) }),
    choices(block.buttons, desk),
  );
}
