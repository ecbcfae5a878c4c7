// The browser's side of CredentialForm. What is typed here goes to the kernel as binary
// buffers of one message; it is never model state, which is saved and shared by tabs.
// What other widgets need, too, is in view.js and form.js, which stand before this.

// Ids are for this view alone: a form may be shown twice on one page.
const markup = (id) => `
  <div role="group" aria-labelledby="${id}-title">
    <strong id="${id}-title">PayNet credentials</strong>
    <fieldset class="environments"><legend>Environment</legend></fieldset>
    <div class="sandbox">
      <p class="note"></p>
      <button type="button" class="keys">Use the sandbox's keys</button>
    </div>
    <label for="${id}-client-id">Client ID</label>
    <input id="${id}-client-id" class="client-id field" type="text" ${PRIVATE}>
    <label for="${id}-secret">Client Secret</label>
    <div class="row">
      <input id="${id}-secret" class="secret field" type="password" ${PRIVATE}
        aria-describedby="${id}-promise ${id}-caps">
      <button type="button" class="show"></button>
    </div>
    <p id="${id}-caps" class="caps" aria-live="polite"></p>
    <p id="${id}-promise" class="promise">Kept in the kernel's memory only; the notebook
      saves nothing of it.</p>
    <button type="button" class="submit">Get token</button>
    <p class="status" role="status"></p>
  </div>`;

function render({ model, el }) {
  const id = `paynet-${Math.random().toString(36).slice(2)}`;
  el.classList.add("paynet-view", "paynet-form", "paynet-credential-form");
  el.innerHTML = markup(id);
  const find = (selector) => el.querySelector(selector);
  const [clientId, secret] = [find(".client-id"), find(".secret")];
  const [show, submit] = [find(".show"), find(".submit")];
  const status = find(".status");
  const { say, wait } = statusLine(status, "form");
  const environments = model.get("_environments");
  let chosen = model.get("_chosen"); // what was used last, for a view made anew

  function choose(index) {
    chosen = index;
    const { note, keys } = environments[index];
    find(".sandbox").hidden = !note;
    find(".note").textContent = note;
    find(".keys").hidden = !keys;
  }

  function addEnvironment({ name, stage, host }, index) {
    const label = document.createElement("label");
    label.innerHTML =
      '<input type="radio"><span><b></b><span></span><code></code></span>';
    const radio = label.querySelector("input");
    radio.name = `${id}-environment`;
    radio.checked = index === chosen;
    radio.addEventListener("change", () => choose(index));
    const texts = label.querySelectorAll("b, span > span, code");
    [name, stage, host].forEach((text, place) => (texts[place].textContent = text));
    find(".environments").append(label);
  }

  function showProgress() {
    const { state, text } = model.get("_progress");
    say(state, text);
    if (state === "failed" && document.activeElement === submit) secret.focus();
  }

  function setShown(shown) {
    secret.type = shown ? "text" : "password";
    show.textContent = shown ? "Hide" : "Show";
    show.setAttribute("aria-label", `${show.textContent} the Client Secret`);
  }

  function send(typed) {
    const buffers = typed.map((text) => new TextEncoder().encode(text));
    wait(); // before sending, which throws when the kernel of this form is gone
    model.send({ environment: chosen }, undefined, buffers);
  }

  function sendTyped() {
    // The second click of two, or the second Enter, finds the secret sent already.
    if (status.dataset.state === "asking" && secret.value === "") return;
    for (const [field, name] of [[clientId, "Client ID"], [secret, "Client Secret"]]) {
      if (field.value.trim() === "") {
        say("failed", `Fill in the ${name}.`);
        field.focus();
        return;
      }
    }
    const typed = [clientId.value, secret.value];
    secret.value = "";
    setShown(false);
    send(typed);
  }

  function submitOnEnter(event) {
    const typing = event.target === clientId || event.target === secret;
    if (event.key === "Enter" && typing && !event.repeat) sendTyped();
  }

  function hintCapsLock(event) {
    const on = event.target === secret && event.getModifierState?.("CapsLock");
    find(".caps").textContent = on ? "Caps Lock is on." : "";
  }

  environments.forEach(addEnvironment);
  choose(chosen);
  setShown(false);
  showProgress();
  submit.addEventListener("click", sendTyped);
  show.addEventListener("click", () => setShown(secret.type === "password"));
  find(".keys").addEventListener("click", ({ detail }) => {
    if (detail < 2) send([]); // a double click is one, and calls on_submit once
  });
  el.addEventListener("keydown", submitOnEnter);
  keepFromNotebook(el);
  el.addEventListener("keyup", hintCapsLock);
  el.addEventListener("focusout", hintCapsLock); // which knows of no lock
  model.on("change:_progress", showProgress);

  return () => {
    say("idle", "");
    secret.value = "";
    model.off("change:_progress", showProgress);
  };
}

export default { render };
