// A candidate's program: the task, what the tests say, the code in colours, and the candidate's own words about it.

import { element, languageOf, linked } from "/static/chat/shared/elements.js";

/** The whole block; colours come as pieces of text with a class, nothing is parsed here. */
export function program(block) {
  const asked = element("p", { class: "soft", lang: languageOf(block.asked), text: block.asked });
  const facts = block.facts.map((fact) => element("p", { lang: languageOf(fact) }, ...linked(fact)));
  const tests = block.tests.map(({ name, passed, why }) =>
    element(
      "li",
      { class: passed ? "passed" : "failed" },
      element("code", { text: name }),
      why ? element("span", { lang: languageOf(why), text: ` ${why}` }) : null,
    ),
  );
  return element(
    "article",
    { class: "program-block" },
    element("h2", { text: block.title, lang: languageOf(block.title) }),
    asked,
    ...facts,
    element("h3", { text: block.heading }),
    element("ul", { class: "tests" }, ...tests),
    code(block),
    element("h3", { text: block.said_by }),
    element("p", { class: "said", lang: languageOf(block.said), dir: "auto" }, ...linked(block.said)),
  );
}

function code(block) {
  const lines = block.lines.flatMap((pieces, number) => [
    ...(number ? ["\n"] : []),
    ...pieces.map(([name, text]) => (name ? element("span", { class: `code-${name}`, text }) : text)),
  ]);
  return element("pre", { class: "program", dir: "ltr", tabindex: "0", "aria-label": block.title }, ...lines);
}
