"""Read a request of an .http file, by the rules of the editors that run them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# VS Code's REST Client takes these lines out wherever they stand, in a body, too.
_COMMENT = re.compile(r"\s*(#|//)")
# As a line of a body, a file to send or a script to run.
_DIRECTIVE = re.compile(r"(<|>|@|```)")
_VARIABLE = re.compile(r"\{\{(.+?)\}\}")


def read(text: str, variables: Mapping[str, str]) -> dict[str, Any]:
    """Give the arguments of `requests.request` for the one request in *text*.

    Raises:
        KeyError: A variable is not defined.
    """
    lines = [line for line in text.split("\n") if not _COMMENT.match(line)]
    while not lines[-1].strip():
        del lines[-1]
    filled = _VARIABLE.sub(lambda used: variables[used[1].strip()], "\n".join(lines))
    head, _, body = filled.partition("\n\n")
    assert not any(map(_DIRECTIVE.match, body.split("\n")))
    method, url = head.split("\n")[0].split(" ")
    headers = (line.split(": ", 1) for line in head.split("\n")[1:])
    return {
        "method": method,
        "url": url,
        "headers": dict(headers),
        "data": body.encode() or None,
    }
