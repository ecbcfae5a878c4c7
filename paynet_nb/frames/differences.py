"""The table of what differs between two values, and how a person sees it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import takewhile
from typing import Any, Literal, NamedTuple

import pandas as pd

from paynet_nb.display import (
    Html,
    card,
    compared,
    count,
    joined,
    narrow,
    shortened,
    visible,
)
from paynet_nb.frames.pages import to_html
from paynet_nb.frames.typed import columns_to_frame

_SHOWN_ROWS = 60
_SHOWN_TEXT = 40  # characters in a cell, in a terminal
_SHOWN_CELL = 120  # characters in a cell, on a page
_DEEPEST = 4
_COMMON_TEXT = 20  # characters


Change = Literal["added", "removed", "changed"]


class Difference(NamedTuple):
    """One row of the table; a side that is not there is None."""

    path: str
    change: Change
    left: Any
    right: Any
    volatile: bool


_NEW = "new each time"  # what a person reads for "volatile"
_HEADINGS = (*Difference._fields[:-1], _NEW)


class Differences(pd.DataFrame):
    """A frame that writes the values on both sides as JSON does when it is shown.

    So "1" does not look like 1, nor null like what is not there.
    """

    @property
    def _constructor(self) -> type[Differences]:
        # What is left after filtering is shown in the same way.
        return Differences

    @classmethod
    def of(cls, rows: Sequence[Difference], *, hidden: int) -> Differences:
        """Build the frame of its rows, and note how many were left out."""
        columns = {
            name: [row[i] for row in rows] for i, name in enumerate(Difference._fields)
        }
        found = cls(columns_to_frame(columns, {"volatile": "bool"}))
        found.attrs["hidden"] = hidden
        return found

    def __repr__(self) -> str:
        if not self._is_whole():
            return repr(pd.DataFrame(self))
        if self.empty:
            return self._title()
        shown = self._written().to_string(
            max_rows=_SHOWN_ROWS, max_colwidth=_SHOWN_TEXT, index=False
        )
        return f"{self._title()}\n{shown}"

    def _repr_html_(self) -> str:
        if not self._is_whole():
            return to_html(pd.DataFrame(self), max_rows=_SHOWN_ROWS)
        rows = zip(*(self._written()[name] for name in _HEADINGS), strict=True)
        cells = [_cells(*row) for row in rows][:_SHOWN_ROWS]
        left = len(self) - len(cells)
        return card(
            self._title(),
            "The order in lists is not compared.",
            Html() if self.empty else compared(_HEADINGS[:-1], cells),
            *[f"{count(left, 'more row')} in the table."] * bool(left),
        )

    def _is_whole(self) -> bool:
        return {*Difference._fields} <= {*self.columns}

    def _title(self) -> str:
        hidden = self.attrs.get("hidden") or 0
        counts = self["change"].value_counts()
        words = [word for word in ("added", "removed", "changed") if word in counts]
        found = ", ".join(f"{counts[word]} {word}" for word in words)
        volatile = hidden + int(self["volatile"].sum())
        if volatile and volatile == hidden + len(self):
            return f"No difference but IDs and times ({volatile})"
        left_out = f"; {hidden} of IDs and times left out" if hidden else ""
        return f"Differences: {found or 'none'}{left_out}"

    def _written(self) -> pd.DataFrame:
        frame = pd.DataFrame(self)
        cells = zip(frame["change"], frame["left"], frame["right"], strict=True)
        sides = [_sides(*row) for row in cells]
        return frame.assign(
            path=[visible(path) for path in frame["path"]],
            left=[left for left, _ in sides],
            right=[right for _, right in sides],
            **{_NEW: ["yes" if new else "" for new in frame["volatile"]]},
        ).drop(columns="volatile")


def _cells(path: str, change: str, left: str, right: str, new: str) -> list[object]:
    sides = (narrow(shortened(side, _SHOWN_CELL), share=50) for side in (left, right))
    # No column of its own, which a narrow page has no room for.
    return [joined(path), f"{change}, {_NEW}" if new else change, *sides]


def _sides(change: Change, left: Any, right: Any) -> tuple[str, str]:
    if change == "added":
        return "(absent)", _json(right)
    if change == "removed":
        return _json(left), "(absent)"
    old, new = _json(left), _json(right)
    if isinstance(left, str) and isinstance(right, str):
        # A page cuts long texts, and so could cut what differs.
        same = takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))
        cut = sum(1 for _ in same) - _COMMON_TEXT
        if cut > _COMMON_TEXT:
            old, new = f"...{old[cut:]}", f"...{new[cut:]}"
    return old, new


def _json(value: Any, depth: int = 0) -> str:
    """Write a value as JSON, with dots for what is deep inside it."""
    if value and isinstance(value, (dict, list)) and depth == _DEEPEST:
        return "..."
    if isinstance(value, dict):
        fields = (f"{_json(x)}: {_json(value[x], depth + 1)}" for x in value)
        return f"{{{', '.join(fields)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_json(x, depth + 1) for x in value)}]"
    if value is None or isinstance(value, (str, bool)):
        return visible(json.dumps(value, ensure_ascii=False))
    return str(value)
