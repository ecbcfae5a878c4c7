// @ts-check
// What every form of this package has.

import { keepKeys, newId } from "./view.js";

// No <form> element: browsers offer to store what a form with a password sends.
// No spell check: some browsers send the text that they check to a service.
export const PRIVATE =
  'autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false" ' +
  'data-1p-ignore data-bwignore data-lpignore="true"';

/**
 * Writes a form to its place; gives the id of this view.
 *
 * @param {HTMLElement} el
 * @param {string} kind the form's own class
 * @param {(id: string) => string} markup
 */
export function begin(el, kind, markup) {
  const id = newId();
  el.classList.add("paynet-view", "paynet-live", "paynet-form", kind);
  el.innerHTML = markup(id);
  return id;
}

/**
 * Keeps keys here, and the menu: the notebook's has no "Paste" for a field.
 *
 * @param {HTMLElement} element
 */
export function keepFromNotebook(element) {
  keepKeys(element);
  element.addEventListener("contextmenu", (event) => event.stopPropagation());
}
