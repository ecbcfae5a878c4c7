"""What a wrongly signed answer or notification looks like, one kind by one.

A kind changes the claims before they are signed, or how they are signed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from paynet_nb.sandbox.answers import minified
from paynet_nb.sandbox.keys import GatewayKey

_HOURS_AGO_S = 7_200
_OTHER_KID = "0badc0de"

Claims = dict[str, Any]


def _other_body(claims: Claims) -> Claims:
    if "ds" in claims:
        return {**claims, "ds": hashlib.sha256(b"another body").hexdigest()}
    return {**claims, "data": {"message": "another body"}}


def _expired(claims: Claims) -> Claims:
    ago = {name: claims[name] - _HOURS_AGO_S for name in ("iat", "exp")}
    return {**claims, **ago}


def _other_message(claims: Claims) -> Claims:
    return {**claims, "jti": claims["jti"][:-8] + "99999999"}


@cache
def _other_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _well(claims: Claims, key: GatewayKey, alg: str) -> str:
    payload, head = minified(claims).encode(), {"kid": key.kid}
    made: str = jwt.PyJWS().encode(payload, key.private, alg, headers=head)
    return made


def _without_signature(claims: Claims, key: GatewayKey, _alg: str) -> str:
    head = {"alg": "none", "typ": "JWT", "kid": key.kid}
    return f"{_encoded(minified(head))}.{_encoded(minified(claims))}."


def _by_hmac(claims: Claims, key: GatewayKey, _alg: str) -> str:
    """Sign with the public key as if it were a shared secret (RFC 8725 section 2.1)."""
    head = {"alg": "HS256", "typ": "JWT", "kid": key.kid}
    form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    secret = key.private.public_key().public_bytes(*form)
    signed = f"{_encoded(minified(head))}.{_encoded(minified(claims))}"
    made = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_encoded(made)}"


def _encoded(part: str | bytes) -> str:
    data = part.encode() if isinstance(part, str) else part
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


_CLAIMS: Mapping[str, Callable[[Claims], Claims]] = {
    "other-body": _other_body,
    "expired": _expired,
    "other-message": _other_message,
}
_SIGNED: Mapping[str, Callable[[Claims, GatewayKey, str], str]] = {
    "other-key": lambda claims, key, alg: _well(
        claims, key._replace(private=_other_key()), alg
    ),
    "other-kid": lambda claims, key, alg: _well(
        claims, key._replace(kid=_OTHER_KID), alg
    ),
    "alg-none": _without_signature,
    "alg-hs256": _by_hmac,
    "unsigned": lambda *_: "",
}
FORGERIES = (*_CLAIMS, *_SIGNED)

# By the scheme that signs. A Pay JWT's `jti` names no message, so it fits any.
FORGERIES_OF: Mapping[str, tuple[str, ...]] = {
    "jws": FORGERIES,
    "pay-jwt": tuple(one for one in FORGERIES if one != "other-message"),
}


def token_of(claims: Claims, key: GatewayKey, alg: str, forgery: str = "") -> str:
    """Make a signed token, or a forged one; "": none at all.

    Args:
        claims: What it says.
        key: What signs.
        alg: By which algorithm.
        forgery: One of `FORGERIES`; "": it is good.
    """
    changed = _CLAIMS.get(forgery, dict)(claims)
    return _SIGNED.get(forgery, _well)(changed, key, alg)
