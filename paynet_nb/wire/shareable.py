"""What stands in a record in the place of a secret, or of what tells of a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from paynet_nb.wire.call import Call

MASK = re.compile(
    r"\[(?:client secret|redacted|personal|token #[0-9a-f]{8}|jwt #[0-9a-f]{8})\]"
)

_PERSONAL = "[personal]"
# Where the payer is, and on which address: common headers of PayNet's APIs.
_OF_PAYNET = frozenset({"x-gps-coordinates", "x-ip-address"})
# The same address as a proxy writes it, beside those of other proxies (RFC 7239).
_OF_PROXIES = frozenset(
    {"forwarded", "x-forwarded-for", "x-real-ip", "x-client-ip"}
    | {"cf-connecting-ip", "true-client-ip"}
)
_PERSONAL_HEADERS = _OF_PAYNET | _OF_PROXIES
_ADDRESS = re.compile(r"[0-9A-Fa-f.:]{7,}")
_SHORTEST = 4  # characters; "0" is PayNet's word for unknown


def fit_to_share(call: Call) -> Call:
    """Give a call as it may leave the history: position and IP address masked.

    They are so in the headers, and where the bodies repeat what a header said.
    """
    told = [
        text
        for headers in (call.request_headers, call.headers)
        for name, value in headers.items()
        if name.lower() in _PERSONAL_HEADERS
        for text in _told_by(name.lower(), value)
    ]
    if not told:
        return call
    values = [value.encode() for value in told if len(value) >= _SHORTEST]
    body = call.request_body
    return replace(
        call,
        request_headers=_headers(call.request_headers),
        request_body=None if body is None else _body(body, values),
        headers=_headers(call.headers),
        body=_body(call.body, values),
    )


def _told_by(name: str, value: str) -> list[str]:
    return [value, *(_ADDRESS.findall(value) if name in _OF_PROXIES else ())]


def _headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    # Of the same type: in some, names compare without case.
    kind = cast("Any", type(headers))
    return cast(
        "Mapping[str, str]",
        kind(
            (name, _PERSONAL if name.lower() in _PERSONAL_HEADERS else value)
            for name, value in headers.items()
        ),
    )


def _body(body: bytes, values: list[bytes]) -> bytes:
    for value in values:
        body = body.replace(value, _PERSONAL.encode())
    return body
