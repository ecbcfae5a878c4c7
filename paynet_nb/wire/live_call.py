"""`LiveCall`: a call whose answer is what came, and whose record is redacted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paynet_nb.wire.call import Call


class LiveCall(Call):
    """What a client gives back where the record had to mask more than live values.

    Its data (`headers`, `body`, `text`, `json`, tables) are what the server sent, but
    for what is secret now. What shows or keeps it takes `kept` in its place.
    """

    def __repr__(self) -> str:
        return repr(self.kept)

    def _repr_html_(self) -> str:
        return self.kept._repr_html_()

    def __eq__(self, other: object) -> bool:
        return self.kept == (other.kept if isinstance(other, Call) else other)

    __hash__ = None  # type: ignore[assignment]  # a call has a dict in it

    def __copy__(self) -> LiveCall:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> LiveCall:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        # What leaves this process is what may be kept.
        return _itself, (self.kept,)


def live(kept: Call, headers: Mapping[str, str], body: bytes) -> LiveCall:
    """Give *kept* as the caller gets it, with the answer's own headers and body."""
    call = object.__new__(LiveCall)
    call.__dict__.update(kept.__dict__, headers=headers, body=body, _kept=kept)
    return call


def _itself(call: Call) -> Call:
    return call
