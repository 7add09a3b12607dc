// The box programs are written in: CodeMirror where it loads and the browser lets it keep its styles to itself, a
// plain text box everywhere else. Both are used in the same way; neither knows anything of tasks or of sending.

const PATIENCE = 5_000;
const INDENT = "    ";
const FINE = "(pointer: fine)";

/** CodeMirror's module, asked for once; null where it cannot be had. */
let library;
export function fetchEditor() {
  // Its styles go into a shadow root: there they need no exception from the page's content policy.
  const able = "adoptedStyleSheets" in Document.prototype && "attachShadow" in Element.prototype;
  library ||= able ? import("./vendor/codemirror.js").catch(() => null) : Promise.resolve(null);
  return library;
}

/** Put an editor into `host`; `onchange` hears of typing, `onrun` of Ctrl+Enter. Never fails, may take seconds. */
export async function openEditor(host, options) {
  const late = new Promise((give) => setTimeout(() => give(null), PATIENCE));
  const found = await Promise.race([fetchEditor(), late]);
  return found ? new Rich(found, host, options) : new Plain(host, options);
}

/** The same in both: `text`, `write(text)`, `type(text)`, `indent()`, `outdent()`, `undo()`, `speak(language)`, `focus()`. */
class Rich {
  constructor(found, host, { label, onchange, onrun }) {
    this.found = found;
    this.onchange = onchange;
    this.language = new found.Compartment();
    const frame = host.appendChild(document.createElement("div"));
    frame.className = "editor-frame";
    const root = frame.attachShadow({ mode: "open" });
    this.view = new found.EditorView({
      root,
      parent: root,
      state: found.EditorState.create({ extensions: this.#extensions(label, onrun) }),
    });
  }

  #extensions(label, onrun) {
    const { EditorState, EditorView, keymap } = this.found;
    const fine = matchMedia(FINE).matches;
    const run = { key: "Mod-Enter", run: () => (onrun(), true) };
    return [
      keymap.of([run, this.found.indentWithTab, ...this.found.historyKeymap, ...this.found.defaultKeymap]),
      this.found.history(),
      this.found.lineNumbers(),
      this.found.indentOnInput(),
      this.found.bracketMatching(),
      this.found.indentUnit.of(INDENT),
      EditorState.tabSize.of(4),
      this.language.of([]),
      this.found.syntaxHighlighting(colours(this.found)),
      // On a phone a line that leaves the screen is worse than one that goes on below.
      fine ? this.found.drawSelection() : EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label, dir: "ltr" }),
      EditorView.theme(LOOK),
      EditorView.updateListener.of((update) => update.docChanged && this.onchange()),
    ];
  }

  get text() {
    return this.view.state.doc.toString();
  }

  write(text) {
    const whole = { from: 0, to: this.view.state.doc.length };
    this.view.dispatch({ changes: { ...whole, insert: text } });
    this.view.dispatch({ selection: { anchor: this.view.state.doc.length } });
  }

  type(text) {
    this.view.dispatch(this.view.state.replaceSelection(text), { scrollIntoView: true, userEvent: "input" });
  }

  indent() {
    this.found.indentMore(this.view);
  }

  outdent() {
    this.found.indentLess(this.view);
  }

  undo() {
    this.found.undo(this.view);
  }

  speak(language) {
    this.view.dispatch({ effects: this.language.reconfigure(this.found.languages[language] || []) });
  }

  focus() {
    this.view.focus();
  }
}

/** A text box with the least a program needs: Tab indents, Escape and then Tab leaves. */
class Plain {
  constructor(host, { label, onchange, onrun }) {
    this.onchange = onchange;
    this.onrun = onrun;
    this.box = host.appendChild(document.createElement("textarea"));
    const settings = { class: "editor-plain", spellcheck: "false", autocapitalize: "off", autocomplete: "off" };
    for (const [name, value] of Object.entries({ ...settings, autocorrect: "off", dir: "ltr", "aria-label": label }))
      this.box.setAttribute(name, value);
    this.box.addEventListener("input", () => this.onchange());
    this.box.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #pressed(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return this.onrun();
    const leaves = event.key !== "Tab" || event.isComposing || this.leaving;
    this.leaving = event.key === "Escape";
    if (leaves) return undefined;
    event.preventDefault();
    return event.shiftKey ? this.outdent() : this.indent();
  }

  get text() {
    return this.box.value;
  }

  write(text) {
    this.box.value = text;
    this.box.setSelectionRange(text.length, text.length);
    this.onchange();
  }

  type(text) {
    this.box.setRangeText(text, this.box.selectionStart, this.box.selectionEnd, "end");
    this.onchange();
  }

  indent() {
    this.type(INDENT);
  }

  outdent() {
    const { value, selectionStart: at } = this.box;
    const start = value.lastIndexOf("\n", at - 1) + 1;
    const blank = /^ {0,4}/.exec(value.slice(start))[0].length;
    this.box.setRangeText("", start, start + blank);
    this.box.setSelectionRange(Math.max(start, at - blank), Math.max(start, at - blank));
    this.onchange();
  }

  undo() {
    document.execCommand("undo");
  }

  speak() {}

  focus() {
    this.box.focus();
  }
}

// The colours are the page's own, so that light and dark follow it.
const colours = ({ HighlightStyle, tags }) =>
  HighlightStyle.define([
    { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--code-keyword)", fontWeight: "600" },
    { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--code-string)" },
    { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
    { tag: [tags.comment, tags.meta], color: "var(--code-comment)" },
    { tag: [tags.definition(tags.variableName), tags.function(tags.variableName), tags.typeName], color: "var(--code-name)" },
    { tag: [tags.standard(tags.name), tags.standard(tags.variableName)], color: "var(--code-name)" },
  ]);

const LOOK = {
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--surface)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "var(--code-size)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--accent)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-gutters": { color: "var(--soft)", backgroundColor: "var(--sunken)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "26px", padding: "0 6px 0 4px" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent-line)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--code-selected)",
  },
};
