"""Write a file that is handed on: whole or not at all, and only when it is clean.

This is a second look, after redaction and apart from it: it masks nothing.
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from paynet_nb.credentials import Secret
from paynet_nb.errors import ConfigurationError, RefusedError
from paynet_nb.history.exports.bar import with_bar
from paynet_nb.wire import MASK, Hidden, find_all, holds_jwt, is_ordinary

_PIECE = 1_000_000  # bytes
_READ_TWICE = 64_000  # characters: a key in lines, each letter of it encoded
_NO_MASK = re.compile(r"((?!))")  # they are all taken out before

AsWritten = tuple[str, str]  # a piece of a file, and the text that is encoded in it


def publish(
    path: Path,
    write: Callable[[Path], None],
    read: Callable[[Path], Iterable[AsWritten]],
    *,
    secrets: Iterable[Secret],
) -> None:
    """Write a file, read it back, and let it have its name only if it is clean.

    Only its owner can read it (mode 0600): answers of a payment API are in it. Where it
    is refused, a file that had the name before stays as it was.

    Args:
        path: Where to.
        write: Writes the file to the path it is given.
        read: Reads it back in pieces: as they are, and the texts that are encoded in
            them; see `pieces`.
        secrets: What must not be in it; in any encoding, as no JWT must.

    Raises:
        RefusedError: A secret or a JWT is in what was written.
        ConfigurationError: The folder is not there, cannot be written to, or has no
            room.
    """
    try:
        if not path.parent.is_dir():
            raise ConfigurationError(f"there is no folder {path.parent}; make it first")
        leak = _write(path, write, lambda part: _leak(read(part), secrets))
    except OSError as error:
        # A full disk, a folder that is read-only, a folder of that name.
        why = (error.strerror or " ".join(str(error).split())).lower()
        raise ConfigurationError(
            f"{path.name} cannot be written in {path.parent}: {why}; what had the name "
            "before is as it was"
        ) from error
    if leak:
        raise RefusedError(
            f"{path.name} would have held {leak}, so it was removed; look for it in "
            "labels and answers, and report it as a fault of paynet_nb's redaction"
        )


def _write(
    path: Path, write: Callable[[Path], None], look: Callable[[Path], str | None]
) -> str | None:
    """Let what is written have its name, unless there is something to find in it."""
    # Its name is known before it is there: the stop button may come in between.
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL, 0o600))
        write(part)
        leak = look(part)
        if not leak:
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return leak


def pieces(
    path: Path, decode: Callable[[str], str] = lambda _: ""
) -> Iterator[AsWritten]:
    """Give a file in lines of about a megabyte at a time, each as it is and decoded.

    Each piece begins with the end of the one before, so that what stands in several
    lines is in one piece.
    """
    total = path.stat().st_size // _PIECE + 1
    with path.open("rb") as file:
        lines_at_once = iter(lambda: file.read(_PIECE) + file.readline(), b"")
        before = ""
        for lines in with_bar(lines_at_once, total, f"reading {path.suffix} back"):
            text = before + lines.decode("utf-8", "replace")
            yield text, decode(text)
            end = text[-_READ_TWICE:]
            before = end[end.find("\n", 0, -1) + 1 :]  # whole lines, if there is one


def _leak(read: Iterable[AsWritten], secrets: Iterable[Secret]) -> str | None:
    """Say what must not be in a file and is; the caller's frame sees none of it."""
    values = [Hidden(secret.reveal().strip()) for secret in secrets]
    # A common one stands in other data, too.
    values = [value for value in values if not is_ordinary(value)]
    search = find_all(dict.fromkeys(values, ""), _NO_MASK)

    def holds_value(text: str) -> bool:
        return any(value in text for value in values)

    for both in read:
        if any(map(holds_jwt, both)):
            return "a token (JWT)"
        # First without the search that redaction uses, too, and which may be at fault.
        if not (any(map(holds_value, both)) or search.may_find(both[1])):
            continue
        # A mask may hold a word that is the secret: [client secret].
        written, text = (MASK.sub("\0", one) for one in both)
        if holds_value(written) or holds_value(text) or search.mask_in(text) != text:
            return "a secret that is in use"
    return None
