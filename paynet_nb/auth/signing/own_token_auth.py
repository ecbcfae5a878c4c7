"""What `JwsAuth` and `PayJwtAuth` share: a bearer token that is made for each call."""

from __future__ import annotations

import json
from collections.abc import Callable

import requests

from paynet_nb.auth.signing.key import SigningKey, checked_algorithm
from paynet_nb.auth.signing.merchant_signature import checked_key_id
from paynet_nb.auth.signing.signed_auth import SignedAuth
from paynet_nb.errors import SigningError
from paynet_nb.paynet import origin_of, refuse_keys_for
from paynet_nb.wire import Hidden, put_bearer

LONGEST_LIFE_S = 3_600


class OwnTokenAuth(SignedAuth):
    """Put a token that is signed here in the place of the OAuth token.

    Args:
        key: The private key.
        iss: Who signs, as PayNet knows them.
        key_id: What names the key at PayNet; default: its certificate's serial number.
        alg: "RS256" or "RS512".
        life_s: Seconds until a token ends, at most 3600.
        replay_unsafe: Also send POST and PATCH again after a 401 over the clock.
        clock: Unix time; for tests.

    Raises:
        SigningError: An argument cannot be right.
    """

    def __init__(
        self,
        key: SigningKey,
        *,
        iss: str,
        key_id: str | None,
        alg: str,
        life_s: int,
        replay_unsafe: bool,
        clock: Callable[[], float] | None,
    ) -> None:
        super().__init__(replay_unsafe=replay_unsafe, clock=clock)
        self.key, self.key_id, self.iss, self.alg = key, key_id, iss, alg
        given: object = life_s
        is_number = isinstance(given, int | float) and not isinstance(given, bool)
        if not (is_number and 1 <= life_s <= LONGEST_LIFE_S):
            # Not quoted: it may be what belongs elsewhere.
            raise SigningError(
                f"life_s= wants seconds from 1 to {LONGEST_LIFE_S}, the longest life "
                "that PayNet takes"
            )
        self.life_s = int(life_s)
        self.key_id = checked_key_id(key, key_id)
        checked_text("iss", iss)
        checked_algorithm(alg)
        self._same = members({"iss": iss, "key": self.key_id})

    def authorize(self, request: requests.PreparedRequest) -> None:
        """Sign *request*, as any scheme does; on Binder for a sandbox there alone.

        Raises:
            RefusedError: It would leave a public machine, or go over plain HTTP.
            SigningError: It lacks what is signed.
        """
        refuse_keys_for(origin_of(request.url or ""))
        super().authorize(request)

    def put_token(self, request: requests.PreparedRequest, claims: bytes) -> None:
        """Put a token on *request*.

        Args:
            request: What it is for.
            claims: The scheme's own, as the members of a JSON object; the times, `iss`
                and `key` are put before them.
        """
        now = int(self._clock.now())
        times = b'{"iat":%d,"exp":%d,' % (now, now + self.life_s)
        token = Hidden(
            self.key.jws(times + self._same + b"," + claims + b"}", self.alg)
        )
        put_bearer(request, token)


def members(claims: dict[str, str]) -> bytes:
    """Write the members of a JSON object, without the braces around them."""
    return json.dumps(claims, separators=(",", ":"))[1:-1].encode()


def checked_text(name: str, value: object) -> None:
    """Raise where *value* is no text, or an empty one.

    Raises:
        SigningError: It is not.
    """
    if not isinstance(value, str) or not value.strip():
        raise SigningError(f"{name} is empty or no text; PayNet gives it at onboarding")
