"""Write a file that is handed on: whole or not at all, and only when it is clean.

This is a second look, after redaction and apart from it: it masks nothing.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from paynet_nb.credentials import Secret
from paynet_nb.errors import ConfigurationError, RefusedError
from paynet_nb.wire import MASK, find_all, holds_jwt, is_ordinary

_NO_MASK = re.compile(r"((?!))")  # they are all taken out before


def publish(
    path: Path,
    write: Callable[[Path], None],
    decode: Callable[[Path], str],
    *,
    secrets: Iterable[Secret],
) -> None:
    """Write a file, read it back, and let it have its name only if it is clean.

    Only its owner can read it (mode 0600): answers of a payment API are in it. Where it
    is refused, a file that had the name before stays as it was.

    Args:
        path: Where to.
        write: Writes the file to the path it is given.
        decode: Reads it back, and gives the texts that the format encodes.
        secrets: What must not be in it; in any encoding, as no JWT must.

    Raises:
        RefusedError: A secret or a JWT is in what was written.
        ConfigurationError: The folder is not there, cannot be written to, or has no
            room.
    """
    try:
        if not path.parent.is_dir():
            raise ConfigurationError(f"there is no folder {path.parent}; make it first")
        leak = _write(path, write, lambda part: _leak(part, decode, secrets))
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
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        leak = look(part)
        if not leak:
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return leak


def _leak(
    path: Path, decode: Callable[[Path], str], secrets: Iterable[Secret]
) -> str | None:
    """Say what must not be in the file and is; the caller's frame sees none of it."""
    for text in (path.read_bytes().decode("utf-8", "replace"), decode(path)):
        # A mask may hold a word that is the secret: [client secret].
        shown = MASK.sub("\0", text)
        if holds_jwt(shown):
            return "a token (JWT)"
        if any(_holds(shown, secret) for secret in secrets):
            return "a secret that is in use"
    return None


def _holds(text: str, secret: Secret) -> bool:
    value = secret.reveal().strip()
    if is_ordinary(value):
        return False  # it stands in other data, too
    # First without the search that redaction uses, too, and which may be at fault.
    return value in text or find_all({value: ""}, _NO_MASK).mask_in(text) != text
