// @ts-check
// The browser's side of RequestForm. What is typed goes to the kernel as a binary buffer
// of one message; it is never model state.

import { begin, keepFromNotebook, PRIVATE } from "./form.js";
import { FieldProblem, Fields, fieldsMarkup } from "./request_fields.js";
import { find, hear, statusLine } from "./view.js";

/** @typedef {import("./view.js").Place} Place */

/** @param {string} id */
const markup = (id) => `
  <div role="group" aria-labelledby="${id}-title" class="request">
    <div class="row">
      <strong id="${id}-title">Request to <span class="name"></span></strong>
      <code class="host"></code> <span class="badge band"></span>
      <div class="offers">
        <label for="${id}-known">Known endpoints</label>
        <select id="${id}-known" class="known field" aria-describedby="${id}-source"></select>
      </div>
    </div>
    <div class="production">
      <p>Only GET is allowed until you type the environment's name.</p>
      <label for="${id}-unlock">Environment's name</label>
      <div class="row">
        <input id="${id}-unlock" class="unlock field" type="text" ${PRIVATE}>
        <button type="button" class="unlocks">Unlock</button>
      </div>
    </div>
    <p id="${id}-source" class="source"></p>
    ${fieldsMarkup(id)}
    <div class="row">
      <button type="button" class="submit">Send</button>
      <button type="button" class="shows">Show as Python</button>
      <span class="hint">Ctrl+Enter sends</span>
    </div>
    <p class="status" role="status"></p>
    <div class="python">
      <label for="${id}-python">Python, to copy into a cell</label>
      <textarea id="${id}-python" class="code field" rows="12" readonly></textarea>
    </div>
    <div class="answer"></div>
  </div>`;

class RequestForm {
  /** @param {Place} place */
  constructor({ model, el }) {
    this.id = begin(el, "paynet-request-form", markup);
    this.model = model;
    this.el = el;
    this.fields = new Fields(el);
    this.known = find(el, "select.known");
    this.unlocking = find(el, "input.unlock");
    this.python = find(el, "div.python");
    this.line = statusLine(find(el, "p.status"), "form");
    this.endpoints = model.get("_endpoints");
    this.presses = 0; // of "Show as Python"
    this.asked = ""; // the press whose Python would be that of the fields
    this.complained = false; // of a field
    this.showChoices();
    this.fields.showUsed();
    this.python.hidden = true;
    this.showLock();
    this.showAnswer();
    this.listen();
    this.stopHearing = hear(model, {
      "change:_answer": () => this.showAnswer(),
      "change:_locked": () => this.showLock(),
      "msg:custom": (message) => this.showPython(message),
      comm_live_update: () => this.line.sayGone(),
    });
  }

  showChoices() {
    const { el, model } = this;
    const { name, host, stage, band } = model.get("_environment");
    find(el, "div.request").dataset.stage = stage;
    find(el, "span.band").textContent = band;
    find(el, "span.name").textContent = name;
    find(el, "code.host").textContent = host;
    this.known.append(new Option("none: type a path", ""));
    for (const [index, { title }] of this.endpoints.entries()) {
      this.known.append(new Option(title, index));
    }
    for (const method of model.get("_methods")) {
      this.fields.method.append(new Option(method, method));
    }
    find(el, "div.offers").hidden = this.endpoints.length === 0;
  }

  listen() {
    const { el } = this;
    this.known.addEventListener("change", () => this.choose());
    // The second of a double click is none, even where the answer was quicker.
    find(el, "button.submit").addEventListener("click", ({ detail }) => {
      if (detail < 2) this.send();
    });
    find(el, "button.shows").addEventListener("click", () => this.askPython());
    find(el, "button.unlocks").addEventListener("click", () => this.unlock());
    el.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.repeat) return;
      if (event.target === this.unlocking) this.unlock();
      else if (event.ctrlKey || event.metaKey) this.send();
    });
    // It was written from the fields as they were.
    el.addEventListener("input", () => {
      this.asked = "";
      this.python.hidden = true;
      this.showReady();
    });
    keepFromNotebook(el);
  }

  choose() {
    const endpoint = this.endpoints[this.known.value];
    find(this.el, "p.source").textContent = endpoint?.source ?? "";
    if (endpoint) this.fields.fill(endpoint);
    // What it said of a field, "Fill in the path.", may be true no more.
    if (this.complained) this.line.show(this.model.get("_answer"));
    this.complained = false;
    this.showReady();
  }

  /** Blue is what can work: with a path, and in production what is allowed. */
  showReady() {
    const { method, path } = this.fields;
    const allowed = method.value === "GET" || !this.model.get("_locked");
    const ready = allowed && path.value.trim() !== "";
    find(this.el, "button.submit").classList.toggle("main", ready);
  }

  /** Gives the bytes of what was typed, or says what is wrong and gives nothing. */
  readFields() {
    try {
      return this.fields.read();
    } catch (wrong) {
      if (!(wrong instanceof FieldProblem)) throw wrong;
      this.line.say("failed", wrong.message);
      this.complained = true;
      this.fields.focus(wrong.field);
    }
  }

  send() {
    const typed = this.readFields();
    if (!typed) return;
    this.line.wait(); // before sending, which throws when the kernel of this form is gone
    // The kernel takes one press for each answer that was seen here.
    this.model.send({ sent: this.model.get("_sent") }, undefined, [typed]);
  }

  /** The kernel writes it: it alone knows which names are secret. */
  askPython() {
    const typed = this.readFields();
    if (!typed) return;
    this.line.wait();
    this.presses += 1;
    this.asked = `${this.id}-${this.presses}`;
    this.model.send({ python: this.asked }, undefined, [typed]);
  }

  unlock() {
    this.line.wait();
    this.model.send({ unlock: this.unlocking.value.trim() });
  }

  /**
   * It goes to each view of the form, and may come after the fields were changed.
   *
   * @param {{ asked?: string, python?: string, problem?: string }} message
   */
  showPython({ asked, python = "", problem }) {
    if (!asked?.startsWith(`${this.id}-`)) return;
    this.line.show(this.model.get("_answer"));
    if (asked !== this.asked) return;
    if (problem) {
      this.line.say("failed", problem);
      return;
    }
    const code = find(this.python, "textarea.code");
    code.value = python;
    this.python.hidden = false;
    code.focus();
    code.select();
    code.scrollTop = 0; // selecting scrolls to the end
  }

  showLock() {
    find(this.el, "div.production").hidden = !this.model.get("_locked");
    this.showReady();
  }

  /** The HTML is that of a call's card, in which all that a server said is escaped. */
  showAnswer() {
    const said = this.model.get("_answer");
    this.line.show(said);
    this.complained = false;
    const answer = find(this.el, "div.answer");
    answer.innerHTML = said.html;
    /** @type {HTMLElement | null} */
    const card = answer.querySelector(":scope > div");
    if (!card) return;
    // It scrolls sideways, so the keyboard has to get there.
    card.tabIndex = 0;
    card.setAttribute("role", "region");
    card.setAttribute("aria-label", "Answer");
  }

  leave() {
    this.line.say("idle", "");
    this.fields.headers.value = "";
    this.stopHearing();
  }
}

/** @param {Place} place */
function render(place) {
  const form = new RequestForm(place);
  return () => form.leave();
}

export default { render };
