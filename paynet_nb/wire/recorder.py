"""Where exchanges are written to, as the wire sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from paynet_nb.credentials import Secret
from paynet_nb.wire.call import Call
from paynet_nb.wire.redaction.redactor import Redactor


class Recorder(Protocol):
    """What exchanges are written to: a `History`."""

    def append(self, call: Call, /) -> None:
        """Add one exchange."""

    @property
    def redactor(self) -> Redactor:
        """What masks all that is live for who writes here, as it is now."""

    def keep_out(
        self,
        secrets: Callable[[], Iterable[Secret]],
        redactor: Callable[[], Redactor],
        /,
    ) -> None:
        """Keep what is live for one auth out of the records and files of all.

        Args:
            secrets: Gives what no file may hold, when one is written.
            redactor: Gives what masks it, when an exchange is recorded.
        """
