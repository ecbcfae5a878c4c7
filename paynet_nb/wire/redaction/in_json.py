"""Mask inside a JSON document, so that it stays JSON of the same structure."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable

from paynet_nb.wire.redaction.by_name import REDACTED
from paynet_nb.wire.redaction.names import names_a_secret, names_many
from paynet_nb.wire.redaction.pairs import LONGEST_NAME, mask_pairs

_STRING = r'"(?:[^"\\]++|\\.)*+"'
# Some strings and what stands before them: most of a document is ruled out in pieces.
_PIECE = re.compile(
    rf'(?:[^"]*+{_STRING}(?:\s*+:\s*+)?){{1,64}}+|[^"]++', re.DOTALL | re.ASCII
)
_TOKEN = re.compile(
    rf'({_STRING}|[^\s"{{}}\[\],:]++)(\s*+:\s*+)?', re.DOTALL | re.ASCII
)
# Numbers stay as they are written, however many digits they have.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)


def is_json(text: str) -> bool:
    """Tell whether *text* is a whole JSON object, array or string."""
    if not text.lstrip().startswith(("{", "[", '"')):
        return False
    try:
        _DECODER.decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def mask_json(
    text: str,
    *,
    suspicious: Callable[[str], bool],
    in_string: Callable[[str], str],
    in_name: Callable[[str], str],
    in_values: Callable[[str], str],
    credential: Callable[[str], str] | None,
) -> str:
    """Mask in *text*, which is JSON; what is not masked stays as it is written.

    Args:
        text: The document.
        suspicious: Tells whether a part of the document needs a closer look.
        in_string: Masks in the text of a string, which may be JSON again.
        in_name: Masks in the text of a name.
        in_values: Masks in a number, and in a string as it is written.
        credential: Gives what stands in the place of a string whose name is secret;
            None: names do not count.
    """

    @functools.cache  # keys, and most values, come again and again
    def masked(token: str, is_name: bool) -> tuple[str, bool]:  # noqa: FBT001
        """Give a token as it may be kept, and whether it names a secret."""
        if token[0] != '"':
            shown = in_values(token)
            return (token if shown == token else json.dumps(shown)), False
        plain = json.loads(token) if "\\" in token else token[1:-1]
        shown = (in_name if is_name else in_string)(plain)
        written = token if shown == plain else json.dumps(shown)
        # Where a server forgets to escape, ab\ncd is read with a line break inside.
        if in_values(written[1:-1]) != written[1:-1]:
            written = json.dumps(REDACTED)
        return written, bool(credential) and names_a_secret(shown[:LONGEST_NAME])

    kept, pieces, in_pairs = 0, [], False
    for piece in _PIECE.finditer(text):
        if not suspicious(piece[0]):
            continue
        for match in _TOKEN.finditer(text, *piece.span()):
            if match.start() < kept:
                continue
            token, colon = match.groups()
            shown, names_secret = masked(token, bool(colon))
            if shown != token:
                pieces += [text[kept : match.start()], shown]
                kept = match.end(1)
            in_pairs |= names_secret and not colon
            if not (names_secret and credential and colon):
                continue
            if text[match.end()] in "-0123456789" and names_many(token):
                continue
            value, end = _DECODER.raw_decode(text, match.end())
            # To mask these would hide nothing, and that they came explains a lot.
            if value in (None, True, False, "", [], {}):
                continue
            shown = credential(value) if isinstance(value, str) else REDACTED
            pieces += [text[kept : match.end()], json.dumps(shown)]
            kept = end
    text = "".join([*pieces, text[kept:]])
    return mask_pairs(text, credential) if credential and in_pairs else text
