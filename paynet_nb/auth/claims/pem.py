"""Public keys and certificates in PEM (RFC 7468) or DER, as people have them.

Nothing here raises: locals may hold a private key, given by mistake.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
)
from cryptography.x509 import Certificate, load_der_x509_certificate

PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey | Ed448PublicKey

PRIVATE = (
    "keys holds a private key; checking a signature needs the public one only, and a "
    "private key does not belong in a notebook"
)
_UNREADABLE = (
    "the PEM text holds no public key or certificate that can be read; copy it again, "
    "from its BEGIN line to its END line"
)
_OTHER_KIND = "the PEM text holds a key of a kind that signs no JWT"
_BASE64 = re.compile("[A-Za-z0-9+/=_-]{40,}+")


def keys_of_pem(text: str) -> list[PublicKey] | str:
    """Read each key and each certificate of a text; a text instead says why none is.

    What stands around the blocks, and how their lines are broken, does not matter.
    """
    found: list[PublicKey] = []
    problem = _UNREADABLE
    # Not by one pattern: a text of BEGIN lines alone would take it time by the square.
    for block in text.split("-----BEGIN ")[1:]:
        label, dashes, rest = block.partition("-----")
        if not dashes:
            continue
        if "PRIVATE KEY" in label:
            return PRIVATE
        body, ending, _ = rest.partition("-----END ")
        key = key_of_der(_decoded(body)) if ending else None
        if isinstance(key, str):
            problem = key
        elif key is not None:
            found.append(key)
    return found or problem


def key_of_der(data: bytes) -> PublicKey | str | None:
    """Read a public key or a certificate; a text instead says why it is none to use."""
    for load in (load_der_public_key, load_der_x509_certificate, _private):
        key = _loaded(load, data)
        if isinstance(key, Certificate):
            key = _loaded(_key_inside, key)
        if isinstance(key, PublicKey):
            return key
        if key is not None:
            return PRIVATE if load is _private else _OTHER_KIND
    return None


def key_of_base64(text: str) -> PublicKey | str | None:
    """Read base64 of DER, as `key_of_der` does."""
    return key_of_der(_decoded(text))


def what_lacks(text: str) -> str | None:
    """Say what a key without its BEGIN and END lines lacks; None: it is no key."""
    bare = "".join(text.split())
    key = key_of_der(_decoded(bare)) if _BASE64.fullmatch(bare) else None
    if key is None or isinstance(key, str):
        return key
    return (
        "it is the inside of a PEM text only: put a line -----BEGIN PUBLIC KEY----- "
        "before it and -----END PUBLIC KEY----- behind it (of a certificate: "
        "CERTIFICATE in place of PUBLIC KEY)"
    )


def _decoded(body: str) -> bytes:
    bare = "".join(body.split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _loaded(load: Callable[[Any], Any], data: object) -> Any:
    try:
        return load(data)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _key_inside(certificate: Certificate) -> Any:
    return certificate.public_key()


def _private(data: bytes) -> Any:
    return load_der_private_key(data, None)
