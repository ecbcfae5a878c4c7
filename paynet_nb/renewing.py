"""`RenewingAuth`: what a `Client` asks of an auth that can renew its token.

With it the client knows no OAuth, and any other auth of requests serves as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, runtime_checkable

import requests

from paynet_nb.calls import Call
from paynet_nb.credentials.credentials import Credentials
from paynet_nb.credentials.secret import Secret
from paynet_nb.redaction import Redactor
from paynet_nb.transport import Transport


class Ledger(Protocol):
    """What exchanges are written to: a `History`."""

    def append(self, call: Call, /) -> None:
        """Add one exchange."""

    def keep_out(self, secrets: Callable[[], Iterable[Secret]], /) -> None:
        """Let no file of the ledger hold what *secrets* gives then."""


@runtime_checkable
class RenewingAuth(Protocol):
    """An auth whose token can be renewed after a 401."""

    credentials: Credentials
    transport: Transport
    redactor: Redactor

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Serve as an auth of requests."""

    def authorize(self, request: requests.PreparedRequest) -> None:
        """Put the token on the request."""

    def renewed_request(
        self, response: requests.Response, *, replay_unsafe: bool
    ) -> requests.PreparedRequest | None:
        """Make the request to send once more after a 401."""

    def record_in(self, ledger: Ledger) -> None:
        """Write the auth's own requests to the ledger."""
