"""`AnswerCheck`: whether PayNet signed an answer or a notification.

Calls of version 3 are answered, as a public client has it, with a JWS over the body's
hash, those of DuitNow Pay with a JWT. Assumptions, as no page with the rules could be
read: that either may be RS256 or RS512; that the claim `data` of a Pay answer, where
it is there, is the body; and that `exp` is held against the answer's `Date` where that
differs from this machine's clock by over 30 s, so that a wrong clock here makes no good
answer wrong. By over a day it may differ only on this machine, where a sandbox has a
clock of its own: nobody signs a `Date`, and an old answer can come with its old one. An
answer of version 3 that is sent a second time is known by the ID that it answers.
"""

from __future__ import annotations

import base64
import hashlib
import re
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from paynet_nb.auth.signing.json_bytes import message_ids_in, minified
from paynet_nb.auth.signing.server_clock import TOLERATED_S, date_in
from paynet_nb.credentials import Secret
from paynet_nb.errors import RefusedError
from paynet_nb.paynet import find_operation, is_loopback, sent_message_id
from paynet_nb.wire import Transport, aside, parse_json

if TYPE_CHECKING:
    import requests

    from paynet_nb.auth.claims.public_keys import KeysLike
    from paynet_nb.auth.signing.named_keys import NamedKey

GOOD = "good"
MISSING = "missing"
NOT_KNOWN = "not known to be signed"
NO_KEY = "not checked: no key"
NOT_ALL = "good, without the body"

SIGNED = frozenset({"participant-v3", "duitnow-pay"})
_OTHERS = frozenset({"merchant-v1", "participant-v2"})
_ALGORITHMS = ("RS256", "RS512")
_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_MOST_OFF_S = 86_400.0
_AGAIN_S = 30.0  # between two looks for keys
_TIMEOUT_S = 5.0


class AnswerCheck:
    """Says of each answer whether PayNet signed it; threads may share one.

    A verdict is a text: "good"; "good, without the body" (a Pay answer's JWT says
    nothing of its body); "wrong: ..." and why; "missing"; "not checked: ..." and why;
    "not known to be signed" (merchant calls, version 2); "" for other calls.

    Args:
        keys: PayNet's public keys, as `inspect_token` takes them; a URL is fetched when
            a call is made whose answer is signed. A key is chosen by `kid`: a JWK's, or
            a certificate's serial number in hex; one without a name serves for any.
        transport: The way out for a URL.
    """

    def __init__(
        self, keys: KeysLike | None = None, transport: Transport | None = None
    ) -> None:
        self._transport = transport
        is_url = isinstance(keys, str) and "://" in keys and "-----BEGIN" not in keys
        self._url = keys if is_url else None
        # Read at once and let go: a private key may be among them by mistake.
        self._keys = None if keys is None or is_url else self._read(keys)
        del keys
        self._looked_s = -_AGAIN_S
        self._unnamed_kid = False
        self._lock = threading.Lock()

    def prepare(self, request: requests.PreparedRequest) -> str:
        """Have the keys ready before a call is sent, if its answer will be signed.

        Nothing is fetched between an answer and its record.

        Returns:
            The call's family; "": it is not known.
        """
        family = _family_of(request)
        if family in SIGNED:
            self.read_keys()
        return family

    def read_keys(self) -> None:
        """Have the keys ready; those of a URL are fetched where it is time to."""
        if self._is_due():
            aside.get()(self._fetch_keys)

    def _is_due(self) -> bool:
        if self._url is None or self._keys is None:
            return self._url is not None
        late = time.monotonic() - self._looked_s >= _AGAIN_S
        return late and (isinstance(self._keys, str) or self._unnamed_kid)

    def _fetch_keys(self) -> None:
        with self._lock:
            # A second look: another thread may have fetched them.
            if self._url and self._is_due():
                self._looked_s = time.monotonic()
                self._unnamed_kid = False
                self._keys = self._read(self._url)

    def verdict(
        self,
        request: requests.PreparedRequest,
        headers: Mapping[str, str],
        body: bytes,
        *,
        family: str | None = None,
    ) -> str:
        """Judge the answer to a call.

        Args:
            request: The call, as it was sent.
            headers: Of the answer.
            body: Of the answer, its content coding undone.
            family: As `prepare` gave it, so that it is not looked up again.
        """
        family = _family_of(request) if family is None else family
        if family not in SIGNED:
            return NOT_KNOWN if family in _OTHERS else ""
        sent_id = sent_message_id(request.headers, request.url or "")
        now = _now(headers, request.url or "")
        return self.of_message(family, headers, body, sent_id=sent_id, now=now)

    def of_message(
        self,
        family: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        sent_id: str | None = None,
        now: float,
    ) -> str:
        """Judge an answer or a notification of a family that PayNet signs.

        Args:
            family: "participant-v3" or "duitnow-pay".
            headers: Of the message.
            body: Of the message.
            sent_id: The message ID that it answers; None: it answers none.
            now: The time to judge by (Unix time).
        """
        keys = self._keys
        if keys is None:
            return NO_KEY
        if isinstance(keys, str):
            return f"not checked: {keys}"
        scheme, _, text = headers.get("Authorization", "").strip().partition(" ")
        if not text or scheme.lower() != "bearer":
            return MISSING
        token = text.strip()
        opened = _opened(token)
        if isinstance(opened, str):
            return f"wrong: {opened}"
        header, claims = opened
        wrong = (
            self._of_key(token, header, keys)
            or _of_times(claims, now)
            or _of_message(family, claims, headers, body, sent_id)
        )
        if wrong:
            return f"wrong: {wrong}"
        covers = family != "duitnow-pay" or "data" in claims or not body
        return GOOD if covers else NOT_ALL

    def _of_key(
        self, token: str, header: Mapping[str, Any], keys: list[NamedKey]
    ) -> str | None:
        # Here, so that cryptography is loaded by those only who check a signature.
        from paynet_nb.auth.claims.signature import check

        kid = str(header.get("kid", ""))
        serving = [key for key in keys if key.serves(kid)]
        if not serving:
            self._unnamed_kid = True
            return "its kid names no key that is known here"
        if check(Secret(token), header, [one.key for one in serving]).verified:
            return None
        return "another key signed it, or it was changed"

    def _read(self, keys: KeysLike) -> list[NamedKey] | str:
        if isinstance(keys, Iterable) and not isinstance(keys, (str, bytes, Mapping)):
            keys = list(keys)
        from paynet_nb.auth.signing.named_keys import named_keys

        try:
            return named_keys(keys, self._transport, timeout=_TIMEOUT_S)
        except RefusedError as error:
            return str(error)


def _family_of(request: requests.PreparedRequest) -> str:
    called = find_operation(request.method or "", request.url or "")
    return called.family if called else ""


def _opened(token: str) -> tuple[dict[str, Any], dict[str, Any]] | str:
    """Take a token apart; a text instead says what is wrong with its form."""
    try:
        parts = [parse_json(_decoded(part)) for part in token.split(".")[:2]]
    except ValueError:
        parts = []
    objects = [part for part in parts if isinstance(part, dict)]
    if not _FORM.fullmatch(token) or len(objects) != 2:
        return "it is no header.claims.signature in base64url"
    header, claims = objects
    if header.get("alg") not in _ALGORITHMS:
        return f"its alg is neither {' nor '.join(_ALGORITHMS)}"
    return (header, claims) if "crit" not in header else "its header has crit"


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _now(headers: Mapping[str, str], url: str) -> float:
    now, there = time.time(), date_in(headers)
    if there is None or abs(there - now) <= TOLERATED_S:
        return now
    is_here = is_loopback(urlsplit(url).hostname or "")
    return there if is_here or abs(there - now) <= _MOST_OFF_S else now


def _of_times(claims: Mapping[str, Any], now: float) -> str | None:
    ends, issued = claims.get("exp"), claims.get("iat", 0)
    if type(ends) is not int or type(issued) is not int:
        return "its exp or iat is no whole number of seconds"
    if ends <= now - TOLERATED_S:
        return "it has expired (exp)"
    return "it is of a time to come (iat)" if issued > now + TOLERATED_S else None


def _of_message(
    family: str,
    claims: Mapping[str, Any],
    headers: Mapping[str, str],
    body: bytes,
    sent_id: str | None,
) -> str | None:
    try:
        said = parse_json(body, headers.get("Content-Type", "")) if body else None
    except ValueError:
        said = None
    if family == "duitnow-pay":
        return _of_data(claims, said)
    if claims.get("ds") not in (_hash(body), _hash(minified(body))):
        return "it is of another body (ds)"
    own_id = next(message_ids_in(said), headers.get("X-Business-Message-Id"))
    if claims.get("jti") != own_id:
        return "it is of another message (jti)"
    head = said.get("appHeader") if isinstance(said, dict) else None
    answered = head.get("originalBusinessMessageId") if isinstance(head, dict) else None
    if sent_id and answered not in (None, sent_id):
        return "it answers another message"
    return None


def _of_data(claims: Mapping[str, Any], said: Any) -> str | None:
    if "data" not in claims:
        return None
    known = claims["data"]
    if isinstance(known, str):
        # As in requests: the object, or its text.
        with suppress(ValueError):
            known = parse_json(known)
    inner = said.get("data") if isinstance(said, dict) else said
    return None if known in (said, inner) else "it is of another body (data)"


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
