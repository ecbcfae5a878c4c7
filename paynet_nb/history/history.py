"""`History`: the exchanges, in the order in which they ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from functools import reduce
from typing import TYPE_CHECKING, Any, overload

from paynet_nb import frames
from paynet_nb.credentials import Secret
from paynet_nb.display import Watchers, show_live
from paynet_nb.errors import ConfigurationError, without_locals
from paynet_nb.history import chart as charts, shown as still
from paynet_nb.history.search import Search
from paynet_nb.history.store.flat import FlatCall
from paynet_nb.history.store.store import Store
from paynet_nb.paynet import OUTCOMES, Outcome
from paynet_nb.wire import Call, Redactor

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from paynet_nb.frames import Differences


class _NoSuchCallError(ConfigurationError, IndexError):
    """So that a loop over places ends, and a notebook shows three lines of it."""


_NoSuchCallError.__name__ = ConfigurationError.__name__


class History:
    """The exchanges of a client, each redacted before it came here.

    Threads may append while others read. A copy or a pickle is in memory only.

    With a *path* there is a journal: each exchange is in that SQLite file before the
    call that made it returns, and is there again when the file is named again, after a
    restart of the kernel or its sudden end. Several notebooks may write to one journal;
    each sees the exchanges of all, in the order in which they were written. Only the
    file's owner can read it (mode 0600). Where it cannot be written to, because the
    disk is full or the folder read-only, there is one warning, and exchanges are kept
    in memory only. Where another program locks it for longer than 30 s, there is one,
    too, and what was kept in memory is written, in its order, once that lets go: with
    the next exchange, the next look at the history or at the kernel's end.

    Args:
        path: The journal; made if it is not there; default: in memory only.
        max_body_bytes: Cut bodies off behind so many bytes; default: they are kept
            whole. Of what was cut `Call.body_cut` and `Call.text` tell, `Call.json`
            and all tables of the call raise `CallError`; PayNet's codes and the outcome
            are what they were before the cut.

    Raises:
        ConfigurationError: The file is no journal or of a newer version (it stays as
            it was), or there is no such folder; or *max_body_bytes* is no size.
    """

    @without_locals
    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        max_body_bytes: int | None = None,
    ) -> None:
        self._store = Store(path, max_body_bytes)
        self._secrets: list[Callable[[], Iterable[Secret]]] = []
        self._redactors: list[Callable[[], Redactor]] = []
        self._joined: tuple[list[Redactor], Redactor] | None = None
        self._watchers = Watchers("history")

    def append(self, call: Call) -> None:
        """Add one exchange; with a journal it is in the file before this returns.

        Raises:
            ConfigurationError: It is no `Call`.
        """
        if not isinstance(call, Call):
            raise ConfigurationError(
                "append wants a Call, such as client.get(path) gives, "
                f"not {type(call).__name__}"
            )
        self._store.append(call.kept)
        self._watchers.tell()

    def holds(self, call: Call) -> bool:
        """Tell whether *call* is among the latest exchanges."""
        return self._store.holds(call)

    def watch(self, told: Callable[[], object]) -> None:
        """Call *told* after each exchange that is added, in the thread that added it.

        Args:
            told: A method of an object; it is called for as long as that lives.
        """
        self._watchers.add(told)

    def __len__(self) -> int:
        return len(self._store)

    def __iter__(self) -> Iterator[Call]:
        return iter(self._store)

    @overload
    def __getitem__(self, index: int | str) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...
    def __getitem__(self, index: int | str | slice) -> Call | list[Call]:
        """Give a call by its place, calls by a slice, or the last call with a label.

        Raises:
            ConfigurationError: There are not so many calls, which is an `IndexError`,
                too; no call has that label; or it is none of these three.
        """
        if not isinstance(index, str):
            try:
                return self._store[index]
            except TypeError:
                kind = type(index).__name__
            except IndexError:
                kind = ""
            if kind:
                raise ConfigurationError(
                    "a call is found by its number or its label, calls by a slice, "
                    f"not by {kind}"
                )
            there = "history[0] is the oldest call, history[-1] the newest"
            raise _NoSuchCallError(
                f"the history has {len(self)} calls; {there}"
                if len(self)
                else "the history is empty; make a call first"
            )
        codes, labels = self._store.columns("label")["label"]
        last = {labels[code]: place for place, code in enumerate(codes)}
        last.pop("", None)
        if index not in last:
            known = ", ".join(map(repr, last)) or "none"
            raise ConfigurationError(
                f"no call has the label {index!r}; labels there are: {known}"
            )
        return self._store[last[index]]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate the exchanges, one row each, token requests included.

        Returns:
            Columns: sent_at (datetime, UTC), kind ("token" | "call" |
            "notification"), environment, method, url, status (Int64; missing: no
            answer), elapsed_ms, request_bytes, response_bytes, attempt, message_id (the
            answer's, else the one sent), code, reason (PayNet's, where the body has
            them), token (fingerprint), error, label, outcome ("good" | "refused" |
            "unknown" | "failed", as `Call.outcome`), signature (as `Call.signature`).
            The texts are pandas' `str`, in which NaN stands for a missing one.
        """
        frame = frames.columns_to_frame(self.columns(), _DTYPES)
        frame["elapsed_ms"] *= 1000
        return frame

    def columns(self) -> dict[str, Sequence[Any] | frames.Coded]:
        """Give the columns of the table without pandas; all times in seconds."""
        kept = self._store.columns()
        kept["sent_at"], kept["elapsed_ms"] = kept["sent_at_s"], kept["elapsed_s"]
        return {name: kept[name] for name in _COLUMNS}

    def search(
        self, text: str, start: int, end: int
    ) -> Iterator[tuple[int, list[int]]]:
        """Look for a text, in steps, in the exchanges from *start* on up to *end*.

        It is found in URL, label, status in words, why there was no answer, what is
        told of a body that is not JSON or was cut, PayNet's codes, token and bodies
        (also as JSON escapes it); capitals do not matter.

        Returns:
            After each step how far the search is, and the places found in it.
        """
        look = Search(text, self._store.__getitem__, self._store.flat)
        for piece in self._store.pieces(start, end):
            yield piece.places.stop, look.places(piece)

    def outcomes(self) -> list[Outcome]:
        """Give the outcome of each exchange, as `Call.outcome`, without pandas."""
        return [*self.cells("outcome")["outcome"]]

    def cells(self, *names: str) -> dict[str, Sequence[Any]]:
        """Give some columns of the table without pandas; of times those of `Call`."""
        columns = self._store.columns(*names)
        return {
            name: [column.values[code] for code in column.codes]
            if isinstance(column, frames.Coded)
            else column
            for name, column in columns.items()
        }

    def headers(self) -> Iterator[tuple[tuple[str, ...], Sequence[str]]]:
        """Give the names and the values of all headers, of requests and answers."""
        return self._store.headers()

    def flat(self) -> Iterator[FlatCall]:
        """Give the exchanges that are there now, without making a `Call` of each."""
        return self._store.flat()

    def summary(self) -> pd.DataFrame:
        """Count and time the exchanges of each endpoint, the busiest first.

        An endpoint is an environment, a method and a path as it was sent, without the
        query. An ID in a path makes an endpoint of its own: which part of a path is an
        ID cannot be known from here. Token requests are endpoints of the kind "token".

        Returns:
            Columns: environment, kind ("token" | "call"), method, path, count; good,
            refused, unknown, failed: how many of each outcome; p50_ms, p95_ms, p99_ms:
            the time within which 50, 95 and 99 of 100 answers were there, in
            milliseconds; missing where there was no answer. An exchange without an
            answer counts in no time.
        """
        return frames.summarize(self.to_frame(), OUTCOMES)

    def drift(self) -> pd.DataFrame:
        """Hold each answer against the contract of PayNet's calls; sends nothing.

        What an answer holds is in no row, only its shape; what was masked or cut when
        it was recorded is not looked at. `paynet-nb drift` writes the same to a file.

        Returns:
            One row a difference. Columns: call; element (where: "banks[].code",
            "status", "content type", "headers.NAME", "reason code"; "call": the
            contract does not have it); contract (what it wants there); sure and source
            (how sure that is, where it was read); came (what kind of thing); count;
            first_seen, last_seen (UTC).

        Raises:
            ConfigurationError: Neither jsonschema-rs nor jsonschema is installed.
        """
        from paynet_nb.history.drift import drift

        return drift(self)

    @without_locals
    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw how long each exchange took, over the clock in UTC; sends nothing.

        Each endpoint (see `summary`, which says the same in words) has a shape and a
        colour. What is not good has an "x" over it, and beside it the outcome or the
        status, with their numbers where some are at one time; the legend counts all.

        Args:
            ax: Where to draw; None: a new figure.

        Raises:
            ConfigurationError: matplotlib is not installed.
        """
        return charts.latency(self.to_frame(), ax=ax)

    def keep_out(
        self,
        secrets: Callable[[], Iterable[Secret]],
        redactor: Callable[[], Redactor],
    ) -> None:
        """Keep what is live for one auth out of the records and files of all.

        Args:
            secrets: Gives what makes a file refused, when one is written.
            redactor: Gives what masks it, when an exchange is recorded.
        """
        self._secrets.append(secrets)
        self._redactors.append(redactor)

    @property
    def redactor(self) -> Redactor:
        """What masks all that is live for those who write here, as it is now."""
        redactors = [redactor() for redactor in self._redactors]
        joined = self._joined
        if joined is None or joined[0] != redactors:
            joined = (redactors, reduce(Redactor.joined, redactors, Redactor()))
            self._joined = joined
        return joined[1]

    @without_locals
    def save(self, path: str | os.PathLike[str], *, personal: bool = False) -> None:
        """Save as .csv, .xlsx, .parquet, .jsonl or .har; see `exports.save`."""
        from paynet_nb.history.exports.save import save

        save(self, path, secrets=self._live_secrets(), personal=personal)

    @without_locals
    def report(
        self,
        path: str | os.PathLike[str],
        calls: str | Iterable[str] | pd.DataFrame | None = None,
        *,
        personal: bool = False,
    ) -> None:
        """Write one HTML page to hand on; see `report.write_report`."""
        from paynet_nb.history.exports.report import write_report

        secrets = self._live_secrets()
        write_report(self, path, secrets=secrets, calls=calls, personal=personal)

    def _live_secrets(self) -> list[Secret]:
        return [secret for secrets in self._secrets for secret in secrets()]

    @without_locals
    def compare(
        self, label_a: str, label_b: str, *, hide_volatile: bool = False
    ) -> Differences:
        """Tabulate what differs between the last calls with two labels.

        Args:
            label_a: The one's label, as given to `client.get(..., label=)`.
            label_b: The other's.
            hide_volatile: Leave out new IDs and times.

        Returns:
            As of `paynet_nb.compare`.

        Raises:
            ConfigurationError: No call has one of the labels.
        """
        from paynet_nb.history.comparison import compare

        return compare(self[label_a], self[label_b], hide_volatile=hide_volatile)

    def __getstate__(self) -> dict[str, Any]:
        # A copy or a pickle holds no secret, no way to one, and is shown nowhere.
        own = {
            "_store": copy(self._store),
            "_secrets": [],
            "_redactors": [],
            "_joined": None,
            "_watchers": Watchers("history"),
        }
        return {**self.__dict__, **own}

    def __repr__(self) -> str:
        return f"<History of {charts.counted(self.to_frame())}>"

    def _repr_html_(self) -> str:
        return still.shown(self[-still.MOST_ROWS :], self.outcomes())

    def _ipython_display_(self) -> None:
        show_live(self, "HistoryView")


_COLUMNS = (
    *("sent_at", "kind", "environment", "method", "url", "status", "elapsed_ms"),
    *("request_bytes", "response_bytes", "attempt", "message_id", "code", "reason"),
    *("token", "error", "label", "outcome", "signature"),
)
_DTYPES = {
    **dict.fromkeys(_COLUMNS, "str"),
    "sent_at": "datetime64[us, UTC]",
    "status": "Int64",
    "elapsed_ms": "float64",
    "request_bytes": "int64",
    "response_bytes": "int64",
    "attempt": "int64",
}
