"""An auth of this package as one of httpx, for its `Client` and its `AsyncClient`.

Each request is authorized as a request of `requests` would be: the same token, the same
signatures, the same origin rule, and once more after a 401.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Generator
from typing import TYPE_CHECKING

import httpx
import requests
from requests.hooks import default_hooks, dispatch_hook
from requests.structures import CaseInsensitiveDict

from paynet_nb.auth.base import Auth
from paynet_nb.auth.signing.answer_check import AnswerCheck
from paynet_nb.wire import Recorder, Redactor, capture, knowing_credential

if TYPE_CHECKING:
    from paynet_nb.auth.claims.public_keys import KeysLike


class HttpxAuth(httpx.Auth):
    """What `auth.for_httpx()` gives.

    Args:
        auth: Whose token and signatures; others may use it at the same time.
        history: What the exchanges are written to, those for tokens, too; None:
            nothing is kept. A call without an answer is not in it.
        answer_keys: PayNet's public keys; None: those at the environment's `jwks_url`,
            where the auth has credentials.
    """

    def __init__(
        self,
        auth: Auth,
        history: Recorder | None = None,
        answer_keys: KeysLike | None = None,
    ) -> None:
        self._auth = auth
        self._history = history
        credentials = getattr(auth, "credentials", None)
        if answer_keys is None and credentials:
            answer_keys = credentials.environment.jwks_url
        self._answers = AnswerCheck(answer_keys, getattr(auth, "transport", None))
        record_in = getattr(auth, "record_in", None)
        if history is not None and record_in:
            record_in(history)

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Authorize a request of `httpx.Client`."""
        request.read()
        made = self._authorized(request)
        started = time.time()
        response = yield _sent(made, request)
        if self._is_read(response):
            response.read()
        renewed = self._renewed(made, response, started)
        if renewed is not None:
            started = time.time()
            response = yield _sent(renewed, request)
            if self._is_read(response):
                response.read()
            self._keep(renewed, response, started, attempt=2)

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Authorize a request of `httpx.AsyncClient`."""
        await request.aread()
        # In a thread: a token may have to be asked for, and others must not wait.
        made = await asyncio.to_thread(self._authorized, request)
        started = time.time()
        response = yield _sent(made, request)
        if self._is_read(response):
            await response.aread()
        renewed = await asyncio.to_thread(self._renewed, made, response, started)
        if renewed is not None:
            started = time.time()
            response = yield _sent(renewed, request)
            if self._is_read(response):
                await response.aread()
            self._keep(renewed, response, started, attempt=2)

    def _is_read(self, response: httpx.Response) -> bool:
        """Tell whether the body is wanted here; else it stays with who streams it."""
        return self._history is not None or response.status_code == 401

    def _authorized(self, request: httpx.Request) -> requests.PreparedRequest:
        made = requests.PreparedRequest()
        made.method, made.url = request.method, str(request.url)
        made.headers = CaseInsensitiveDict(request.headers)
        made.headers.pop("Transfer-Encoding", None)  # the body is whole now
        made.body, made.hooks = request.content or None, default_hooks()
        self._auth.authorize(made)
        if self._history is not None:
            self._answers.prepare(made)
        return made

    def _renewed(
        self, made: requests.PreparedRequest, answer: httpx.Response, started: float
    ) -> requests.PreparedRequest | None:
        self._keep(made, answer, started, attempt=1)
        response = _as_of_requests(answer, made)
        dispatch_hook("response", made.hooks, response)
        renewed = None
        if answer.status_code == 401:
            renewed = self._auth.renewed_request(response)
        return renewed

    def _keep(
        self,
        made: requests.PreparedRequest,
        answer: httpx.Response,
        started: float,
        *,
        attempt: int,
    ) -> None:
        if self._history is None:
            return
        redactor = getattr(self._auth, "redactor", Redactor())
        known = knowing_credential(redactor.joined(self._history.redactor), made)
        credentials = getattr(self._auth, "credentials", None)
        response = _as_of_requests(answer, made)
        verdict = self._answers.verdict(made, response.headers, answer.content)
        call = capture(
            made,
            response,
            known.redactor,
            body=answer.content,
            elapsed_s=time.time() - started,
            token=known.token,
            kind="call",
            environment=credentials.environment.name if credentials else "",
            sent_at_s=started,
            attempt=attempt,
            signature=verdict,
        )
        self._history.append(call)


def _sent(made: requests.PreparedRequest, given: httpx.Request) -> httpx.Request:
    body = made.body.encode() if isinstance(made.body, str) else made.body
    headers = [
        (name.encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in made.headers.items()
    ]
    return httpx.Request(
        given.method,
        given.url,
        headers=headers,
        content=body if isinstance(body, bytes) else None,
        extensions=given.extensions,
    )


def _as_of_requests(
    answer: httpx.Response, made: requests.PreparedRequest
) -> requests.Response:
    response = requests.Response()
    response.status_code, response.reason = answer.status_code, answer.reason_phrase
    response.headers = CaseInsensitiveDict(answer.headers)
    response.url, response.request = made.url or "", made
    # Where it is streamed to somebody else, it is not read here.
    response._content = answer.content if answer.is_closed else b""
    response.encoding = answer.encoding
    return response
