"""What a sandbox remembers of the requests that it saw, secrets and tokens removed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from flask import Request

MASK = "[masked]"

_SHOWN_FIELDS = frozenset({"grant_type", "client_id", "scope"})
_HIDDEN_NAMES = re.compile("(?i)secret|token|password|assertion")
_HIDDEN_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})
_SCHEMES = frozenset({"basic", "bearer"})
_LONGEST_BODY = 10_000

# A JWT begins with the base64url of '{"', the sandbox's opaque tokens with their name.
_TOKENS = re.compile(r"eyJ[\w-]+\.[\w-]*(?:\.[\w-]*)*|opaque-[0-9a-f]{64}")
_JSON_MEMBERS = re.compile(
    r'(?i)("[^"]*(?:secret|token|password|assertion)[^"]*"\s*:\s*)"(?:[^"\\]|\\.)*"'
)


@dataclass(frozen=True, kw_only=True)
class SeenRequest:
    """One request as the sandbox saw it.

    Attributes:
        at: When it had been read (UTC).
        method: The HTTP method.
        path: The path, without the query.
        query: The query's fields; of a repeated one the last value.
        headers: The headers, named like "User-Agent"; of Authorization the scheme only.
        body: The body as text, cut after 10,000 characters; of a form the OAuth fields.
        status: The HTTP status that was answered; None: it was left without an answer.
    """

    at: datetime
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str
    status: int | None


def seen(
    request: Request, secret: str, *, at: datetime, status: int | None
) -> SeenRequest:
    """Record *request* without *secret* and without anything that is a token."""

    def safe(text: str) -> str:
        return masked(text.replace(secret, MASK))

    return SeenRequest(
        at=at,
        method=request.method,
        path=safe(request.path),
        query={
            safe(name): MASK if _HIDDEN_NAMES.search(name) else safe(value)
            for name, values in request.args.lists()
            for value in values
        },
        headers={
            name: safe(value) for name, value in shown_headers(request.headers).items()
        },
        body=safe(_body(request))[:_LONGEST_BODY],
        status=status,
    )


def shown_headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give the headers as they may be shown: `Authorization: Bearer [masked]`."""
    return {
        name: _scheme(value) + MASK
        if name.lower() in _HIDDEN_HEADERS
        else masked(value)
        for name, value in headers
    }


def masked(text: str) -> str:
    """Mask whatever has the shape of a token, and JSON members named like a secret."""
    return _JSON_MEMBERS.sub(rf'\1"{MASK}"', _TOKENS.sub(MASK, text))


def _body(request: Request) -> str:
    body = request.get_data(as_text=True)
    is_json = body.lstrip().startswith(("{", "["))
    if request.mimetype == "application/x-www-form-urlencoded" and not is_json:
        return "&".join(
            f"{name}={value}" if name in _SHOWN_FIELDS else f"{_name(name)}={MASK}"
            for name, value in parse_qsl(body, keep_blank_values=True)
        )
    if request.endpoint == "token":
        # Whatever it is, a secret is likely to be in it.
        return f"[{len(body)} characters that are no form, not kept]" if body else ""
    return body


def _name(name: str) -> str:
    # A form that was put together wrongly may have a piece of the secret as a name.
    return name if name == "client_secret" else MASK


def _scheme(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    return f"{scheme} " if space and scheme.lower() in _SCHEMES else ""
