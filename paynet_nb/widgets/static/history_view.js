// The browser's side of HistoryView: asks the kernel for a page of the table, or for a
// call, and shows what comes. view.js and exchange.js, which shows a call, stand before.

const COLUMNS = [
  "No.", "sent (UTC)", "method", "path", "outcome", "ms", "PayNet's codes", "attempt",
];
const OUTCOMES = {
  all: "all",
  good: "good",
  refused: "refused: PayNet's answer says no",
  unknown: "unknown: ask before you send again",
  failed: "failed: no answer, or an HTTP error",
};
const MARKUP = `
  <div role="group" aria-label="History of calls">
    <div class="filter">
      <label>Outcome <select class="outcome"></select></label>
      <label>Path contains <input class="path" type="text" spellcheck="false"></label>
      <label>Text contains <input class="text" type="text" spellcheck="false"
        title="in the address, a body, the label, the error or the token's mark"></label>
    </div>
    <p class="count"></p>
    <p class="said" role="status"></p>
    <div class="scroll"><table>
      <thead><tr></tr></thead>
      <tbody></tbody>
    </table></div>
    <div class="pages">
      <button type="button" class="newer">Newer</button>
      <span></span>
      <button type="button" class="older">Older</button>
    </div>
    <section class="exchange" hidden></section>
  </div>`;
const TYPING_MS = 250;
// Who listens to a screen reader hears how many calls there are, not each of them.
const TELL_MS = 3000;

function render({ model, el }) {
  const view = Math.random().toString(36).slice(2);
  el.classList.add("paynet-view", "paynet-history-view", "paynet-live");
  el.innerHTML = MARKUP;
  const find = (selector) => el.querySelector(selector);
  const [outcome, path, text] = [find(".outcome"), find(".path"), find(".text")];
  const [body, section] = [find("tbody"), find(".exchange")];
  let page = 0;
  let opened;
  let answered = false;
  let typing;
  let waiting;
  let telling;

  function send(message) {
    clearTimeout(waiting);
    // Before sending, which throws when the kernel of this table is gone.
    waiting = setTimeout(() => {
      find(".said").textContent = find(".count").textContent = silence("table");
    }, PATIENCE_MS);
    model.send({ view, ...message });
  }

  function askForPage(number) {
    clearTimeout(typing);
    send({ page: number, filter: [outcome.value, path.value.trim(), text.value.trim()] });
  }

  function askSoon() {
    clearTimeout(typing);
    typing = setTimeout(() => askForPage(0), TYPING_MS);
  }

  function makeRow(cells) {
    const row = document.createElement("tr");
    row.dataset.number = cells[0];
    const open = document.createElement("button");
    open.type = "button";
    open.textContent = cells[0];
    open.tabIndex = -1;
    open.setAttribute("aria-label", `${cells[0]}, open ${cells[2]} ${cells[3]}`);
    row.insertCell().append(open);
    for (const cell of cells.slice(1)) row.insertCell().textContent = cell;
    row.classList.toggle("bad", !cells[4].startsWith("\u2713"));
    return row;
  }

  // A row that stays is not touched: it keeps the focus, and its place under the mouse.
  function showRows(rows) {
    const wanted = new Set(rows.map((cells) => cells[0]));
    const old = new Map([...body.rows].map((row) => [row.dataset.number, row]));
    let lost = false;
    for (const [number, row] of old) {
      if (wanted.has(number)) continue;
      lost ||= row.contains(document.activeElement);
      row.remove();
    }
    rows.forEach((cells, place) => {
      const row = old.get(cells[0]) ?? makeRow(cells);
      if (body.rows[place] !== row) body.insertBefore(row, body.rows[place] ?? null);
    });
    const buttons = [...body.querySelectorAll("button")];
    if (!buttons.some((button) => button.tabIndex === 0)) stopAt(buttons[0]);
    if (lost) buttons.at(-1)?.focus();
    mark();
  }

  // Tab stops once in the table; the arrow keys go from row to row.
  function stopAt(button) {
    for (const other of body.querySelectorAll("button")) other.tabIndex = -1;
    if (button) button.tabIndex = 0;
  }

  function mark() {
    for (const row of body.rows) {
      const here = row.dataset.number === String(opened);
      row.querySelector("button").setAttribute("aria-expanded", here);
      row.classList.toggle("opened", here);
    }
  }

  function showPage({ total, found, page: number, pages, rows, asked }) {
    if (asked) clearTimeout(waiting);
    page = number;
    const s = total === 1 ? "" : "s";
    const filtered = outcome.value !== "all" || path.value.trim() || text.value.trim();
    const count = `${total.toLocaleString("en")} exchange${s}` +
      (filtered ? `, ${found.toLocaleString("en")} shown` : "");
    find(".count").textContent = count;
    tell(asked ? 0 : TELL_MS);
    find(".pages span").textContent = `page ${page + 1} of ${pages}`;
    find(".newer").disabled = page === 0;
    find(".older").disabled = page + 1 >= pages;
    find(".pages").hidden = pages === 1;
    // Further back the table stands still while new calls come.
    if (asked || page === 0) showRows(rows);
  }

  function tell(delay) {
    if (delay === 0) clearTimeout(telling);
    else if (telling) return;
    telling = setTimeout(() => {
      telling = undefined;
      find(".said").textContent = find(".count").textContent;
    }, delay);
  }

  function open(number) {
    opened = number;
    mark();
    send({ part: "exchange", number });
  }

  function close() {
    section.hidden = true;
    section.replaceChildren();
    const row = [...body.rows].find((one) => one.dataset.number === String(opened));
    opened = undefined;
    mark();
    (row?.querySelector("button") ?? body.querySelector("button"))?.focus();
  }

  function receive(message) {
    const mine = message.view === view;
    if (message.part === "page" && (mine || (message.view === "" && !answered))) {
      answered ||= mine;
      showPage(message);
    } else if (mine && message.number === opened) {
      clearTimeout(waiting);
      if (message.part === "tables") return showTables(section, message);
      showExchange(section, message, {
        close,
        tables: () => send({ part: "tables", number: message.number }),
      });
    }
  }

  function goByKey(event) {
    if (event.key === "Escape" && !section.hidden) close();
    const buttons = [...body.querySelectorAll("button")];
    const place = buttons.indexOf(event.target);
    const goal = {
      ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: buttons.length - 1,
    }[event.key];
    if (place < 0 || goal === undefined) return;
    event.preventDefault();
    buttons[goal]?.focus();
  }

  for (const name of COLUMNS) {
    const heading = document.createElement("th");
    heading.scope = "col";
    heading.textContent = name;
    find("thead tr").append(heading);
  }
  for (const [value, words] of Object.entries(OUTCOMES)) {
    outcome.append(new Option(words, value));
  }
  outcome.addEventListener("change", () => askForPage(0));
  for (const field of [path, text]) {
    field.addEventListener("input", askSoon);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") askForPage(0);
    });
  }
  find(".newer").addEventListener("click", () => askForPage(page - 1));
  find(".older").addEventListener("click", () => askForPage(page + 1));
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (row) open(Number(row.dataset.number));
  });
  body.addEventListener("focusin", (event) => stopAt(event.target.closest("button")));
  el.addEventListener("keydown", goByKey);
  keepKeys(el);
  model.on("msg:custom", receive);
  askForPage(0);

  return () => {
    for (const timer of [typing, waiting, telling]) clearTimeout(timer);
    model.off("msg:custom", receive);
    try {
      model.send({ view, leave: true });
    } catch {
      // The kernel is gone, and nobody is left to tell.
    }
  };
}

export default { render };
