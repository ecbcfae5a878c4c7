"""The browser's end of a `HistoryView`, without a browser."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from paynet_nb.widgets import HistoryView

ALL = ["all", ""]


def rows_of(page: dict[str, Any]) -> list[dict[str, Any]]:
    """Name the cells of a page's rows, as the script does."""
    return [dict(zip(page["columns"], row, strict=True)) for row in page["rows"]]


class Browser:
    """The other end of a view's wire.

    Attributes:
        got: The messages that arrived, as JSON gives them.
        size: How many bytes these were.
        first_told: Is called when the next message has arrived.
    """

    def __init__(self, view: HistoryView) -> None:
        self.got: list[dict[str, Any]] = []
        self.size = 0
        self.first_told: Callable[[], object] | None = None
        self._comm: Any = view.comm
        self._comm.publish_msg = self._publish

    def ask(self, **message: Any) -> dict[str, Any]:
        """Send a message as the browser does; give what came last."""
        data = {"method": "custom", "content": {"view": "a", **message}}
        self._comm.handle_msg({"content": {"data": data}, "buffers": []})
        return self.got[-1]

    def page(self, *wanted: str, page: int = 0) -> dict[str, Any]:
        """Ask for a page of what a filter lets through."""
        return self.ask(page=page, filter=list(wanted or ALL))

    def wait_for(self, count: int) -> dict[str, Any]:
        """Wait until the view told by itself that there are *count* calls."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if self.got and self.got[-1]["total"] == count:
                return self.got[-1]
            time.sleep(0.01)
        raise AssertionError(f"{count} calls were never told")

    def _publish(self, kind: str, **message: Any) -> None:
        text = json.dumps(message["data"])
        self.size += len(text)
        if kind == "comm_msg":
            self.got.append(json.loads(text)["content"])
            told, self.first_told = self.first_told, None
            if told:
                told()
