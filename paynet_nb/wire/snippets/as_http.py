"""A recorded request as a file for the HTTP client of an editor."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from paynet_nb.display import whole
from paynet_nb.errors import ConfigurationError
from paynet_nb.wire.shareable import fit_to_share
from paynet_nb.wire.snippets.parts import (
    body_text,
    headers_to_repeat,
    masked_form,
    pieces,
)

if TYPE_CHECKING:
    from paynet_nb.wire.call import Call

# A line that begins with one of these is a comment, a file, a script or a variable.
_ONE_LINE = re.compile(r"(?![\s#<>@]|//)[^\r\n\0]+(?<!\s)")
_USED = re.compile(r"\{\{(PAYNET_\w+)\}\}")


def to_http(call: Call, *, personal: bool = False) -> str:
    """Write a request for VS Code's REST Client or JetBrains' HTTP Client.

    Both read `{{PAYNET_TOKEN}}` from the environment that is chosen in the editor. VS
    Code can take it from the operating system, too: put the line
    `@PAYNET_TOKEN = {{$processEnv PAYNET_TOKEN}}` above the request.

    Args:
        call: The request.
        personal: Leave the payer's position and IP address in.

    Raises:
        ConfigurationError: URL, a header or the body cannot stand in such a file.
    """
    call = call.kept if personal else fit_to_share(call)
    lines = [f"{call.method} {_written(call.url)}"]
    for name, value in headers_to_repeat(call).items():
        lines.append(f"{name}: {_written(value, name)}")
    if text := body_text(call):
        lines += ["", _body(text)]
    request = "\n".join(lines)
    if whole(request) != request:
        raise ConfigurationError(
            "this request holds what is no UTF-8, as an .http file has to be; use "
            "to_curl() or to_python()"
        )
    comments = []
    if names := ", ".join(dict.fromkeys(_USED.findall(request))):
        comments = [
            f"# Set {names} in http-client.private.env.json (JetBrains)",
            "# or in the setting rest-client.environmentVariables (VS Code).",
        ]
    if masked_form(call):
        comments.append("# Percent-encode what a variable puts into the form.")
    return "\n".join([*comments, request])


def _written(text: str, header: str = "") -> str:
    if "{{" in text:
        raise ConfigurationError(
            f"{header or 'the body'} holds two opening braces, which an .http file "
            "takes for a variable; use to_curl() or to_python()"
        )
    return "".join(pieces(text, str, "{{{{{}}}}}".format, header=header))


def _body(text: str) -> str:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        if _ONE_LINE.fullmatch(text):
            return _written(text)
    else:
        # In JSON two braces can open only inside of a string, where one is escaped.
        return _written(re.sub(r"\{(?=\{)", r"\\u007b", text))
    raise ConfigurationError(
        "the body of this request cannot stand in an .http file as it is; "
        "use to_curl() or to_python()"
    )
