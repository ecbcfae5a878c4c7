"""What stands in a record in the place of a secret, or of what tells of a person."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import quote, quote_plus, unquote

from paynet_nb.wire.header_fields import header_values

if TYPE_CHECKING:
    from paynet_nb.wire.call import Call

MASK = re.compile(
    r"\[(?:client secret|redacted|personal|token #[0-9a-f]{8}|jwt #[0-9a-f]{8})\]"
)
MASK_IN_BYTES = re.compile(MASK.pattern.encode())

_PERSONAL = "[personal]"
# The payer's address as proxies write it, beside those of other proxies (RFC 7239).
_OF_PROXIES = frozenset({"forwarded", "x-forwarded-for"})
# Where the payer is, and on which address: common headers of PayNet's APIs are
# X-GPS-Coordinates and X-IP-Address; others have such a word in their name.
_WORDS = frozenset(
    {"coordinates", "geolocation", "gps", "ip", "ipaddress", "latitude", "longitude"}
)
_SHORTEST = 4  # characters; "0" is PayNet's word for unknown

_DOT, _COLON = r"(?:\.|%2[Ee])", "(?::|%3[Aa])"
_V4 = rf"\d{{1,3}}(?:{_DOT}\d{{1,3}}){{3}}"
_V6 = rf"(?:[0-9A-Fa-f]{{0,4}}{_COLON}){{2,8}}(?:{_V4}|[0-9A-Fa-f]{{1,4}})?"
# A number with fewer decimals is as well an amount of money.
_DEGREES = rf"\d{{1,3}}{_DOT}\d{{4,}}"
_CANDIDATE = re.compile(rf"{_V6}|(?<!\d)(?<!\d\.)(?:{_V4}(?!\.?\d)|{_DEGREES}(?!\d))")
_V4_ALONE = re.compile(rf"(?<!\d)(?<!\d\.){_V4}(?!\.?\d)")

_Told = ipaddress.IPv4Address | ipaddress.IPv6Address | Decimal


def apart_in_json(body: bytes) -> bytes:
    """Write what reads like a mask in another way, which is the same to JSON's readers.

    So that in a record of what was sent only a mask reads like one.
    """
    return MASK_IN_BYTES.sub(lambda found: b"\\u005b" + found[0][1:], body)


def apart_in_url(url: str) -> str:
    """Write what reads like a mask in another way, which is the same in a URL."""
    return MASK.sub(lambda found: f"%5B{found[0][1:]}", url) if "[" in url else url


class Personal(NamedTuple):
    """What tells of persons in some calls.

    Attributes:
        values: Addresses and degrees, whichever way they are written.
        texts: Other texts, as they are written.
    """

    values: frozenset[_Told] = frozenset()
    texts: frozenset[str] = frozenset()

    def masked(self, text: str) -> str:
        """Mask each address and position in *text*, also as a URL encodes it."""
        for known in self.texts:
            for form in {known, quote(known, safe=""), quote(known), quote_plus(known)}:
                text = re.sub(re.escape(form), _PERSONAL, text, flags=re.IGNORECASE)
        return _CANDIDATE.sub(self._judged, text) if self.values else text

    def _judged(self, found: re.Match[str]) -> str:
        if _read(found[0]) in self.values:
            return _PERSONAL
        if ":" in found[0] and "." in found[0]:
            return _V4_ALONE.sub(self._judged, found[0])
        return found[0]


def personal_in(headers: Iterable[tuple[tuple[str, ...], Sequence[str]]]) -> Personal:
    """Collect what headers tell of persons.

    Args:
        headers: The names and the values, of each request and of each answer.
    """
    values: set[_Told] = set()
    texts: set[str] = set()
    told = {
        (names[place].lower(), written[place])
        for names, written in headers
        for place in _personal_places(names)
    }
    for name, value in told:
        found = [*_values(value)]
        values.update(found)
        # A pair of degrees is one text, so that one variable takes its place.
        alone = len(found) == 1 or name in _OF_PROXIES
        if not alone and len(value) >= _SHORTEST:
            texts.add(value)
    return Personal(frozenset(values), frozenset(texts))


def fit_to_share(call: Call, known: Personal | None = None) -> Call:
    """Give a call as it may leave the history: position and IP address masked.

    They are so in the headers that name them, and wherever else the same stands: in
    the URL, in other headers, in the bodies.

    Args:
        call: The call.
        known: What to mask; None: what the call's own headers tell.
    """
    call = call.kept
    if known is None:
        known = personal_in(
            (tuple(headers), header_values(headers))
            for headers in (call.request_headers, call.headers)
        )
    if not any(known):
        return call
    body = call.request_body
    return replace(
        call,
        url=known.masked(call.url),
        error=call.error and known.masked(call.error),
        label=known.masked(call.label),
        request_headers=_headers(call.request_headers, known),
        request_body=None if body is None else _body(body, known),
        headers=_headers(call.headers, known),
        body=_body(call.body, known),
    )


def masked_by_name(names: tuple[str, ...], values: Sequence[str]) -> Sequence[str]:
    """Mask those values of headers whose names say that they tell of a person."""
    places = _personal_places(names)
    if not places:
        return values
    return [_PERSONAL if i in places else value for i, value in enumerate(values)]


@lru_cache(maxsize=256)  # most exchanges have the same names
def _personal_places(names: tuple[str, ...]) -> list[int]:
    return [place for place, name in enumerate(names) if _is_personal(name)]


def _is_personal(name: str) -> bool:
    lower = name.lower()
    return lower in _OF_PROXIES or not _WORDS.isdisjoint(re.split("[-_.]", lower))


def _values(text: str) -> Iterator[_Told]:
    for found in _CANDIDATE.finditer(text):
        value = _read(found[0])
        if value is not None:
            yield value
        else:
            yield from filter(None, map(_read, _V4_ALONE.findall(found[0])))


def _read(text: str) -> _Told | None:
    """Read an address or degrees, so that two ways to write one are equal."""
    plain = unquote(text)
    try:
        address = ipaddress.ip_address(plain)
    except ValueError:
        degrees = re.fullmatch(r"\d{1,3}\.\d{4,}", plain, re.ASCII)
        return Decimal(plain) if degrees else None
    return getattr(address, "ipv4_mapped", None) or address


def _headers(headers: Mapping[str, str], known: Personal) -> Mapping[str, str]:
    # Of the same type: in some, names compare without case.
    kind = cast("Any", type(headers))
    return cast(
        "Mapping[str, str]",
        kind(
            (name, _PERSONAL if _is_personal(name) else known.masked(value))
            for name, value in headers.items()
        ),
    )


def _body(body: bytes, known: Personal) -> bytes:
    # Byte for byte, whatever its charset.
    return known.masked(body.decode("latin-1")).encode("latin-1")
