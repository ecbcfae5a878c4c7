// @ts-check
// The browser's side of KeyForm. What the files hold and what is typed goes to the kernel as
// binary buffers of one message; it is never model state, which is saved and shared by tabs.

import { begin, keepFromNotebook, PRIVATE } from "./form.js";
import { find, hear, statusLine } from "./view.js";

/** @typedef {import("./view.js").Place} Place */

const LARGEST_FILE = 1_000_000; // bytes; a key has some 2 kB

/**
 * A browser takes a file that is dropped on a field for files as if it were chosen; one
 * that is dropped elsewhere on the form is taken for the key's.
 *
 * @param {string} id
 */
const markup = (id) => `
  <div role="group" aria-labelledby="${id}-title">
    <strong id="${id}-title">Signing key</strong>
    <label for="${id}-key">Private key: choose its file, or drop it here</label>
    <input id="${id}-key" class="key field" type="file"
      accept=".pem,.key,.der,.p12,.pfx">
    <label for="${id}-password">Its password, if it has one</label>
    <input id="${id}-password" class="password field" type="password" ${PRIVATE}>
    <label for="${id}-certificate">Certificate, if it is in a file of its own</label>
    <input id="${id}-certificate" class="certificate field" type="file"
      accept=".pem,.crt,.cer,.der">
    <p class="promise">Kept in the kernel's memory only; the notebook saves nothing of
      it.</p>
    <button type="button" class="submit">Read key</button>
    <p class="status" role="status"></p>
  </div>`;

class KeyForm {
  /** @param {Place} place */
  constructor({ model, el }) {
    begin(el, "paynet-key-form", markup);
    this.model = model;
    this.key = find(el, "input.key");
    this.password = find(el, "input.password");
    this.certificate = find(el, "input.certificate");
    this.line = statusLine(find(el, "p.status"), "form");
    this.showProgress();
    this.listen(el);
    this.stopHearing = hear(model, {
      "change:_progress": () => this.showProgress(),
      comm_live_update: () => this.line.sayGone(),
    });
  }

  /** @param {HTMLElement} el */
  listen(el) {
    const submit = find(el, "button.submit");
    submit.addEventListener("click", () => this.sendSafely());
    const showReady = () => {
      submit.classList.toggle("main", this.key.value !== "");
    };
    this.key.addEventListener("change", showReady);
    this.password.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.repeat) this.sendSafely();
    });
    // The notebook would take a file that is dropped for its own, and the browser would
    // open one that is dropped beside the fields.
    for (const kind of /** @type {const} */ (["dragenter", "dragover", "drop"])) {
      el.addEventListener(kind, (event) => {
        event.stopPropagation();
        if (event.target === this.key || event.target === this.certificate) return;
        // A text that is dragged is for the field below it.
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        if (kind !== "drop") return;
        this.key.files = event.dataTransfer.files;
        showReady();
      });
    }
    keepFromNotebook(el);
  }

  showProgress() {
    this.line.show(this.model.get("_progress"));
  }

  async send() {
    const { key, password, certificate } = this;
    const typed = password.value;
    if (!key.files?.length) {
      this.line.say("failed", "Choose the file of the private key.");
      key.focus();
      return;
    }
    password.value = "";
    /** @type {Record<string, Uint8Array>} */
    const parts = {};
    for (const [name, field] of Object.entries({ key, certificate })) {
      const file = field.files?.[0];
      if (!file) continue;
      if (file.size > LARGEST_FILE) {
        const said = `The file of the ${name} has more than 1 MB, so it is none.`;
        this.line.say("failed", said);
        return;
      }
      parts[name] = new Uint8Array(await file.arrayBuffer());
    }
    if (typed !== "") parts.password = new TextEncoder().encode(typed);
    this.line.wait(); // before sending, which throws when the kernel of this form is gone
    const message = { parts: Object.keys(parts) };
    this.model.send(message, undefined, Object.values(parts));
  }

  sendSafely() {
    // A file that was changed or removed since it was chosen cannot be read.
    this.send().catch(() => {
      this.line.say("failed", "A file cannot be read; choose it once more.");
    });
  }

  leave() {
    this.line.say("idle", "");
    this.password.value = "";
    this.key.value = this.certificate.value = "";
    this.stopHearing();
  }
}

/** @param {Place} place */
function render(place) {
  const form = new KeyForm(place);
  return () => form.leave();
}

export default { render };
