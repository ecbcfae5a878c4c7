"""`RenewingAuth`: what a `Client` asks of an auth that can renew its token.

With it the client knows no OAuth, and any other auth of requests serves as it is.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import requests

from paynet_nb.credentials import Credentials
from paynet_nb.wire import Recorder, Redactor, Transport


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

    def record_in(self, history: Recorder) -> None:
        """Write the auth's own requests to the history."""
