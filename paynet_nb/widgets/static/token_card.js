// @ts-check
// The browser's side of TokenCard. The countdown runs here; the kernel is asked for the
// time once, when a view is made, because the clock of this machine may be wrong.

import { find, hear, keepKeys, make, newId, statusLine } from "./view.js";

/** @typedef {import("./view.js").Place} Place */

/** @param {string} id */
const markup = (id) => `
  <section aria-labelledby="${id}-title">
    <div class="head">
      <span class="badge"></span>
      <div role="heading" aria-level="4" id="${id}-title" class="title"></div>
      <span class="about"></span>
      <div class="buttons">
        <button type="button" class="renew">Renew now</button>
        <button type="button" class="forget">Forget</button>
      </div>
    </div>
    <div class="bar" aria-hidden="true">
      <div class="rest"></div><div class="mark"></div>
    </div>
    <p class="life">
      <span class="left" role="timer" aria-label="Time left"></span>
      <span class="ends"></span>
      <span class="state" role="status"></span>
    </p>
    <div class="foot">
      <p class="status" role="status"></p>
      <span class="renewal"></span>
    </div>
    <details>
      <summary></summary>
      <p class="verdict"></p>
      <ul class="findings"></ul>
      <div class="wide" role="region" tabindex="0" aria-label="The token's parts"></div>
    </details>
  </section>`;

const PARTS = { header: "header field", payload: "claim" };

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
 * Makes the table of one part of the token; a row's first cell is its heading.
 *
 * @param {string} first what the first column has
 * @param {string[][]} rows name, value and meaning
 */
function tableOf(first, rows) {
  const headings = [first, "value", "meaning"].map((text) => headingOf("col", text));
  const made = rows.map(([name, value, meaning]) => {
    const cells = [make("td", value, "value"), make("td", meaning, "meaning")];
    return make("tr", [headingOf("row", name), ...cells]);
  });
  return make(
    "table",
    [make("thead", make("tr", headings)), make("tbody", made)],
    "parts",
  );
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
      comm_live_update: () => this.line.sayGone(),
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
    const { starts, ends, renews, kept } = this.model.get("_life");
    // Not performance.now(), which stands still while a laptop sleeps.
    const now = Date.now() / 1000 + this.ahead;
    const over = ends !== null && now >= ends;
    /** @param {number} time */
    const share = (time) =>
      `${Math.min(100, (100 * (ends - time)) / (ends - starts))}%`;
    find(el, "div.bar").hidden = starts === null || ends === null || ends <= starts;
    find(el, "div.mark").hidden = renews === null || this.forgotten;
    find(el, "div.rest").style.width = over || this.forgotten ? "0" : share(now);
    find(el, "div.mark").style.left = share(renews);
    const left = Math.max(0, ends - now);
    const end = over ? `ended ${duration(now - ends)} ago` : `${duration(left)} left`;
    this.write(find(el, "span.left"), this.forgotten || ends === null ? "" : end);
    const state = this.stateOf({ over, renewing: renews && now >= renews, kept });
    this.write(find(el, "span.state"), state);
    find(el, "span.renewal").hidden = state !== "" || this.forgotten;
    find(el, "span.ends").hidden = this.forgotten;
    this.showState(over);
  }

  get forgotten() {
    return this.model.get("_progress").state === "forgotten";
  }

  /** @type {(life: { over: boolean, renewing: boolean, kept: boolean }) => string} */
  stateOf({ over, renewing, kept }) {
    if (this.forgotten) return "";
    if (over) return kept ? "The next call gets a new one." : "";
    return renewing ? "Still good; the next call gets a new one." : "";
  }

  /**
   * Shows what the token is by a sign, a word and the card's edge.
   *
   * @param {boolean} over whether it has ended
   */
  showState(over) {
    const { title, state, verdict } = this.model.get("_said");
    const ended = over && state !== "forged";
    find(this.el, "span.badge").hidden = this.forgotten;
    this.el.dataset.state = this.forgotten ? "forgotten" : ended ? "expired" : state;
    const [words] = verdict.split(": ");
    const held = title === "Access token" ? "held" : words;
    this.write(find(this.el, "span.badge"), ended ? "ended" : held);
    this.write(find(this.el, "div.title"), this.forgotten ? "Forgotten token" : title);
  }

  showSaid() {
    const { el } = this;
    const said = this.model.get("_said");
    for (const name of /** @type {const} */ (["about", "ends", "renewal"])) {
      this.write(find(el, `span.${name}`), said[name]);
    }
    this.write(find(el, "p.verdict"), said.verdict);
    const folded = /** @type {HTMLDetailsElement} */ (el.querySelector("details"));
    this.write(/** @type {any} */ (folded.firstElementChild), said.contents || "More");
    folded.open = said.title !== "Access token";
    this.showParts(said.parts);
    /** @type {string[][]} */
    const findings = said.findings;
    const items = findings.map(([code, severity, message]) =>
      make("li", [make("strong", `${severity} ${code}: `), message]),
    );
    find(el, "ul.findings").replaceChildren(...items);
    find(el, "div.buttons").hidden = !this.model.get("_life").kept;
    this.count();
  }

  /** @param {string[][]} rows part, name, value and meaning of each */
  showParts(rows) {
    const tables = Object.entries(PARTS).map(([part, first]) => {
      const own = rows.filter((row) => row[0] === part).map((row) => row.slice(1));
      return own.length ? tableOf(first, own) : "";
    });
    const last = rows.at(-1);
    const signature = last ? make("p", `Signature ${last[2]}: ${last[3]}.`) : "";
    find(this.el, "div.wide").replaceChildren(...tables, signature);
    find(this.el, "div.wide").hidden = rows.length === 0;
  }

  showProgress() {
    const { state, text } = this.model.get("_progress");
    this.line.say(state, text);
    this.count();
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
