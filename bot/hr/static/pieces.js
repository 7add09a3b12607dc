// What blocks and cards have in common.

import { element } from "/static/chat/shared/elements.js";

// The same buttons may stand in the conversation and in the panel; what was tapped shows in both.
const taken = new WeakMap();

/** Buttons in a row; they come to rest once one was tapped, and keep working. */
export function choices(buttons, desk) {
  if (!buttons || !buttons.length) return null;
  const group = element("div", { class: "choices", role: "group", "aria-label": desk.words("actions") });
  for (const button of buttons) {
    const tapped = () => desk.tap(button) && mark(buttons, button);
    group.append(element("button", { type: "button", class: "choice", text: button.label, onclick: tapped }));
  }
  const known = taken.get(buttons) || { groups: [], chosen: null };
  taken.set(buttons, known);
  known.groups.push(group);
  mark(buttons, known.chosen);
  return group;
}

function mark(buttons, chosen) {
  const known = taken.get(buttons);
  known.chosen = chosen;
  known.groups = known.groups.filter(
    (group) => group.isConnected || group === known.groups[known.groups.length - 1],
  );
  for (const group of known.groups) {
    group.classList.toggle("past", chosen !== null);
    for (const [index, node] of [...group.children].entries()) {
      node.classList.toggle("chosen", buttons[index] === chosen);
    }
  }
}

/** Only this server's own pages and plain web addresses may be opened. */
export function safeAddress(address) {
  try {
    const url = new URL(address, location.href);
    return address && /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
