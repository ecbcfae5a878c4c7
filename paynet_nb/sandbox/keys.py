"""The keys of a sandbox: the one it signs with, and those that it verifies by."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any, NamedTuple

import jwt
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from paynet_nb.auth import SigningKey
from paynet_nb.errors import ConfigurationError
from paynet_nb.sandbox.chance import Chance

_MOST = 100  # keys that are given


class GatewayKey(NamedTuple):
    """What a gateway signs its tokens and answers with.

    Attributes:
        kid: Its name in the JWKS.
        private: The key.
    """

    kid: str
    private: rsa.RSAPrivateKey

    @classmethod
    def new(cls, chance: Chance) -> GatewayKey:
        """Make a key; its name comes from *chance*."""
        return cls(chance.hex(16), rsa.generate_private_key(65537, 2048))


class Keys:
    """The keys of one sandbox: one that it makes for the learner, and those given.

    Args:
        gateway: What verifies the gateway's own signatures, by any name.
    """

    def __init__(self, gateway: rsa.RSAPublicKey) -> None:
        self._gateway = gateway
        self._given: list[tuple[str | None, rsa.RSAPublicKey]] = []
        self._own: SigningKey | None = None
        self._lock = threading.Lock()

    @property
    def own(self) -> SigningKey:
        """A throw-away key and its certificate, made when it is first asked for."""
        with self._lock:
            if self._own is None:
                self._own = SigningKey.generate().self_signed("paynet_nb sandbox")
            return self._own

    def register(self, key: Any, key_id: str | None) -> None:
        """Take signatures of *key*, too; of those given the last 100 count.

        Raises:
            ConfigurationError: It is no RSA key.
        """
        found = _public(key)
        if found is None:
            raise ConfigurationError(
                "a sandbox registers a pn.SigningKey, or the PEM text of a public RSA "
                "key or of its certificate"
            )
        serial, public = found
        given = key_id or serial, public
        with self._lock:
            others = [one for one in self._given if one != given]
            self._given = [*others, given][-_MOST:]

    def has(self, key_id: str) -> bool:
        """Tell whether a key was registered by this name."""
        return any(name == key_id for name, _ in self._known())

    def named(self, key_id: str) -> list[rsa.RSAPublicKey]:
        """List the keys that a name may mean: one without a name bears any."""
        return [key for name, key in self._known() if name in (None, key_id)]

    def verify(self, token: str, algorithms: list[str], key_id: str) -> bool:
        """Tell whether a key that a name may mean signed a JWS."""
        for key in self.named(key_id):
            with suppress(jwt.InvalidTokenError):
                jwt.PyJWS().decode(token, key, algorithms=algorithms)
                return True
        return False

    def _known(self) -> list[tuple[str | None, rsa.RSAPublicKey]]:
        with self._lock:
            own = self._own
            mine = [(own.serial, own.public_key)] if own else []
            return [(None, self._gateway), *mine, *self._given]


def _public(key: Any) -> tuple[str | None, rsa.RSAPublicKey] | None:
    """Give a certificate's serial number, and the public half; None: it is no key."""
    serial, found = None, key
    if isinstance(key, SigningKey):
        serial, found = key.serial, key.public_key
    elif isinstance(key, (str, bytes)):
        try:
            pem = key.encode() if isinstance(key, str) else key
            if b"CERTIFICATE" in pem:
                found = x509.load_pem_x509_certificate(pem)
            else:
                found = load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
            found = None
    if isinstance(found, x509.Certificate):
        digits = f"{found.serial_number:x}"
        serial = digits.zfill(len(digits) + len(digits) % 2)
        found = found.public_key()
    return (serial, found) if isinstance(found, rsa.RSAPublicKey) else None
