"""Public keys with the names by which a `kid` chooses among them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509

from paynet_nb.auth.claims.pem import PublicKey
from paynet_nb.auth.claims.public_keys import Key, public_keys
from paynet_nb.wire import Transport

_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"


class NamedKey(NamedTuple):
    """A public key, and what names it; None: it serves for any name."""

    name: str | None
    key: Key

    def serves(self, kid: str) -> bool:
        """Tell whether it may be the one that *kid* names."""
        return self.name is None or _plain(self.name) == _plain(kid)


def named_keys(
    keys: Any, transport: Transport | None, *, timeout: float
) -> list[NamedKey] | str:
    """Collect public keys with their names; a text instead says why there are none.

    A JWK is named by its `kid`, a certificate by its serial number in hex, as PayNet's
    own `kid` was seen to be; a key alone has no name.

    Args:
        keys: As `public_keys` takes them.
        transport: The way out for a URL.
        timeout: Seconds that fetching may take.

    Raises:
        RefusedError: The URL is plain http to another machine, or misleading.
    """
    found = public_keys(keys, transport, timeout=timeout)
    if isinstance(found, str):
        return found
    serials = [*_serials(keys)]
    return [NamedKey(_name(key, serials), key) for key in found]


def _name(key: Key, serials: list[tuple[PublicKey, str]]) -> str | None:
    if isinstance(key, Mapping):
        kid = key.get("kid")
        return kid if isinstance(kid, str) else None
    return next((serial for known, serial in serials if known == key), None)


def _plain(name: str) -> str:
    return name.lower().lstrip("0")


def _serials(keys: Any) -> Iterator[tuple[PublicKey, str]]:
    """Give the key and the serial number of each certificate in PEM or as an object."""
    if isinstance(keys, os.PathLike):
        keys = Path(os.path.expanduser(keys)).read_bytes()
    if isinstance(keys, list):
        for one in keys:
            yield from _serials(one)
        return
    found = [keys] if isinstance(keys, x509.Certificate) else _certificates(keys)
    for certificate in found:
        key = certificate.public_key()
        if isinstance(key, PublicKey):
            yield key, f"{certificate.serial_number:x}"


def _certificates(keys: Any) -> Iterator[x509.Certificate]:
    data = keys.encode() if isinstance(keys, str) else keys
    if not isinstance(data, bytes):
        return
    for block in data.replace(b"\\n", b"\n").split(_BEGIN)[1:]:
        inside, end, _ = block.partition(_END)
        try:
            yield x509.load_pem_x509_certificate(_BEGIN + inside + end + b"\n")
        except ValueError:
            continue  # `public_keys` has told what cannot be read
