"""`JwsAuth`: a JWS over the body's hash in the place of a bearer token."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import requests

from paynet_nb.auth.signing.json_bytes import message_ids_in, minified
from paynet_nb.auth.signing.key import SigningKey
from paynet_nb.auth.signing.own_token_auth import OwnTokenAuth
from paynet_nb.auth.signing.signed_auth import body_of
from paynet_nb.errors import SigningError, without_locals
from paynet_nb.wire import parse_json

_ID_HEADER = "X-Business-Message-Id"


class JwsAuth(OwnTokenAuth):
    """Sign calls of a participant (bank, e-wallet) to PayNet's APIs of version 2 and 3.

    What is signed is the SHA-256 of the body's bytes. The body is sent without blanks
    outside of its strings, so that it is the same to a server that minifies before it
    hashes and to one that does not. A GET and an empty body are signed as the hash of
    no bytes, as one public client does; PayNet's text on that was not read
    (assumption).

    Args:
        key: The private key.
        iss: The participant's BIC.
        key_id: The JWT credential key of the onboarding, the claim `key`; default: the
            serial number of the key's certificate, which it seems to be (assumption).
        alg: "RS256" or "RS512".
        life_s: Seconds from `iat` to `exp`, at most 3600.
        replay_unsafe: Also send POST and PATCH again after a 401 over the clock.
        clock: Unix time; for tests.

    Raises:
        SigningError: An argument cannot be right.
    """

    @without_locals
    def __init__(
        self,
        key: SigningKey,
        *,
        iss: str,
        key_id: str | None = None,
        alg: str = "RS256",
        life_s: int = 900,
        replay_unsafe: bool = False,
        clock: Callable[[], float] | None = None,
    ) -> None:
        super().__init__(
            key,
            iss=iss,
            key_id=key_id,
            alg=alg,
            life_s=life_s,
            replay_unsafe=replay_unsafe,
            clock=clock,
        )

    def sign(self, request: requests.PreparedRequest) -> None:
        """Put the JWS on *request*, whose body loses its blanks, and its message ID.

        Raises:
            SigningError: There is no business message ID, or there are two.
        """
        body = minified(body_of(request))
        message_id = _message_id(request, body)
        if request.body and body is not request.body:
            request.body = body
            request.headers["Content-Length"] = str(len(body))
        request.headers[_ID_HEADER] = message_id
        ds = hashlib.sha256(body).hexdigest()
        claims = f'"jti":{json.dumps(message_id)},"ds":"{ds}"'
        self.put_token(request, claims.encode())

    def __repr__(self) -> str:
        return f"<JwsAuth {self.iss} {self.alg} key {self.key_id}>"


def _message_id(request: requests.PreparedRequest, body: bytes) -> str:
    """Give the one business message ID: that of the header, the body and `jti`."""
    header, data = request.headers.get(_ID_HEADER), None
    with suppress(ValueError):
        data = parse_json(body) if body else None
    found: dict[Any, None] = dict.fromkeys(message_ids_in(data))
    if header:
        found[header if isinstance(header, str) else header.decode("latin-1")] = None
    if len(found) == 1:
        return str(*found)
    if found:
        raise SigningError(
            f"{_ID_HEADER} and businessMessageId differ: {' and '.join(found)}; "
            "one message has one ID"
        )
    raise SigningError(
        f"no business message ID: set the header {_ID_HEADER} or the body's "
        "appHeader.businessMessageId, for example to pn.new_message_id(...)"
    )
