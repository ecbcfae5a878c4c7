// @ts-check
// The browser's side of HistoryView: asks the kernel for a page of the table, or for a
// call, and shows what comes.

import { showExchange, showTables } from "./call.js";
import { callsOf } from "./history_lines.js";
import { Rows } from "./history_rows.js";
import {
  find,
  gone,
  hear,
  keepKeys,
  make,
  newId,
  PATIENCE_MS,
  silence,
} from "./view.js";

/**
 * @typedef {import("./view.js").Place} Place
 * @typedef {object} Page
 * @property {number} total
 * @property {number} found
 * @property {number} page
 * @property {number} pages
 * @property {string[]} columns the names of each row's cells
 * @property {string[][]} rows
 * @property {[string, string, number][]} outcomes each, its words, how many have it
 * @property {boolean} asked whether this view asked for it
 */

const MARKUP = `
  <div role="group" aria-label="History of calls">
    <div class="filter">
      <div class="outcomes" role="group" aria-label="Outcome"></div>
      <p class="count"></p>
      <input class="text" type="text" spellcheck="false"
        aria-label="Find in path, label or bodies"
        placeholder="find in path, label or bodies \u2026">
    </div>
    <p class="said" role="status"></p>
    <div class="scroll"><table class="calls"></table></div>
    <div class="pages">
      <button type="button" class="newer">Newer</button>
      <span class="page"></span>
      <button type="button" class="older">Older</button>
    </div>
    <section class="exchange" hidden></section>
  </div>`;
const TYPING_MS = 250;
// Who listens to a screen reader hears how many calls there are, not each of them.
const TELL_MS = 3000;

class HistoryView {
  /** @type {number | undefined} */
  typing;
  /** @type {number | undefined} */
  waiting;
  /** @type {number | undefined} */
  telling;
  page = 0;
  answered = false;

  /** @param {Place} place */
  constructor({ model, el }) {
    this.view = newId();
    el.classList.add("paynet-view", "paynet-history-view", "paynet-live");
    el.innerHTML = MARKUP;
    this.model = model;
    this.el = el;
    this.outcome = "all";
    this.text = find(el, "input.text");
    this.section = find(el, "section.exchange");
    this.rows = new Rows(find(el, "table.calls"), (number) => this.open(number));
    this.listen();
    this.stopHearing = hear(model, {
      "msg:custom": (message) => this.receive(message),
      comm_live_update: () => this.say(gone("table")),
    });
    this.askForPage(0);
  }

  listen() {
    const { el } = this;
    this.text.addEventListener("input", () => this.askSoon());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.askForPage(0);
    });
    const [newer, older] = [find(el, "button.newer"), find(el, "button.older")];
    newer.addEventListener("click", () => this.askForPage(this.page - 1));
    older.addEventListener("click", () => this.askForPage(this.page + 1));
    el.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.section.hidden) this.close();
      this.rows.goByKey(event);
    });
    keepKeys(el);
  }

  /** @param {object} message */
  send(message) {
    clearTimeout(this.waiting);
    // Before sending, which throws when the kernel of this table is gone.
    this.waiting = setTimeout(() => this.say(silence("table")), PATIENCE_MS);
    this.model.send({ view: this.view, ...message });
  }

  filter() {
    return [this.outcome, this.text.value.trim()];
  }

  /** @param {number} number */
  askForPage(number) {
    clearTimeout(this.typing);
    this.send({ page: number, filter: this.filter() });
  }

  askSoon() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.askForPage(0), TYPING_MS);
  }

  /** @param {number} number */
  open(number) {
    this.rows.mark(number);
    this.send({ part: "exchange", number });
  }

  close() {
    const { opened } = this.rows;
    this.section.hidden = true;
    this.section.replaceChildren();
    this.rows.mark(undefined);
    this.rows.focus(String(opened));
  }

  /** @param {any} message */
  receive(message) {
    const mine = message.view === this.view;
    if (message.part === "page") {
      if (!mine && (message.view !== "" || this.answered)) return;
      this.answered ||= mine;
      this.showPage(message);
    } else if (mine && message.number === this.rows.opened) {
      clearTimeout(this.waiting);
      if (message.part === "tables") showTables(this.section, message);
      else this.showCall(message);
    }
  }

  /** @param {import("./call.js").Exchange} call */
  showCall(call) {
    showExchange(this.section, call, {
      close: () => this.close(),
      tables: () => this.send({ part: "tables", number: call.number }),
    });
  }

  /**
   * Shows how many calls have each outcome, each on a button that shows these alone.
   *
   * @param {Page["outcomes"]} outcomes
   */
  showOutcomes(outcomes) {
    const group = find(this.el, "div.outcomes");
    const all = outcomes.reduce((sum, [, , count]) => sum + count, 0);
    for (const [outcome, words, count] of [["all", "all", all], ...outcomes]) {
      const there = group.querySelector(`[data-outcome="${outcome}"]`);
      const button = there ?? this.outcomeButton(String(outcome));
      button.textContent = `${words} ${count.toLocaleString("en")}`;
      button.setAttribute("aria-pressed", String(outcome === this.outcome));
      if (!there) group.append(button);
    }
  }

  /** @param {string} outcome */
  outcomeButton(outcome) {
    const button = make("button", "", "outcome");
    button.type = "button";
    button.dataset.outcome = outcome;
    button.addEventListener("click", () => {
      this.outcome = outcome;
      for (const other of button.parentElement?.children ?? []) {
        other.setAttribute("aria-pressed", String(other === button));
      }
      this.askForPage(0);
    });
    return button;
  }

  /** @param {Page} shown */
  showPage(shown) {
    const { el } = this;
    const { total, found, page, pages, asked } = shown;
    if (asked) clearTimeout(this.waiting);
    this.page = page;
    this.showOutcomes(shown.outcomes);
    const s = total === 1 ? "" : "s";
    const filtered = this.filter().join() !== "all,";
    find(el, "p.count").textContent =
      `${total.toLocaleString("en")} exchange${s}` +
      (filtered ? `, ${found.toLocaleString("en")} shown` : "");
    this.tell(asked ? 0 : TELL_MS);
    find(el, "span.page").textContent = `page ${page + 1} of ${pages}`;
    find(el, "button.newer").disabled = page === 0;
    find(el, "button.older").disabled = page + 1 >= pages;
    find(el, "div.pages").hidden = pages === 1;
    // Further back the table stands still while new calls come.
    if (asked || page === 0) this.rows.show(callsOf(shown.columns, shown.rows));
  }

  /** @param {string} text */
  say(text) {
    find(this.el, "p.said").textContent = text;
    find(this.el, "p.count").textContent = text;
  }

  /** @param {number} delay in ms */
  tell(delay) {
    if (delay === 0) clearTimeout(this.telling);
    else if (this.telling) return;
    this.telling = setTimeout(() => {
      this.telling = undefined;
      find(this.el, "p.said").textContent = find(this.el, "p.count").textContent;
    }, delay);
  }

  leave() {
    for (const timer of [this.typing, this.waiting, this.telling]) clearTimeout(timer);
    this.stopHearing();
    try {
      this.model.send({ view: this.view, leave: true });
    } catch {
      // The kernel is gone, and nobody is left to tell.
    }
  }
}

/** @param {Place} place */
function render(place) {
  const view = new HistoryView(place);
  return () => view.leave();
}

export default { render };
