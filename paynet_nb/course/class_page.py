"""What a class's sandbox is told of a learner's progress, for the trainer's page.

It gets the exercises that were tried and their verdicts, by the learner's own token;
no answer, no count and no name.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import getattr_static
from typing import TYPE_CHECKING, Any

from paynet_nb.auth import ClientCredentialsAuth
from paynet_nb.client import Client
from paynet_nb.course.evidence import Evidence
from paynet_nb.course.exercises import EXERCISES
from paynet_nb.course.kept import Kept
from paynet_nb.errors import PaynetError
from paynet_nb.wire import Hidden, put_bearer

if TYPE_CHECKING:
    import requests

    from paynet_nb.auth import Token

PATH = "/sandbox/progress"
_TIMEOUT_S = (3.0, 10.0)  # a verdict does not wait longer for a class that is gone


def tell_class(evidence: Evidence, kept: Kept) -> None:
    """Tell each sandbox that a client calls with a token, but a lesson's own, once.

    One that is no class's knows no such address, and one that is gone does not answer:
    neither changes a verdict. No token is asked for, and no history has the call.
    """
    own = {box.url for box in evidence.boxes}
    # A file of before, or of somebody's hand, may have others, which are refused.
    told = {name: one for name, one in kept.verdicts().items() if name in EXERCISES}
    found: dict[str, tuple[Client[Any], Token]] = {}
    for client in evidence.clients:
        token, where = _held(client.auth), client.environment
        if token and where.stage == "sandbox" and where.base_url not in own:
            found[where.base_url] = client, token
    for client, token in found.values():
        try:
            sender = Client(_auth_of(token), client.environment, timeout=_TIMEOUT_S)
            sender.put(PATH, json={"exercises": told})
        except PaynetError:
            continue


def _held(auth: object) -> Token | None:
    """Give the token that an auth holds, a signature's one, too; None: it has none."""
    tokens = getattr_static(auth, "token_auth", auth)
    return tokens.held if isinstance(tokens, ClientCredentialsAuth) else None


def _auth_of(
    token: Token,
) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    def put_on(request: requests.PreparedRequest) -> requests.PreparedRequest:
        put_bearer(request, Hidden(token.access_token))
        return request

    return put_on
