// Builds elements. Text only ever becomes a text node: nothing here, or anywhere on the pages, parses markup.

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  close: "M6 6l12 12M18 6 6 18",
  down: "M6 9l6 6 6-6",
  back: "M15 5l-7 7 7 7",
  clock: "M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0",
  tick: "M5 13l4.5 4.5L19 7.5",
  file: "M14 3H6v18h12V7zM14 3v4h4M12 11v6M9.5 14.5 12 17l2.5-2.5",
  lines: "M5 6h14M5 10.5h14M5 15h9M5 19.5h6",
  flag: "M5 21V4h13l-3 4.5L18 13H5",
  speaker: "M4 9.5v5h3.5l4.5 4v-13l-4.5 4zM15.5 9.5a3.5 3.5 0 0 1 0 5M18 7a7 7 0 0 1 0 10",
  stop: "M7 7h10v10H7z",
  mic: "M12 4a2.5 2.5 0 0 0-2.5 2.5v5a2.5 2.5 0 0 0 5 0v-5A2.5 2.5 0 0 0 12 4zM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3",
};

/** Create an element: `class`, `text` and `on…` listeners are special, `null` and `false` attributes are left out. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Draw one of the line icons; always decorative, the label stands beside it. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  drawing.append(path);
  return drawing;
}

/** Words for screen readers only. */
export const quiet = (text) => element("span", { class: "quiet", text });

// Only what an address may contain, so that 。and ， after one never become part of it.
const ADDRESS = /https?:\/\/[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+/g;

/** Give the text as nodes, web addresses as links that open elsewhere and carry no referrer. */
export function linked(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    if (!usable(address)) continue;
    nodes.push(text.slice(from, match.index), link(address));
    from = match.index + address.length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}

function trimmed(address) {
  let end = address;
  for (;;) {
    const unbalanced = end.endsWith(")") && end.split(")").length > end.split("(").length;
    if (!unbalanced && !/[.,;:!?'\]]$/.test(end)) return end;
    end = end.slice(0, -1);
  }
}

function usable(address) {
  try {
    return new URL(address).hostname !== "";
  } catch {
    return false;
  }
}

const link = (address) =>
  element("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow", text: address });

/** Guess the language of one message, for its font and for screen readers; the page's own may differ. */
export const languageOf = (text) =>
  /[\u3400-\u9fff]/.test(text) ? "zh-CN" : /[a-z]{2}/i.test(text) ? "en" : null;

/** Make an id no other device will make. Not `randomUUID` alone: that one is missing on plain http. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
