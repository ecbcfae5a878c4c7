// @ts-check
// The lines of HistoryView's table: one for a call, for a run of calls that are alike, and
// for a day.

import { badge, make } from "./view.js";

export const COLUMNS = {
  number: "No.",
  sent: "UTC",
  request: "request",
  outcome: "outcome",
  ms: "ms",
  codes: "codes",
  label: "label",
};
/** @typedef {keyof typeof COLUMNS} Column */
export const NAMES = /** @type {Column[]} */ (Object.keys(COLUMNS));

/**
 * The cells of one call, by the names that history_page.py gives them.
 *
 * @typedef {Record<"number" | "day" | "sent" | "method" | "path" | "kind" | "outcome" |
 *   "signed" | "answer" | "tries" | "ms" | "codes" | "label", string>} Call
 *
 * A row of the table, before it is one: it stays as it is for as long as what it says.
 *
 * @typedef {object} Line
 * @property {string} key
 * @property {string} says
 * @property {() => HTMLTableRowElement} make
 */

/**
 * Names the cells of a page's rows, which come with their columns' names but once.
 *
 * @type {(columns: string[], rows: string[][]) => Call[]}
 */
export const callsOf = (columns, rows) =>
  rows.map((cells) => {
    const pairs = columns.map((name, place) => [name, cells[place]]);
    return /** @type {Call} */ (Object.fromEntries(pairs));
  });

/**
 * The end of a path tells which call it is; a row that is opened has all of it.
 *
 * @param {string} path
 */
function pathOf(path) {
  const parts = path.split("/");
  const shown = make("span", "", "path");
  shown.append(parts.length > 5 ? `\u2026/${parts.slice(-3).join("/")}` : path);
  shown.title = path;
  return shown;
}

/**
 * Makes a row with a cell for each column.
 *
 * @param {string} outcome
 * @param {Record<Column, string | Node | (string | Node)[]>} cells
 */
function rowOf(outcome, cells) {
  const row = make(
    "tr",
    NAMES.map((name) => make("td", cells[name], name)),
  );
  row.dataset.outcome = outcome;
  return row;
}

/** @type {(text: string, label: string) => HTMLButtonElement} */
function rowButton(text, label) {
  const button = make("button", text);
  button.type = "button";
  button.tabIndex = -1;
  button.setAttribute("aria-label", label);
  return button;
}

/** @type {(call: Call) => (string | Node)[]} */
const requestOf = ({ method, path, kind }) => [
  `${method} `,
  pathOf(path),
  ...(kind ? [make("span", ` ${kind}`, "quiet")] : []),
];

/** @type {(call: Call, run: string) => Line} */
export function callLine(call, run) {
  const { number, method, path, outcome, signed, answer, tries } = call;
  /** @returns {HTMLTableRowElement} */
  const row = () => {
    const made = rowOf(outcome, {
      ...call,
      number: rowButton(number, `${number}, open ${method} ${path}`),
      request: requestOf(call),
      outcome: [badge(signed), ` ${answer}`, make("span", ` ${tries}`, "quiet")],
    });
    made.dataset.number = number;
    made.classList.toggle("inner", run !== "");
    return made;
  };
  return { key: number, says: run, make: row };
}

/** @type {(day: string, run: string) => Line} */
export function dayLine(day, run) {
  /** @returns {HTMLTableRowElement} */
  const row = () => {
    const heading = make("th", day, "quiet");
    heading.colSpan = NAMES.length;
    return make("tr", heading, "day");
  };
  return { key: `${day} ${run}`, says: "", make: row };
}

/**
 * Puts calls together that followed each other and are alike, as those of a call_many.
 *
 * @param {Call[]} calls
 */
export function runsOf(calls) {
  /** @type {[Call, ...Call[]][]} */
  const runs = [];
  for (const call of calls) {
    const run = runs.at(-1);
    if (run && alike(run[0], call)) run.push(call);
    else runs.push([call]);
  }
  return runs;
}

/** @type {(one: Call, other: Call) => boolean} */
const alike = (one, other) =>
  one.day === other.day &&
  one.kind === other.kind &&
  one.method === other.method &&
  one.label === other.label &&
  (one.label !== "" || one.path === other.path);

/** @type {(key: string, run: Call[], open: boolean) => Line} */
export function runLine(key, run, open) {
  const [last, first] = [run[0], run[run.length - 1]];
  const outcomes = [...new Set(run.map(({ outcome }) => outcome))];
  const badges = outcomes.flatMap((outcome) => {
    const same = run.filter((call) => call.outcome === outcome);
    const shown = badge(same[0].signed.replace(" ", ` ${same.length} `));
    shown.dataset.outcome = outcome;
    return [shown, " "];
  });
  const times = run.map(({ ms }) => Number(ms.replaceAll(",", "")));
  const [least, most] = [Math.min(...times), Math.max(...times)];
  const calls = `${run.length} calls`;
  const numbers = `${first.number}\u2013${last.number}`;
  const one = run.every(({ path }) => path === last.path);
  const [answer, ...others] = new Set(run.map((call) => call.answer));
  const request = one ? requestOf(last) : [`${last.method} different paths`];
  /** @returns {HTMLTableRowElement} */
  const row = () => {
    const label = `${calls}, ${first.number} to ${last.number}, ${last.method}`;
    const button = rowButton(numbers, label);
    button.setAttribute("aria-expanded", String(open));
    const made = rowOf(outcomes.length === 1 ? last.outcome : "", {
      number: button,
      sent: first.sent,
      request: [`${open ? "\u25be" : "\u25b8"} ${calls} \u00b7 `, ...request],
      outcome: others.length ? badges : [...badges, answer],
      ms: least === most ? last.ms : `${least}\u2013${most}`,
      codes: [...new Set(run.map(({ codes }) => codes))].join(", "),
      label: last.label,
    });
    made.dataset.run = key;
    return made;
  };
  return { key, says: `${numbers} ${open}`, make: row };
}
