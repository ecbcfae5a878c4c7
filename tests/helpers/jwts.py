"""Tokens and keys for tests, as an issuer writes them."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NOW = 1_760_000_000
HEADER = {"kid": "f00d", "alg": "RS256"}
# A token that nothing is odd about at NOW.
CLAIMS: dict[str, Any] = {
    "sub": "0123456789abcdef0123456789abcdef",
    "nbf": NOW - 60,
    "scope": "rpp:merchant",
    "iss": "https://api.example.my/auth",
    "exp": NOW + 86340,
    "iat": NOW - 60,
    "jti": "00112233445566778899aabbccddeeff",
    "aud": "https://api.example.my",
}
SIGNATURE = "c2lnbmF0dXJlLWNhbmFyeS0xMjM0NTY3ODkw"

RSA = rsa.generate_private_key(65537, 2048)
OTHER_RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()


def part(value: Any) -> str:
    """Write a value, or the bytes given, as one part of a token."""
    raw = value
    if not isinstance(raw, bytes):
        raw = json.dumps(value, ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def written(
    claims: Any = CLAIMS, header: Any = HEADER, signature: str = SIGNATURE
) -> str:
    """Write a token that nobody signed."""
    return f"{part(header)}.{part(claims)}.{signature}"


def changed(**fields: Any) -> dict[str, Any]:
    """Give the claims with some fields changed; `...` leaves a field out."""
    return {k: v for k, v in {**CLAIMS, **fields}.items() if v is not ...}


def signed(
    key: Any = RSA, alg: str = "RS256", claims: Any = CLAIMS, **header: Any
) -> str:
    """Write and sign a token; a kid of its own unless the header says otherwise."""
    return jwt.encode(claims, key, alg, headers={"kid": "one", **header})


def pem(key: Any) -> str:
    """Write the public part of a key as PEM."""
    public = key.public_key()
    return str(
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "ascii"
    )


def jwk(key: Any, **fields: Any) -> dict[str, Any]:
    """Write the public part of a key as JWK."""
    kinds = {rsa.RSAPrivateKey: "RS256", ec.EllipticCurvePrivateKey: "ES256"}
    alg = next((alg for kind, alg in kinds.items() if isinstance(key, kind)), "EdDSA")
    made = jwt.get_algorithm_by_name(alg).to_jwk(key.public_key(), as_dict=True)
    made.pop("key_ops", None)
    return {**made, **fields}


def certificate(key: Any) -> str:
    """Write a certificate of a key, signed by itself, as PEM."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()
