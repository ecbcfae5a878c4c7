"""The learners of a class: each with a gateway of its own, found by who calls."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import jwt
from flask import Request
from werkzeug.exceptions import HTTPException

from paynet_nb.credentials import Credentials
from paynet_nb.sandbox.gateway import GatewayApp
from paynet_nb.sandbox.keys import GatewayKey
from paynet_nb.sandbox.scenarios import NORMAL, find, name_of
from paynet_nb.sandbox.tokens import digest_of

_SIGNED_BY = ["RS256", "RS512"]
# Below it is a learner's gateway for what carries no keys: a report's file.
_OWN = re.compile(r"\A/learner/([0-9]{1,4})(?=/)")


@dataclass(frozen=True, kw_only=True)
class Learner:
    """One learner's place: keys, and the gateway that these open.

    Attributes:
        number: From 1 on.
        credentials: The key set.
        gateway: All that this learner's calls reach, and nobody else's.
    """

    number: int
    credentials: Credentials
    gateway: GatewayApp

    @property
    def scenario(self) -> str:
        """The name of the scenario in force; "": all is well."""
        return name_of(self.gateway.switch.first)

    def put(self, scenario: str) -> None:
        """Put a scenario in force; "": none.

        Raises:
            ConfigurationError: There is none of that name.
        """
        chosen = find(scenario) if scenario else NORMAL
        self.gateway.switch.put(chosen)
        if chosen.revokes:
            self.gateway.desk.revoke()

    def reset(self) -> None:
        """Forget what this learner's gateway was told; its time is as made."""
        self.gateway.reset()
        self.gateway.clock.reset()


class Register:
    """Finds the learner whose request it is.

    Args:
        learners: All of a class.
        key: The one that signs all tokens of the class.
    """

    def __init__(self, learners: Sequence[Learner], key: GatewayKey) -> None:
        self._learners = learners
        self._by_id = {one.credentials.client_id: one for one in learners}
        self._public = key.private.public_key()

    def numbered(self, number: int) -> Learner | None:
        """Give the learner of a number; None: there is none."""
        is_one = 1 <= number <= len(self._learners)
        return self._learners[number - 1] if is_one else None

    def caller(self, request: Request) -> Learner | None:
        """Find whose keys, token or signature a request carries; None: nobody's.

        Whether they are good is judged by that learner's gateway.
        """
        own = _OWN.match(request.path)
        if own:
            return self.numbered(int(own[1]))
        authorization = request.authorization
        if authorization and authorization.type == "basic":
            return self._by_id.get(authorization.username or "")
        if authorization and authorization.token:
            return self._bearer(authorization.token)
        return self._by_id.get(_client_id(request)) if _is_form(request) else None

    def _bearer(self, token: str) -> Learner | None:
        digest = digest_of(token)
        found = _first(self._learners, lambda one: one.gateway.desk.gave(digest))
        if found:
            return found
        claims = self._own_claims(token)  # ended or revoked
        if claims is not None:
            return self._by_id.get(str(claims.get("sub")))
        return self._signer(token)

    def _signer(self, token: str) -> Learner | None:
        """Find whose own key signed a token; that key's name is in it.

        Where several learners gave keys of one name, the one whose key verifies it.
        """
        name = str(_unverified(token).get("key", ""))
        named = [one for one in self._learners if one.gateway.keys.has(name)]
        signers = (
            one for one in named if one.gateway.keys.verify(token, _SIGNED_BY, name)
        )
        return next(signers, None) if len(named) > 1 else next(iter(named), None)

    def _own_claims(self, token: str) -> dict[str, Any] | None:
        """Read a token of this class, ended or revoked ones too; None: it is none."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._public,
                algorithms=["RS256"],
                options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.PyJWTError:
            return None
        return claims


def below_own_path(environ: dict[str, Any], learner: Learner) -> None:
    """Mount a learner's gateway: the addresses that it gives lead back to it."""
    environ["PATH_INFO"] = _OWN.sub("", environ["PATH_INFO"], count=1)
    environ["SCRIPT_NAME"] = f"/learner/{learner.number}"


def _first(
    learners: Iterable[Learner], fits: Callable[[Learner], bool]
) -> Learner | None:
    return next(filter(fits, learners), None)


def _is_form(request: Request) -> bool:
    return (
        request.method == "POST"
        and request.mimetype == "application/x-www-form-urlencoded"
    )


def _client_id(request: Request) -> str:
    """Read the Client ID of a token request, and leave the body to be read again."""
    try:
        body = request.get_data()
    except HTTPException:
        return ""
    request.environ["wsgi.input"] = BytesIO(body)
    request.environ["CONTENT_LENGTH"] = str(len(body))
    request.environ.pop("HTTP_TRANSFER_ENCODING", None)
    again = Request(dict(request.environ))
    found = again.form.get("client_id", "")
    request.environ["wsgi.input"] = BytesIO(body)
    return found


def _unverified(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        text = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        found = json.loads(text)
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
