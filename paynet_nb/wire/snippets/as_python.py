"""A recorded request as a Python program."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from paynet_nb.wire.shareable import MASK, fit_to_share
from paynet_nb.wire.snippets.parts import (
    body_text,
    headers_to_repeat,
    masked_form,
    pieces,
)

if TYPE_CHECKING:
    from paynet_nb.wire.call import Call

_PROGRAM = """\
import requests

response = requests.request(
{arguments}
    allow_redirects=False,
    timeout=30,
)
print(response.status_code, response.text)"""


def to_python(call: Call, *, personal: bool = False) -> str:
    """Write a request as a program that needs `requests`.

    Args:
        call: The request.
        personal: Leave the payer's position and IP address in.
    """
    call = call.kept if personal else fit_to_share(call)
    lines = [f"    {call.method!r},", f"    {_written(call.url)},"]
    if headers := headers_to_repeat(call):
        fields = [f"{name!r}: {_written(v, name)}," for name, v in headers.items()]
        lines += _block("headers={", fields, "},")
    text = body_text(call)
    if form := masked_form(call):
        # requests encodes what the variable holds, so that it has to encode the rest.
        fields = [
            f"({name!r}, {_written(value) if MASK.search(field) else repr(value)}),"
            for field in form
            for name, value in parse_qsl(field, keep_blank_values=True)
        ]
        lines += _block("data=[", fields, "],")
    elif text is not None:
        body = pieces(text, _encoded, 'os.environ["{}"].encode()'.format)
        lines.append(f"    data={' + '.join(body)},")
    program = _PROGRAM.format(arguments="\n".join(lines))
    return f"import os\n\n{program}" if "os.environ[" in program else program


def _block(start: str, lines: list[str], end: str) -> list[str]:
    return [f"    {start}", *(f"        {line}" for line in lines), f"    {end}"]


def _written(text: str, header: str = "") -> str:
    return " + ".join(pieces(text, repr, 'os.environ["{}"]'.format, header=header))


def _encoded(text: str) -> str:
    if text.isprintable():
        return f"{text!r}.encode()"
    return repr(text.encode("utf-8", "surrogateescape"))
