"""Where exchanges are written to, as the wire sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from paynet_nb.credentials import Secret
from paynet_nb.wire.call import Call


class Recorder(Protocol):
    """What exchanges are written to: a `History`."""

    def append(self, call: Call, /) -> None:
        """Add one exchange."""

    def keep_out(self, secrets: Callable[[], Iterable[Secret]], /) -> None:
        """Let no file of the history hold what *secrets* gives then."""
