"""Unpack a compressed body: to its end and checked, or not at all.

urllib3 gives what it has of a body that ends early, or whose checksum is never reached.
"""

from __future__ import annotations

import zlib

import urllib3

_GZIP = frozenset({"gzip", "x-gzip"})
_UNPACKED_HERE = _GZIP | {"deflate"}
# Of HTTP's registry, and not for this module; what is in neither, such as "identity",
# "utf-8" or "aws-chunked", says nothing of how to read a body.
_OTHERS = frozenset({"br", "zstd", "dcb", "dcz", "compress", "x-compress", "exi"})
_MOST_CODINGS = 3
_GZIP_START = b"\x1f\x8b"
_OF_GZIP, _OF_ZLIB, _RAW = 31, 15, -15  # raw: deflate without a frame, as some send


def packings(content_encoding: str) -> tuple[str, ...] | None:
    """Give what to undo by `unpacked`, the last first; None: it is not for this module.

    Args:
        content_encoding: The header (RFC 9110 section 8.4), with several codings, too.
    """
    if not content_encoding:
        return ()
    named = [name.strip().lower() for name in content_encoding.split(",")]
    if not _OTHERS.isdisjoint(named):
        return None
    return tuple(name for name in reversed(named) if name in _UNPACKED_HERE)


def unpacked(body: bytes, kinds: tuple[str, ...], most: int) -> bytes:
    """Unpack a body.

    Args:
        body: As it came.
        kinds: Of `packings`.
        most: Bytes to unpack; one more tells that there are more.

    Raises:
        urllib3.exceptions.IncompleteRead: It ends early, or its checksum does not fit.
        urllib3.exceptions.DecodeError: It is nothing that can be unpacked.
    """
    if len(kinds) > _MOST_CODINGS:
        raise urllib3.exceptions.DecodeError("packed too often")
    for kind in kinds:
        if body:
            body = _members(body, kind, most)
    return body


def _members(body: bytes, kind: str, most: int) -> bytes:
    whole, rest = b"", body
    while rest and len(whole) <= most:
        try:
            part, rest, complete = _one(rest, kind, most + 1 - len(whole))
        except zlib.error as error:
            if "incorrect data" in str(error) or "incorrect length" in str(error):
                raise urllib3.exceptions.IncompleteRead(len(whole), 1) from None
            raise urllib3.exceptions.DecodeError("not to be unpacked") from None
        whole += part
        if not complete and len(whole) <= most:
            raise urllib3.exceptions.IncompleteRead(len(whole), 1)
        # What stands behind the last member is filling, or of nobody.
        if not _GZIP_START.startswith(rest[:2]) or kind not in _GZIP:
            break
    return whole


def _one(body: bytes, kind: str, most: int) -> tuple[bytes, bytes, bool]:
    """Unpack the first member of a body; give what is behind it, and if it ended."""
    try:
        reader = zlib.decompressobj(_OF_GZIP if kind in _GZIP else _OF_ZLIB)
        part = reader.decompress(body, most)
    except zlib.error as error:
        if kind in _GZIP or "incorrect header" not in str(error):
            raise
        reader = zlib.decompressobj(_RAW)
        part = reader.decompress(body, most)
    return part, reader.unused_data, reader.eof
