"""`FlatCall`: a call as it is kept, for those who read many and want no objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from requests.structures import CaseInsensitiveDict

from paynet_nb.paynet import AnswerCodes, Outcome
from paynet_nb.wire import Call, header_values

Flat = tuple[tuple[str, ...], Sequence[str]]  # names and values of headers


class FlatCall(NamedTuple):
    """The fields of a `Call` and PayNet's codes; nothing is read when it is made."""

    sent_at_s: float
    elapsed_s: float
    request_bytes: int
    response_bytes: int
    kind: str
    environment: str
    method: str
    status: int | None
    attempt: int
    token: str | None
    error: str | None
    label: str
    signature: str
    code: str | None
    reason: str | None
    outcome: Outcome
    url: str
    message_id: str | None
    request_headers: Flat
    headers: Flat
    request_body: bytes | None
    body: bytes
    request_body_cut: int
    body_cut: int
    cut_codes: AnswerCodes | None

    @classmethod
    def of(cls, call: Call) -> FlatCall:
        """Make it of a call."""
        cells = {name: getattr(call, name) for name in cls._fields}
        for name in _HEADERS:
            cells[name] = tuple(cells[name]), header_values(cells[name])
        return cls(**cells)

    def call(self) -> Call:
        """Make a call of it."""
        fields = self._asdict()
        for name in _CODES:
            del fields[name]
        for name in _HEADERS:
            fields[name] = headers_of_flat(fields[name])
        return Call(**fields)


def headers_of_flat(flat: Flat) -> Mapping[str, str]:
    """Give headers of which names compare without case."""
    headers: CaseInsensitiveDict[str] = CaseInsensitiveDict(zip(*flat, strict=True))
    return headers


_HEADERS = ("request_headers", "headers")
_CODES = ("code", "reason", "outcome", "message_id")
