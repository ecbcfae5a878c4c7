// What every widget of this package has; the widget's own script follows it in one module.

const PATIENCE_MS = 3000;

// What to say when the kernel stays silent; `shown` is what the cell shows.
const silence = (shown) =>
  "The kernel has not answered yet. It is busy with another cell, or it was " +
  `restarted: then run the cell with this ${shown} again.`;

// A line that says what happens; `wait` says so when the kernel stays silent.
function statusLine(element, shown) {
  let timer;

  function say(state, text) {
    clearTimeout(timer);
    element.dataset.state = state;
    element.textContent = text;
  }

  function wait() {
    say("asking", "Sending to the kernel ...");
    timer = setTimeout(() => say("failed", silence(shown)), PATIENCE_MS);
  }

  return { say, wait };
}

// Keys stay here: the notebook would take them for its shortcuts, D D deletes a cell.
// Saving the notebook goes through.
function keepKeys(element) {
  element.addEventListener("keydown", (event) => {
    const saves = (event.ctrlKey || event.metaKey) && event.key === "s";
    if (!saves) event.stopPropagation();
  });
}
