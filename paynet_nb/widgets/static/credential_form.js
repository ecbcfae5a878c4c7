// @ts-check
// The browser's side of CredentialForm. What is typed here goes to the kernel as binary
// buffers of one message; it is never model state, which is saved and shared by tabs.

import { begin, keepFromNotebook, PRIVATE } from "./form.js";
import { find, hear, statusLine } from "./view.js";

/**
 * @typedef {import("./view.js").Place} Place
 * @typedef {object} Environment
 * @property {string} name
 * @property {string} stage
 * @property {string} in_words
 * @property {string} band
 * @property {string} host
 * @property {string} note
 * @property {string} closed why it cannot be used on this machine, or ""
 * @property {boolean} keys whether the kernel has keys for it
 */

/** @param {string} id */
const markup = (id) => `
  <div role="group" aria-labelledby="${id}-title" class="credentials">
    <div class="row">
      <strong id="${id}-title">PayNet credentials</strong>
      <span class="badge band"></span>
    </div>
    <fieldset class="environments">
      <legend>Environment</legend>
      <div class="choices"></div>
    </fieldset>
    <p class="note"></p>
    <div class="pair">
      <div>
        <label for="${id}-client-id">Client ID</label>
        <input id="${id}-client-id" class="client-id field" type="text" ${PRIVATE}>
      </div>
      <div>
        <label for="${id}-secret">Client Secret</label>
        <div class="row">
          <input id="${id}-secret" class="secret field" type="password" ${PRIVATE}
            aria-describedby="${id}-promise ${id}-caps">
          <button type="button" class="show"></button>
        </div>
        <p id="${id}-caps" class="caps" aria-live="polite"></p>
      </div>
    </div>
    <div class="row">
      <button type="button" class="keys">Use the sandbox's keys</button>
      <button type="button" class="submit">Get token</button>
      <p id="${id}-promise" class="promise">Kept in the kernel's memory only; nothing of
        it is saved.</p>
    </div>
    <p class="status" role="status"></p>
  </div>`;

class CredentialForm {
  /** @param {Place} place */
  constructor({ model, el }) {
    this.id = begin(el, "paynet-credential-form", markup);
    this.model = model;
    this.el = el;
    this.clientId = find(el, "input.client-id");
    this.secret = find(el, "input.secret");
    this.submit = find(el, "button.submit");
    this.status = find(el, "p.status");
    this.line = statusLine(this.status, "form");
    /** @type {Environment[]} */
    this.environments = model.get("_environments");
    /** @type {number} what was used last, for a view made anew */
    this.chosen = model.get("_chosen");
    this.environments.forEach((environment, index) => {
      this.addEnvironment(environment, index);
    });
    this.choose(this.chosen);
    this.setShown(false);
    this.listen();
    this.stopHearing = hear(model, {
      "change:_progress": () => this.showProgress(),
      comm_live_update: () => this.line.sayGone(),
    });
  }

  listen() {
    const { el, secret } = this;
    const show = () => this.setShown(secret.type === "password");
    find(el, "button.show").addEventListener("click", show);
    this.submit.addEventListener("click", () => this.sendTyped());
    find(el, "button.keys").addEventListener("click", ({ detail }) => {
      if (detail > 1) return; // a double click is one, and calls on_submit once
      // What was typed is not what is held then.
      this.clientId.value = this.secret.value = "";
      this.showMain();
      this.send([]);
    });
    el.addEventListener("keydown", (event) => {
      const typing = event.target === this.clientId || event.target === secret;
      if (event.key === "Enter" && typing && !event.repeat) this.sendTyped();
    });
    el.addEventListener("input", () => this.showMain());
    keepFromNotebook(el);
    /** @type {(on: boolean) => void} */
    const hint = (on) => {
      find(el, "p.caps").textContent = on ? "Caps Lock is on." : "";
    };
    el.addEventListener("keyup", (event) => {
      hint(event.target === secret && event.getModifierState("CapsLock"));
    });
    el.addEventListener("focusout", () => hint(false));
  }

  /** @type {(environment: Environment, index: number) => void} */
  addEnvironment({ name, in_words, closed, host }, index) {
    const label = document.createElement("label");
    label.innerHTML =
      '<input type="radio" class="choice">' +
      '<span><b class="name"></b><span class="stage"></span><code class="host"></code></span>';
    const radio = find(label, "input.choice");
    radio.name = `${this.id}-environment`;
    radio.checked = index === this.chosen;
    radio.addEventListener("change", () => this.choose(index));
    find(label, "b.name").textContent = name;
    find(label, "span.stage").textContent = closed || in_words;
    radio.disabled = Boolean(closed);
    label.classList.toggle("closed", Boolean(closed));
    find(label, "code.host").textContent = host;
    find(this.el, "div.choices").append(label);
  }

  /** @param {number} index */
  choose(index) {
    this.chosen = index;
    const { stage, band, note, keys, closed } = this.environments[index];
    this.submit.disabled = Boolean(closed);
    find(this.el, "div.credentials").dataset.stage = stage;
    find(this.el, "span.band").textContent = band;
    find(this.el, "p.note").textContent = note;
    find(this.el, "p.note").hidden = !note;
    find(this.el, "button.keys").hidden = !keys;
    this.showMain();
    this.showProgress();
  }

  /** Blue is what can work: the keys that are here, else what was typed. */
  showMain() {
    const { keys } = this.environments[this.chosen];
    const typed = this.clientId.value !== "" || this.secret.value !== "";
    find(this.el, "button.keys").classList.toggle("main", !typed);
    this.submit.classList.toggle("main", typed || !keys);
  }

  showProgress() {
    const said = this.model.get("_progress");
    const { state } = said;
    const of = this.model.get("_chosen");
    if (state === "held" && of !== this.chosen) {
      const [here, there] = [this.chosen, of].map((at) => this.environments[at].name);
      const advice = `A token of ${there} is held until there is one.`;
      this.line.show({ state: "idle", text: `${here}: no token yet`, advice });
      return;
    }
    this.line.show(said);
    const pressed = document.activeElement === this.submit;
    if (state === "failed" && pressed) this.secret.focus();
  }

  /** @param {boolean} shown */
  setShown(shown) {
    this.secret.type = shown ? "text" : "password";
    const show = find(this.el, "button.show");
    show.textContent = shown ? "Hide" : "Show";
    show.setAttribute("aria-label", `${show.textContent} the Client Secret`);
  }

  sendTyped() {
    const { clientId, secret } = this;
    if (this.submit.disabled) return; // Enter in a field
    // The second click of two, or the second Enter, finds the secret sent already.
    if (this.status.dataset.state === "asking" && secret.value === "") return;
    const empty = [clientId, secret].find((field) => field.value.trim() === "");
    if (empty) {
      const name = empty === secret ? "Client Secret" : "Client ID";
      this.line.say("failed", `Fill in the ${name}.`);
      empty.focus();
      return;
    }
    const typed = [clientId.value, secret.value];
    secret.value = "";
    this.setShown(false);
    this.send(typed);
  }

  /** @param {string[]} typed Client ID and secret, or nothing for the sandbox's keys */
  send(typed) {
    const buffers = typed.map((text) => new TextEncoder().encode(text));
    this.line.wait(); // before sending, which throws when the kernel of this form is gone
    this.model.send({ environment: this.chosen }, undefined, buffers);
  }

  leave() {
    this.line.say("idle", "");
    this.secret.value = "";
    this.stopHearing();
  }
}

/** @param {Place} place */
function render(place) {
  const form = new CredentialForm(place);
  return () => form.leave();
}

export default { render };
