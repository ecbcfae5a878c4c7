"""Public keys to check a signature with: from PEM, JWK or JWKS text, or from a URL."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from paynet_nb.paynet import is_loopback, origin_of

# A JWK as it came (RFC 7517), or the key that a PEM text holds.
Key = (
    Mapping[str, Any]
    | RSAPublicKey
    | EllipticCurvePublicKey
    | Ed25519PublicKey
    | Ed448PublicKey
)

# A JWKS of a dozen keys is some 5 kB; an answer without end must not fill the memory.
_MAX_BYTES = 1_000_000
_PRIVATE = (
    "keys holds a private key; checking a signature needs the public one only, and a "
    "private key does not belong in a notebook"
)
_HELP = "give a PEM text, a JWK, a JWKS, or the URL of a JWKS"


def public_keys(keys: object, *, timeout: float = 10.0) -> list[Key] | str:
    """Collect the public keys that *keys* holds; a text instead says why it has none.

    Args:
        keys: The text of a PEM public key or certificate; a JWK or a JWKS (RFC 7517) as
            a mapping or as JSON text; or the URL of a JWKS, which is fetched.
        timeout: Seconds that fetching may take.

    Raises:
        RefusedError: The URL is plain http to another machine, or misleading.
    """
    # It raises nothing else: its locals may hold a private key, given by mistake.
    if isinstance(keys, Mapping):
        return _from_json(keys)
    text = keys.strip() if isinstance(keys, str) else ""
    if "-----BEGIN" in text:
        return _from_pem(text)
    if text.startswith("{"):
        return _from_json(_parsed(text))
    if "://" in text:
        body = _fetched(text, timeout)
        return body if isinstance(body, str) else _from_json(_parsed(body))
    return f"keys holds no key; {_HELP}"


def _from_pem(text: str) -> list[Key] | str:
    if "PRIVATE KEY-----" in text:
        return _PRIVATE
    pem = "\n".join(line.strip() for line in text.splitlines()).encode()
    try:
        if b"BEGIN CERTIFICATE-----" in pem:
            key: object = load_pem_x509_certificate(pem).public_key()
        else:
            key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        return (
            "the PEM text holds no public key or certificate that can be read; copy it "
            "again, from its BEGIN line to its END line"
        )
    if isinstance(
        key, (RSAPublicKey, EllipticCurvePublicKey, Ed25519PublicKey, Ed448PublicKey)
    ):
        return [key]
    return "the PEM text holds a key of a kind that signs no JWT"


def _from_json(found: object) -> list[Key] | str:
    keys = found.get("keys", [found]) if isinstance(found, Mapping) else None
    if not isinstance(keys, list) or not all(
        isinstance(key, Mapping) and "kty" in key for key in keys
    ):
        return f"the JSON is no JWK and no JWKS (RFC 7517); {_HELP}"
    # "d" is the private part of every kind of key pair (RFC 7518 section 6).
    if any("d" in key for key in keys):
        return _PRIVATE
    return [key for key in keys if key.get("use", "sig") == "sig"]


def _parsed(text: str | bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Takes a redirect as the answer: keys come from the URL that was named, or not."""

    def redirect_request(self, *_: object) -> None:
        return None


def _fetched(url: str, timeout: float) -> bytes | str:
    origin = origin_of(url)
    context = ssl.create_default_context()
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if is_loopback(origin.host):
        # A company's proxy would look for the key on its own machine.
        handlers.append(urllib.request.ProxyHandler({}))
    try:
        # As for every other request of this package, so that one setting serves all.
        if bundle := os.environ.get("REQUESTS_CA_BUNDLE"):
            context.load_verify_locations(bundle)
        handlers.append(urllib.request.HTTPSHandler(context=context))
        opener = urllib.request.build_opener(*handlers)
        opener.addheaders = [("Accept", "application/json")]
        deadline = time.monotonic() + timeout
        body = b""
        with opener.open(url, timeout=timeout) as response:
            while chunk := response.read1(65536):
                body += chunk
                if len(body) > _MAX_BYTES or time.monotonic() > deadline:
                    break
            else:
                return body
        why = "its answer is too long or too slow"
    except urllib.error.HTTPError as error:
        error.close()
        why = f"it answered {error.code}"
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        why = getattr(reason, "strerror", None) or type(reason).__name__
    return f"no keys from {origin}: {why}; check the URL, or give the keys themselves"
