// A transcript with the quotes a score rests on marked where they were said.

import { element, icon, languageOf, quiet } from "/static/chat/shared/elements.js";
import { spokenTime } from "/static/chat/shared/words.js";

const COLOURS = 5;

/** The whole transcript, with a legend of the competencies that have marks. */
export function transcript(block, desk) {
  const labels = [...new Set(block.turns.flatMap((turn) => (turn.marks || []).map((mark) => mark.label)))];
  const colour = (label) => `mark-${labels.indexOf(label) % COLOURS}`;
  const legend = labels.map((label) => element("li", { class: colour(label), text: label }));
  return element(
    "article",
    { class: "transcript" },
    element("h2", { text: block.title, lang: languageOf(block.title) }),
    labels.length ? element("ul", { class: "legend" }, ...legend) : null,
    element("ol", { class: "turns" }, ...block.turns.map((turn) => spokenTurn(turn, colour, desk))),
  );
}

function spokenTurn(turn, colour, { words }) {
  const who = turn.who === "bot" ? "bot" : "candidate";
  return element(
    "li",
    { class: `turn ${who}` },
    element(
      "p",
      { class: "soft" },
      element("span", { text: words(who) }),
      " ",
      turn.at ? element("time", { text: spokenTime(turn.at, words.tag) }) : null,
      turn.spoken ? element("span", { class: "spoken" }, icon("mic"), element("span", { text: turn.spoken })) : null,
    ),
    element("p", { class: "said", lang: languageOf(turn.text), dir: "auto" }, ...marked(turn, colour, words)),
    turn.facts ? element("p", { class: "soft facts", lang: languageOf(turn.facts), text: turn.facts }) : null,
  );
}

/** Cut the text at every edge of a mark. Positions count characters as the server does, so an emoji is one. */
function marked(turn, colour, words) {
  const characters = Array.from(turn.text);
  const marks = (turn.marks || []).filter((mark) => mark.start < mark.end);
  const edges = new Set([0, characters.length]);
  for (const mark of marks) edges.add(mark.start).add(mark.end);
  const cuts = [...edges]
    .filter((edge) => edge >= 0 && edge <= characters.length)
    .sort((one, other) => one - other);
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index];
    const text = characters.slice(start, end).join("");
    const over = marks.filter((mark) => mark.start <= start && mark.end >= end);
    return over.length ? highlight(text, over, colour, words) : text;
  });
}

function highlight(text, marks, colour, words) {
  const label = [...new Set(marks.map((mark) => mark.label))].join(" · ");
  return element(
    "mark",
    { class: colour(marks[0].label), tabindex: "0", "data-about": label },
    quiet(words("evidenceFor", label)),
    text,
  );
}
