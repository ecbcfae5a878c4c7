"""`Auth`: what all auths share, for plain calls of requests and for httpx."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import requests
from requests.auth import AuthBase

from paynet_nb.errors import ConfigurationError, without_locals
from paynet_nb.wire import Recorder

if TYPE_CHECKING:
    import httpx

    from paynet_nb.auth.claims.public_keys import KeysLike


class Auth(AuthBase):
    """An auth of requests that can do better after a 401."""

    @abstractmethod
    def authorize(self, request: requests.PreparedRequest) -> None:
        """Put token or signature on the request."""

    @abstractmethod
    def renewed_request(
        self, response: requests.Response, *, replay_unsafe: bool = False
    ) -> requests.PreparedRequest | None:
        """Make the request to send once more after a 401; None: there is none."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Authorize a request of `requests`, and answer its 401 once.

        Raises:
            ConfigurationError: It is a request of another library.
        """
        given: object = request
        if not isinstance(given, requests.PreparedRequest):
            raise ConfigurationError(
                f"{type(self).__name__} is an auth for requests, and this request is "
                f"of {type(given).__module__.partition('.')[0]}; with httpx write "
                "auth=auth.for_httpx()"
            )
        self.authorize(request)
        request.register_hook("response", self._send_again)
        return request

    @without_locals
    def for_httpx(
        self,
        history: Recorder | None = None,
        *,
        answer_keys: KeysLike | None = None,
    ) -> httpx.Auth:
        """Give this auth for `httpx.Client` and `httpx.AsyncClient` (extra "httpx").

        It is the same token, and the same signatures; asyncio's tasks wait for one
        token request.

        Args:
            history: What the calls are written to, such as `client.history`.
            answer_keys: PayNet's public keys, as `Client` takes them.

        Raises:
            ConfigurationError: httpx is not installed, or *history* is none.
        """
        if history is not None and not hasattr(history, "keep_out"):
            raise ConfigurationError(
                "history= wants a pn.History, such as client.history, "
                f"not {type(history).__name__}"
            )
        try:
            # Here, so that httpx is needed by those only who use it.
            from paynet_nb.auth.for_httpx import HttpxAuth
        except ModuleNotFoundError:
            made = None
        else:
            made = HttpxAuth(self, history, answer_keys)
        if made is None:
            raise ConfigurationError(
                'httpx is not installed: pip install "paynet_nb[httpx]"'
            )
        return made

    def _send_again(
        self, response: requests.Response, **options: Any
    ) -> requests.Response:
        """Answer a 401 in a plain call of requests, as its HTTPDigestAuth does."""
        renewed = self.renewed_request(response)
        if renewed is None:
            return response
        response.content  # noqa: B018  # read to the end, so that the connection is kept
        response.close()
        answer = response.connection.send(renewed, **options)
        answer.history.append(response)
        answer.request = renewed
        return answer
