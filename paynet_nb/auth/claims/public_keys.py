"""Public keys to check a signature with, in each form that people have them in."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Mapping
from itertools import islice
from json import detect_encoding
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate

from paynet_nb.auth.claims.fields import SIGNATURES
from paynet_nb.auth.claims.key_download import DEADLINE_S, fetched
from paynet_nb.auth.claims.pasted import literal
from paynet_nb.auth.claims.pem import (
    PRIVATE,
    PublicKey,
    key_of_base64,
    key_of_der,
    keys_of_pem,
    what_lacks,
)
from paynet_nb.credentials import cleaned
from paynet_nb.wire import Transport

# A JWK as it came (RFC 7517), or the key that a PEM text holds.
Key = Mapping[str, Any] | PublicKey
KeysLike = Mapping[str, Any] | str | bytes | os.PathLike[str] | Iterable[Any]

_HELP = "give a PEM text, a JWK, a JWKS, the URL of a JWKS, or pathlib.Path of a file"
_NO_KEY = f"keys holds no key; {_HELP}"
_NO_JSON_KEY = f"the JSON is no JWK and no JWKS (RFC 7517); {_HELP}"
_DISCOVERY = (
    "it is the description of an issuer, not its keys; give the URL that stands there "
    "as jwks_uri"
)
_MAX_BYTES = 1_000_000
_MOST_MEMBERS = 1_000
_DEEPEST = 3  # objects in each other


def public_keys(
    keys: object, transport: Transport | None = None, *, timeout: float = DEADLINE_S
) -> list[Key] | str:
    """Collect the public keys that *keys* holds; a text instead says why it has none.

    Args:
        keys: A PEM text of public keys or certificates; a JWK or a JWKS (RFC 7517) as
            a mapping or as JSON text; bytes or a `Path` of a file with such a text;
            the URL of a JWKS, which is fetched; or a list of these.
        transport: The way out for a URL; None: one of its own.
        timeout: Seconds that fetching may take.

    Raises:
        RefusedError: The URL is plain http to another machine, or misleading.
    """
    # It raises nothing else: its locals may hold a private key, given by mistake.
    if isinstance(keys, Mapping):
        return _from_json(keys)
    if isinstance(keys, os.PathLike):
        keys = _read(Path(os.path.expanduser(keys)))
        if isinstance(keys, str):
            return keys
    if isinstance(keys, (bytes, bytearray, memoryview)):
        return _from_bytes(bytes(keys))
    if isinstance(keys, Iterable) and not isinstance(keys, str):
        keys = list(islice(keys, _MOST_MEMBERS))
        texts = [text for text in keys if isinstance(text, str)]
        if any("-----BEGIN" in text and "-----END" not in text for text in texts):
            return _from_text("\n".join(texts))  # the lines of a file
        return _from_each(keys, transport, timeout)
    if isinstance(keys, Certificate):
        keys = keys.public_key()
    if isinstance(keys, PublicKey):
        return [keys]
    if hasattr(keys, "private_bytes"):
        return PRIVATE
    text = cleaned(keys)
    if "-----BEGIN" not in text and "://" in text and not text.startswith(("{", "[")):
        body = fetched(text, transport or Transport(), timeout)
        got = body if isinstance(body, str) else _from_bytes(body)
        return _NO_JSON_KEY if got == _NO_KEY else got
    return _from_text(text)


def _from_each(
    members: Iterable[object], transport: Transport | None, timeout: float
) -> list[Key] | str:
    """Collect the keys of a list; one that is none does not spoil the others."""
    found: list[Key] = []
    problem = _NO_KEY
    for member in members:
        if isinstance(member, (list, tuple, set, frozenset)):
            continue  # else a list that holds itself would have no end
        got = public_keys(member, transport, timeout=timeout)
        if got == PRIVATE:
            return got
        if isinstance(got, str):
            problem = got
        else:
            found += got
    return found or problem


def _read(path: Path) -> bytes | str:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no file can be named so"
        return f"the file of keys, {path.name!r}, cannot be read: {why.lower()}"


def _from_bytes(data: bytes) -> list[Key] | str:
    key = key_of_der(data)
    if key is not None:
        return key if isinstance(key, str) else [key]
    # PowerShell writes UTF-16, other tools of Windows a byte order mark.
    return _from_text(cleaned(data.decode(detect_encoding(data), "replace")))


def _from_text(text: str, depth: int = 0) -> list[Key] | str:
    if "-----BEGIN" in text:
        # As in a JSON text or an env file, where it has to be one line.
        text = text.replace("\\r", "").replace("\\n", "\n")
        return [*keys] if not isinstance(keys := keys_of_pem(text), str) else keys
    if text.startswith(("{", "[")):
        return _from_json(_parsed(text), depth)
    return what_lacks(text) or _NO_KEY


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return literal(text)


def _from_json(found: object, depth: int = 0) -> list[Key] | str:
    if isinstance(found, Mapping):
        whole = _without_empty(found)
        if "kty" in whole:
            found = [whole]
        elif isinstance(whole.get("keys", found.get("keys")), list):
            found = found["keys"]
        elif "jwks_uri" in whole:
            return _DISCOVERY
        else:
            return _from_members(whole, depth)
    if not isinstance(found, list):
        return _NO_JSON_KEY
    keys = [_without_empty(key) for key in found if isinstance(key, Mapping)]
    # "d" is the private part of every kind of key pair (RFC 7518 section 6).
    if any("d" in key for key in keys):
        return PRIVATE
    usable = [key for key in keys if "kty" in key]
    if found and not usable:
        return _NO_JSON_KEY
    return [_as_meant(key) for key in usable if key.get("use", "sig") == "sig"]


def _from_members(named: Mapping[str, Any], depth: int) -> list[Key] | str:
    """Collect keys by their names, as Google and Firebase publish certificates."""
    found: list[Key] = []
    problem = _NO_JSON_KEY
    for member in named.values() if depth < _DEEPEST else ():
        if isinstance(member, (Mapping, list)):
            got = _from_json(member, depth + 1)
        elif isinstance(member, str):
            got = _from_text(member, depth + 1)
        else:
            continue
        if got == PRIVATE:
            return got
        if isinstance(got, list):
            found += got
        elif got not in (_NO_KEY, _NO_JSON_KEY):
            problem = got
    return found or problem


def _as_meant(jwk: Mapping[str, Any]) -> Key:
    """Give a JWK as RFC 7517 has it, or the key of its certificate where it has none.

    Names of kinds and algorithms are written in capitals there, numbers in base64url.
    """
    meant = {**jwk, "kty": str(jwk["kty"]).upper()}
    if isinstance(alg := jwk.get("alg"), str) and alg.upper() in SIGNATURES:
        meant["alg"] = alg.upper()
    if isinstance(jwk.get("e"), int):
        meant["e"] = base64.urlsafe_b64encode(jwk["e"].to_bytes(8)).decode()
    chain = jwk.get("x5c")
    if "n" not in jwk and "x" not in jwk and isinstance(chain, list) and chain:
        # RFC 7517 section 4.7: base64 of DER, the key's own certificate first.
        key = key_of_base64(str(chain[0]))
        return key if isinstance(key, PublicKey) else meant
    return meant


def _without_empty(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """Give the members of a JWK that say something; null is as if it were not there."""
    return {name: value for name, value in jwk.items() if value}
