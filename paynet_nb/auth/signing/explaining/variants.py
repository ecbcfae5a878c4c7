"""What a program may have signed or hashed in place of the bytes that it sent.

Each variant says in words what it takes, and gives the bytes; a caller compares their
hash. Single changes come first, then pairs, until the time is up.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

from paynet_nb.auth.signing.explaining.contents import (
    Change,
    Content,
    likely_contents,
    rare_contents,
)
from paynet_nb.auth.signing.explaining.json_tree import (
    Layout,
    read_tree,
    write_tree,
)
from paynet_nb.auth.signing.key import base64url


class Variant(NamedTuple):
    """One way to get other bytes.

    Attributes:
        codes: What is changed, in one word each.
        words: The same for a person, to stand behind "with".
        data: The bytes.
    """

    codes: tuple[str, ...]
    words: tuple[str, ...]
    data: bytes


LAYOUTS: tuple[tuple[Change, dict[str, Any]], ...] = (
    (("minified", "all blanks taken out"), {"indent": None, "item": ",", "key": ":"}),
    (("blanks", "a blank after each comma and colon"), {"item": ", ", "key": ": "}),
    (("blanks", "a blank after each colon"), {"key": ": "}),
    (("blanks", "a blank after each comma"), {"item": ", ", "key": ":"}),
    (("pretty_printed", "2 blanks of indent a level"), {"indent": "  ", "key": ": "}),
    (("pretty_printed", "4 blanks of indent a level"), {"indent": "    ", "key": ": "}),
    (("pretty_printed", "a tab of indent a level"), {"indent": "\t", "key": ": "}),
    (("pretty_printed", "2 blanks of indent, none behind colons"), {"indent": "  "}),
    (
        ("pretty_printed", "2 blanks of indent a level and a blank before each colon"),
        {"indent": "  ", "key": " : "},
    ),
)
_ESCAPES: tuple[tuple[Change, dict[str, Any]], ...] = (
    (("key_order", "the names sorted"), {"order": "sorted"}),
    (("key_order", "the names sorted backwards"), {"order": "reversed"}),
    (("escapes", r"letters outside ASCII written as \u escapes"), {"ascii": True}),
    (("escapes", "letters outside ASCII written as they are"), {"ascii": False}),
    (("escapes", r"slashes written as \/"), {"slash": True}),
    (("escapes", "slashes written as they are"), {"slash": False}),
    (("escapes", r"<, > and & written as \u escapes"), {"html": True}),
    (("escapes", "<, > and & written as they are"), {"html": False}),
)
_Bytes = Callable[[bytes], bytes]
BYTES: tuple[tuple[Change, _Bytes], ...] = (
    (("line_break", "a line break at the end"), lambda b: b + b"\n"),
    (("line_break", "a Windows line break at the end"), lambda b: b + b"\r\n"),
    (("line_break", "no white space at the end"), lambda b: b.rstrip()),
    (("line_break", "a blank at the end"), lambda b: b + b" "),
    (("line_break", "a zero byte at the end"), lambda b: b + b"\0"),
    (("bom", "a byte-order mark (BOM) before it"), lambda b: b"\xef\xbb\xbf" + b),
    (("bom", "no byte-order mark (BOM)"), lambda b: b.removeprefix(b"\xef\xbb\xbf")),
    (("line_break", "Windows line breaks"), lambda b: re.sub(rb"\r?\n", b"\r\n", b)),
    (("line_break", "Unix line breaks"), lambda b: b.replace(b"\r\n", b"\n")),
    (("encoding", "UTF-16 (little end first)"), lambda b: _coded(b, "utf-16-le")),
    (
        ("encoding", "UTF-16 with a mark"),
        lambda b: b"\xff\xfe" + _coded(b, "utf-16-le"),
    ),
    (("encoding", "UTF-16 (big end first)"), lambda b: _coded(b, "utf-16-be")),
    (("encoding", "Latin-1"), lambda b: _coded(b, "latin-1")),
    (("encoding", "Windows-1252"), lambda b: _coded(b, "cp1252")),
    (("encoding", "question marks for letters"), lambda b: _coded(b, "ascii")),
    (("encoding", "UTF-8 twice"), lambda b: b.decode("latin-1").encode()),
    (("url_escaped", "all of it URL-escaped"), lambda b: quote(b, safe="").encode()),
    (("url_escaped", "URL-escaped but for slashes"), lambda b: quote(b).encode()),
    (("url_escaped", "escaped as a form"), lambda b: quote_plus(b).encode()),
    (("base64", "its base64"), base64.b64encode),
    (("base64", "its base64url"), base64.urlsafe_b64encode),
    (("base64", "its base64url without ="), base64url),
    (("json_text", "it as a JSON text"), lambda b: _as_text(b)),
    (
        ("json_text", "it as a JSON text of ASCII"),
        lambda b: _as_text(b, ascii_only=True),
    ),
    (("json_text", "it in quotes"), lambda b: b'"' + b + b'"'),
    (("case", "all letters small"), bytes.lower),
    (("case", "all letters capital"), bytes.upper),
    (("empty", "nothing"), lambda _: b""),
    (("empty", "{}"), lambda _: b"{}"),
    (("empty", "null"), lambda _: b"null"),
)


# The thread's own time: what is found must not depend on what else the machine does.
now = time.thread_time


def variants(
    sent: bytes, *, ids: tuple[str, ...] = (), until: float, others: bool = True
) -> Iterator[Variant]:
    """Give other bytes that may have been meant: one change first, then two.

    Args:
        sent: The bytes as they are.
        ids: Message IDs that may have stood in it.
        until: When to stop (`now`).
        others: Also with changes of bytes (encoding, line breaks ...).
    """
    tree = read_tree(sent)
    seen = {sent}
    steps: list[Iterable[Variant]] = [_of_bytes(((), (), sent))] if others else []
    if isinstance(tree, list):
        first, *more = _of_tree(tree, _layout_of(sent, tree), ids, others=others)
        steps = [first, *steps, *more]
    for step in steps:
        for count, one in enumerate(step):
            if one.data not in seen:
                seen.add(one.data)
                yield one
            if count % 16 == 15 and now() > until:
                return


def _of_tree(
    tree: Any, base: Layout, ids: tuple[str, ...], *, others: bool
) -> list[Iterable[Variant]]:
    styles = [*_styles(tree, base)]
    likely, rare = [*likely_contents(tree, ids)], [*rare_contents(tree)]
    common = [*_written(likely, base)]

    def in_bytes(some: Iterable[Variant]) -> Iterator[Variant]:
        return (two for one in some for two in _of_bytes(one)) if others else iter(())

    return [
        styles,
        common,
        _written(rare, base),
        in_bytes(styles),
        _two_styles(tree, base),
        in_bytes(common),
        _crossed(likely, base),
        _two_contents(likely, ids, base),
        _crossed(rare, base),
        in_bytes(_written(rare, base)),
    ]


def _of_bytes(
    start: tuple[tuple[str, ...], tuple[str, ...], bytes],
) -> Iterator[Variant]:
    codes, words, data = start
    for (code, told), change in BYTES:
        made = change(data)
        if made != data:
            yield Variant((*codes, code), (*words, told), made)


def _styles(tree: Any, base: Layout) -> Iterator[Variant]:
    for change, options in (*LAYOUTS, *_ESCAPES):
        yield _variant([change], tree, _changed_layout(base, options))


def _two_styles(tree: Any, base: Layout) -> Iterator[Variant]:
    for first, options in LAYOUTS:
        layout = _changed_layout(base, options)
        for second, more in _ESCAPES:
            yield _variant([first, second], tree, layout._replace(**more))
    for at, (first, options) in enumerate(_ESCAPES):
        for second, more in _ESCAPES[at + 1 :]:
            yield _variant([first, second], tree, base._replace(**{**options, **more}))


def _changed_layout(base: Layout, options: dict[str, Any]) -> Layout:
    if options.keys() & {"key", "indent"}:
        options = {"indent": None, "item": ",", "key": ":", **options}
    return base._replace(**options)


def _variant(changes: list[Change], tree: Any, layout: Layout) -> Variant:
    codes, words = zip(*changes, strict=True)
    data = write_tree(tree, layout).encode("utf-8", "surrogatepass")
    return Variant(codes, words, data)


def _layout_of(sent: bytes, tree: Any) -> Layout:
    """Find the layout that *sent* is written in; the plain one where none fits."""
    text = sent.decode("utf-8", "replace")
    escaped: dict[str, Any] = {
        "ascii": "\\u" in text,
        "slash": "\\/" in text,
        "html": "\\u003c" in text,
    }
    for _, options in LAYOUTS:
        layout = _changed_layout(Layout(), options)._replace(**escaped)
        if write_tree(tree, layout) == text.strip():
            return layout
    return Layout(**escaped)


def _written(contents: Iterable[Content], base: Layout) -> Iterator[Variant]:
    for change, tree in contents:
        yield _variant([change], tree, base)


def _crossed(contents: list[Content], base: Layout) -> Iterator[Variant]:
    for layout_change, options in (*LAYOUTS, *_ESCAPES):
        layout = _changed_layout(base, options)
        for change, tree in contents:
            yield _variant([change, layout_change], tree, layout)


def _two_contents(
    contents: list[Content], ids: tuple[str, ...], base: Layout
) -> Iterator[Variant]:
    for first, tree in contents:
        for second, twice in likely_contents(tree, ids):
            yield _variant([first, second], twice, base)


def _coded(data: bytes, charset: str) -> bytes:
    return data.decode("utf-8", "replace").encode(charset, "replace")


def _as_text(data: bytes, *, ascii_only: bool = False) -> bytes:
    layout = Layout(ascii=ascii_only)
    return write_tree(data.decode("utf-8", "replace"), layout).encode()
