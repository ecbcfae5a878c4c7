"""Calls to be signed, how another library reads what signed them, a key looked for."""

from __future__ import annotations

import base64
import re
from functools import cache
from typing import Any

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import RSAKey

from paynet_nb.auth.signing.key import SigningKey

KEY_PASSWORD = "canary-password-of-a-key"
ID = "20270115MBBEMYKL520OQR00000001"
MERCHANT_ID = "20270115M0000001861OBW00000001"
BODY: dict[str, Any] = {
    "appHeader": {"businessMessageId": ID},
    "name": "Aminah  binti  é",
}


def private_of(key: SigningKey) -> rsa.RSAPrivateKey:
    """Give the private key itself, to sign with by hand."""
    return _read(key.reveal())


@cache
def _read(pem: str) -> rsa.RSAPrivateKey:
    # To read one proves its numbers: forty signatures cost less.
    found = serialization.load_pem_private_key(pem.encode(), None)
    assert isinstance(found, rsa.RSAPrivateKey)
    return found


def public(key: SigningKey) -> RSAKey:
    """Give the public half as joserfc's."""
    return RSAKey.import_key(key.public_pem())


def bearer(request: requests.PreparedRequest) -> str:
    """Give what a request carries after "Bearer"."""
    scheme, _, token = str(request.headers["Authorization"]).partition(" ")
    assert scheme == "Bearer"
    return token


def signed(auth: requests.auth.AuthBase, method: str, path: str, **parts: Any) -> Any:
    """Prepare a request as requests does before it sends it."""
    url = path if "://" in path else f"https://api.example.my{path}"
    return requests.Request(method, url, auth=auth, **parts).prepare()


def ids(**fields: str) -> dict[str, str]:
    """Give the values of a merchant call."""
    start = {"clientId": "M0000001", "messageId": MERCHANT_ID}
    return {**start, "transactionId": "T" * 27, "endToEndId": "E" * 30, **fields}


def _parts(key: SigningKey) -> list[str]:
    """Give pieces of the key that no other text has: of PEM, DER, numbers."""
    lines = key.reveal().splitlines()[1:-1]
    # The public numbers stand in the first third, too.
    private = base64.b64decode("".join(lines))[500:]
    numbers = private_of(key).private_numbers()
    return [
        *(line for line in lines[8:-1]),
        private[:40].hex(),
        repr(private[:40])[2:-1],
        *(str(number) for number in (numbers.d, numbers.p, numbers.q)),
        *(f"{number:x}" for number in (numbers.d, numbers.p, numbers.q)),
        KEY_PASSWORD,
    ]


def _bare(text: str) -> str:
    """Take out what printing adds: line breaks, back slashes and quotes."""
    return re.sub(r"\\n|[\s\\'\"]", "", text)


def key_betrayed(places: dict[str, str], key: SigningKey) -> list[str]:
    """List the places that show a piece of the key."""
    pieces = [_bare(piece) for piece in _parts(key)]
    return [
        place
        for place, text in places.items()
        if any(piece in _bare(text) for piece in pieces)
    ]
