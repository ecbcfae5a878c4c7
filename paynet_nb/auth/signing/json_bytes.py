"""JSON as it is on the wire: bytes whose numbers, names and order stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

# Strings are matched so that the blanks inside them stay (RFC 8259 section 2).
_STRING_OR_BLANKS = re.compile(rb'("(?:[^"\\]++|\\.)*+"?)|[ \t\r\n]++', re.DOTALL)
_BLANK = re.compile(rb"[ \t\r\n]")


def minified(body: bytes) -> bytes:
    """Take the blanks and line breaks out that stand outside of strings."""
    if not _BLANK.search(body):
        return body
    return _STRING_OR_BLANKS.sub(lambda found: found[1] or b"", body)


def message_ids_in(data: Any) -> Iterator[str]:
    """Give the message IDs at the places that PayNet's bodies have them."""
    if not isinstance(data, dict):
        return
    for part in (data.get("appHeader"), data.get("data"), data):
        found = part.get("businessMessageId") if isinstance(part, dict) else None
        if isinstance(found, str):
            yield found
