// @ts-check
// The browser's side of TokenCard. The countdown runs here; the kernel is asked for the
// time once, when a view is made, because the clock of this machine may be wrong.

import { find, hear, keepKeys, make, newId, statusLine } from "./view.js";

/** @typedef {import("./view.js").Place} Place */

/** @param {string} id */
const markup = (id) => `
  <section aria-labelledby="${id}-title">
    <div role="heading" aria-level="4" id="${id}-title" class="title"></div>
    <p class="verdict"></p>
    <div class="life">
      <p class="left" role="timer" aria-label="Time left"></p>
      <div class="bar" aria-hidden="true">
        <div class="rest"></div><div class="mark"></div>
      </div>
      <p class="renewal"><span class="sign" aria-hidden="true"></span>
        <span class="words"></span></p>
      <p class="state" role="status"></p>
    </div>
    <div class="buttons">
      <button type="button" class="renew">Renew now</button>
      <button type="button" class="forget">Forget</button>
    </div>
    <p class="status" role="status"></p>
    <table class="facts"></table>
    <div class="wide" role="region" tabindex="0" aria-label="The token's three parts">
      <table class="parts"></table>
    </div>
    <p class="found"></p>
    <ul class="findings"></ul>
  </section>`;

const PARTS = ["part", "name", "value", "meaning"];

/** @type {[string, number][]} */
const UNITS = [
  ["y", 31557600],
  ["d", 86400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
];

/**
 * As display.duration writes it: the two largest units.
 *
 * @param {number} seconds
 */
function duration(seconds) {
  let left = Math.floor(Math.abs(seconds));
  const first = UNITS.findIndex(([, size]) => left >= size);
  if (first < 0) return "0 s";
  const parts = UNITS.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count ? `${count} ${unit}` : "";
  });
  return parts.filter(Boolean).join(" ");
}

/** @type {(scope: string, text: string) => HTMLTableCellElement} */
function headingOf(scope, text) {
  const heading = make("th", text);
  heading.scope = scope;
  return heading;
}

/**
 * Fills a table's body; a row's first cell is its heading.
 *
 * @type {(table: HTMLTableElement, rows: string[][], columns?: string[]) => void}
 */
function fill(table, rows, columns = []) {
  const made = rows.map(([heading, ...texts]) => {
    const cells = texts.map((text, place) => make("td", text, columns[place + 1]));
    return make("tr", [headingOf("row", heading), ...cells]);
  });
  table.tBodies[0]?.remove();
  table.append(make("tbody", made));
}

class TokenCard {
  /** @param {Place} place */
  constructor({ model, el }) {
    el.classList.add("paynet-view", "paynet-live", "paynet-token-card");
    el.innerHTML = markup(newId());
    this.model = model;
    this.el = el;
    this.line = statusLine(find(el, "p.status"), "card");
    this.ahead = 0; // seconds that the kernel's clock is ahead of this one
    const headings = PARTS.map((name) => headingOf("col", name));
    find(el, "table.parts").append(make("thead", make("tr", headings)));
    this.showSaid();
    this.showProgress();
    for (const name of /** @type {const} */ (["renew", "forget"])) {
      find(el, `button.${name}`).addEventListener("click", () => this.press(name));
    }
    keepKeys(find(el, "div.buttons"));
    this.stopHearing = hear(model, {
      "change:_said": () => this.showSaid(),
      "change:_life": () => this.showSaid(),
      "change:_progress": () => this.showProgress(),
      "msg:custom": (message) => this.setClock(message),
      comm_live_update: () => this.line.tellIfGone(),
    });
    this.ticking = setInterval(() => this.count(), 1000);
    Promise.resolve()
      .then(() => model.send({ wish: "time" }))
      .catch(() => {}); // no kernel: this machine's clock will do
  }

  /**
   * Writes only what changes: a screen reader says a status line when it changes.
   *
   * @param {HTMLElement} place
   * @param {string} text
   */
  write(place, text) {
    if (place.textContent !== text) place.textContent = text;
  }

  count() {
    const { el } = this;
    const life = this.model.get("_life");
    const { starts, ends, renews } = life;
    // Not performance.now(), which stands still while a laptop sleeps.
    const now = Date.now() / 1000 + this.ahead;
    const over = ends !== null && now >= ends;
    /** @param {number} time */
    const share = (time) =>
      `${Math.min(100, (100 * (ends - time)) / (ends - starts))}%`;
    find(el, "div.bar").hidden = starts === null || ends === null || ends <= starts;
    find(el, "div.mark").hidden = renews === null;
    find(el, "div.rest").style.width = over ? "0" : share(now);
    find(el, "div.mark").style.left = share(renews);
    const left = Math.max(0, ends - now);
    const end = over ? `ended ${duration(now - ends)} ago` : `${duration(left)} left`;
    this.write(find(el, "p.left"), ends === null ? "no end known" : end);
    this.write(find(el, "p.state"), this.stateOf(life, now));
  }

  /** @type {(life: any, now: number) => string} */
  stateOf({ ends, renews, kept }, now) {
    if (ends !== null && now >= ends) {
      return kept ? "Ended: the next use asks for a new one." : "Ended.";
    }
    if (renews && now >= renews) return "Still good; the next use renews it.";
    return ends === null ? "" : "It has not ended.";
  }

  showSaid() {
    const { el } = this;
    const { title, verdict, facts, parts, findings } = this.model.get("_said");
    const { renewal, kept } = this.model.get("_life");
    this.write(find(el, "div.title"), title);
    this.write(find(el, "p.verdict"), verdict);
    fill(find(el, "table.facts"), facts);
    fill(find(el, "table.parts"), parts, PARTS);
    find(el, "div.wide").hidden = parts.length === 0;
    this.showFindings(findings, parts.length > 0);
    find(el, "p.renewal").hidden = !renewal;
    this.write(find(el, "span.words"), renewal);
    find(el, "div.buttons").hidden = !kept;
    this.count();
  }

  /**
   * @param {string[][]} findings code, severity and message of each
   * @param {boolean} readable whether the token could be looked at
   */
  showFindings(findings, readable) {
    const found = find(this.el, "p.found");
    found.hidden = !readable;
    this.write(found, `Findings: ${findings.length || "none"}`);
    const items = findings.map(([code, severity, message]) =>
      make("li", [make("strong", `${severity} ${code}: `), message]),
    );
    find(this.el, "ul.findings").replaceChildren(...items);
  }

  showProgress() {
    const { state, text } = this.model.get("_progress");
    this.line.say(state, text);
  }

  /** @param {string} wish */
  press(wish) {
    this.line.wait(); // before sending, which throws when the kernel of this card is gone
    this.model.send({ wish });
  }

  /** @param {{ now: number }} message in seconds since 1970 */
  setClock({ now }) {
    this.ahead = now - Date.now() / 1000;
    this.count();
  }

  leave() {
    clearInterval(this.ticking);
    this.line.say("idle", "");
    this.stopHearing();
  }
}

/** @param {Place} place */
function render(place) {
  const card = new TokenCard(place);
  return () => card.leave();
}

export default { render };
