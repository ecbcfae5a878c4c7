// @ts-check
// What every widget of this package has.

/**
 * The kernel's side of a widget, as anywidget gives it.
 *
 * @typedef {object} Model
 * @property {(name: string) => any} get
 * @property {(event: string, listener: (value: any) => void) => void} on
 * @property {(event: string, listener: (value: any) => void) => void} off
 * @property {(message: object, callbacks?: undefined, buffers?: Uint8Array[]) => void} send
 *
 * @typedef {{ model: Model, el: HTMLElement }} Place where a widget is shown
 */

export const PATIENCE_MS = 3000;

/**
 * What to say when the kernel stays silent.
 *
 * @param {string} shown what the cell shows
 */
export const silence = (shown) =>
  "The kernel has not answered yet. It is busy with another cell, or it was " +
  `restarted: then run the cell with this ${shown} again.`;

/**
 * What to say when the kernel is gone: ipywidgets' models tell of that by an event,
 * "comm_live_update", which comes when a kernel is restarted.
 *
 * @param {string} shown what the cell shows
 */
export const gone = (shown) =>
  `The kernel was restarted: run the cell with this ${shown} again.`;

/** An id for one view alone: a widget may be shown twice on one page. */
export const newId = () => `paynet-${Math.random().toString(36).slice(2)}`;

/**
 * Finds a part of a widget's markup.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Element} el
 * @param {`${Tag}.${string}`} selector its tag and its class
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const find = (el, selector) => /** @type {any} */ (el.querySelector(selector));

/**
 * Makes an element.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string | Node | (string | Node)[]} content
 * @param {string} className
 */
export function make(tag, content = "", className = "") {
  const node = document.createElement(tag);
  node.append(...[content].flat());
  node.className = className;
  return node;
}

/**
 * Makes a badge; its colour is that of the outcome around it.
 *
 * @param {string} words a sign and a word
 */
export const badge = (words) => make("span", words, "badge");

/**
 * Hears what the kernel changes and sends; gives what ends that.
 *
 * @param {Model} model
 * @param {Record<string, (value: any) => void>} listeners by the name of an event
 */
export function hear(model, listeners) {
  const pairs = Object.entries(listeners);
  for (const [event, listener] of pairs) model.on(event, listener);
  return () => {
    for (const [event, listener] of pairs) model.off(event, listener);
  };
}

/**
 * What a form says: what happened, what to do, and where or how, each in a line.
 *
 * @typedef {{ state: string, text: string, advice?: string, where?: string }} Said
 */

/**
 * A line that says what happens; `wait` says so when the kernel stays silent.
 *
 * @param {HTMLElement} element
 * @param {string} shown what the cell shows
 */
export function statusLine(element, shown) {
  /** @type {number | undefined} */
  let timer;

  /** @param {Said} said */
  function show({ state, text, advice = "", where = "" }) {
    clearTimeout(timer);
    element.dataset.state = state;
    const more = [make("span", advice, "advice"), make("span", where, "quiet where")];
    element.replaceChildren(text, ...more.filter((line) => line.textContent));
  }

  /** @type {(state: string, text: string) => void} */
  const say = (state, text) => show({ state, text });

  function wait() {
    say("asking", "Sending to the kernel ...");
    timer = setTimeout(() => say("failed", silence(shown)), PATIENCE_MS);
  }

  const sayGone = () => say("failed", gone(shown));

  return { say, show, wait, sayGone };
}

/**
 * Keeps keys here: the notebook would take them for its shortcuts, D D deletes a cell.
 * Saving the notebook goes through.
 *
 * @param {HTMLElement} element
 */
export function keepKeys(element) {
  element.addEventListener("keydown", (event) => {
    const saves = (event.ctrlKey || event.metaKey) && event.key === "s";
    if (!saves) event.stopPropagation();
  });
}
