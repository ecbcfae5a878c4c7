"""What was handed in to be compared, as parts by their paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from paynet_nb.auth import TokenInspection, inspect_token
from paynet_nb.errors import CallError, ClaimsError, ConfigurationError
from paynet_nb.wire import Call, parse_json

Parts = dict[str, Any]


def parts(given: Sequence[Any], *, headers: bool) -> list[Parts]:
    """Take the two sides apart; "" is the path of what has no parts.

    Args:
        given: The sides.
        headers: Of two calls: the headers are parts as well.

    Raises:
        ClaimsError: A token cannot be read.
        ConfigurationError: A text cannot be read as JSON.
    """
    if all(isinstance(side, Call) for side in given):
        return [_exchange(call, headers=headers) for call in given]
    return [_content(side, name) for side, name in zip(given, "ab", strict=True)]


def _exchange(call: Call, *, headers: bool) -> Parts:
    found: Parts = {"no answer": call.error}
    if call.status is not None:
        found = {"HTTP status": call.status}
    if headers:
        found |= {f"HTTP header {x.lower()}": call.headers[x] for x in call.headers}
    return found | _body(call)


def _body(call: Call) -> Parts:
    try:
        body = call.json()
    except CallError:
        body = call.text
    return {"": body} if call.body.strip() else {}


def _content(side: Any, name: str) -> Parts:
    if isinstance(side, Call):
        return _body(side)
    if isinstance(side, TokenInspection):
        return {"header": side.header, "payload": side.claims}
    if isinstance(side, str):
        return _text(side, name)
    if hasattr(side, "access_token"):
        return _token(side, name)
    return {"": side}


def _text(text: str, name: str) -> Parts:
    try:
        return {"": parse_json(text)}
    except ValueError as error:
        problem = str(error)
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[", '"')):
        raise ConfigurationError(f"{name}: {problem}")
    return _token(text, name)


def _token(token: Any, name: str) -> Parts:
    try:
        return _content(inspect_token(token), name)
    except ClaimsError as error:
        problem = str(error)
    raise ClaimsError(f"{name}: {problem}")
