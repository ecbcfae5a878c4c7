"""Calls to be signed, and how another library reads what signed them."""

from __future__ import annotations

from typing import Any

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import RSAKey

from paynet_nb.auth.signing.key import SigningKey

ID = "20270115MBBEMYKL520OQR00000001"
MERCHANT_ID = "20270115M0000001861OBW00000001"
BODY: dict[str, Any] = {
    "appHeader": {"businessMessageId": ID},
    "name": "Aminah  binti  é",
}


def private_of(key: SigningKey) -> rsa.RSAPrivateKey:
    """Give the private key itself, to sign with by hand."""
    found = serialization.load_pem_private_key(key.reveal().encode(), None)
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
