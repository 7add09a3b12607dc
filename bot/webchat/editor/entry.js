// What the candidate's page takes of CodeMirror; everything else is left out of the bundle.

import { StreamLanguage } from "@codemirror/language";
import { cpp, java } from "@codemirror/legacy-modes/mode/clike";
import { javascript } from "@codemirror/legacy-modes/mode/javascript";
import { python } from "@codemirror/legacy-modes/mode/python";
import { sqlite } from "@codemirror/legacy-modes/mode/sql";

export { defaultKeymap, history, historyKeymap, indentLess, indentMore, indentWithTab, undo } from "@codemirror/commands";
export { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
export { Compartment, EditorState } from "@codemirror/state";
export { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
export { tags } from "@lezer/highlight";

const modes = { python, javascript, java, cpp, sql: sqlite };

/** The five languages of coding tasks, by the names the server has for them. */
export const languages = Object.fromEntries(
  Object.entries(modes).map(([name, mode]) => [name, StreamLanguage.define(mode)]),
);
