// One candidate's result: short inside the conversation, whole in the detail panel. Shows, never computes a score.

import { element, icon, languageOf } from "/static/chat/shared/elements.js";
import { choices, safeAddress } from "./pieces.js";

const SCALE = 10;

/** The card as it stands in the conversation: who, total, levels, what to do. */
export function shortCard(card, desk) {
  const open = element(
    "button",
    { type: "button", class: "more", onclick: () => desk.open(card) },
    desk.words("evidence"),
    element("span", { class: "quiet", text: ` ${card.title}` }),
  );
  return element(
    "article",
    { class: "card", "aria-label": card.title },
    heading(card, desk),
    element("ul", { class: "levels" }, ...card.rows.map((row) => shortLevel(row, desk))),
    flags(card, desk),
    element("div", { class: "foot" }, choices(card.buttons, desk), open),
  );
}

/** The whole card: picture, every level with its quotes, flags, the same buttons. */
export function wholeCard(card, desk) {
  const picture = safeAddress(card.picture);
  return element(
    "article",
    { class: "card whole" },
    heading(card, desk, "h2"),
    picture && element("figure", { class: "radar" }, element("img", { src: picture, alt: card.alt || "" })),
    flags(card, desk),
    element("ul", { class: "levels" }, ...card.rows.map((row) => wholeLevel(row, desk))),
    element("div", { class: "foot" }, choices(card.buttons, desk)),
  );
}

function heading(card, { words }, tag = "h3") {
  const badges = [
    card.total === null
      ? null
      : badge(words(card.passed ? "passed" : "failed"), card.passed ? "good" : "bad"),
    card.top && badge(words("top"), "top"),
    card.rank && badge(words("rank", card.rank), ""),
  ];
  return element(
    "header",
    { class: "card-head" },
    element(
      "div",
      { class: "card-name" },
      element(tag, { text: card.title, lang: languageOf(card.title) }),
      element("p", { class: "soft", text: card.subtitle }),
      element("p", { class: "badges" }, ...badges.filter(Boolean)),
    ),
    element(
      "p",
      { class: "total" },
      element("span", { class: "quiet", text: `${words("total")} ` }),
      element("strong", { text: card.total === null ? "–" : spoken(card.total) }),
      card.pass_mark === null
        ? null
        : element("span", { class: "soft", text: words("passMark", card.pass_mark) }),
    ),
  );
}

const badge = (text, tone) => element("span", { class: `badge ${tone}`, text });
const spoken = (number) => (Number.isInteger(number) ? String(number) : number.toFixed(1));

function shortLevel(row, desk) {
  return element(
    "li",
    { class: `level ${tone(row)}` },
    element("span", { class: "level-name", text: row.name }),
    bar(row),
    figure(row, desk),
  );
}

function wholeLevel(row, desk) {
  const { words } = desk;
  const facts = [
    typeof row.required === "number" && words("required", spoken(row.required)),
    row.confidence && words("confidence", row.confidence),
  ];
  return element(
    "li",
    { class: `level whole ${tone(row)}` },
    element(
      "div",
      { class: "level-line" },
      element("h3", { class: "level-name", text: row.name }),
      figure(row, desk),
    ),
    bar(row),
    element("p", { class: "soft facts" }, ...facts.filter(Boolean).map((text) => element("span", { text }))),
    row.note ? element("p", { class: "note", text: row.note, lang: languageOf(row.note) }) : null,
    quotes(row, words),
  );
}

function quotes(row, words) {
  if (!row.quotes || !row.quotes.length) return null;
  const said = row.quotes.map((quote) => element("blockquote", { text: quote, lang: languageOf(quote) }));
  return element("div", { class: "quotes", role: "group", "aria-label": words("quotes") }, ...said);
}

const known = (row) => typeof row.level === "number";
const tone = (row) => (!known(row) ? "unknown" : row.meets === false ? "misses" : "meets");

// The words carry the meaning; colour and bar only repeat it.
function figure(row, { words }) {
  if (!known(row)) return element("span", { class: "figure", text: words("abstained") });
  const verdict = typeof row.meets === "boolean" ? words(row.meets ? "meets" : "misses") : "";
  return element(
    "span",
    { class: "figure" },
    element("b", { text: row.level.toFixed(1) }),
    verdict && element("span", { class: "verdict", text: ` ${verdict}` }),
  );
}

function bar(row) {
  const strip = element("span", { class: "bar", "aria-hidden": "true" }, element("i"));
  strip.style.setProperty("--level", known(row) ? row.level / SCALE : 0);
  if (typeof row.required === "number") {
    strip.append(element("u"));
    strip.style.setProperty("--required", row.required / SCALE);
  }
  return strip;
}

function flags(card, { words }) {
  if (!card.flags || !card.flags.length) return null;
  const items = card.flags.map((text) => element("li", {}, icon("flag"), element("span", { text })));
  return element("ul", { class: "flags", "aria-label": words("flags") }, ...items);
}
