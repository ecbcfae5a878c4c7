"""An answer's status, codes and the verdict on its signature, in words."""

from __future__ import annotations

from http import HTTPStatus

from paynet_nb.paynet import AnswerCodes, read_codes
from paynet_nb.wire.json_text import parse_json


def status_line(status: int) -> str:
    """Write a status with its phrase, "200 OK"."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def is_forged(status: int | None, signature: str) -> bool:
    """Tell whether an answer is not to be believed.

    A signature that is missing counts where the answer is a 2xx: whether PayNet signs
    its HTTP errors is not known.
    """
    missed = signature == "missing" and 200 <= (status or 0) < 300
    return missed or signature.startswith("wrong")


def loudly(signature: str) -> str:
    """Write such a verdict so that nobody reads over it: "signature WRONG: ..."."""
    verdict, colon, why = signature.partition(":")
    return f"signature {verdict.upper()}{colon}{why}"


def codes_in(
    body: bytes | None, content_type: str = "", *, wary: bool = False
) -> AnswerCodes:
    """Read PayNet's codes in a body; where it is no JSON, the code is "".

    Args:
        body: An answer's, or a request's.
        content_type: The header that came with it.
        wary: Whether to look for a refusal in all of it.
    """
    # Not by `Call.json`, which words an error that nobody would read.
    try:
        parsed = parse_json(body, content_type) if body else None
        return read_codes(parsed, body if body and wary else b"")
    except ValueError:
        return AnswerCodes(code="" if body and body.strip() else None)


def cut_mark(cut: int) -> str:
    """Say how many bytes were cut off a body, behind its text; "" for none."""
    return f"\n[cut: {cut:,} more bytes]" if cut else ""
