// What every form of this package has, beside view.js, which stands before this.

// No <form> element: browsers offer to store what a form with a password sends.
// No spell check: some browsers send the text that they check to a service.
const PRIVATE =
  'autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false" ' +
  'data-1p-ignore data-bwignore data-lpignore="true"';

// Keys stay here, and so does the menu: the notebook's has no "Paste" for a field.
function keepFromNotebook(element) {
  keepKeys(element);
  element.addEventListener("contextmenu", (event) => event.stopPropagation());
}
