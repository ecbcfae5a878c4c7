"""Read private keys and certificates as people have them.

Nothing here raises, and what is wrong is a text: the locals of these functions hold the
key, and a traceback could print them.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509 import (
    Certificate,
    load_der_x509_certificate,
    load_pem_x509_certificate,
)

from paynet_nb.credentials import Secret

Password = str | bytes | Secret | None
SMALLEST_KEY = 2048  # bits; PayNet's pages make them so, and NIST forbids less
_LARGEST_FILE = 1_000_000  # bytes; a key has some 2 kB

_WANTED = "the text or the file that begins with -----BEGIN PRIVATE KEY-----"
_RSA_ONLY = "PayNet's schemes sign with RSA; make a key with pn.SigningKey.generate()"
_FROM_PEM = "pn.SigningKey.from_pem(...) reads them"
_UNREADABLE = f"holds no private key that can be read; give {_WANTED}, whole"
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_BARE = re.compile(r"[A-Za-z0-9+/=\s]{200,}")
_PKCS7_DATA = bytes.fromhex("2a864886f70d010701")  # what stands early in a PKCS#12 file
_JAVA = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")


class Read(NamedTuple):
    """What was read.

    Attributes:
        key: The private key; None: there is none to use.
        certificate: The certificate beside it; None: there was none.
        problem: Why there is no key, to stand behind "the key" or "the file"; "": none.
    """

    key: RSAPrivateKey | None = None
    certificate: Certificate | None = None
    problem: str = ""


def content_of(given: object) -> bytes | str:
    """Give the bytes of a text, of bytes or of a file; a text instead tells why not."""
    if isinstance(given, (bytes, bytearray, memoryview)):
        return _as_utf8(bytes(given))
    if isinstance(given, str) and ("-----BEGIN" in given or _is_bare(given)):
        # From an environment variable it comes with its line breaks written out.
        text = given.replace("\\r", "").replace("\\n", "\n").strip(" \t\r\n\"'\ufeff")
        return text.encode("utf-8", "replace")
    if not isinstance(given, (str, os.PathLike)):
        return f"is no text, bytes or path, but {type(given).__name__}"
    try:
        path = Path(given).expanduser()
        if path.stat().st_size > _LARGEST_FILE:
            return "is a file of more than 1 MB, so it is no key"
        return _as_utf8(path.read_bytes())
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else None
    if isinstance(given, str):
        # Not quoted: it may be the key itself, in a form that is not known here.
        return f"is neither a PEM text nor a file that can be read ({why or 'no path'})"
    return f"cannot be read from {Path(given).name} ({why or 'no path'})"


def _as_utf8(content: bytes) -> bytes:
    """Take the marks off, and the UTF-16 that Windows PowerShell's `>` writes."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace").encode()
    return content.removeprefix(codecs.BOM_UTF8)


def source_of(given: object) -> str:
    """Name what *given* is in an error: "text" or "file"."""
    text = isinstance(given, str) and ("-----BEGIN" in given or len(given) > 1_000)
    return "text" if text or isinstance(given, (bytes, bytearray)) else "file"


def read_by(
    read: Callable[[bytes, bytes | None], Read],
    content: bytes | str,
    password: Password,
) -> Read:
    """Read what `content_of` gave; a text there is what is wrong."""
    if isinstance(content, str):
        return Read(problem=content)
    return read(content, password_bytes(password))


def password_bytes(password: Password) -> bytes | None:
    """Give a password as bytes; None: there is none."""
    text = password.reveal() if isinstance(password, Secret) else password
    # A variable in another charset than this machine's has halves of characters.
    given = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return given or None


def read_key(content: bytes, password: bytes | None) -> Read:
    """Read the one private key of PEM or DER bytes, and the certificate beside it."""
    if b"-----BEGIN" not in content and _is_bare(content.decode("latin-1")):
        content = _decoded(content.decode("latin-1"))
    if b"-----BEGIN" not in content:
        return _from_der(content, password)
    blocks = _BLOCK.findall(content.decode("utf-8", "replace"))
    keys = [(name, body) for name, body in blocks if name.endswith("PRIVATE KEY")]
    if len(keys) != 1:
        return Read(problem=_no_one_key([name for name, _ in blocks], len(keys)))
    (name, body), *_ = keys
    encrypted = name.startswith("ENCRYPTED") or "Proc-Type:" in body
    pem = _armoured(name, body)
    key = _loaded(load_pem_private_key, pem, password, encrypted=encrypted)
    certificates = [
        read_certificate(_armoured(name, body))
        for name, body in blocks
        if name in ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")
    ]
    return _checked(key, certificates)


def read_pkcs12(content: bytes, password: bytes | None) -> Read:
    """Read the key and the certificate of a PKCS#12 file (.p12, .pfx)."""
    if content.startswith(_JAVA):
        return Read(problem=_JKS)
    try:
        found = load_pkcs12(content, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if "password" in str(error).lower():
            return Read(problem=_password_problem(given=password is not None))
        return Read(problem="is no PKCS#12 file (.p12, .pfx); for PEM use from_pem")
    if found.key is None:
        return Read(problem="holds certificates only; export it with its private key")
    inside = [found.cert, *found.additional_certs]
    certificates = [one.certificate for one in inside if one is not None]
    return _checked(found.key, [*certificates])


def read_certificate(content: bytes) -> Certificate | str:
    """Read an X.509 certificate, PEM or DER; a text instead says why there is none."""
    load = load_pem_x509_certificate if b"-----BEGIN" in content else None
    try:
        return (load or load_der_x509_certificate)(content)
    except (ValueError, UnsupportedAlgorithm):
        return "is no X.509 certificate that can be read (PEM or DER)"


def fits(key: RSAPrivateKey, certificate: Certificate) -> bool:
    """Tell whether *certificate* is that of *key*."""
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        inside = certificate.public_key().public_bytes(*form)
    except (ValueError, UnsupportedAlgorithm):
        return False
    return inside == key.public_key().public_bytes(*form)


_JKS = (
    "is a Java keystore; make a PKCS#12 file of it: keytool -importkeystore "
    "-srckeystore FILE -destkeystore key.p12 -deststoretype pkcs12"
)


def why_unfit(key: object) -> str:
    """Tell why *key*, of `cryptography`, cannot sign for PayNet; "": it can."""
    if not isinstance(key, RSAPrivateKey):
        kind, is_private, _ = type(key).__name__.partition("PrivateKey")
        if not is_private:
            return f"is of the kind {kind}; a path, text or bytes: {_FROM_PEM}"
        return f"is a private key of the kind {kind}; {_RSA_ONLY}"
    if key.key_size < SMALLEST_KEY:
        return (
            f"is an RSA key of {key.key_size} bits, and less than "
            f"{SMALLEST_KEY} is not safe; make one with pn.SigningKey.generate()"
        )
    return ""


def _checked(key: object, certificates: list[Certificate | str]) -> Read:
    problem = key if isinstance(key, str) else why_unfit(key)
    if problem or not isinstance(key, RSAPrivateKey):
        return Read(problem=problem)
    readable = [one for one in certificates if isinstance(one, Certificate)]
    own = [one for one in readable if fits(key, one)]
    if certificates and not own:
        return Read(problem="and the certificate beside it do not belong together")
    return Read(key, own[0] if own else None)


def _from_der(content: bytes, password: bytes | None) -> Read:
    if content.startswith(_JAVA):
        return Read(problem=_JKS)
    if _PKCS7_DATA in content[:80]:
        return read_pkcs12(content, password)
    # DER does not name what it is: an encrypted key says so only when it is read.
    encrypted = bytes.fromhex("2a864886f70d01050d") in content[:60]  # PBES2
    key = _loaded(load_der_private_key, content, password, encrypted=encrypted)
    if key is _UNREADABLE:
        if isinstance(read_certificate(content), Certificate):
            return Read(problem=_no_one_key(["CERTIFICATE"], 0))
        try:
            load_der_public_key(content)
        except (ValueError, UnsupportedAlgorithm):
            return Read(problem=_UNREADABLE)
        return Read(problem=_no_one_key(["PUBLIC KEY"], 0))
    return _checked(key, [])


def _loaded(
    load: Callable[..., Any], data: bytes, password: bytes | None, *, encrypted: bool
) -> Any:
    """Give the key, or the text that says what is wrong."""
    if encrypted and not password:
        return _password_problem(given=False)
    try:
        return load(data, password if encrypted else None)
    except TypeError:
        return _password_problem(given=False)
    except ValueError:
        return _password_problem(given=True) if encrypted else _UNREADABLE
    except UnsupportedAlgorithm:
        return f"is of a kind or encrypted in a way that is not supported; {_RSA_ONLY}"


def _password_problem(*, given: bool) -> str:
    if given:
        return "cannot be decrypted: the password is wrong (or the text is damaged)"
    return "is encrypted; give its password as password="


def _no_one_key(names: list[str], keys: int) -> str:
    if keys > 1:
        return f"holds {keys} private keys; give the one to sign with"
    if "CERTIFICATE REQUEST" in names or "NEW CERTIFICATE REQUEST" in names:
        what = "a certificate request"
    elif any(name.endswith("PUBLIC KEY") for name in names):
        what = "the public key"
    elif any("CERTIFICATE" in name for name in names):
        what = "a certificate only"
    else:
        return _UNREADABLE
    return f"is {what}; to sign takes the private key: {_WANTED}"


def _armoured(name: str, body: str) -> bytes:
    """Write a PEM block anew: one line, or blanks for line breaks, is read as well."""
    if "Proc-Type:" in body:  # RFC 1421: its headers are lines that matter
        return f"-----BEGIN {name}-----{body}-----END {name}-----\n".encode()
    bare = "".join(body.split())
    lines = "\n".join(bare[at : at + 64] for at in range(0, len(bare), 64))
    return f"-----BEGIN {name}-----\n{lines}\n-----END {name}-----\n".encode()


def _is_bare(text: str) -> bool:
    """Tell whether a text is base64 alone, as variables of build servers hold keys."""
    return bool(_BARE.fullmatch(text.strip()))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
