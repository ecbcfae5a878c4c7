"""One exchange for a page: texts, trees of JSON and tables, each within a limit."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from paynet_nb import frames
from paynet_nb.display import both_clocks, shortened, visible
from paynet_nb.errors import CallError, ConfigurationError
from paynet_nb.wire import Call, parse_json

_MOST_VALUES = 2_000  # of one tree
_DEEPEST = 40
_MOST_TEXT = 20_000  # characters
_MOST_IN_TREE = 200_000  # characters of one tree
_MOST_TABLES = 10
_MOST_ROWS = 50  # of one table
_NOTHING = {"note": "nothing"}


def exchange(call: Call) -> dict[str, Any]:
    """Give all that is shown of a call at once."""
    call = call.kept
    about = {
        "sent": both_clocks(call.sent_at_s),
        "took": f"{call.elapsed_s * 1000:,.0f} ms",
        "environment": call.environment,
        "attempt": str(call.attempt),
        "token": f"#{call.token}" if call.token else "none",
        "label": call.label,
    }
    request = {"URL": call.url, **call.request_headers}
    return {
        "title": f"{call.method} {call.path}: {call.status_in_words}",
        "about": _pairs({name: text for name, text in about.items() if text}),
        "request": _pairs(request),
        "sent": _sent(call),
        "headers": _pairs(call.headers),
        "answer": _answer(call),
        "curl": _curl(call),
    }


def tables(call: Call) -> dict[str, Any]:
    """Give the answer's tables as HTML, each with its name, and a line about them."""
    try:
        found = call.kept.tables()
    except CallError as error:
        return {"note": str(error), "tables": []}
    shown = list(found.items())[:_MOST_TABLES]
    left = len(found) - len(shown)
    return {
        "note": f"The first {_MOST_TABLES} of {len(found)} tables." if left else "",
        "tables": [
            [visible(name), frames.to_html(table, max_rows=_MOST_ROWS)]
            for name, table in shown
        ],
    }


def _pairs(texts: Any) -> list[list[str]]:
    return [[visible(name), visible(text)] for name, text in texts.items()]


def _curl(call: Call) -> dict[str, Any]:
    try:
        return _text(call.to_curl())
    except (CallError, ConfigurationError) as error:
        return {"note": str(error)}


def _answer(call: Call) -> dict[str, Any]:
    return (
        _text(call.text)
        if call.body_cut
        else _tree(call.body, call.text, call.headers.get("Content-Type", ""))
    )


def _sent(call: Call) -> dict[str, Any]:
    text = call.request_text or ""
    return _text(text) if call.request_body_cut else _tree(text, text)


def _tree(body: bytes | str, text: str, kind: str = "") -> dict[str, Any]:
    """Give a body as a tree; as text if it is no JSON, or a tree would lose some."""
    if not body.strip():
        return _NOTHING
    repeated: list[str] = []
    try:
        tree = Tree(parse_json(body, kind, on_repeated=repeated.extend))
    except ValueError:
        return _text(text)
    if repeated:
        note = "As text, since a name stands twice in one object: "
        return {
            **_text(text),
            "note": note + visible(shortened(repr(repeated[0]), _MOST_TEXT)),
        }
    return {"note": tree.note, "tree": tree.root}


def _text(text: str) -> dict[str, Any]:
    left = len(text) - _MOST_TEXT
    note = f"The first {_MOST_TEXT:,} characters; {left:,} more." if left > 0 else ""
    return {"note": note, "text": visible(text[:_MOST_TEXT])}


class Tree:
    """JSON data as a browser can show it: numbers are texts, so that none changes.

    A value is a text. An object and an array are a `kind`, "{}" or "[]", their `size`,
    and `items`: pairs of a name (in an array: the place) and what it holds.

    Attributes:
        root: The data.
        note: What is left out, in words; "" where that is nothing.
    """

    def __init__(self, data: Any) -> None:
        self._left = _MOST_VALUES
        self._room = _MOST_IN_TREE
        self._cut = False
        self.root = self._node(data, 0)
        self.note = (
            f"The first {_MOST_VALUES:,} values, {_DEEPEST} levels and "
            f"{_MOST_IN_TREE:,} characters; call.json() has all."
            if self._cut
            else ""
        )

    def _node(self, data: Any, depth: int) -> Any:
        if not isinstance(data, dict | list):
            return self._taken(_written(data))
        pairs: Iterable[tuple[object, Any]] = enumerate(data)
        kind = "[]"
        if isinstance(data, dict):
            pairs, kind = data.items(), "{}"
        shown = []
        for name, value in pairs:
            if self._left <= 0 or self._room <= 0 or depth >= _DEEPEST:
                self._cut = True
                break
            self._left -= 1
            label = self._taken(shortened(visible(name), _MOST_TEXT))
            shown.append([label, self._node(value, depth + 1)])
        return {"kind": kind, "size": len(data), "items": shown}

    def _taken(self, text: str) -> str:
        self._room -= len(text)
        return text


def _written(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    return shortened(visible(json.dumps(value, ensure_ascii=False)), _MOST_TEXT)
