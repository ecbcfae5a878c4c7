"""`History`: the ledger of exchanges, in the order in which they ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from paynet_nb import exports, frames, report
from paynet_nb.calls import Call
from paynet_nb.comparison import compare
from paynet_nb.errors import ConfigurationError
from paynet_nb.secret import Secret

if TYPE_CHECKING:
    import pandas as pd

    from paynet_nb.frames.differences import Differences

_SHOWN_ROWS = 20
_SHOWN_COLUMNS = [
    "sent_at",
    "kind",
    "method",
    "url",
    "status",
    "elapsed_ms",
    "code",
    "token",
]


class History:
    """The exchanges of a client, each redacted before it came here.

    Threads may append while others read.
    """

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._secrets: list[Callable[[], Iterable[Secret]]] = []

    def append(self, call: Call) -> None:
        """Add one exchange."""
        self._calls.append(call)

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls[:])

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | list[Call]:
        return self._calls[index]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate the exchanges, one row each, token requests included.

        Returns:
            Columns: sent_at (datetime, UTC), kind ("token" | "call"), environment,
            method, url, status (Int64; missing: no answer), elapsed_ms,
            request_bytes, response_bytes, attempt, message_id, code, reason (PayNet's,
            where the body has them), token (fingerprint), error, label.
        """
        calls = self._calls[:]
        outcomes = [call.outcome for call in calls]
        columns: dict[str, Sequence[Any]] = {
            "sent_at": [call.sent_at_s for call in calls],
            "kind": [call.kind for call in calls],
            "environment": [call.environment for call in calls],
            "method": [call.method for call in calls],
            "url": [call.url for call in calls],
            "status": [call.status for call in calls],
            "elapsed_ms": [call.elapsed_s * 1000 for call in calls],
            "request_bytes": [call.request_bytes for call in calls],
            "response_bytes": [call.response_bytes for call in calls],
            "attempt": [call.attempt for call in calls],
            "message_id": [outcome.message_id for outcome in outcomes],
            "code": [outcome.code for outcome in outcomes],
            "reason": [outcome.reason for outcome in outcomes],
            "token": [call.token for call in calls],
            "error": [call.error for call in calls],
            "label": [call.label for call in calls],
        }
        return frames.columns_to_frame(columns, _DTYPES)

    def keep_out(self, secrets: Callable[[], Iterable[Secret]]) -> None:
        """Refuse any file of this ledger that holds what *secrets* gives then."""
        self._secrets.append(secrets)

    def save(self, path: str | os.PathLike[str], *, personal: bool = False) -> None:
        """Save as .csv, .xlsx, .parquet, .jsonl or .har; see `exports.save`."""
        exports.save(self, path, secrets=self._live_secrets(), personal=personal)

    def report(self, path: str | os.PathLike[str], *, personal: bool = False) -> None:
        """Write one HTML page to hand on; see `report.write_report`."""
        secrets = self._live_secrets()
        report.write_report(self, path, secrets=secrets, personal=personal)

    def _live_secrets(self) -> list[Secret]:
        return [secret for secrets in self._secrets for secret in secrets()]

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
        last = {call.label: call for call in self if call.label}
        for label in (label_a, label_b):
            if label not in last:
                known = ", ".join(map(repr, last)) or "none"
                raise ConfigurationError(
                    f"no call has the label {label!r}; labels there are: {known}"
                )
        return compare(last[label_a], last[label_b], hide_volatile=hide_volatile)

    def __getstate__(self) -> dict[str, Any]:
        # A copy or a pickle holds no secret, and no way to one.
        return {**self.__dict__, "_secrets": []}

    def __repr__(self) -> str:
        failed = sum(call.status is None or call.status >= 400 for call in self)
        return f"<History of {len(self)} exchanges, {failed} failed>"

    def _repr_html_(self) -> str:
        return frames.to_html(self.to_frame()[_SHOWN_COLUMNS], max_rows=_SHOWN_ROWS)


_DTYPES = {
    "sent_at": "datetime64[us, UTC]",
    "status": "Int64",
    "elapsed_ms": "float64",
    "request_bytes": "int64",
    "response_bytes": "int64",
    "attempt": "int64",
}
