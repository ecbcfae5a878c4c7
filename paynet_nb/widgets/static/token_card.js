// The browser's side of TokenCard. The countdown runs here; the kernel is asked for the
// time once, when a view is made, because the clock of this machine may be wrong. view.js
// stands before this.

const markup = (id) => `
  <section aria-labelledby="${id}-title">
    <div role="heading" aria-level="4" id="${id}-title" class="title"></div>
    <p class="verdict"></p>
    <div class="life">
      <p class="left" role="timer" aria-label="Time left"></p>
      <div class="bar" aria-hidden="true">
        <div class="rest"></div><div class="mark"></div>
      </div>
      <p class="renewal"><span class="sign" aria-hidden="true"></span>
        <span class="words"></span></p>
      <p class="state" role="status"></p>
    </div>
    <div class="buttons">
      <button type="button" class="renew">Renew now</button>
      <button type="button" class="forget">Forget</button>
    </div>
    <p class="status" role="status"></p>
    <table class="facts"><tbody></tbody></table>
    <div class="wide" role="region" tabindex="0" aria-label="The token's three parts">
      <table class="parts"><thead></thead><tbody></tbody></table>
    </div>
    <p class="found"></p>
    <ul class="findings"></ul>
  </section>`;

const UNITS = [["y", 31557600], ["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

// As display.duration writes it: the two largest units.
function duration(seconds) {
  let left = Math.floor(Math.abs(seconds));
  const first = UNITS.findIndex(([, size]) => left >= size);
  if (first < 0) return "0 s";
  const parts = UNITS.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count ? `${count} ${unit}` : "";
  });
  return parts.filter(Boolean).join(" ");
}

function fill(body, rows, headings) {
  body.replaceChildren();
  for (const cells of rows) {
    const row = body.insertRow();
    cells.forEach((text, place) => {
      const heading = headings || place === 0;
      const cell = document.createElement(heading ? "th" : "td");
      if (heading) cell.scope = headings ? "col" : "row";
      cell.textContent = text;
      row.append(cell);
    });
  }
}

function render({ model, el }) {
  const id = `paynet-${Math.random().toString(36).slice(2)}`;
  el.classList.add("paynet-view", "paynet-live", "paynet-token-card");
  el.innerHTML = markup(id);
  const find = (selector) => el.querySelector(selector);
  const { say, wait } = statusLine(find(".status"), "card");
  let ahead = 0; // seconds that the kernel's clock is ahead of this one

  // Only what changes is written: a screen reader says a status line when it changes.
  function write(selector, text) {
    const place = find(selector);
    if (place.textContent !== text) place.textContent = text;
  }

  function count() {
    const { starts, ends, renews, kept } = model.get("_life");
    // Not performance.now(), which stands still while a laptop sleeps.
    const now = Date.now() / 1000 + ahead;
    const over = ends !== null && now >= ends;
    const left = Math.max(0, ends - now);
    const share = (time) => `${Math.min(100, (100 * (ends - time)) / (ends - starts))}%`;
    find(".bar").hidden = starts === null || ends === null || ends <= starts;
    find(".mark").hidden = renews === null;
    find(".rest").style.width = over ? "0" : share(now);
    find(".mark").style.left = share(renews);
    const end = over ? `ended ${duration(now - ends)} ago` : `${duration(left)} left`;
    write(".left", ends === null ? "no end known" : end);
    let state = "";
    if (over) state = kept ? "Ended: the next use asks for a new one." : "Ended.";
    else if (renews && now >= renews) state = "Still good; the next use renews it.";
    else if (ends !== null) state = "It has not ended.";
    write(".state", state);
  }

  function showSaid() {
    const { title, verdict, facts, parts, findings } = model.get("_said");
    const { renewal, kept } = model.get("_life");
    write(".title", title);
    write(".verdict", verdict);
    fill(find(".facts tbody"), facts);
    fill(find(".parts thead"), [["part", "name", "value", "meaning"]], true);
    fill(find(".parts tbody"), parts);
    find(".wide").hidden = parts.length === 0;
    find(".found").hidden = parts.length === 0;
    write(".found", `Findings: ${findings.length || "none"}`);
    const items = findings.map(([code, severity, message]) => {
      const item = document.createElement("li");
      const word = document.createElement("strong");
      word.textContent = `${severity} ${code}: `;
      item.append(word, message);
      return item;
    });
    find(".findings").replaceChildren(...items);
    find(".renewal").hidden = !renewal;
    write(".renewal .words", renewal);
    find(".buttons").hidden = !kept;
    count();
  }

  function showProgress() {
    const { state, text } = model.get("_progress");
    say(state, text);
  }

  function press(wish) {
    wait(); // before sending, which throws when the kernel of this card is gone
    model.send({ wish });
  }

  function onTime({ now }) {
    ahead = now - Date.now() / 1000;
    count();
  }

  showSaid();
  showProgress();
  find(".renew").addEventListener("click", () => press("renew"));
  find(".forget").addEventListener("click", () => press("forget"));
  keepKeys(find(".buttons"));
  model.on("change:_said", showSaid);
  model.on("change:_life", showSaid);
  model.on("change:_progress", showProgress);
  model.on("msg:custom", onTime);
  const ticking = setInterval(count, 1000);
  Promise.resolve()
    .then(() => model.send({ wish: "time" }))
    .catch(() => {}); // no kernel: this machine's clock will do

  return () => {
    clearInterval(ticking);
    say("idle", "");
    model.off("change:_said", showSaid);
    model.off("change:_life", showSaid);
    model.off("change:_progress", showProgress);
    model.off("msg:custom", onTime);
  };
}

export default { render };
