"""`PayJwtAuth`: DuitNow Pay's JWT, which holds the body."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from contextlib import suppress

import requests

from paynet_nb.auth.signing.key import SigningKey
from paynet_nb.auth.signing.own_token_auth import OwnTokenAuth, checked_text, members
from paynet_nb.auth.signing.signed_auth import body_of
from paynet_nb.errors import SigningError, without_locals
from paynet_nb.wire import parse_json

_WITHOUT_DATA = frozenset({"GET", "DELETE", "HEAD"})


class PayJwtAuth(OwnTokenAuth):
    """Sign calls of an acquirer to DuitNow Pay (`/pay-guard`), each with a new UUID.

    The claim `data` is the body, as an object and byte for byte. PayNet's sample may
    make a text of it first; that page was not read to its end (assumption). A GET or a
    DELETE has no `data`, as in one public client (assumption).

    Args:
        key: The private key, whose public half PayNet has.
        iss: The Client ID or acquirer ID of the onboarding.
        sub: The merchant ID (M and 7 digits).
        key_id: The merchant key's name at PayNet; default: the serial number of the
            key's certificate.
        data_as_text: Send `data` as a text that holds the JSON.
        life_s: Seconds until it ends, at most 3600.
        replay_unsafe: Also send POST again after a 401 over the clock.
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
        sub: str,
        key_id: str | None = None,
        data_as_text: bool = False,
        life_s: int = 900,
        replay_unsafe: bool = False,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.sub, self.data_as_text = sub, data_as_text
        super().__init__(
            key,
            iss=iss,
            key_id=key_id,
            alg="RS256",
            life_s=life_s,
            replay_unsafe=replay_unsafe,
            clock=clock,
        )
        checked_text("sub", sub)
        self._sub = members({"sub": sub})

    def sign(self, request: requests.PreparedRequest) -> None:
        """Put the JWT on *request*.

        Raises:
            SigningError: The body is no JSON object.
        """
        claims = self._sub + b',"jti":"%s"' % str(uuid.uuid4()).encode()
        if request.method not in _WITHOUT_DATA:
            # Put in as it is: parsed and written once more, 10.00 would be 10.0.
            claims += b',"data":' + self._data(body_of(request))
        self.put_token(request, claims)

    def _data(self, body: bytes) -> bytes:
        found, text = None, ""
        with suppress(ValueError):
            # In no other charset, and without a mark of one: both stand inside of JSON.
            text = body.decode()
            found = None if text.startswith("\ufeff") else parse_json(text)
        if not isinstance(found, dict):
            raise SigningError(
                "the body of this call must be one JSON object in UTF-8, which the JWT "
                "holds as data; give it as json="
            )
        return json.dumps(text).encode() if self.data_as_text else body

    def __repr__(self) -> str:
        return f"<PayJwtAuth {self.iss} for {self.sub} key {self.key_id}>"
