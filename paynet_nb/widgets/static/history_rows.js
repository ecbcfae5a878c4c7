// @ts-check
// The table of HistoryView: what stands in it, a stop for the keyboard, what is open.

import { COLUMNS, callLine, dayLine, NAMES, runLine, runsOf } from "./history_lines.js";
import { make } from "./view.js";

/**
 * @typedef {import("./history_lines.js").Call} Call
 * @typedef {import("./history_lines.js").Line} Line
 */

const FOLDED_FROM = 5; // calls

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
    /** @type {Call[]} */
    this.calls = [];
    /** @type {Set<string>} */
    this.unfolded = new Set();
    this.body.addEventListener("click", ({ target }) => {
      const row = /** @type {Element} */ (target).closest("tr");
      if (row?.dataset.run) this.toggle(row.dataset.run);
      else if (row?.dataset.number) open(Number(row.dataset.number));
    });
    this.body.addEventListener("focusin", ({ target }) => {
      this.stopAt(/** @type {Element} */ (target).closest("button"));
    });
  }

  /** @param {string} run */
  toggle(run) {
    if (!this.unfolded.delete(run)) this.unfolded.add(run);
    this.show(this.calls);
  }

  buttons() {
    return [...this.body.querySelectorAll("button")];
  }

  /** @param {Call[]} calls */
  lines(calls) {
    /** @type {Line[]} */
    const lines = [];
    let day = "";
    for (const run of runsOf(calls)) {
      const [last] = run;
      if (last.day !== day) {
        day = last.day;
        lines.push(dayLine(day, ""));
      }
      // By its first call: at the other end a run grows.
      const key = `run ${run.at(-1)?.number}`;
      const folded = run.length >= FOLDED_FROM;
      const open = !folded || this.unfolded.has(key);
      if (folded) lines.push(runLine(key, run, open));
      if (open) lines.push(...run.map((call) => callLine(call, folded ? key : "")));
    }
    return lines;
  }

  /**
   * A row that stays is not touched: it keeps the focus, and its place under the mouse.
   *
   * @param {Call[]} calls
   */
  show(calls) {
    this.calls = calls;
    const lines = this.lines(calls);
    const wanted = new Map(lines.map(({ key, says }) => [key, says]));
    const old = new Map([...this.body.rows].map((row) => [row.dataset.key, row]));
    let lost;
    for (const [key = "", row] of old) {
      if (wanted.get(key) === row.dataset.says) continue;
      if (row.contains(document.activeElement)) lost = key;
      old.delete(key);
      row.remove();
    }
    lines.forEach(({ key, says, make: made }, index) => {
      const row = old.get(key) ?? made();
      Object.assign(row.dataset, { key, says });
      const there = this.body.rows[index];
      if (there !== row) this.body.insertBefore(row, there ?? null);
    });
    const buttons = this.buttons();
    if (!buttons.some((button) => button.tabIndex === 0)) this.stopAt(buttons[0]);
    if (lost !== undefined) this.focus(lost, buttons.at(-1));
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
      if (!row.dataset.number) continue;
      const here = row.dataset.number === String(opened);
      row.querySelector("button")?.setAttribute("aria-expanded", String(here));
      row.classList.toggle("opened", here);
    }
  }

  /**
   * Gives the focus to the row of a key, or to another.
   *
   * @param {string} key
   * @param {HTMLButtonElement | undefined} other
   */
  focus(key, other = this.buttons()[0]) {
    const row = [...this.body.rows].find((one) => one.dataset.key === key);
    (row?.querySelector("button") ?? other)?.focus();
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
