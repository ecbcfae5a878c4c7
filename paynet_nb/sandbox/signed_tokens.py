"""What is wrong with a JWS over a body (v2, v3) or with DuitNow Pay's JWT.

PyJWT verifies them here, and not what signs them on the client's side. No page tells
which code answers which fault: that times are API.007, IDs API.004 and all else KMS.001
is a sandbox assumption, as is that a `jti` of DuitNow Pay is good for one call.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

import jwt

from paynet_nb.sandbox.asked import Asked
from paynet_nb.sandbox.keys import Keys
from paynet_nb.sandbox.ledger import Ledger

LONGEST_LIFE_S = 3_600
TOLERATED_S = 60
_MILLISECONDS = 100_000_000_000
_CLAIMS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "jws": (("RS256", "RS512"), ("iat", "exp", "iss", "jti", "key", "ds")),
    "pay-jwt": (("RS256",), ("exp", "iss", "sub", "jti", "key")),
}
_NUMBERS = frozenset({"iat", "exp"})
_STRING_OR_BLANKS = re.compile(rb'("(?:[^"\\]++|\\.)*+")|[ \t\r\n]++', re.DOTALL)
_TIMES = frozenset({"milliseconds", "expired", "life_too_long", "clock_ahead"})


class Wrong(NamedTuple):
    """What is wrong with a signature.

    Attributes:
        cause: In a word, as `explain_signature` names causes.
        told: In words.
        must_be: What the sandbox computed; "": nothing.
        was: What was sent in its place.
    """

    cause: str
    told: str
    must_be: str = ""
    was: str = ""

    @property
    def code(self) -> str:
        """PayNet's code that it is refused with."""
        if self.cause in _TIMES:
            return "API.007"
        return "API.004" if self.cause == "jti_differs" else "KMS.001"


class SignedTokens:
    """Checks the tokens that callers sign, and remembers the `jti` of DuitNow Pay."""

    def __init__(self, keys: Keys, ledger: Ledger) -> None:
        self._keys = keys
        self._ledger = ledger

    def problem_with(
        self, scheme: str, token: str, asked: Asked, body: bytes, now: float
    ) -> Wrong | None:
        """Say what is wrong with a token; None: it is good.

        Args:
            scheme: "jws" or "pay-jwt".
            token: What stands behind "Bearer".
            asked: The call that it came with.
            body: The body's bytes.
            now: The sandbox's time (Unix time).
        """
        algorithms, names = _CLAIMS[scheme]
        form = _of_form(token)
        if isinstance(form, Wrong):
            return form
        alg, claims = form
        if alg not in algorithms:
            told = f"alg must be {' or '.join(algorithms)}"
            return Wrong("alg_not_allowed", told, " or ".join(algorithms), alg)
        return (
            _of_claims(claims, names)
            or _of_times(claims, now)
            or (_of_ds if scheme == "jws" else _of_data)(claims, asked, body)
            or _of_ids(scheme, claims, asked)
            or self._of_key(token, alg, claims)
            or (self._of_use(claims) if scheme == "pay-jwt" else None)
        )

    def _of_key(self, token: str, alg: str, claims: Mapping[str, Any]) -> Wrong | None:
        name = claims["key"]
        if self._keys.verify(token, [alg], name):
            return None
        if not self._keys.has(name):
            told = "the claim key names none that is registered here"
            return Wrong("unknown_key", told, "", name)
        return Wrong("unknown_key", f"the key named does not verify it as {alg}")

    def _of_use(self, claims: Mapping[str, Any]) -> Wrong | None:
        jti = claims["jti"]
        with self._ledger.table("jti") as ends:
            if jti in ends:
                return Wrong("jti_used", "jti was used by a call before", "", jti)
            ends[jti] = claims["exp"]
        return None


def minified(body: bytes) -> bytes:
    """Take the blanks out that stand outside of strings."""
    return _STRING_OR_BLANKS.sub(lambda found: found[1] or b"", body)


def _of_form(token: str) -> tuple[str, dict[str, Any]] | Wrong:
    if "=" in token:
        return Wrong("padding", "its parts are padded with =")
    if re.search("[+/]", token):
        return Wrong("plain_base64", "its parts are plain base64, with + or /")
    try:
        parts = jwt.PyJWS().decode_complete(token, options={"verify_signature": False})
        claims = json.loads(parts["payload"], parse_float=_exact)
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        return Wrong("not_a_jws", "it is no header.claims.signature in base64url")
    return str(parts["header"].get("alg")), claims


def _of_claims(claims: Mapping[str, Any], names: tuple[str, ...]) -> Wrong | None:
    for name in names:
        value = claims.get(name)
        if value in (None, ""):
            return Wrong("missing_claim", f"the claim {name} is missing", name)
        if type(value) is not (int if name in _NUMBERS else str):
            wanted = "whole number" if name in _NUMBERS else "text"
            return Wrong("claim_type", f"the claim {name} is no {wanted}")
    return None


def _of_times(claims: Mapping[str, Any], now: float) -> Wrong | None:
    ends = claims["exp"]
    latest = int(now) + TOLERATED_S  # of a Pay JWT without iat: so much is let pass
    issued = claims.get("iat", min(ends - LONGEST_LIFE_S, latest))
    if type(issued) is not int:
        return Wrong("claim_type", "the claim iat is no whole number")
    here = f"{now:.0f}"
    if max(issued, ends) > _MILLISECONDS:
        return Wrong("milliseconds", "iat or exp counts milliseconds", here)
    if ends - issued > LONGEST_LIFE_S:
        return Wrong("life_too_long", f"it lives for more than {LONGEST_LIFE_S} s")
    if ends <= now:
        return Wrong("expired", "exp is past", f"more than {here}", str(ends))
    if issued - now > TOLERATED_S:
        return Wrong("clock_ahead", "iat is to come", f"at most {here}", str(issued))
    return None


def _of_ds(claims: Mapping[str, Any], _asked: Asked, body: bytes) -> Wrong | None:
    due = hashlib.sha256(minified(body)).hexdigest()
    # Whether PayNet minifies what it got before it hashes is not known: both are taken.
    if claims["ds"] in (due, hashlib.sha256(body).hexdigest()):
        return None
    told = "ds is not the SHA-256 of the body"
    return Wrong("other_message", told, due, claims["ds"])


def _of_data(claims: Mapping[str, Any], asked: Asked, body: bytes) -> Wrong | None:
    if asked.operation is None or asked.operation.method in ("GET", "DELETE"):
        return None
    if "data" not in claims:
        return Wrong("data_missing", "the claim data is missing")
    data = claims["data"]
    try:
        sent = json.loads(body, parse_float=_exact)
        data = json.loads(data, parse_float=_exact) if type(data) is str else data
    except (ValueError, RecursionError):
        return None if not body else Wrong("data_differs", "data or body is no JSON")
    return None if data == sent else Wrong("data_differs", "data is not the body")


def _exact(number: str) -> tuple[str]:
    # 10.00 is not 10.0 here, and neither of them is the text "10.00".
    return (number,)


def _of_ids(scheme: str, claims: Mapping[str, Any], asked: Asked) -> Wrong | None:
    jti = claims["jti"]
    if scheme == "pay-jwt":
        try:
            read = uuid.UUID(jti)  # which takes it without dashes and in braces, too
            good = read.version == 4 and str(read) == jti.lower()
        except ValueError:
            good = False
        told = "jti is no UUID of version 4"
        return None if good else Wrong("jti_no_uuid", told, "", jti)
    # That the header's and the body's are one is told by the rules of messages.
    named = asked.headers.get("X-Business-Message-Id", jti)
    told = "jti is not the message's ID"
    return None if named == jti else Wrong("jti_differs", told, named, jti)
