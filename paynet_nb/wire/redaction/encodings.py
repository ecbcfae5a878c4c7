"""In which encodings a body may be read, so that it is redacted in each of them."""

from __future__ import annotations

import codecs
import contextlib
import functools
import json
import re
from collections.abc import Iterator

from paynet_nb.wire.json_text import charset_of

_LOOSE = "surrogateescape"
# In these a letter of ASCII is the byte that it is in UTF-8.
_AS_ASCII = re.compile(r"ascii|utf-8|iso8859-\d+|cp125\d|koi8-[rut]|mac-\w+")


def readings(body: bytes, content_type: str) -> Iterator[tuple[str, str, str]]:
    """Give a body as text, as JSON's reader and the header take it, with its encoding.

    They are one, most often: UTF-8, where what is none of it stays as it is.

    Returns:
        Text, encoding, and how to treat errors.
    """
    if body.isascii() and b"\0" not in body and not _named(content_type):
        yield body.decode("ascii"), "utf-8", _LOOSE  # as most answers are
        return
    detected = json.detect_encoding(body)
    # UTF-8 always: what passes for another encoding may be none.
    for encoding in dict.fromkeys((detected, *_named(content_type), "utf-8")):
        if encoding == "utf-8":
            yield body.decode(encoding, _LOOSE), encoding, _LOOSE
            continue
        # Not where it is no text in that encoding, or that is no codec of text.
        with contextlib.suppress(LookupError, ValueError):
            yield body.decode(encoding), encoding, "strict"
    if b"\0" in body:
        # UTF-16 and UTF-32 are ASCII with NUL bytes between.
        yield body.replace(b"\0", b"").decode("utf-8", _LOOSE), "utf-8", _LOOSE


@functools.lru_cache(64)
def _named(content_type: str) -> tuple[str, ...]:
    codec = codecs.lookup(charset_of(content_type)).name
    return () if _AS_ASCII.fullmatch(codec) else (codec,)
