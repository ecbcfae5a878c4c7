"""A recorded request as a command for a shell."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from paynet_nb.errors import ConfigurationError
from paynet_nb.wire.shareable import MASK, fit_to_share
from paynet_nb.wire.snippets.parts import (
    body_text,
    headers_to_repeat,
    masked_form,
    pieces,
)

if TYPE_CHECKING:
    from paynet_nb.wire.call import Call

# In double quotes a shell changes none of these.
_HARMLESS = re.compile(rf"(?:[\w .,:;/=+-]|{MASK.pattern}(?!\w))*", re.ASCII)
# Linux takes 128 KiB a word (execve(2)); what a shell writes itself has no limit.
_LONGEST_WORD = 100_000
_PLAIN_BYTES = frozenset(range(32, 127)) - frozenset(b"'\\")


def to_curl(call: Call, *, personal: bool = False) -> str:
    """Write a request as a command for bash or zsh.

    Args:
        call: The request.
        personal: Leave the payer's position and IP address in.

    Raises:
        ConfigurationError: The body holds a NUL, which no command line can carry.
    """
    call = call.kept if personal else fit_to_share(call)
    text = body_text(call)
    # After HEAD curl would wait for a body that never comes, but for this option.
    head = call.method == "HEAD" and text is None
    method = "--head" if head else f"--request {_quoted(call.method)}"
    command, words = "curl ", [f"--globoff {method} {_quoted(call.url)}"]
    headers = headers_to_repeat(call)
    for name, value in headers.items():
        # curl takes "Name:" for an order to leave the header out.
        line = f"{name}: {value}" if value else f"{name};"
        words.append(f"--header {_quoted(line, name, encoding='latin-1')}")
    if text is None and not head and "Content-Length" in call.request_headers:
        text = ""  # curl would send no length; some servers do not take that
    if text is not None:
        if "\0" in text:
            raise ConfigurationError(
                "the body holds a NUL, which no command line can carry; use to_python()"
            )
        if "content-type" not in map(str.lower, headers):
            words.append("--header Content-Type:")  # curl would say that it is a form
        fields = [_field(field) for field in masked_form(call)]
        quoted = _quoted(text)
        if not fields and len(quoted.encode()) > _LONGEST_WORD:
            command = f"printf %s {quoted} | curl "
            fields = ["--data-binary @-"]
        words += fields or [f"--data-raw {quoted}"]
    return command + " \\\n  ".join(words)


def _field(field: str) -> str:
    if not MASK.search(field):
        return f"--data-raw {_quoted(field)}"
    # What the variable holds is encoded by curl, so that all of the value has to be.
    name, _, value = field.partition("=")
    return f"--data-urlencode {_quoted(f'{name}={unquote_plus(value)}')}"


def _quoted(text: str, header: str = "", *, encoding: str = "utf-8") -> str:
    if MASK.search(text) and _HARMLESS.fullmatch(text):
        return f'"{"".join(pieces(text, str, "${}".format, header=header))}"'

    def literal(piece: str) -> str:
        readable = piece.isascii() or encoding == "utf-8"
        if readable and piece.replace("\n", "").isprintable():
            return shlex.quote(piece)
        # Byte by byte: a shell may act on control characters that are pasted.
        raw = _raw(piece, encoding)
        return "$'{}'".format(
            "".join(chr(b) if b in _PLAIN_BYTES else f"\\x{b:02x}" for b in raw)
        )

    return "".join(pieces(text, literal, '"${}"'.format, header=header))


def _raw(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        # It was never sent so: no client could have encoded it.
        return text.encode(encoding, "backslashreplace")
