"""`ReportsAuth`: an HMAC of the clock, beside the bearer token."""

from __future__ import annotations

import hmac
from collections.abc import Callable

import requests

from paynet_nb.auth.client_credentials import ClientCredentialsAuth
from paynet_nb.auth.signing.signed_auth import SignedTokenAuth
from paynet_nb.credentials import Credentials
from paynet_nb.errors import without_locals
from paynet_nb.wire import Hidden


class ReportsAuth(SignedTokenAuth):
    """Sign calls of the Financial Reports API.

    X-Timestamp is Unix time in whole seconds, and X-Signature the HMAC-SHA256 of that
    text under the Client Secret, in lower-case hex. Neither body nor path is in it, so
    what it proves is the time. Source:
    https://docs.developer.paynet.my/docs/operations/financial-reports/financial-reports-api/authentication

    Args:
        credentials: Whose token and Client Secret; an auth that has them serves, too.
        clock: Unix time; for tests.
    """

    @without_locals
    def __init__(
        self,
        credentials: Credentials | ClientCredentialsAuth,
        *,
        clock: Callable[[], float] | None = None,
    ) -> None:
        super().__init__(credentials, clock=clock)

    def sign(self, request: requests.PreparedRequest) -> None:
        """Put X-Timestamp and X-Signature on *request*."""
        stamp = str(int(self._clock.now()))
        request.headers["X-Timestamp"] = stamp
        request.headers["X-Signature"] = Hidden(
            hmac.digest(
                self.credentials.client_secret.reveal().encode(),
                stamp.encode(),
                "sha256",
            ).hex()
        )

    def __repr__(self) -> str:
        return f"<ReportsAuth beside {self.token_auth!r}>"
