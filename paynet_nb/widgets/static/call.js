// @ts-check
// One call in HistoryView. What comes from servers is put into the page as text; tables
// alone come as HTML, in which the kernel has escaped each text.

import { find, make } from "./view.js";

/**
 * What the kernel sends of a call, in call_page.py.
 *
 * @typedef {[string, string][]} Facts
 * @typedef {{ note?: string, text?: string, tree?: Tree }} Body
 * @typedef {string | { kind: [string, string], size: number, items: [string, any][] }} Tree
 * @typedef {object} Exchange
 * @property {number} number
 * @property {string} title
 * @property {Facts} about
 * @property {Body} answer
 * @property {Facts} headers
 * @property {Facts} request
 * @property {Body} sent
 * @property {Body} curl
 */

/**
 * Shows a call and gives it the focus.
 *
 * @param {HTMLElement} section
 * @param {Exchange} call
 * @param {{ close: () => void, tables: () => void }} actions
 */
export function showExchange(section, call, { close, tables }) {
  const title = make("div", call.title, "title");
  title.setAttribute("role", "heading");
  title.setAttribute("aria-level", "5");
  title.tabIndex = -1;
  const closing = make("button", "Close");
  closing.type = "button";
  closing.addEventListener("click", close);
  const asTables = folded("answer as tables", make("p", "asking the kernel ..."));
  asTables.classList.add("tables");
  asTables.addEventListener("toggle", tables, { once: true });
  section.replaceChildren(
    title,
    factsOf(call.about),
    unfolded("answer", ...bodyOf(call.answer)),
    asTables,
    folded("answer's headers", factsOf(call.headers)),
    folded("request", factsOf(call.request)),
    folded("body sent", ...bodyOf(call.sent)),
    folded("cURL", ...bodyOf(call.curl)),
    closing,
  );
  section.setAttribute("aria-label", `Call ${call.number}`);
  section.hidden = false;
  title.focus();
}

/**
 * Shows the tables of the call that is shown.
 *
 * @param {HTMLElement} section
 * @param {{ note: string, tables: [string, string][] }} answer names and HTML
 */
export function showTables(section, { note, tables }) {
  const shown = tables.map(([name, html]) => {
    const box = make("div", make("b", name), "scroll");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", `table ${name}`);
    box.insertAdjacentHTML("beforeend", html);
    return box;
  });
  const details = find(section, "details.tables");
  const [summary] = details.children;
  details.replaceChildren(summary, ...(note ? [make("p", note)] : []), ...shown);
}

/** @type {(name: string, ...content: Node[]) => HTMLDetailsElement} */
function folded(name, ...content) {
  return make("details", [make("summary", name), ...content]);
}

/** @type {typeof folded} */
function unfolded(name, ...content) {
  const details = folded(name, ...content);
  details.open = true;
  return details;
}

/** @param {Facts} pairs */
function factsOf(pairs) {
  const table = make("table", "", "facts");
  for (const [name, text] of pairs) {
    const row = table.insertRow();
    const heading = make("th", name);
    heading.scope = "row";
    row.append(heading);
    row.insertCell().textContent = text;
  }
  return pairs.length ? table : make("p", "nothing");
}

/** @param {Body} body */
function bodyOf({ note, text, tree }) {
  /** @type {HTMLElement[]} */
  const parts = note ? [make("p", note)] : [];
  if (text !== undefined) parts.push(make("pre", text));
  if (tree !== undefined) parts.push(make("div", nodeOf(null, tree, 0), "tree"));
  return parts;
}

/**
 * Numbers come as texts: JavaScript would make 10 of 10.00.
 *
 * @type {(name: string | null, node: Tree, depth: number) => HTMLElement}
 */
function nodeOf(name, node, depth) {
  // The root has no name; a name of nothing, or of spaces, is seen by its quotes.
  const label = name === null ? "" : `${name.trim() === "" ? `"${name}"` : name}: `;
  if (typeof node === "string") return make("div", [make("b", label), node]);
  const [start, end] = node.kind;
  const items = node.items.map(([key, value]) => nodeOf(key, value, depth + 1));
  const summary = make("summary", [make("b", label), `${start} ${node.size} ${end}`]);
  const details = make("details", [summary, ...items]);
  details.open = depth < 3 && node.size <= 20;
  return details;
}
