// @ts-check
// What every form of this package has.

import { keepKeys } from "./view.js";

// No <form> element: browsers offer to store what a form with a password sends.
// No spell check: some browsers send the text that they check to a service.
export const PRIVATE =
  'autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false" ' +
  'data-1p-ignore data-bwignore data-lpignore="true"';

/**
 * Keeps keys here, and the menu: the notebook's has no "Paste" for a field.
 *
 * @param {HTMLElement} element
 */
export function keepFromNotebook(element) {
  keepKeys(element);
  element.addEventListener("contextmenu", (event) => event.stopPropagation());
}
