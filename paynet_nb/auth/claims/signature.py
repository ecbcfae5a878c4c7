"""The one thing that tells a real token from a written one: its signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm

from paynet_nb.auth.claims.fields import SIGNATURES
from paynet_nb.auth.claims.findings import Finding, finding
from paynet_nb.auth.claims.public_keys import Key
from paynet_nb.credentials import Secret


def signature_problem(
    token: Secret, header: Mapping[str, Any], keys: Sequence[Key]
) -> Finding | None:
    """Check the signature alone (RFC 7515 section 5.2); None: a key fits.

    Methods that use a shared secret are never tried: with them, anyone who has the
    public key could sign (RFC 8725 section 2.1).
    """
    alg, kid = header.get("alg"), header.get("kid")
    if not isinstance(alg, str) or alg not in SIGNATURES:
        return finding(
            "no_key_fits", "no public key can check how it claims to be signed"
        )
    verdicts = [_fits(token, key, alg) for key in keys]
    if True in verdicts:
        return None
    kids = [key.get("kid") if isinstance(key, Mapping) else None for key in keys]
    named = kid is None or any(each in (None, kid) for each in kids)
    if False not in verdicts or not named:
        return finding(
            "no_key_fits",
            f"none of the keys given ({len(keys)}) can be the one: it must fit kid and "
            "alg, and an RSA key must have 2048 bits (RFC 7518 section 3.3)",
        )
    return finding(
        "signature_wrong",
        "the signature does not fit: the token was changed after it was signed, or "
        "another key signed it",
    )


def _fits(token: Secret, key: Key, alg: str) -> bool | None:
    """Tell whether *key* made the signature; None: it cannot be a key for *alg*."""
    try:
        if isinstance(key, Mapping) and key.get("alg", alg) != alg:
            return None
        jwt.PyJWS(options={"enforce_minimum_key_length": True}).decode(
            token.reveal(),
            jwt.PyJWK(dict(key), alg) if isinstance(key, Mapping) else key,
            algorithms=[alg],
        )
    except jwt.DecodeError:
        return False
    except (jwt.PyJWTError, UnsupportedAlgorithm, TypeError, ValueError):
        return None
    return True
