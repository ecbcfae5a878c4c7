"""`History`: the ledger of exchanges, in the order in which they ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from paynet_nb import frames
from paynet_nb.calls import Call

if TYPE_CHECKING:
    import pandas as pd

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
