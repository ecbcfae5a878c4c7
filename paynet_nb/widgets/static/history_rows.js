// @ts-check
// The table of HistoryView: a row for each call, a stop for the keyboard, what is open.

import { make } from "./view.js";

/** What the columns are called, by the names that history_page.py gives their cells. */
const COLUMNS = {
  number: "No.",
  sent: "sent (UTC)",
  method: "method",
  path: "path",
  outcome: "outcome",
  ms: "ms",
  codes: "PayNet's codes",
  attempt: "attempt",
};
const NAMES = /** @type {(keyof typeof COLUMNS)[]} */ (Object.keys(COLUMNS));

/** @typedef {{ bad: boolean } & Record<keyof typeof COLUMNS, string>} Row */

/**
 * Names the cells of a page's rows, which come with their columns' names but once.
 *
 * @type {(columns: string[], rows: any[][]) => Row[]}
 */
export const rowsOf = (columns, rows) =>
  rows.map((cells) => {
    const pairs = columns.map((name, place) => [name, cells[place]]);
    return /** @type {Row} */ (Object.fromEntries(pairs));
  });

/** @param {Row} cells */
function rowOf(cells) {
  const button = make("button", cells.number);
  button.type = "button";
  button.tabIndex = -1;
  const { number, method, path } = cells;
  button.setAttribute("aria-label", `${number}, open ${method} ${path}`);
  const row = make(
    "tr",
    NAMES.map((name) => make("td", name === "number" ? button : cells[name], name)),
  );
  row.dataset.number = number;
  row.classList.toggle("bad", cells.bad);
  return row;
}

export class Rows {
  /**
   * @param {HTMLTableElement} table
   * @param {(number: number) => void} open is called with the number of a call
   */
  constructor(table, open) {
    const headings = NAMES.map((name) => {
      const heading = make("th", COLUMNS[name], name);
      heading.scope = "col";
      return heading;
    });
    this.body = make("tbody");
    table.append(make("thead", make("tr", headings)), this.body);
    /** @type {number | undefined} */
    this.opened = undefined;
    this.body.addEventListener("click", ({ target }) => {
      const row = /** @type {Element} */ (target).closest("tr");
      if (row) open(Number(row.dataset.number));
    });
    this.body.addEventListener("focusin", ({ target }) => {
      this.stopAt(/** @type {Element} */ (target).closest("button"));
    });
  }

  buttons() {
    return [...this.body.querySelectorAll("button")];
  }

  /**
   * A row that stays is not touched: it keeps the focus, and its place under the mouse.
   *
   * @param {Row[]} rows
   */
  show(rows) {
    const wanted = new Set(rows.map(({ number }) => number));
    const old = new Map([...this.body.rows].map((row) => [row.dataset.number, row]));
    let lost = false;
    for (const [number = "", row] of old) {
      if (wanted.has(number)) continue;
      lost ||= row.contains(document.activeElement);
      row.remove();
    }
    rows.forEach((cells, index) => {
      const row = old.get(cells.number) ?? rowOf(cells);
      const there = this.body.rows[index];
      if (there !== row) this.body.insertBefore(row, there ?? null);
    });
    const buttons = this.buttons();
    if (!buttons.some((button) => button.tabIndex === 0)) this.stopAt(buttons[0]);
    if (lost) buttons.at(-1)?.focus();
    this.mark(this.opened);
  }

  /**
   * Tab stops once in the table; the arrow keys go from row to row.
   *
   * @param {HTMLButtonElement | null | undefined} button
   */
  stopAt(button) {
    for (const other of this.buttons()) other.tabIndex = -1;
    if (button) button.tabIndex = 0;
  }

  /**
   * Shows which call is open.
   *
   * @param {number | undefined} opened
   */
  mark(opened) {
    this.opened = opened;
    for (const row of this.body.rows) {
      const here = row.dataset.number === String(opened);
      row.querySelector("button")?.setAttribute("aria-expanded", String(here));
      row.classList.toggle("opened", here);
    }
  }

  /**
   * Gives the focus to the row of a call, or to the first.
   *
   * @param {number | undefined} number
   */
  focus(number) {
    const rows = [...this.body.rows];
    const row = rows.find((one) => one.dataset.number === String(number)) ?? rows[0];
    row?.querySelector("button")?.focus();
  }

  /** @param {KeyboardEvent} event */
  goByKey(event) {
    const buttons = this.buttons();
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    /** @type {Record<string, number>} */
    const goals = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: buttons.length - 1,
    };
    const goal = goals[event.key];
    if (at < 0 || goal === undefined) return;
    event.preventDefault();
    buttons[goal]?.focus();
  }
}
