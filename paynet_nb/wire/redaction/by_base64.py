"""Find a value in base64, base32, or base64 of base64 or UTF-16, wherever it starts."""

from __future__ import annotations

import base64
import functools
import re
import string
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote_plus, unquote

from paynet_nb.wire.redaction.by_reading import Finder, Hidden, hit_of, holds_any

_LINE_END = (
    r"(?:\r?\n|(?:\\{1,7}r)?\\{1,7}n|(?:%0[Dd])?%0[Aa]|(?:&\#13;)?&\#10;|<br ?/?>)"
)
_LINE_ENDS = re.compile(_LINE_END)
# Run of base64 in either alphabet, also in JSON (\/), in a URL (%2B), and in the lines
# of 60 to 76 characters of MIME and PEM.
_RUN = r"(?:[A-Za-z0-9+/_-]|\\{1,7}/|%2[BbFf])"
_BASE64 = re.compile(
    rf"{_RUN}++(?:(?<=[A-Za-z0-9+/_-]{{40}}){_LINE_END}{_RUN}++)*+(?:=|%3[Dd])*+"
)
# Only long runs are looked into: so a text is searched once, not for each encoding.
_IN_A_RUN = frozenset(f"{string.ascii_letters}{string.digits}+/_-\\%".encode())
_RUNS = bytes(97 if byte in _IN_A_RUN else 32 for byte in range(256))
_SHORTEST_RUN, _LONGEST_NEEDED = 16, 40  # characters; a line of several has more
_LAST_LINE = 80  # characters: behind a long line, what a short last one may hold


def long_runs(text: str, least: int) -> str:
    """Give the pieces of *text* in which *least* characters of base64 stand together.

    Each with what follows it, which may be the last line of several; all of the text
    where so few are asked for that most words have them.
    """
    if least < _SHORTEST_RUN:
        return text
    # A byte a character, so that places agree.
    mapped, run = text.encode("ascii", "replace").translate(_RUNS), b"a" * least
    at = mapped.find(run)
    if at < 0:
        return ""
    pieces, start, stop = [], at, at
    while at >= 0:
        if at > stop:
            pieces.append(text[start:stop])
            start = at
        end = mapped.find(b" ", at + least)
        end = len(text) if end < 0 else end
        stop, at = end + _LAST_LINE, mapped.find(run, end)
    return " ".join([*pieces, text[start:stop]])


class InBase64:
    """What finds one value in base64 and in what else is written in its letters.

    Attributes:
        least: How many such letters stand together where the value is.
        least_deep: So where it is in base32, or in base64 of something else than UTF-8.
        finder: Finds it in base64.
    """

    def __init__(self, value: str, mask: str) -> None:
        # RFC 6749 section 2.3.1 has a secret percent-encoded before Basic's base64.
        texts = {value, quote_plus(value)}
        raws = [text.encode("utf-8", "surrogatepass") for text in texts]
        cores = {core for raw in raws for core in _cores(raw)}
        self.finder = _finder(cores, mask)
        self.least = min(_LONGEST_NEEDED, *map(len, cores))
        # For a short value there would be runs enough in any text.
        self.least_deep = max(min(_LONGEST_NEEDED, len(value) * 8 // 5), _SHORTEST_RUN)
        # Most texts have no run that is long enough.
        self.deep = functools.cache(lambda: _finder({*_deep_cores(texts)}, mask))


def finders_for(encoded: Sequence[InBase64], text: str) -> Iterator[Finder]:
    """Give what may find one of some values in the base64 of *text*."""
    runs = long_runs(text, min(one.least for one in encoded)) if encoded else ""
    if not runs:
        return
    for one in encoded:
        if holds_any(runs, one.finder.hits):
            yield one.finder
        deep = long_runs(runs, one.least_deep)
        if deep and holds_any(deep, one.deep().hits):
            yield one.deep()


def _finder(cores: set[Hidden], mask: str) -> Finder:
    def mask_base64(text: str) -> str:
        return _BASE64.sub(lambda run: mask if _holds(run[0], cores) else run[0], text)

    return Finder(
        frozenset(hit for core in cores for hit in _halves(core)), mask_base64
    )


def _halves(core: str) -> Iterator[Hidden]:
    # The end of a line stands in one of them only.
    middle = len(core) // 2
    for half in (core[:middle], core[middle:]):
        yield hit_of(half, "[A-Za-z0-9]+")


def _cores(raw: bytes) -> Iterator[Hidden]:
    """Give what base64 has of *raw* wherever in the encoded bytes it starts."""
    for before, shared in ((0, 0), (1, 2), (2, 3)):
        whole = (before + len(raw)) * 8 // 6
        encoded = base64.b64encode(bytes(before) + raw).decode()
        yield Hidden(encoded[shared:whole])


def _deep_cores(texts: Iterable[str]) -> Iterator[Hidden]:
    for text in texts:
        raw = text.encode("utf-8", "surrogatepass")
        for core in _cores(raw):
            for inner in {core, core.replace("+", "-").replace("/", "_")}:
                yield from _cores(inner.encode())
        # The same bytes in both orders, but for one zero.
        yield from _cores(text.encode("utf-16-le", "surrogatepass")[:-1])
        for before in range(5):
            encoded = base64.b32encode(bytes(before) + raw).decode()
            start = -(-before * 8 // 5)
            core = Hidden(encoded[start : (before + len(raw)) * 8 // 5])
            yield core
            yield Hidden(core.lower())


def _holds(run: str, cores: set[Hidden]) -> bool:
    plain = (
        unquote(_LINE_ENDS.sub("", run))
        .replace("\\", "")
        .replace("-", "+")
        .replace("_", "/")
    )
    return any(core in plain for core in cores)
