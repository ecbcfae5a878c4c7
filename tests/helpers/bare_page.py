"""Widgets in a page of their own: the real scripts, no JupyterLab and no kernel.

The widget lives in the test's process. What its script sends goes to the widget as the
kernel would hand it on; what the widget says goes back, in order, whichever thread
says it.
"""

from __future__ import annotations

import json
from collections import deque
from typing import Any

from playwright.sync_api import Locator, Page

# Answered by the test itself. Of this machine: only such pages may use the clipboard.
_ADDRESS = "http://127.0.0.1/bare"
_BLANK = "<!doctype html><html lang=en><title>widgets</title><main></main>"
# What anywidget gives a script: a model (its state, its events, a way to send) and an
# element. Python is asked for news: Playwright works in the thread of the test only.
_SCRIPT = """
const models = [];

function model(state, number) {
  const listeners = {};
  const tell = (name, ...facts) =>
    (listeners[name] ?? new Set()).forEach(listener => listener(...facts));
  return {
    get: name => state[name],
    on: (name, listener) => (listeners[name] ??= new Set()).add(listener),
    off: (name, listener) => listeners[name]?.delete(listener),
    send: (content, _callbacks, buffers = []) =>
      toKernel(number, content, buffers.map(buffer => [...new Uint8Array(buffer)])),
    lose: () => tell("comm_live_update"),
    hear: ({ method, state: changed, content }) => {
      if (method === "custom") return tell("msg:custom", content, []);
      Object.assign(state, changed);
      Object.keys(changed ?? {}).forEach(name => tell(`change:${name}`));
    },
  };
}

async function show(number, state, css) {
  const style = document.createElement("style");
  style.textContent = css;
  const element = document.createElement("div");
  document.querySelector("main").append(style, element);
  const source = new Blob([state._esm], { type: "text/javascript" });
  const { default: widget } = await import(URL.createObjectURL(source));
  models[number] ??= model(state, number);
  await widget.render({ model: models[number], el: element });
}

(async function listen() {
  for (const [number, said] of await fromKernel()) models[number]?.hear(said);
  setTimeout(listen, 30); // every 10 ms takes a third of a core
})();
"""


class BarePage:
    """A page that shows widgets of this process.

    Attributes:
        sent: What the scripts sent, without the buffers.
    """

    def __init__(self, page: Page) -> None:
        self.sent: list[Any] = []
        self._page = page
        self._widgets: list[Any] = []
        self._said: deque[tuple[int, Any]] = deque()
        page.route(
            _ADDRESS,
            lambda route: route.fulfill(body=_BLANK, content_type="text/html"),
        )
        page.expose_function("toKernel", self._hand_on)
        page.expose_function("fromKernel", self._news)
        page.goto(_ADDRESS)
        page.add_script_tag(content=_SCRIPT)

    def show(self, widget: Any) -> Locator:
        """Show a view of *widget*, one more where it has some; give its element."""
        if widget not in self._widgets:
            number = len(self._widgets)
            self._widgets.append(widget)
            widget.comm.publish_msg = lambda _kind, **message: self._said.append(
                # As text, as on the wire: what is no JSON is found out.
                (number, json.loads(json.dumps(message["data"])))
            )
        state = widget.get_state()
        shown = self._widgets.index(widget), state, state["_css"]
        self._page.evaluate("facts => show(...facts)", shown)
        return self._page.locator("main > div").last

    def lose_kernel(self) -> None:
        """Tell the scripts what ipywidgets' models tell when a kernel is restarted."""
        self._page.evaluate("models.forEach(model => model.lose())")

    def _hand_on(self, number: int, content: Any, buffers: list[list[int]]) -> None:
        self.sent.append(content)
        data = {"method": "custom", "content": content}
        views = [memoryview(bytes(buffer)) for buffer in buffers]
        message = {"content": {"data": data}, "buffers": views}
        self._widgets[number].comm.handle_msg(message)

    def _news(self) -> list[tuple[int, Any]]:
        return [self._said.popleft() for _ in range(len(self._said))]
