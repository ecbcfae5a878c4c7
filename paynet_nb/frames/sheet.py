"""Rows of a frame -> the cells of requests; what came of them -> the frame again."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from paynet_nb.errors import ConfigurationError
from paynet_nb.frames.tabulate import root_table
from paynet_nb.frames.typed import columns_to_frame

_DTYPES = {"sent": "bool", "status": "Int64", "elapsed_ms": "Float64"}
_RESULTS = ["sent", "outcome", "status", "code", "reason", "elapsed_ms", "error"]
_WORDS = {"true": True, "1": True, "1.0": True}
_WORDS |= {"false": False, "0": False, "0.0": False}
_ANSWER = re.compile(r"answer([.\[{].*)?")


class Sheet:
    """The rows of a batch: requests, and beside them what came of those sent before.

    Args:
        rows: A frame, or a list of mappings. It is not changed.

    Raises:
        ConfigurationError: It is neither; two columns have one name, or one has a name
            that a result has.
    """

    def __init__(self, rows: object) -> None:
        if not isinstance(rows, pd.DataFrame):
            if not isinstance(rows, Sequence) or not all(
                isinstance(row, Mapping) for row in rows
            ):
                raise ConfigurationError(
                    "give a DataFrame or a list of dicts, one for each call"
                )
            # Without a type of its own a column of integers with a hole stays as it is.
            rows = pd.DataFrame(list(rows), dtype="object")
        names = [str(name) for name in rows.columns]
        if len(set(names)) < len(names):
            raise ConfigurationError("two columns have one name; rename one")
        results = [name for name in names if _is_result(name)]
        is_resumed = set(_RESULTS) <= set(names)
        if results and not is_resumed:
            raise ConfigurationError(
                f"the result would overwrite the column {results[0]!r}; rename it, "
                f'for example frame.rename(columns={{"{results[0]}": '
                f'"my_{results[0]}"}})'
            )
        self._frame = rows
        self._requests = rows[[x for x in rows.columns if not _is_result(str(x))]]
        self.columns = {str(name) for name in self._requests.columns}
        done = [False] * len(rows)
        if is_resumed:
            done = [_was_sent(cell) for cell in rows["sent"].tolist()]
            self._frame = rows.assign(sent=done)
        self.to_send = [at for at, sent in enumerate(done) if not sent]

    def label(self, position: int) -> Hashable:
        """Give the name of a row: its place in the frame's index."""
        label: Hashable = self._frame.index[position]
        return label

    def cells(self) -> list[dict[str, Any]]:
        """Read the rows to send, without the cells where nothing is.

        None is there; NaN, NA and NaT are not, nor None in a column that cannot tell
        it from those.
        """
        rows: list[dict[str, Any]] = [{} for _ in self.to_send]
        for name in self._requests.columns:
            column = self._requests[name].iloc[self.to_send]
            missing = column.isna().tolist()
            may_hold_none = column.dtype == "object"
            for row, cell, is_missing in zip(
                rows, column.tolist(), missing, strict=True
            ):
                if not is_missing or (may_hold_none and cell is None):
                    row[str(name)] = cell
        return rows

    def with_results(
        self, results: Mapping[str, Sequence[Any]], answers: Iterable[Any]
    ) -> pd.DataFrame:
        """Give the frame with what came, in its own order, under its own index.

        Args:
            results: sent, status, code, reason, elapsed_ms and error of the rows sent.
            answers: Of each the parsed answer; None: there is none to tabulate. Of an
                iterator only some are in memory at a time.
        """
        todo = self._requests.iloc[self.to_send]
        parts = [todo, columns_to_frame(results, _DTYPES), _answer_columns(answers)]
        for part in parts[1:]:
            part.index = todo.index
        fresh = pd.concat(parts, axis=1)
        if len(todo) == len(self._frame):
            return fresh
        unsent = set(self.to_send)
        kept = [at for at in range(len(self._frame)) if at not in unsent]
        together = pd.concat([self._frame.iloc[kept], fresh])
        places = {at: i for i, at in enumerate([*kept, *self.to_send])}
        return together.iloc[[places[at] for at in range(len(places))]]


def _was_sent(cell: object) -> bool:
    """Read a cell of `sent`, also of a file that was read again as text or numbers.

    Raises:
        ConfigurationError: It is neither true nor false: no guess may send a payment
            twice.
    """
    if pd.isna(cell):  # type: ignore[call-overload]  # a cell is any object
        return False
    sent = _WORDS.get(str(cell).strip().lower())
    if sent is None:
        raise ConfigurationError(
            "the column 'sent' holds something that is neither True nor False; "
            "what was sent must be True, so that it is not sent twice"
        )
    return sent


def _is_result(name: str) -> bool:
    return name in _RESULTS or bool(_ANSWER.fullmatch(name))


def _answer_columns(answers: Iterable[Any]) -> pd.DataFrame:
    return root_table({} if one is None else {"answer": one} for one in answers)
