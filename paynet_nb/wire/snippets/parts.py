"""What all snippets share: the headers worth repeating, and variables for masks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from paynet_nb.errors import CallError
from paynet_nb.wire.shareable import MASK

if TYPE_CHECKING:
    from paynet_nb.wire.call import Call

# What belongs to one connection (RFC 9110 section 7.6.1), and what each client sets by
# itself: another client may not be able to unpack what this one asked for.
_NOT_REPEATED = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def headers_to_repeat(call: Call) -> dict[str, str]:
    """Give the headers that the next client does not set by itself.

    The one that says who calls comes first, apart from the data.
    """
    headers = sorted(
        call.request_headers.items(), key=lambda one: one[0].lower() != "authorization"
    )
    return {
        name: value
        for name, value in headers
        if not _set_by_the_client(name.lower(), value)
    }


def _set_by_the_client(name: str, value: str) -> bool:
    return (
        name in _NOT_REPEATED
        or (name == "accept" and value == "*/*")
        or (name == "user-agent" and value.startswith("python-requests/"))
    )


def body_text(call: Call) -> str | None:
    """Give the body as text, what is not UTF-8 as surrogates; None: there is none.

    Raises:
        CallError: A history cut it, so what was sent cannot be sent again.
    """
    if call.request_body_cut:
        raise CallError(
            f"the body of {call.method} {call.path} was cut at "
            f"{len(call.request_body or b''):,} bytes in the history, so it cannot be "
            "sent again; a larger History(max_body_bytes=...) keeps the next one",
            call=call,
        )
    body = call.request_body
    return None if body is None else body.decode("utf-8", "surrogateescape")


def masked_form(call: Call) -> list[str]:
    """Give the fields of a form that holds a mask, as sent; none for another body."""
    text = body_text(call) or ""
    kinds = (v for n, v in call.request_headers.items() if n.lower() == "content-type")
    form = any("urlencoded" in kind.lower() for kind in kinds)
    return text.split("&") if form and MASK.search(text) else []


def pieces(
    text: str,
    literal: Callable[[str], str],
    variable: Callable[[str], str],
    *,
    header: str = "",
) -> list[str]:
    """Write *text* piece by piece.

    Args:
        text: With masks in it.
        literal: Writes a piece without a mask.
        variable: Writes the use of a variable, from its name.
        header: The name of the header that *text* is from.
    """
    written, end = [], 0
    for mask in MASK.finditer(text):
        if before := text[end : mask.start()]:
            written.append(literal(before))
        written.append(variable(_variable(mask[0], header)))
        end = mask.end()
    if text[end:] or not written:
        written.append(literal(text[end:]))
    return written


def _variable(mask: str, header: str) -> str:
    if mask.startswith("[token"):
        return "PAYNET_TOKEN"
    if mask == "[client secret]":
        return "PAYNET_CLIENT_SECRET"
    return f"PAYNET_{re.sub(r'[^A-Z0-9]', '_', header.upper()) or 'REDACTED'}"
