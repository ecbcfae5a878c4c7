// @ts-check
// The fields of RequestForm, from their markup to the bytes that the kernel gets.

import { PRIVATE } from "./form.js";
import { problemOfJson } from "./json_text.js";
import { find } from "./view.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

/** @param {string} id */
export const fieldsMarkup = (id) => `
    <div class="row">
      <div><label for="${id}-method">Method</label>
        <select id="${id}-method" class="method field"></select></div>
      <div class="wide"><label for="${id}-path">Path</label>
        <input id="${id}-path" class="path field" type="text" ${PRIVATE}></div>
    </div>
    <div class="row">
      <details><summary>Query</summary>
        <textarea class="query field" rows="3" ${PRIVATE}
          aria-label="Query, one name=value per line"
          placeholder="one name=value per line"></textarea></details>
      <details><summary>Headers</summary>
        <textarea class="headers field" rows="3" ${PRIVATE}
          aria-label="Headers, one Name: value per line"
          placeholder="one Name: value per line"></textarea></details>
    </div>
    <div class="body">
      <label for="${id}-json">JSON</label>
      <textarea id="${id}-json" class="json field" rows="3" ${PRIVATE}
        aria-describedby="${id}-place"></textarea>
      <p id="${id}-place" class="place" aria-live="polite"></p>
    </div>`;

/** What is wrong with what was typed, in words, and the field where it was typed. */
export class FieldProblem extends Error {
  /**
   * @param {string} problem
   * @param {Field} field
   */
  constructor(problem, field) {
    super(problem);
    this.field = field;
  }
}

/**
 * Gives the pairs of a field's lines.
 *
 * @param {Field} field
 * @param {string} name
 * @param {string} separator
 */
function readLines(field, name, separator) {
  /** @type {[string, string][]} */
  const pairs = [];
  for (const [index, line] of field.value.split("\n").entries()) {
    if (line.trim() === "") continue;
    const at = line.indexOf(separator);
    if (at < 1) {
      const where = `${name}, line ${index + 1}`;
      throw new FieldProblem(`${where}: write name${separator}value`, field);
    }
    pairs.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
  }
  return pairs;
}

/**
 * As Python's dict and requests keep it: a name once, whatever its capitals.
 *
 * @param {Field} field
 */
function readHeaders(field) {
  const pairs = readLines(field, "Headers", ":");
  const names = pairs.map(([name]) => name.toLowerCase());
  const again = names.findIndex((name, index) => names.indexOf(name) < index);
  if (again < 0) return pairs;
  throw new FieldProblem(
    `Headers: ${pairs[again][0]} is there twice; write its values in one line, with ` +
      "commas between them",
    field,
  );
}

export class Fields {
  /** @param {HTMLElement} el */
  constructor(el) {
    this.method = find(el, "select.method");
    this.path = find(el, "input.path");
    this.query = find(el, "textarea.query");
    this.headers = find(el, "textarea.headers");
    this.json = find(el, "textarea.json");
    this.place = find(el, "p.place");
    this.body = find(el, "div.body");
    this.json.addEventListener("input", () => this.checkJson());
    this.method.addEventListener("change", () => this.showUsed());
  }

  /** A GET has no body but one that was typed; what an endpoint filled is unfolded. */
  showUsed() {
    this.body.hidden = this.method.value === "GET" && this.json.value === "";
    for (const field of [this.query, this.headers]) {
      const details = field.closest("details");
      if (details && field.value !== "") details.open = true;
    }
  }

  /** @param {Field} field */
  focus(field) {
    const details = field.closest("details");
    if (details) details.open = true;
    field.focus();
  }

  /** @param {{ method: string, path: string, query: string, json: string }} endpoint */
  fill(endpoint) {
    this.method.value = endpoint.method;
    this.path.value = endpoint.path;
    this.query.value = endpoint.query;
    this.json.value = endpoint.json;
    this.checkJson();
    this.showUsed();
  }

  /** In the browser, so that the kernel need not be asked at each key. */
  checkJson() {
    const text = this.json.value;
    const problem = text.trim() === "" ? "" : problemOfJson(text);
    this.place.textContent = problem ? `JSON, ${problem}` : "";
    this.json.setAttribute("aria-invalid", String(Boolean(problem)));
    return problem;
  }

  /** Gives what was typed, as the bytes of JSON, or throws a FieldProblem. */
  read() {
    const { path, json } = this;
    if (path.value.trim() === "") throw new FieldProblem("Fill in the path.", path);
    const typed = {
      method: this.method.value,
      path: path.value.trim(),
      query: readLines(this.query, "Query", "="),
      headers: readHeaders(this.headers),
      json: json.value,
    };
    const problem = this.checkJson();
    if (problem) throw new FieldProblem(`JSON, ${problem}`, json);
    // To client.call, as to requests, None is no body.
    if (json.value.trim() === "null") {
      throw new FieldProblem(
        "null alone cannot be sent; leave JSON empty to send none",
        json,
      );
    }
    return new TextEncoder().encode(JSON.stringify(typed));
  }
}
