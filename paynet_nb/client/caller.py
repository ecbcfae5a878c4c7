"""`Caller`: one call from its check to its record, for `Client` and for batches."""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, NoReturn
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.auth import AuthBase

from paynet_nb.auth import AnswerCheck, RenewingAuth
from paynet_nb.client.request import (
    Headers,
    Params,
    as_method,
    build_request,
    has_authorization,
)
from paynet_nb.errors import (
    CallError,
    ConfigurationError,
    RefusedError,
    without_locals,
)
from paynet_nb.history import History
from paynet_nb.paynet import Environment
from paynet_nb.wire import (
    Call,
    Known,
    Redactor,
    Timeout,
    Transport,
    as_timeout,
    knowing_credential,
    send,
)

if TYPE_CHECKING:
    # The type checkers' own: for Python itself the default is new in 3.13 (PEP 696).
    from typing_extensions import TypeVar

    from paynet_nb.auth import KeysLike

    _OfRequests = (
        AuthBase
        | Callable[[requests.PreparedRequest], requests.PreparedRequest]
        | tuple[str, str]
        | None
    )
    Auth = TypeVar("Auth", bound=_OfRequests, default=Any)
else:
    from typing import TypeVar

    Auth = TypeVar("Auth")


class Caller(Generic[Auth]):
    """Call the APIs of one environment; threads may share it.

    Attributes:
        auth: As the argument.
        environment: As the argument.
        history: As the argument.
        transport: The way out.
        replay_unsafe: As the argument.
        answers: Says of each answer whether PayNet signed it.

    Args:
        auth: Any auth of requests, or None.
        environment: Where the calls go.
        history: The history to write to.
        timeout: Seconds to connect and to wait for the API.
        replay_unsafe: Send POST and PATCH again, too, after a 401 and a new token.
        answer_keys: PayNet's public keys; None: those at the environment's `jwks_url`.
    """

    def __init__(
        self,
        auth: Auth,
        environment: Environment,
        history: History,
        *,
        timeout: Timeout,
        replay_unsafe: bool,
        answer_keys: KeysLike | None = None,
    ) -> None:
        self.auth = auth
        given: object = auth
        self._renewing = given if isinstance(given, RenewingAuth) else None
        self._timeout = as_timeout(timeout)
        self.replay_unsafe = replay_unsafe
        self.environment = environment
        self.history = history
        self.transport = self._renewing.transport if self._renewing else Transport()
        self.answers = AnswerCheck(
            environment.jwks_url if answer_keys is None else answer_keys,
            self.transport,
        )
        self._locked = environment.stage == "production"
        if self._renewing:
            self._renewing.record_in(history)

    @property
    def locked(self) -> bool:
        """Whether only GET is allowed, as in production until `unlock`."""
        return self._locked

    @without_locals
    def unlock(self, name: str) -> None:
        """Allow more than GET in a production environment.

        Args:
            name: The environment's name, typed out: money may move from here on.

        Raises:
            RefusedError: It is not this environment's name.
        """
        if name != self.environment.name:
            # Not quoted: it may be anything, a secret pasted into the wrong field too.
            raise RefusedError(
                "this name does not unlock the client; its environment is "
                f"{self.environment.name!r}"
            )
        self._locked = False

    def through(self, transport: Transport) -> Caller:
        """Give a caller that is the same but for its way out."""
        other = copy.copy(self)
        other.transport = transport
        return other

    def build(
        self,
        method: str,
        path: str,
        *,
        params: Params = None,
        json: Any = None,
        headers: Headers = None,
    ) -> requests.PreparedRequest:
        """Build a request that may be sent; without a token yet.

        Raises:
            RefusedError: Another origin, a locked production environment, or a request
                that cannot be sent.
            ConfigurationError: An argument is of a wrong type, or *json* has no JSON
                form.
        """
        if self._locked and method != "GET":
            self._refuse(f"allows {method}, too")
        request = build_request(
            self.transport.session,
            self.environment,
            method,
            path,
            params=params,
            json=json,
            headers=headers,
        )
        if self._locked:
            self._refuse_overrides(request)
        return request

    def _refuse_overrides(self, request: requests.PreparedRequest) -> None:
        if any(map(_is_override, request.headers)):
            self._refuse("allows a header that makes another method of a GET, too")
        query = urlsplit(request.url or "").query
        # Some servers split at a semicolon, too.
        fields = parse_qsl(query.replace(";", "&"), keep_blank_values=True)
        if any(_is_override_field(name) for name, _ in fields):
            self._refuse("allows a query that makes another method of a GET, too")

    def url_of(self, request: requests.PreparedRequest) -> str:
        """Give a request's URL as the history will have it."""
        return self._redactor.url(request.url or "")

    @without_locals
    def call(
        self,
        method: str,
        path: str,
        *,
        params: Params = None,
        json: Any = None,
        headers: Headers = None,
        label: str = "",
        replay_unsafe: bool = False,
    ) -> Call:
        """Send one request and record it.

        Args:
            method: The HTTP method.
            path: Below the environment's base URL, or a whole URL of the same origin.
            params: The query.
            json: A body, sent as JSON; a `Decimal` is sent as a number digit by digit.
            headers: Further headers; an `Authorization` here takes the auth's place,
                and None takes a header of the session away.
            label: A name for this call in the history.
            replay_unsafe: Send again after a 401 even where the method is not
                idempotent, with the same body.

        Returns:
            The exchange, whatever its status.

        Raises:
            RefusedError: Another origin, a locked production environment, or a request
                that cannot be sent; nothing was sent.
            ConfigurationError: An argument is of a wrong type, or *json* has no JSON
                form; nothing was sent.
            TokenError: The auth has no token.
            CallError: There was no answer; it is in the history all the same.
        """
        method = as_method(method)
        if not isinstance(label, str):
            raise ConfigurationError(
                f"the label is no text, but {type(label).__name__}"
            )
        request = self.build(method, path, params=params, json=json, headers=headers)
        return self.send(
            request,
            authorized=has_authorization(headers),
            label=label,
            replay_unsafe=replay_unsafe,
        )

    def send(
        self,
        request: requests.PreparedRequest,
        *,
        authorized: bool,
        label: str,
        replay_unsafe: bool,
        go: Callable[[], None] | None = None,
    ) -> Call:
        """Send what `build` made, and record it.

        Args:
            request: As `build` made it; it is changed.
            authorized: Whether its `Authorization` takes the auth's place.
            label: As for `call`.
            replay_unsafe: As for `call`.
            go: Is called when nothing but the sending is left to do; what it raises
                is raised, and nothing is sent.

        Raises:
            TokenError, CallError: As for `call`.
        """
        own_cookies = "Cookie" in request.headers
        renewing = None if authorized else self._authorize(request)
        if not own_cookies:
            self._add_cookies(request)
        family = self.answers.prepare(request)
        if go:
            go()
        call, response = self._exchange(request, family, label, attempt=1)
        if renewing and response is not None and response.status_code == 401:
            renewed = renewing.renewed_request(
                response, replay_unsafe=replay_unsafe or self.replay_unsafe
            )
            if renewed is not None:
                if not own_cookies:
                    self._add_cookies(renewed)
                call, _ = self._exchange(renewed, family, label, attempt=2)
        if call.error:
            raise CallError(f"{request.method} {call.path}: {call.error}", call=call)
        return call

    def _refuse(self, allowed: str) -> NoReturn:
        name = self.environment.name
        raise RefusedError(
            f"{name!r} is production and only GET is allowed; "
            f"client.unlock({name!r}) {allowed}"
        )

    @property
    def _redactor(self) -> Redactor:
        known = self.history.redactor
        return self._renewing.redactor.joined(known) if self._renewing else known

    def _authorize(self, request: requests.PreparedRequest) -> RenewingAuth | None:
        """Let the auth sign; give it back if it answers for the token it put there."""
        if self._renewing:
            self._renewing.authorize(request)
        elif self.auth is not None:
            request.prepare_auth(self.auth)
        return self._renewing

    def _add_cookies(self, request: requests.PreparedRequest) -> None:
        # Only now: one may have come with the token, and lead to whoever gave it.
        request.headers.pop("Cookie", None)
        if len(self.transport.session.cookies):
            request.prepare_cookies(self.transport.session.cookies)

    def _exchange(
        self,
        request: requests.PreparedRequest,
        family: str,
        label: str,
        *,
        attempt: int,
    ) -> tuple[Call, requests.Response | None]:
        call, response, _ = send(
            request,
            self.transport,
            timeout=self._timeout,
            record=self.history.append,
            recorded=self.history.holds,
            # Only then: the token may have been renewed while the call was under way.
            knows=lambda *answer: self._known(request, family, *answer),
            kind="call",
            environment=self.environment.name,
            sent_at_s=time.time(),
            label=label,
            attempt=attempt,
        )
        return call, response

    def _known(
        self,
        request: requests.PreparedRequest,
        family: str,
        response: requests.Response | None,
        body: bytes | None,
    ) -> Known:
        known = knowing_credential(self._redactor, request)
        if response is None:
            return known
        verdict = self.answers.verdict(
            request, response.headers, body or b"", family=family
        )
        return known._replace(signature=verdict) if verdict else known


def _is_override(header: str) -> bool:
    """Tell whether a server may take a GET for the method that *header* names.

    Google's, Microsoft's and IBM's have each a name for it; some read "_" for "-".
    """
    words = re.split("[-_]", header.lower())
    named = "method" in words or "verb" in words or _overrides("".join(words))
    return named and words[0] != "access"


def _is_override_field(name: str) -> bool:
    """Tell so of a field of the query; "method" and "paymentMethod" are data."""
    plain = re.sub("[^a-z]", "", name.lower())
    # _method, !method, x-method: with a sign it is no word of an API's own.
    signed = plain in ("method", "verb", "xmethod", "xverb") and not name.isalpha()
    return signed or _overrides(plain)


def _overrides(plain: str) -> bool:
    return plain.endswith(("methodoverride", "httpmethod", "httpverb"))
