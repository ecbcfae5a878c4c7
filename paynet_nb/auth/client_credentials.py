"""`ClientCredentialsAuth`: put a valid access token on requests, and on no others."""

from __future__ import annotations

import logging
import re
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import reduce

import requests

from paynet_nb.auth.base import Auth
from paynet_nb.auth.token import Token, Watcher
from paynet_nb.auth.token_cache import TokenCache, renewal_at
from paynet_nb.auth.token_endpoint import Asked, TokenEndpoint
from paynet_nb.credentials import Credentials, Secret
from paynet_nb.errors import ConfigurationError, RefusedError, without_locals
from paynet_nb.paynet import AnswerCodes, meaning, origin_of, read_codes
from paynet_nb.wire import (
    Call,
    Hidden,
    PerProcess,
    Recorder,
    Redactor,
    Timeout,
    Transport,
    as_timeout,
    bearer_of,
    is_ordinary,
    knowing_tokens,
    put_bearer,
)

# What a server does once however often it is asked (RFC 9110 section 9.2.2).
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
# A revoked token may still be quoted in an answer; one that has not ended is good.
_TOKENS_KNOWN, _MOST_TOKENS_KNOWN = 4, 32
_EXCHANGES_KEPT = 50
_READ_FOR_A_REASON = 4_096  # characters of a 401's body
_BLAMES_THE_TOKEN = re.compile(
    r"invalid[ _-]token|token[^.;,]{0,30}(?:expired|revoked)"
)
_BLAMES_THE_SCOPE = re.compile("insufficient[ _-]scope")
_BLAMES_A_SIGNATURE = re.compile("signature|hmac|digest (?:does|is|mis)")
_COMMON = (
    "the Client Secret for %r is short or a common word: in records it is redacted "
    "where it stands alone or under its name, and not inside of other text"
)
_log = logging.getLogger("paynet_nb")


class ClientCredentialsAuth(Auth):
    """The client credentials grant (RFC 6749 section 4.4) as an auth of requests.

    It asks for a token when one is needed, keeps it, renews it before it ends, and once
    more after a 401 that says it is bad. The token goes to the environment's own origin
    and nowhere else. Threads may share it. Constructing sends nothing.

    Args:
        credentials: Whose token; the token lives in this object and is not shared.
        timeout: Seconds to connect and to wait for the token endpoint.
        session: Where requests go out, those of a `Client` too; default: its own.
        verify: Path to CA certificates for token requests and, by way of the client,
            for API calls.
        replay_unsafe: Also send POST and PATCH again after a 401. A payment that
            carries a message ID is safe to send again; not every request does.
        clock: Unix time; for tests.
        pause: Waits so many seconds before a token is asked for once more; for tests.
    """

    @without_locals
    def __init__(
        self,
        credentials: Credentials,
        *,
        timeout: Timeout = (5.0, 10.0),
        session: requests.Session | None = None,
        verify: str | None = None,
        replay_unsafe: bool = False,
        clock: Callable[[], float] | None = None,
        pause: Callable[[float], None] | None = None,
    ) -> None:
        given: object = credentials
        if not isinstance(given, Credentials):
            raise ConfigurationError(
                "ClientCredentialsAuth wants pn.Credentials(client_id, client_secret, "
                f"environment), not {type(given).__name__}"
            )
        self.credentials = credentials
        self.transport = Transport(session, verify=verify)
        self.replay_unsafe = replay_unsafe
        self._origin = credentials.environment.origin
        # Looked up at each call, so that a test which moves the clock is obeyed.
        self._clock = clock = clock or (lambda: time.time())
        self._endpoint = TokenEndpoint(
            credentials,
            self.transport,
            timeout=as_timeout(timeout),
            clock=clock,
            pause=pause,
            redactor=self._known,
            record=self._record,
        )
        secret = credentials.client_secret
        self._own = Redactor({secret.reveal(): "[client secret]"})
        if is_ordinary(secret.reveal()):
            _log.warning(_COMMON, credentials.environment.name)
        self.redactor: Redactor = self._own
        self._cache = TokenCache(self._ask, clock)
        self._given: list[Token] = []
        # At a fork, another thread may hold the parent's for ever.
        self._recording = PerProcess(threading.Lock)
        self._exchanges: deque[Call] = deque(maxlen=_EXCHANGES_KEPT)
        self._recorders: weakref.WeakSet[Recorder] = weakref.WeakSet()

    def get_token(self) -> Token:
        """Give a valid token: the one held, or one asked for now.

        Raises:
            TokenError: The token endpoint gave none; the message says what came.
        """
        return self._cache.get()

    @property
    def held(self) -> Token | None:
        """The token in use, which may have ended; None: the next use asks for one."""
        return self._cache.held

    def renew(self) -> Token:
        """Ask for another token now; if that fails, the one held stays in use.

        Raises:
            TokenError: The token endpoint gave none; the message says what came.
        """
        return self._cache.renew()

    def forget(self) -> None:
        """Forget the token held; the next use asks for one."""
        self._cache.drop()

    def renewal_at(self, token: Token) -> datetime | None:
        """Tell from when on (UTC) a use renews *token*; None: its end is not known."""
        return renewal_at(token)

    def watch(self, watcher: Watcher) -> None:
        """Tell *watcher* each time another token is in use, or none, while it lives."""
        self._cache.watch(watcher)

    def authorize(self, request: requests.PreparedRequest) -> None:
        """Put the token into the `Authorization` header (RFC 6750 section 2.1).

        Raises:
            RefusedError: The request goes to another origin than the environment's.
            TokenError: There is no token to be had.
        """
        self.check_origin(request)
        # On a line of its own: where it raises, IPython's Verbose mode shows what the
        # line names, and these headers may hold the token before.
        token = self.get_token()
        put_bearer(request, Hidden(token.access_token))

    def check_origin(self, request: requests.PreparedRequest) -> None:
        """Refuse a request to another origin than the environment's.

        Raises:
            RefusedError: It goes there.
        """
        origin = origin_of(request.url or "")
        if origin != self._origin:
            raise RefusedError(
                f"a token of {self.credentials.environment.name!r} goes to "
                f"{self._origin} only, not to {origin}; nothing was sent"
            )

    def renewed_request(
        self, response: requests.Response, *, replay_unsafe: bool = False
    ) -> requests.PreparedRequest | None:
        """Make the request to send once more after a 401; None: there is none to send.

        The token that was refused is dropped, also where nothing is sent again.

        Args:
            response: The answer to a request that this auth authorized.
            replay_unsafe: Also for methods that are not idempotent.

        Raises:
            TokenError: There is no other token to be had.
        """
        request = response.request
        again = request.method in IDEMPOTENT or replay_unsafe or self.replay_unsafe
        body_at_hand = request.body is None or isinstance(request.body, (bytes, str))
        # The token gets no name here: a traceback that prints locals would show it.
        if not (bearer_of(request) and _says_bad(response)):
            return None
        self._cache.drop(bearer_of(request))
        if not (again and body_at_hand):
            return None
        renewed = request.copy()
        self.authorize(renewed)
        return renewed

    def record_in(self, history: Recorder) -> None:
        """Write the token requests so far, and all to come, to *history*."""
        with self._recording.get():
            if history not in self._recorders:
                self._recorders.add(history)
                history.keep_out(self._live_secrets, lambda: self.redactor)
                for call in self._exchanges:
                    history.append(call)

    def _live_secrets(self) -> list[Secret]:
        return [self.credentials.client_secret, *(one.secret for one in self._given)]

    def _known(self) -> Redactor:
        """Give what masks all that is live for who writes to the same histories."""
        with self._recording.get():
            redactors = [history.redactor for history in self._recorders]
        return reduce(Redactor.joined, redactors, self.redactor)

    def _record(self, call: Call) -> None:
        with self._recording.get():
            self._exchanges.append(call)
            for history in self._recorders:
                history.append(call)

    def _ask(self, retries: Callable[[], bool]) -> Asked:
        asked = self._endpoint.ask(retries=retries)
        if isinstance(asked.outcome, Token):
            self._know(asked.outcome)
            kept = replace(asked.outcome, kept_by=weakref.ref(self))
            return asked._replace(outcome=kept)
        return asked

    def _know(self, token: Token) -> None:
        """Mask *token* from now on, beside those that are good or were lately."""
        given = [*self._given, token][-_MOST_TOKENS_KNOWN:]
        older, latest = given[:-_TOKENS_KNOWN], given[-_TOKENS_KNOWN:]
        now = self._clock()
        self._given = [*(one for one in older if one.remaining_s(now=now) > 0), *latest]
        self.redactor = knowing_tokens(
            self._own, (one.access_token for one in self._given)
        )

    def __repr__(self) -> str:
        held = repr(self.held) if self.held else "no token yet"
        return f"<ClientCredentialsAuth {self.credentials.environment.name} {held}>"


def _says_bad(response: requests.Response) -> bool:
    """Tell whether an answer is a 401 that blames the token (RFC 6750 section 3).

    Gateways say so under a scheme of their own, or in the body alone. A challenge that
    names no reason is no proof that the token is good.
    """
    if response.status_code != 401:
        return False
    challenge = response.headers.get("WWW-Authenticate", "")
    words = f"{challenge} {response.text[:_READ_FOR_A_REASON]}".lower()
    if _BLAMES_THE_SCOPE.search(words):
        return False
    if "bearer" in challenge.lower():
        return True
    try:
        codes = read_codes(response.json())
    except (ValueError, RecursionError):  # no JSON, or more than Python reads
        codes = AnswerCodes()
    # A 401 over a signature (KMS.001) is not the token's fault. API.007 is PayNet's
    # code for an unauthorised request; that a bad token gives it is an assumption.
    found = {code for code in (codes.code, codes.reason) if meaning(code)} - {"RJCT"}
    if "API.007" in found or _BLAMES_THE_TOKEN.search(words):
        return True
    return not found and not _BLAMES_A_SIGNATURE.search(words)
