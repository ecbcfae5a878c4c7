// The browser's side of KeyForm. What the files hold and what is typed goes to the kernel as
// binary buffers of one message; it is never model state, which is saved and shared by tabs.

const LARGEST_FILE = 1_000_000; // bytes; a key has some 2 kB

// A browser takes a file that is dropped on a field for files as if it were chosen.
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

function render({ model, el }) {
  const id = `paynet-${Math.random().toString(36).slice(2)}`;
  el.classList.add("paynet-view", "paynet-form", "paynet-key-form");
  el.innerHTML = markup(id);
  const find = (selector) => el.querySelector(selector);
  const [key, password, certificate] = [".key", ".password", ".certificate"].map(find);
  const { say, wait } = statusLine(find(".status"), "form");

  function showProgress() {
    const { state, text } = model.get("_progress");
    say(state, text);
  }

  async function send() {
    const typed = password.value;
    if (key.files.length === 0) {
      say("failed", "Choose the file of the private key.");
      key.focus();
      return;
    }
    password.value = "";
    const parts = [];
    const buffers = [];
    for (const [name, field] of [["key", key], ["certificate", certificate]]) {
      const [file] = field.files;
      if (file && file.size > LARGEST_FILE) {
        say("failed", `The file of the ${name} has more than 1 MB, so it is none.`);
        return;
      }
      if (file) {
        parts.push(name);
        buffers.push(await file.arrayBuffer());
      }
    }
    if (typed !== "") {
      parts.push("password");
      buffers.push(new TextEncoder().encode(typed));
    }
    wait(); // before sending, which throws when the kernel of this form is gone
    model.send({ parts }, undefined, buffers);
  }

  function sendSafely() {
    // A file that was changed or removed since it was chosen cannot be read.
    send().catch(() => say("failed", "A file cannot be read; choose it once more."));
  }

  showProgress();
  find(".submit").addEventListener("click", sendSafely);
  password.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.repeat) sendSafely();
  });
  // The notebook would take a file that is dropped for its own.
  for (const kind of ["dragenter", "dragover", "drop"]) {
    el.addEventListener(kind, (event) => event.stopPropagation());
  }
  keepFromNotebook(el);
  model.on("change:_progress", showProgress);

  return () => {
    say("idle", "");
    password.value = "";
    key.value = certificate.value = "";
    model.off("change:_progress", showProgress);
  };
}

export default { render };
