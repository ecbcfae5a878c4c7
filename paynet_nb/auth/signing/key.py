"""`SigningKey`: an RSA private key that signs and never shows itself."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from paynet_nb.auth.signing.certificates import certificate_of, request_of
from paynet_nb.auth.signing.key_reading import (
    SMALLEST_KEY,
    Password,
    Read,
    content_of,
    fits,
    password_bytes,
    read_by,
    read_certificate,
    read_key,
    read_pkcs12,
    source_of,
    why_unfit,
)
from paynet_nb.credentials import Secret, variable
from paynet_nb.errors import SigningError, without_locals

# All that is the same at each signature is made once.
_PADDING = PKCS1v15()
_DIGESTS: Mapping[str, HashAlgorithm] = {"RS256": SHA256(), "RS512": SHA512()}
Given = str | bytes | bytearray | memoryview | os.PathLike[str]
_T = TypeVar("_T")


class SigningKey:
    """An RSA private key and, where there is one, the certificate beside it.

    The key is kept in a closure, as that of a `Secret` is: no listing of attributes, no
    `vars()` and no traceback that prints local names can show it, and it is not
    pickled. What it shows is its public half.

    Attributes:
        public_key: The public half, of `cryptography`.
        certificate: The X.509 certificate, of `cryptography`; None: there is none.
        source: Where it came from: "text", "file", "generated".
    """

    __slots__ = ("_use", "certificate", "public_key", "source")

    _use: Callable[[Callable[[rsa.RSAPrivateKey], Any]], Any]
    public_key: rsa.RSAPublicKey
    certificate: x509.Certificate | None
    source: str

    @without_locals
    def __init__(
        self,
        private: rsa.RSAPrivateKey,
        certificate: x509.Certificate | None = None,
        source: str = "text",
    ) -> None:
        if problem := why_unfit(private):
            raise SigningError(f"the key {problem}")

        def use(work: Callable[[rsa.RSAPrivateKey], _T]) -> _T:
            return work(private)

        object.__setattr__(self, "_use", use)
        object.__setattr__(self, "public_key", private.public_key())
        object.__setattr__(self, "certificate", certificate)
        object.__setattr__(self, "source", source)

    @classmethod
    @without_locals
    def from_pem(
        cls,
        path_or_text: Given,
        password: Password = None,
        *,
        certificate: Given | None = None,
    ) -> SigningKey:
        """Read a private key, PKCS#1 or PKCS#8, also encrypted, in PEM or DER.

        What turns out to be PKCS#12 is read as well.

        Args:
            path_or_text: A path, or the key's text or bytes. The text may have its line
                breaks written out, as environment variables hold it, and a certificate
                may stand beside the key.
            password: Of an encrypted key.
            certificate: The certificate beside it: a path, or its text or bytes.

        Raises:
            SigningError: There is no key, or none for PayNet: RSA of 2048 bits or more.
        """
        found = read_by(read_key, content_of(path_or_text), password)
        key = cls._of(found, source_of(path_or_text))
        return key if certificate is None else key.with_certificate(certificate)

    @classmethod
    @without_locals
    def from_pkcs12(cls, path: Given, password: Password = None) -> SigningKey:
        """Read the key and the certificate of a PKCS#12 file (.p12, .pfx).

        Args:
            path: The file, or its bytes.
            password: Of the file.

        Raises:
            SigningError: There is no key, or none for PayNet: RSA of 2048 bits or more.
        """
        found = read_by(read_pkcs12, content_of(path), password)
        return cls._of(found, source_of(path))

    @classmethod
    def _of(cls, found: Read, source: str) -> SigningKey:
        if found.problem or found.key is None:
            raise SigningError(f"the {source} {found.problem}")
        return cls(found.key, found.certificate, source)

    @classmethod
    @without_locals
    def from_env(cls) -> SigningKey:
        """Read the key whose file PAYNET_SIGNING_KEY_FILE names.

        PAYNET_SIGNING_KEY may hold its text instead, with line breaks written out.
        PAYNET_SIGNING_KEY_PASSWORD decrypts it, and the certificate beside it is in the
        file that PAYNET_SIGNING_CERTIFICATE_FILE names.

        Raises:
            SigningError: Neither is set, both are, or there is no key that serves.
        """
        file = variable("PAYNET_SIGNING_KEY_FILE")
        text = Secret(variable("PAYNET_SIGNING_KEY"))
        password = Secret(variable("PAYNET_SIGNING_KEY_PASSWORD"))
        if bool(file) == bool(text.reveal()):
            found = "both are set" if file else "neither is set"
            raise SigningError(
                "set PAYNET_SIGNING_KEY_FILE to the path of the key's file, or "
                f"PAYNET_SIGNING_KEY to its text; {found}"
            )
        key = cls.from_pem(file or text.reveal(), password)
        certificate = variable("PAYNET_SIGNING_CERTIFICATE_FILE")
        return key.with_certificate(certificate) if certificate else key

    @classmethod
    @without_locals
    def generate(cls, *, bits: int = SMALLEST_KEY) -> SigningKey:
        """Make a new key; `save` keeps it, `certificate_request` is for the portal.

        Args:
            bits: 2048 as in PayNet's pages, or more.

        Raises:
            SigningError: Fewer bits.
        """
        given: object = bits
        if not isinstance(given, int) or given < SMALLEST_KEY:
            raise SigningError(f"bits= wants {SMALLEST_KEY}, 3072 or 4096")
        return cls(rsa.generate_private_key(65537, bits), None, "generated")

    @without_locals
    def with_certificate(self, certificate: Given) -> SigningKey:
        """Give the same key with *certificate* (path, text or bytes) beside it.

        Raises:
            SigningError: It is none, or that of another key.
        """
        content = content_of(certificate)
        found = read_certificate(content) if isinstance(content, bytes) else content
        if isinstance(found, str):
            raise SigningError(f"the certificate {found}")
        if not self._use(lambda private: fits(private, found)):
            raise SigningError(
                "the certificate is that of another key; give the one made of this "
                "key's certificate request"
            )
        return self._beside(found)

    @without_locals
    def self_signed(self, common_name: str, *, days: int = 365) -> SigningKey:
        """Give the same key with a certificate that it signed itself.

        PayNet's sandbox takes one; production wants a certification authority's.
        """
        made = certificate_of(self.public_key, common_name, days)
        return self._beside(self._use(lambda private: made.sign(private, SHA256())))

    @without_locals
    def sign(self, message: bytes, alg: str = "RS256") -> bytes:
        """Sign bytes: RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).

        Args:
            message: What to sign.
            alg: "RS256" (with SHA-256) or "RS512" (with SHA-512).

        Raises:
            SigningError: Another *alg*, or *message* is a text.
        """
        given: object = message
        if isinstance(given, str):
            raise SigningError("bytes are signed; a text has them by .encode()")
        digest = _DIGESTS[checked_algorithm(alg)]
        signature: bytes = self._use(
            lambda private: private.sign(message, _PADDING, digest)
        )
        return signature

    @without_locals
    def jws(self, payload: bytes, alg: str = "RS256") -> str:
        """Write a compact JWS (RFC 7515 section 3.1) with the header typ, alg.

        Raises:
            SigningError: Another *alg* than "RS256" and "RS512".
        """
        signed = _HEADERS[checked_algorithm(alg)] + base64url(payload)
        return (signed + b"." + base64url(self.sign(signed, alg))).decode()

    def reveal(self) -> str:
        """Give the private key as PEM text (PKCS#8), not encrypted."""
        form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        pem: bytes = self._use(lambda private: private.private_bytes(*form))
        return pem.decode()

    @without_locals
    def save(self, path: str | os.PathLike[str], password: Password = None) -> Path:
        """Write the private key to a new file that only its owner can read.

        Args:
            path: The file; one that is there is not written over.
            password: Encrypts it (PKCS#8); None: as it is.

        Raises:
            SigningError: The file is there already, or cannot be written.
        """
        key = password_bytes(password)
        cipher = BestAvailableEncryption(key) if key else NoEncryption()
        file, problem = Path(path).expanduser(), ""
        form = (Encoding.PEM, PrivateFormat.PKCS8, cipher)
        try:
            number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(number, "wb") as opened:
                opened.write(self._use(lambda private: private.private_bytes(*form)))
        except OSError as error:
            problem = error.strerror or type(error).__name__
        if problem:
            raise SigningError(f"the key was not written to {file.name} ({problem})")
        return file

    @without_locals
    def certificate_request(
        self,
        common_name: str,
        organization: str,
        *,
        organizational_unit: str = "",
        locality: str = "",
        state: str = "",
        country: str = "MY",
        email: str = "",
    ) -> str:
        """Write a certificate request (PKCS#10, PEM) for PayNet's portal.

        The portal refuses one whose OU or CN are not as agreed (CA-136).

        Raises:
            SigningError: A value cannot stand in a request, as a country of 3 letters.
        """
        given = {
            "common_name": common_name,
            "organization": organization,
            "organizational_unit": organizational_unit,
            "locality": locality,
            "state": state,
            "country": country,
            "email": email,
        }
        made: x509.CertificateSigningRequest = self._use(
            lambda private: request_of(given).sign(private, SHA256())
        )
        return made.public_bytes(Encoding.PEM).decode()

    @property
    def serial(self) -> str | None:
        """The certificate's serial number as PayNet wants it; None: no certificate.

        Lower-case hex without colons or 0x, two digits a byte. That is the form of one
        public client whose calls were answered, not of a page (assumption).
        """
        if self.certificate is None:
            return None
        digits = f"{self.certificate.serial_number:x}"
        return digits.zfill(len(digits) + len(digits) % 2)

    @property
    def fingerprint(self) -> str:
        """The first 8 hex digits of the SHA-256 of the public key (DER)."""
        form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(self.public_key.public_bytes(*form)).hexdigest()[:8]

    def public_pem(self) -> str:
        """Write the public key as PEM text (SubjectPublicKeyInfo)."""
        form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return self.public_key.public_bytes(*form).decode()

    def certificate_pem(self) -> str | None:
        """Write the certificate as PEM text; None: there is none."""
        made = self.certificate
        return None if made is None else made.public_bytes(Encoding.PEM).decode()

    def public_jwk(self) -> dict[str, str]:
        """Give the public key as a JWK (RFC 7517).

        Its `kid` is the certificate's serial number, as in PayNet's own tokens, or
        without a certificate the key's thumbprint (RFC 7638).
        """
        numbers = self.public_key.public_numbers()
        e, n = _number(numbers.e), _number(numbers.n)
        thumb = hashlib.sha256(f'{{"e":"{e}","kty":"RSA","n":"{n}"}}'.encode()).digest()
        kid = self.serial or base64url(thumb).decode()
        return {"kty": "RSA", "use": "sig", "kid": kid, "n": n, "e": e}

    def _beside(self, certificate: x509.Certificate) -> SigningKey:
        made: SigningKey = self._use(
            lambda private: SigningKey(private, certificate, self.source)
        )
        return made

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a signing key is not changed; make a new one")

    def __repr__(self) -> str:
        beside = "no certificate"
        if self.certificate is not None:
            until = self.certificate.not_valid_after_utc
            beside = f"certificate {self.serial} until {until:%Y-%m-%d}"
        return (
            f"<SigningKey RSA {self.public_key.key_size} {self.fingerprint}, {beside}>"
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SigningKey):
            return NotImplemented
        mine, its = self.public_key.public_numbers(), other.public_key.public_numbers()
        return mine == its and self.certificate == other.certificate

    def __hash__(self) -> int:
        return hash(self.public_key.public_numbers())

    def __copy__(self) -> SigningKey:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> SigningKey:
        return self

    def __reduce__(self) -> NoReturn:
        raise SigningError(
            "a private key is not pickled; let the other process read its own"
        )


def checked_algorithm(alg: object) -> str:
    """Give *alg* back if PayNet's schemes know it.

    Raises:
        SigningError: They do not.
    """
    if not isinstance(alg, str) or alg not in _DIGESTS:
        # Not quoted: it may be what belongs elsewhere.
        raise SigningError("alg= names no algorithm of PayNet's; use RS256 or RS512")
    return alg


def base64url(data: bytes) -> bytes:
    """Encode bytes without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _number(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")).decode()


_HEADERS = {
    alg: base64url(b'{"alg":"%s","typ":"JWT"}' % alg.encode()) + b"."
    for alg in _DIGESTS
}
