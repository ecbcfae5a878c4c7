"""Unpack a compressed body: to its end and checked, or not at all.

urllib3 gives what it has of a body that ends early, or whose checksum is never reached.
"""

from __future__ import annotations

import zlib

import urllib3

UNPACKED_HERE = frozenset({"gzip", "x-gzip", "deflate"})
_FORMAT_BY_ITSELF = 47  # zlib finds out whether it is gzip or zlib
_RAW = -15  # deflate without a frame, as some servers send


def unpacked(body: bytes, most: int) -> bytes:
    """Unpack a body that came with one of `UNPACKED_HERE`.

    Args:
        body: As it came.
        most: Bytes to unpack; one more tells that there are more.

    Raises:
        urllib3.exceptions.IncompleteRead: It ends early, or its checksum does not fit.
        urllib3.exceptions.DecodeError: It is nothing that can be unpacked.
    """
    whole, rest = b"", body
    while rest and len(whole) <= most:
        try:
            part, rest, complete = _one(rest, most + 1 - len(whole))
        except zlib.error as error:
            if "incorrect" in str(error):  # "incorrect data check", "... length check"
                raise urllib3.exceptions.IncompleteRead(len(whole), 1) from None
            raise urllib3.exceptions.DecodeError("not to be unpacked") from None
        whole += part
        if not complete and len(whole) <= most:
            raise urllib3.exceptions.IncompleteRead(len(whole), 1)
    return whole


def _one(body: bytes, most: int) -> tuple[bytes, bytes, bool]:
    """Unpack the first member of a body; give what is behind it, and if it ended."""
    try:
        reader = zlib.decompressobj(_FORMAT_BY_ITSELF)
        part = reader.decompress(body, most)
    except zlib.error as error:
        if "incorrect header" not in str(error):
            raise
        reader = zlib.decompressobj(_RAW)
        part = reader.decompress(body, most)
    # Zeros may fill up behind the last member (RFC 1952 says nothing, tar does).
    return part, reader.unused_data.lstrip(b"\0"), reader.eof
