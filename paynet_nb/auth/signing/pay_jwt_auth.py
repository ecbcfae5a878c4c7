"""`PayJwtAuth`: DuitNow Pay's JWT, which holds the body."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from contextlib import suppress

import requests

from paynet_nb.auth.signing.jws_auth import checked_life, checked_text
from paynet_nb.auth.signing.key import SigningKey
from paynet_nb.auth.signing.merchant_signature import checked_key_id
from paynet_nb.auth.signing.signed_auth import SignedAuth, body_of
from paynet_nb.errors import SigningError
from paynet_nb.wire import Hidden, parse_json

_WITHOUT_DATA = frozenset({"GET", "DELETE", "HEAD"})


class PayJwtAuth(SignedAuth):
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
        super().__init__(replay_unsafe=replay_unsafe, clock=clock)
        # Set before anything can be wrong: a traceback prints half-made objects, too.
        self.key, self.key_id, self.iss, self.sub = key, key_id, iss, sub
        self.data_as_text = data_as_text
        self.life_s = checked_life(life_s)
        self.key_id = checked_key_id(key, key_id)
        checked_text("iss", iss)
        checked_text("sub", sub)

    def sign(self, request: requests.PreparedRequest) -> None:
        """Put the JWT on *request*.

        Raises:
            SigningError: The body is no JSON object.
        """
        now = int(self._clock.now())
        claims = {
            "iat": now,
            "exp": now + self.life_s,
            "iss": self.iss,
            "sub": self.sub,
            "jti": str(uuid.uuid4()),
            "key": self.key_id,
        }
        payload = json.dumps(claims, separators=(",", ":")).encode()
        if request.method not in _WITHOUT_DATA:
            # Put in as it is: parsed and written once more, 10.00 would be 10.0.
            data = self._data(body_of(request))
            payload = payload[:-1] + b',"data":' + data + b"}"
        token = Hidden(self.key.jws(payload))
        request.headers["Authorization"] = Hidden("Bearer " + token)

    def _data(self, body: bytes) -> bytes:
        found = None
        with suppress(ValueError):
            found = parse_json(body)
        if not isinstance(found, dict):
            raise SigningError(
                "the body of this call must be one JSON object, which the JWT holds as "
                "data; give it as json="
            )
        text = body.decode()
        return json.dumps(text).encode() if self.data_as_text else body

    def __repr__(self) -> str:
        return f"<PayJwtAuth {self.iss} for {self.sub} key {self.key_id}>"
