"""What the signing schemes share: an auth of requests that signs each try anew."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import requests

from paynet_nb.auth.base import Auth
from paynet_nb.auth.client_credentials import IDEMPOTENT, ClientCredentialsAuth
from paynet_nb.auth.signing.server_clock import ServerClock
from paynet_nb.credentials import Credentials
from paynet_nb.errors import SigningError
from paynet_nb.paynet import origin_of
from paynet_nb.wire import Recorder, Redactor, Transport


class SignedAuth(Auth):
    """Sign requests; after a 401 over a clock that is off, sign once more.

    Args:
        replay_unsafe: Also send POST and PATCH again after a 401.
        clock: Unix time; for tests.
    """

    def __init__(
        self, *, replay_unsafe: bool, clock: Callable[[], float] | None
    ) -> None:
        self.replay_unsafe = replay_unsafe
        self._clock = ServerClock(clock)

    @abstractmethod
    def sign(self, request: requests.PreparedRequest) -> None:
        """Put the scheme's headers on *request*, as it is to be sent.

        Raises:
            SigningError: It lacks what is signed.
        """

    def authorize(self, request: requests.PreparedRequest) -> None:
        """Sign *request*; the clock is corrected by what answers it.

        Raises:
            RefusedError: It would go over plain HTTP to another machine.
            SigningError: It lacks what is signed.
        """
        origin_of(request.url or "")
        self.sign(request)
        learn: Any = self._learn
        if learn not in request.hooks.get("response", []):
            request.register_hook("response", learn)

    def renewed_request(
        self, response: requests.Response, *, replay_unsafe: bool = False
    ) -> requests.PreparedRequest | None:
        """Make the request to send once more after a 401; None: there is none to send.

        It is signed anew. A scheme without a token can do better only where the clock
        was off.

        Args:
            response: The answer to a request that this auth signed.
            replay_unsafe: Also for methods that are not idempotent.
        """
        request = response.request
        again = request.method in IDEMPOTENT or replay_unsafe or self.replay_unsafe
        if response.status_code != 401 or not (self._is_late(response) and again):
            return None
        renewed = request.copy()
        self.sign(renewed)
        return renewed

    def _is_late(self, response: requests.Response) -> bool:
        """Tell whether the answer, or its hook before, has corrected the clock."""
        corrected = self._clock.learn(response)
        return corrected or bool(getattr(response, _CORRECTED, False))

    def _learn(self, response: requests.Response, **_options: Any) -> requests.Response:
        if self._clock.learn(response):
            setattr(response, _CORRECTED, True)
        return response


_CORRECTED = "_paynet_nb_clock_corrected"


class SignedTokenAuth(SignedAuth):
    """A bearer token and a signature beside it; what a `Client` asks of an auth.

    Args:
        credentials_or_auth: Whose token: credentials, or an auth that has one already.
        clock: Unix time; for tests.
    """

    def __init__(
        self,
        credentials_or_auth: Credentials | ClientCredentialsAuth,
        *,
        clock: Callable[[], float] | None,
    ) -> None:
        given = credentials_or_auth
        if not isinstance(given, ClientCredentialsAuth):
            given = ClientCredentialsAuth(given, clock=clock)
        self.token_auth = given
        super().__init__(replay_unsafe=self.token_auth.replay_unsafe, clock=clock)

    @property
    def credentials(self) -> Credentials:
        """Whose token it is."""
        return self.token_auth.credentials

    @property
    def transport(self) -> Transport:
        """The way out."""
        return self.token_auth.transport

    @property
    def redactor(self) -> Redactor:
        """What knows the secret and the tokens that are live."""
        return self.token_auth.redactor

    def record_in(self, history: Recorder) -> None:
        """Write the token requests so far, and all to come, to *history*."""
        self.token_auth.record_in(history)

    def authorize(self, request: requests.PreparedRequest) -> None:
        """Put the token on *request* and sign it.

        Raises:
            RefusedError: It goes to another origin than the environment's.
            TokenError: There is no token to be had.
            SigningError: It lacks what is signed; no token was asked for.
        """
        self.sign(request)
        self.token_auth.authorize(request)
        super().authorize(request)

    def renewed_request(
        self, response: requests.Response, *, replay_unsafe: bool = False
    ) -> requests.PreparedRequest | None:
        """Make the request to send once more after a 401, with another token."""
        renewed = self.token_auth.renewed_request(response, replay_unsafe=replay_unsafe)
        if renewed is None:
            return super().renewed_request(response, replay_unsafe=replay_unsafe)
        self._clock.learn(response)
        self.sign(renewed)
        return renewed


def body_of(request: requests.PreparedRequest) -> bytes:
    """Give a request's body; b"" where there is none.

    Raises:
        SigningError: It is a stream, whose bytes are not known yet.
    """
    body = request.body
    if body is None:
        return b""
    if isinstance(body, (bytes, str)):
        return body.encode() if isinstance(body, str) else body
    raise SigningError(
        f"the body of this {request.method} is a stream; give it as json= or as bytes, "
        "so that it can be signed"
    )
