
// One call in HistoryView. What comes from servers is put into the page as text; tables
// alone come as HTML, in which the kernel has escaped each text.

function make(tag, content = "", className = "") {
  const node = document.createElement(tag);
  node.append(...[content].flat());
  node.className = className;
  return node;
}

function showExchange(section, call, { close, tables }) {
  const title = make("div", call.title, "title");
  title.setAttribute("role", "heading");
  title.setAttribute("aria-level", "5");
  title.tabIndex = -1;
  const closing = make("button", "Close");
  closing.type = "button";
  closing.addEventListener("click", close);
  const asTables = folded("answer as tables", make("p", "asking the kernel ..."));
  asTables.classList.add("tables");
  asTables.addEventListener("toggle", tables, { once: true });
  section.replaceChildren(
    title,
    factsOf(call.about),
    unfolded("answer", ...bodyOf(call.answer)),
    asTables,
    folded("answer's headers", factsOf(call.headers)),
    folded("request", factsOf(call.request)),
    folded("body sent", ...bodyOf(call.sent)),
    folded("cURL", ...bodyOf(call.curl)),
    closing,
  );
  section.setAttribute("aria-label", `Call ${call.number}`);
  section.hidden = false;
  title.focus();
}

function showTables(section, { note, tables }) {
  const place = section.querySelector(".tables");
  const shown = tables.map(([name, html]) => {
    const box = make("div", make("b", name), "scroll");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", `table ${name}`);
    box.insertAdjacentHTML("beforeend", html);
    return box;
  });
  place.replaceChildren(place.firstChild, ...(note ? [make("p", note)] : []), ...shown);
}

function folded(name, ...content) {
  return make("details", [make("summary", name), ...content]);
}

function unfolded(name, ...content) {
  const details = folded(name, ...content);
  details.open = true;
  return details;
}

function factsOf(pairs) {
  const table = make("table", "", "facts");
  for (const [name, text] of pairs) {
    const row = table.insertRow();
    const heading = make("th", name);
    heading.scope = "row";
    row.append(heading);
    row.insertCell().textContent = text;
  }
  return pairs.length ? table : make("p", "nothing");
}

function bodyOf({ note, text, tree }) {
  const parts = note ? [make("p", note)] : [];
  if (text !== undefined) parts.push(make("pre", text));
  if (tree !== undefined) parts.push(make("div", nodeOf(null, tree, 0), "tree"));
  return parts;
}

// Numbers come as texts: JavaScript would make 10 of 10.00.
function nodeOf(name, node, depth) {
  // The root has no name; a name of nothing, or of spaces, is seen by its quotes.
  const label = name === null ? "" : `${name.trim() === "" ? `"${name}"` : name}: `;
  if (typeof node === "string") return make("div", [make("b", label), node]);
  const [start, end] = node.kind;
  const size = `${start} ${node.size} ${end}`;
  const items = node.items.map(([key, value]) => nodeOf(key, value, depth + 1));
  const details = folded("", ...items);
  details.firstChild.append(make("b", label), size);
  details.open = depth < 3 && node.size <= 20;
  return details;
}
