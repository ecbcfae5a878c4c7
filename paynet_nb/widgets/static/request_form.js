// The browser's side of RequestForm. What is typed goes to the kernel as a binary buffer
// of one message; it is never model state. view.js, form.js and json_text.js stand before.

const markup = (id) => `
  <div role="group" aria-labelledby="${id}-title">
    <strong id="${id}-title">Request to <span class="name"></span> <code></code></strong>
    <div class="production">
      <p>\u26a0\ufe0e PRODUCTION: the real network, no test. Only GET is allowed until you
        type the environment's name.</p>
      <label for="${id}-unlock">Environment's name</label>
      <div class="row">
        <input id="${id}-unlock" class="unlock field" type="text" ${PRIVATE}>
        <button type="button" class="unlocks">Unlock</button>
      </div>
    </div>
    <div class="offers">
      <label for="${id}-known">Known endpoints</label>
      <select id="${id}-known" class="known field" aria-describedby="${id}-source"></select>
      <p id="${id}-source" class="source"></p>
    </div>
    <div class="row">
      <div><label for="${id}-method">Method</label>
        <select id="${id}-method" class="method field"></select></div>
      <div class="wide"><label for="${id}-path">Path</label>
        <input id="${id}-path" class="path field" type="text" ${PRIVATE}></div>
    </div>
    <label for="${id}-query">Query, one name=value in a line</label>
    <textarea id="${id}-query" class="query field" rows="3" ${PRIVATE}></textarea>
    <label for="${id}-headers">Headers, one Name: value in a line</label>
    <textarea id="${id}-headers" class="headers field" rows="2" ${PRIVATE}></textarea>
    <label for="${id}-json">JSON</label>
    <textarea id="${id}-json" class="json field" rows="6" ${PRIVATE}
      aria-describedby="${id}-place"></textarea>
    <p id="${id}-place" class="place" aria-live="polite"></p>
    <div class="row">
      <button type="button" class="submit">Send</button>
      <button type="button" class="shows">Show as Python</button>
      <span class="hint">Ctrl+Enter sends</span>
    </div>
    <p class="status" role="status"></p>
    <div class="python">
      <label for="${id}-python">Python, to copy into a cell</label>
      <textarea id="${id}-python" class="field" rows="12" readonly></textarea>
    </div>
    <div class="answer"></div>
  </div>`;

// Gives the pairs of a field's lines, or throws { problem, field }.
function readLines(field, name, separator) {
  const pairs = [];
  for (const [number, line] of field.value.split("\n").entries()) {
    if (line.trim() === "") continue;
    const at = line.indexOf(separator);
    if (at < 1) {
      const problem = `${name}, line ${number + 1}: write name${separator}value`;
      throw { problem, field };
    }
    pairs.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
  }
  return pairs;
}

// As Python's dict and requests keep it: a name once, whatever its capitals.
function readHeaders(field) {
  const pairs = readLines(field, "Headers", ":");
  const names = pairs.map(([name]) => name.toLowerCase());
  const again = names.findIndex((name, place) => names.indexOf(name) < place);
  if (again < 0) return pairs;
  const problem = `Headers: ${pairs[again][0]} is there twice; write its values in one ` +
    "line, with commas between them";
  throw { problem, field };
}

function render({ model, el }) {
  const id = `paynet-${Math.random().toString(36).slice(2)}`;
  el.classList.add("paynet-view", "paynet-form", "paynet-request-form");
  el.innerHTML = markup(id);
  const find = (selector) => el.querySelector(selector);
  const [known, method, path] = [find(".known"), find(".method"), find(".path")];
  const [query, headers, json] = [find(".query"), find(".headers"), find(".json")];
  const { say, wait } = statusLine(find(".status"), "form");
  const endpoints = model.get("_endpoints");
  let presses = 0; // of "Show as Python"
  let asked = ""; // the press whose Python would be that of the fields

  function addOption(select, text, value) {
    const option = document.createElement("option");
    option.textContent = text;
    option.value = value;
    select.append(option);
  }

  function choose() {
    const endpoint = endpoints[known.value];
    find(".source").textContent = endpoint ? `Known from: ${endpoint.source}.` : "";
    if (!endpoint) return;
    method.value = endpoint.method;
    path.value = endpoint.path;
    query.value = endpoint.query;
    json.value = endpoint.json;
    checkJson();
  }

  // In the browser, so that the kernel need not be asked at each key.
  function checkJson() {
    const problem = json.value.trim() === "" ? "" : problemOfJson(json.value);
    find(".place").textContent = problem ? `JSON, ${problem}` : "";
    json.setAttribute("aria-invalid", String(Boolean(problem)));
    return problem;
  }

  function readAll() {
    if (path.value.trim() === "") throw { problem: "Fill in the path.", field: path };
    const typed = {
      method: method.value,
      path: path.value.trim(),
      query: readLines(query, "Query", "="),
      headers: readHeaders(headers),
      json: json.value,
    };
    const problem = checkJson();
    if (problem) throw { problem: `JSON, ${problem}`, field: json };
    // To client.call, as to requests, None is no body.
    if (json.value.trim() === "null") {
      throw { problem: "null alone cannot be sent; leave JSON empty to send none", field: json };
    }
    return new TextEncoder().encode(JSON.stringify(typed));
  }

  // Calls what is wanted with the bytes of what was typed; what is wrong is said instead.
  function withTyped(wanted) {
    let read;
    try {
      read = readAll();
    } catch (wrong) {
      if (!wrong.field) throw wrong;
      say("failed", wrong.problem);
      wrong.field.focus();
      return;
    }
    wanted(read);
  }

  const send = () =>
    withTyped((typed) => {
      wait(); // before sending, which throws when the kernel of this form is gone
      // The kernel takes one press for each answer that was seen here.
      model.send({ sent: model.get("_sent") }, undefined, [typed]);
    });

  // The kernel writes it: it alone knows which names are secret.
  const askPython = () =>
    withTyped((typed) => {
      wait();
      presses += 1;
      asked = `${id}-${presses}`;
      model.send({ python: asked }, undefined, [typed]);
    });

  // It goes to each view of the form, and may come after the fields were changed.
  function showPython(message) {
    if (!message.asked?.startsWith(`${id}-`)) return;
    const { state, text } = model.get("_answer");
    say(state, text);
    if (message.asked !== asked) return;
    const { python, problem } = message;
    if (problem) {
      say("failed", problem);
      return;
    }
    const shown = find(".python textarea");
    shown.value = python;
    find(".python").hidden = false;
    shown.focus();
    shown.select();
    shown.scrollTop = 0; // selecting scrolls to the end
  }

  function unlock() {
    wait();
    model.send({ unlock: find(".unlock").value.trim() });
  }

  function showLock() {
    find(".production").hidden = !model.get("_locked");
  }

  // The HTML is that of a call's card, in which all that a server said is escaped.
  function showAnswer() {
    const { state, text, html } = model.get("_answer");
    say(state, text);
    find(".answer").innerHTML = html;
    const card = find(".answer > div");
    if (!card) return;
    // It scrolls sideways, so the keyboard has to get there.
    card.tabIndex = 0;
    card.setAttribute("role", "region");
    card.setAttribute("aria-label", "Answer");
  }

  function onKey(event) {
    if (event.key !== "Enter" || event.repeat) return;
    if (event.target === find(".unlock")) unlock();
    else if (event.ctrlKey || event.metaKey) send();
  }

  find(".name").textContent = model.get("_environment").name;
  find("code").textContent = model.get("_environment").host;
  addOption(known, "none: type a path", "");
  endpoints.forEach(({ title }, index) => addOption(known, title, index));
  model.get("_methods").forEach((name) => addOption(method, name, name));
  find(".offers").hidden = endpoints.length === 0;
  find(".python").hidden = true;
  showLock();
  showAnswer();
  known.addEventListener("change", choose);
  json.addEventListener("input", checkJson);
  // The second of a double click is none, even where the answer was quicker.
  find(".submit").addEventListener("click", ({ detail }) => detail < 2 && send());
  find(".shows").addEventListener("click", askPython);
  find(".unlocks").addEventListener("click", unlock);
  el.addEventListener("keydown", onKey);
  // It was written from the fields as they were.
  el.addEventListener("input", () => {
    asked = "";
    find(".python").hidden = true;
  });
  keepFromNotebook(el);
  model.on("change:_answer", showAnswer);
  model.on("change:_locked", showLock);
  model.on("msg:custom", showPython);

  return () => {
    say("idle", "");
    headers.value = "";
    model.off("change:_answer", showAnswer);
    model.off("change:_locked", showLock);
    model.off("msg:custom", showPython);
  };
}

export default { render };
