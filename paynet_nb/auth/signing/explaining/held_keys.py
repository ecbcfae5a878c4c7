"""Keys and secrets at hand, and which of them made a signature."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.x509 import Certificate

from paynet_nb.auth.claims.pem import keys_of_pem
from paynet_nb.auth.signing.key import SigningKey
from paynet_nb.credentials import Credentials, Secret

# What stands before the hash in a signature (RFC 8017 section 9.2, note 1).
_PREFIXES = {
    "sha256": "3031300d060960864801650304020105000420",
    "sha512": "3051300d060960864801650304020305000440",
    "sha1": "3021300906052b0e03021a05000414",
    "sha384": "3041300d060960864801650304020205000430",
    "md5": "3020300c06082a864886f70d020505000410",
}
_SIZES = {16: "md5", 20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}


class HeldKey(NamedTuple):
    """A public key to try.

    Attributes:
        name: How the report calls it.
        public: The key.
        serial: Its certificate's serial number; None: not known.
    """

    name: str
    public: RSAPublicKey
    serial: str | None


class Held(NamedTuple):
    """What the caller gave to check with.

    Attributes:
        keys: The first is the one that should have signed.
        client_id: The OAuth Client ID; "": not known.
        secret: The Client Secret; None: not known.
    """

    keys: tuple[HeldKey, ...] = ()
    client_id: str = ""
    secret: Secret | None = None


class Signed(NamedTuple):
    """What a signature tells when it is opened with the public key.

    Attributes:
        key: The key that opens it.
        hash: The hash function; "raw" names none.
        digest: The hash that was signed.
    """

    key: HeldKey
    hash: str
    digest: bytes


def held(given: Any) -> Held | str:
    """Sort what a caller gave: keys, certificates, PEM texts, credentials, auths.

    A text instead says what else is among it; it may be a secret, so that nothing is
    raised here, where a traceback would print it.
    """
    keys: list[HeldKey] = []
    client_id, secret, problem = "", None, ""
    for one in given if isinstance(given, (list, tuple)) else (given,):
        one = getattr(one, "key", None) or one  # of an auth
        credentials = getattr(one, "credentials", one)
        if isinstance(credentials, Credentials):
            client_id, secret = credentials.client_id, credentials.client_secret
        elif isinstance(one, Secret):
            secret = one
        elif isinstance(one, SigningKey):
            keys.append(HeldKey(repr(one)[1:-1], one.public_key, one.serial))
        elif isinstance(one, RSAPublicKey):
            keys.append(_named(keys, one, None))
        elif isinstance(one, Certificate):
            public = one.public_key()
            if isinstance(public, RSAPublicKey):
                keys.append(_named(keys, public, f"{one.serial_number:x}"))
        elif isinstance(one, str) and isinstance(found := keys_of_pem(one), list):
            keys += [
                _named(keys, k, None) for k in found if isinstance(k, RSAPublicKey)
            ]
        elif one is not None:
            problem = type(one).__name__
    if problem:
        return (
            f"key is {problem}; give a pn.SigningKey, the text of a public key or "
            "certificate, pn.Credentials, or a list of these"
        )
    return Held(tuple(keys), client_id, secret)


def _named(
    keys: Sequence[HeldKey], public: RSAPublicKey, serial: str | None
) -> HeldKey:
    beside = f", certificate {serial}" if serial else ""
    return HeldKey(f"key {len(keys) + 1} of those given{beside}", public, serial)


def opened(signature: bytes, keys: Sequence[HeldKey]) -> Signed | None:
    """Find the key that made a signature (PKCS#1 v1.5), and the hash that it signed."""
    for key in keys:
        try:
            inside = key.public.recover_data_from_signature(signature, PKCS1v15(), None)
        except (InvalidSignature, ValueError):
            continue
        for name, prefix in _PREFIXES.items():
            if inside.startswith(bytes.fromhex(prefix)):
                return Signed(key, name, inside[len(prefix) // 2 :])
        return Signed(key, "raw", inside)
    return None


def is_pss(signature: bytes, message: bytes, keys: Sequence[HeldKey]) -> bool:
    """Tell whether it is a signature by the other padding of RSA (PS256, PS512)."""
    for key in keys:
        for digest in (SHA256(), SHA512()):
            padding = PSS(MGF1(digest), PSS.AUTO)
            try:
                key.public.verify(signature, message, padding, digest)
            except (InvalidSignature, ValueError):
                continue
            return True
    return False


def verifies(signed: Signed, signature: bytes, message: bytes) -> bool:
    """Tell whether the key that was found verifies *message*: the proof of a cause."""
    digest = SHA512() if signed.hash == "sha512" else SHA256()
    try:
        signed.key.public.verify(signature, message, PKCS1v15(), digest)
    except (InvalidSignature, ValueError):
        return False
    return True


class Decoded(NamedTuple):
    """A signature's bytes, and how its text is written.

    Attributes:
        code: "" for the form that is due.
        words: How it is written.
        data: The bytes.
    """

    code: str
    words: str
    data: bytes


def decoded(text: str, *, url: bool, size: int) -> Iterator[Decoded]:
    """Read a signature's text: as it is due, then in other forms.

    Args:
        text: What was sent.
        url: base64url without padding is due (RFC 7515 section 2), else base64.
        size: Bytes of a signature.
    """
    due = "base64url without =" if url else "base64 on one line"
    if (data := _from_base64(text, url=url)) is not None:
        yield Decoded("", due, data)
    bare = (
        unquote(text).strip("\"' \r\n\t") if "%" in text else text.strip("\"' \r\n\t")
    )
    bare = re.sub(r"\s|\\r|\\n", "", bare).removeprefix("b'")
    plain = bare.translate(str.maketrans("-_", "+/")).rstrip("=")
    forms = [("encoding_of_signature", _form(text, url=url), _lenient(plain))]
    if re.fullmatch(r"(?:0x)?[0-9a-fA-F]+", bare) and len(bare) >= 2 * size:
        forms.insert(
            0, ("hex_signature", "hex", bytes.fromhex(bare.removeprefix("0x")))
        )
    twice = _lenient(plain)
    if twice and len(twice) > size:
        inner = twice.decode("latin-1").strip().translate(str.maketrans("-_", "+/"))
        forms.append(("double_base64", "base64 of base64", _lenient(inner.rstrip("="))))
    for code, words, found in forms:
        if found:
            yield Decoded(code, words, found)
            if len(found) == size:
                yield Decoded("reversed_signature", "its bytes backwards", found[::-1])


def _form(text: str, *, url: bool) -> str:
    if "%" in text:
        return "escaped as in a URL"
    if re.search(r"\s|\\n", text):
        return "base64 on more than one line, or with blanks"
    if url:
        return "padded with =" if "=" in text else "base64 with + and /"
    if re.search("[-_]", text):
        return "base64url with - and _"
    return "base64 without its = at the end" if "=" not in text else "in quotes"


def _from_base64(text: str, *, url: bool) -> bytes | None:
    alphabet = r"[A-Za-z0-9_-]+" if url else r"[A-Za-z0-9+/]+={0,2}"
    if not re.fullmatch(alphabet, text) or (not url and len(text) % 4):
        return None
    return _lenient(text.translate(str.maketrans("-_", "+/")).rstrip("="))


def _lenient(bare: str) -> bytes | None:
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def hash_by(name: str, data: bytes) -> bytes:
    """Hash by a name; "raw" is the hash that fits a signature without a name."""
    return hashlib.new("sha256" if name == "raw" else name, data).digest()


def hash_of_size(size: int) -> str | None:
    """Name the hash function whose results have *size* bytes."""
    return _SIZES.get(size)
