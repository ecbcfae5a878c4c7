"""The one thing that tells a real token from a written one: its signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jwt
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwt.utils import base64url_decode

from paynet_nb.auth.claims.fields import SIGNATURES
from paynet_nb.auth.claims.findings import Finding, finding
from paynet_nb.auth.claims.public_keys import Key
from paynet_nb.credentials import Secret

# RFC 9864 names the curve, where RFC 8037 has EdDSA for both.
_CURVES: dict[str, type] = {"Ed25519": Ed25519PublicKey, "Ed448": Ed448PublicKey}
# Numbers in base64url (RFC 7518 section 6); some tools write plain base64.
_NUMBERS = frozenset({"n", "e", "x", "y"})
_AS_BASE64URL = str.maketrans("+/", "-_", "= \r\n\t")
_HASHES = {"ES256": hashes.SHA256(), "ES384": hashes.SHA384(), "ES512": hashes.SHA512()}


class Verdict(NamedTuple):
    """What the keys say of a token.

    Attributes:
        verified: True: a key fits; False: the signature is wrong, or none that a key
            could check; None: no key was given that could have made it.
        finding: What is wrong; None: nothing is.
    """

    verified: bool | None
    finding: Finding | None = None


def check(token: Secret, header: Mapping[str, Any], keys: Sequence[Key]) -> Verdict:
    """Check the signature alone (RFC 7515 section 5.2).

    Methods that use a shared secret are never tried: with them, anyone who has the
    public key could sign (RFC 8725 section 2.1). The key that is named is tried first.
    """
    alg, kid = header.get("alg"), header.get("kid")
    checkable = isinstance(alg, str) and alg in SIGNATURES and "crit" not in header
    if not checkable or token.reveal().endswith("."):
        why = "no public key can check how it claims to be signed"
        return Verdict(verified=False, finding=finding("no_key_fits", why))
    tried: list[tuple[Any, bool | None]] = []
    for key in sorted(keys, key=lambda key: _kid(key) != kid):
        fits = _fits(token, key, str(alg))
        if fits:
            return Verdict(verified=True)
        tried.append((_kid(key), fits))
    if der := _in_der(token, str(alg), keys):
        return Verdict(verified=False, finding=der)
    usable = [name for name, fits in tried if fits is not None]
    unusable = [name for name, fits in tried if fits is None]
    if usable and (kid is None or None in usable or kid in usable):
        wrong = (
            "the signature does not fit: the token was changed after it was signed, "
        )
        wrong += "or another key signed it"
        return Verdict(verified=False, finding=finding("signature_wrong", wrong))
    missing = finding(
        "no_key_fits",
        f"none of the keys given ({len(keys)}) can be the one: it must fit kid and "
        "alg, and an RSA key must have 2048 bits (RFC 7518 section 3.3)",
    )
    tried_in_vain = bool(usable) and kid not in unusable
    return Verdict(verified=False if tried_in_vain else None, finding=missing)


def _kid(key: Key) -> Any:
    return key.get("kid") if isinstance(key, Mapping) else None


def _fits(token: Secret, key: Key, alg: str) -> bool | None:
    """Tell whether *key* made the signature; None: it cannot be a key for *alg*."""
    try:
        made = _usable(key, alg)
        algorithm = jwt.get_algorithm_by_name("EdDSA" if alg in _CURVES else alg)
        prepared = algorithm.prepare_key(made)
        if algorithm.check_key_length(prepared):
            return None
        # Not by PyJWT's own decode: it takes no `kid` that is a number, nor Ed25519.
        signed, signature = _parts(token)
        return algorithm.verify(signed, prepared, signature)
    except (jwt.PyJWTError, UnsupportedAlgorithm, TypeError, ValueError):
        return None


def _parts(token: Secret) -> tuple[bytes, bytes]:
    """Give what is signed, and the signature."""
    signed, _, signature = token.reveal().rpartition(".")
    return signed.encode(), base64url_decode(signature)


def _usable(key: Key, alg: str) -> Any:
    """Give the key of a JWK.

    Raises:
        ValueError: It is none for *alg*.
        jwt.PyJWTError, TypeError, UnsupportedAlgorithm: It is none at all.
    """
    name = "EdDSA" if alg in _CURVES else alg
    made: Any = key
    if isinstance(key, Mapping):
        named = key.get("alg", alg)
        if named not in (alg, name) and not (named in _CURVES and name == "EdDSA"):
            raise ValueError("a key for another alg")
        numbers = {
            number: key[number].translate(_AS_BASE64URL)
            for number in _NUMBERS & key.keys()
            if isinstance(key[number], str)
        }
        made = jwt.PyJWK({**key, **numbers, "alg": name}, name).key
    if alg in _CURVES and not isinstance(made, _CURVES[alg]):
        raise ValueError("a key on another curve")
    return made


def _in_der(token: Secret, alg: str, keys: Sequence[Key]) -> Finding | None:
    """Name a signature in the form of other protocols (RFC 7518 section 3.4)."""
    if alg not in _HASHES:
        return None
    signed, signature = _parts(token)
    try:
        decode_dss_signature(signature)
    except ValueError:
        return None
    own = any(_made_der(key, alg, signed, signature) for key in keys)
    fits = "a key that was given fits it" if own else "no key that was given fits it"
    return finding(
        "signature_der",
        f"its signature is in DER form, but {alg} of a JWT is two numbers side by side "
        f"(RFC 7518 section 3.4), so an API refuses it; {fits}",
    )


def _made_der(key: Key, alg: str, signed: bytes, signature: bytes) -> bool:
    try:
        made = _usable(key, alg)
        if not isinstance(made, EllipticCurvePublicKey):
            return False
        made.verify(signature, signed, ECDSA(_HASHES[alg]))
    except (InvalidSignature, jwt.PyJWTError, UnsupportedAlgorithm):
        return False
    except (TypeError, ValueError):
        return False
    return True
