"""`HistoryView`: a history as a table that grows while calls are made.

What a person sees goes to the browser when it is asked for, in messages of its own. It
is never widget state, which notebooks save.

Why no table widget that others keep: of 10,000 rows ipydatagrid 1.4 sends 1.4 MB and
saves 2.1 MB, drawn on a canvas, of which a screen reader hears nothing; itables 2.9 is
a table that it can read, but sends and saves 2.3 MB, and sends all of it again when a
row comes. This one sends 24 kB, its script in it, 7 kB for a page, and saves none. All
three work offline.
"""

from __future__ import annotations

from threading import Lock, Timer
from typing import Any

import anywidget

from paynet_nb.history import History
from paynet_nb.widgets.call_page import exchange, tables
from paynet_nb.widgets.history_page import Filter, Matches
from paynet_nb.widgets.scripts import script, style

# A person sees the table grow, and a loop over thousands of calls hardly notices.
_PAUSE_S = 0.3
_MOST_VIEWS = 8


class HistoryView(anywidget.AnyWidget):
    """A table of the calls in a history: filter them, open one.

    Only the rows of one page go to the browser, and of one call what was opened.

    Args:
        history: The history.
    """

    _esm = script("history_view.js")
    _css = style("view.css", "history_view.css")

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history
        # What each place that shows the table looks at; "" before one has asked.
        self._seen: dict[str, tuple[Matches, Filter, int]] = {
            "": (Matches(history, ""), Filter(), 0)
        }
        self._lock = Lock()
        self._told = False
        # Not by overriding _handle_custom_msg: messages would stop arriving.
        self.on_msg(self._receive)
        history.watch(self._on_growth)

    def _receive(
        self, _widget: object, asked: dict[str, Any], _buffers: object
    ) -> None:
        view = asked["view"]
        if "leave" in asked:
            with self._lock:  # nobody tells the others now
                self._seen.pop(view, None)
        elif "page" in asked:
            self._look(view, Filter(*asked["filter"]), asked["page"])
        else:
            call = self._history[asked["number"] - 1]
            give = {"exchange": exchange, "tables": tables}[asked["part"]]
            answer = {"part": asked["part"], "number": asked["number"], **give(call)}
            self.send({"view": view, **answer})

    def _look(self, view: str, wanted: Filter, page: int) -> None:
        with self._lock:
            self._seen.pop("", None)
            matches, *_ = self._seen.pop(view, (None,))
            if matches is None or matches.text != wanted.text:
                matches = Matches(self._history, wanted.text)
            self._seen[view] = matches, wanted, page
            if len(self._seen) > _MOST_VIEWS:
                del self._seen[next(iter(self._seen))]
            self._send_page(view, asked=True)

    def _on_growth(self) -> None:
        # In the thread of a call, so no more than to set a clock.
        if self._told or not self._seen:
            return
        self._told = True
        later = Timer(_PAUSE_S, self._push)
        later.daemon = True
        try:
            later.start()
        except RuntimeError:  # Python ends, or has no thread left: the call goes on
            self._told = False

    def _push(self) -> None:
        self._told = False
        with self._lock:
            for view in list(self._seen):
                self._send_page(view, asked=False)

    def _send_page(self, view: str, *, asked: bool) -> None:
        matches, wanted, number = self._seen[view]
        page = matches.page(wanted.outcome, number)
        self.send({"view": view, "part": "page", "asked": asked, **page})
