"""A `Call` as a row of a journal, and back; what is damaged is told, not lost."""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from requests.structures import CaseInsensitiveDict

from paynet_nb.history.store.flat import Flat, headers_of_flat
from paynet_nb.history.store.packing import Rests
from paynet_nb.paynet import AnswerCodes, Outcome
from paynet_nb.wire import Call, outcome_of

_HEADERS = ("request_headers", "headers")
_LONG = (*_HEADERS, "request_body", "body")
_CUTS = ("request_body_cut", "body_cut")
REST = (*_LONG, *_CUTS)
# What reading a damaged cell raises.
DAMAGE = (ValueError, TypeError, OverflowError, RecursionError, OSError)
_READ_AT_ONCE = 16_384  # bytes; to look into more for codes would keep a call waiting


def row_of(call: Call) -> list[Any]:
    """Give the values of the fields, in the order of `FIELDS`, then of `CODES`."""
    values = {name: getattr(call, name) for name in FIELDS}
    for name in _HEADERS:
        values[name] = json.dumps([*values[name].items()])
    codes: list[Any] = [None, None, None, 0]
    if max(len(call.body), len(call.request_body or b"")) <= _READ_AT_ONCE:
        codes = [call.message_id, call.codes.code, call.reason, 1]
    return [*values.values(), *codes]


def columns_of(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Read the columns `SMALL` of some rows, and tell the outcome of each.

    Raises:
        ValueError, TypeError, OverflowError, OSError: A cell is damaged.
    """
    cells = dict(zip(SMALL, zip(*rows, strict=True), strict=True))
    columns: dict[str, Any] = {}
    for name, code in NUMBERS.items():
        read, _ = FIELDS[name]
        numbers = array(code, cells.pop(name))
        read(min(numbers)), read(max(numbers))  # the others are between them
        columns[name] = numbers
    columns["url"] = _urls(cells.pop("url"))
    columns["message_id"] = [*map(_text_or_none, cells.pop("message_id"))]
    for name, few in cells.items():
        read = _text_or_none if name in CODES else FIELDS[name][0]
        known = {cell: read(cell) for cell in {*few}}
        columns[name] = [*map(known.__getitem__, few)]
    told = [*zip(*(columns[name] for name in _TELLING), strict=True)]
    outcomes = {one: _outcome(*one) for one in {*told}}
    columns["outcome"] = [*map(outcomes.__getitem__, told)]
    columns["code"] = [code or None for code in columns["code"]]
    return columns


def _outcome(*told: Any) -> Outcome:
    kind, method, status, error, signature, code, reason = told
    codes = AnswerCodes(code=code, reason=reason)
    return outcome_of(kind, method, status, error, signature, codes)


def call_of(number: int, row: Sequence[Any]) -> Call:
    """Make a call of a row whose texts are bytes: `FIELDS`, then `READ_CODES`.

    Of a row that is damaged each field that can be read is kept, and `error` names the
    others.
    """
    fields: dict[str, Any] = {}
    damaged = []
    for (name, (read, _)), value in zip(FIELDS.items(), row, strict=False):
        try:
            fields[name] = read(value)
        except DAMAGE:
            damaged.append(name)
    if any(fields.get(name) for name in _CUTS):
        fields["cut_codes"] = _cut_codes(row[len(FIELDS) :])
    return _told(number, fields, damaged) if damaged else Call(**fields)


def rests_of(cells: Sequence[Any]) -> Rests:
    """Read the columns `REST` of a row, then `READ_CODES`.

    Raises:
        ValueError, TypeError, OverflowError, RecursionError, OSError: See `DAMAGE`.
    """
    sent, came, *others = cells
    *bodies, sent_cut, cut = (
        FIELDS[name][0](cell) for name, cell in zip(REST[2:], others, strict=False)
    )
    codes = _cut_codes(cells[len(REST) :]) if sent_cut or cut else None
    return flat_of(sent), flat_of(came), *bodies, sent_cut, cut, codes


def _cut_codes(cells: Sequence[Any]) -> AnswerCodes | None:
    """Read the columns `READ_CODES`, in which is what was known before a cut."""
    *codes, is_read = cells
    try:
        message_id, code, reason = map(_text_or_none, codes)
    except DAMAGE:
        return None
    return AnswerCodes(code, reason, None, message_id) if is_read == 1 else None


def damaged_call(number: int, known: Mapping[str, Any] | None = None) -> Call:
    """Make a call of a row of which nothing can be read, or only what is *known*."""
    return _told(number, known or {}, [*(_LONG if known else FIELDS)])


def _told(number: int, fields: Mapping[str, Any], damaged: list[str]) -> Call:
    what = ", ".join(damaged) + " cannot be read"
    if not fields:
        what = "nothing of it can be read"
    known = f"{fields['error']}; " if fields.get("error") else ""
    error = f"{known}row {number} of the journal is damaged: {what}"
    empty = {name: default for name, (_, default) in FIELDS.items()}
    return Call(**{**empty, **fields, "error": error})


def _text(value: bytes) -> str:
    return bytes.decode(value, "utf-8")


def _text_or_none(value: bytes | None) -> str | None:
    return None if value is None else _text(value)


def _url(value: bytes) -> str:
    url = _text(value)
    urlsplit(url)  # whoever shows it does so, too
    return url


def _urls(values: Sequence[bytes]) -> list[str]:
    urls = [*map(bytes.decode, values)]
    together = "".join(urls)
    # Of others `urlsplit` does not fail: brackets and some letters are what it checks.
    if "[" in together or "]" in together or not together.isascii():
        for url in urls:
            urlsplit(url)
    return urls


def headers_of(value: bytes) -> Mapping[str, str]:
    """Read the headers in a cell.

    Raises:
        ValueError, TypeError, RecursionError: It is damaged.
    """
    return headers_of_flat(flat_of(value))


def flat_of(value: bytes) -> Flat:
    """Read the same as names and values.

    Raises:
        ValueError, TypeError, RecursionError: It is damaged.
    """
    pairs = json.loads(_text(value))
    names, values = ((), ()) if pairs == [] else zip(*pairs, strict=True)
    if not all(isinstance(text, str) for text in (*names, *values)):
        raise ValueError("a header is no text")
    return names, values


def _body(value: bytes) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("no bytes")
    return value


def _body_or_none(value: bytes | None) -> bytes | None:
    return None if value is None else _body(value)


def _time(value: float) -> float:
    datetime.fromtimestamp(value, UTC)
    return float(value)


def _seconds(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("no length of time")
    return float(value)


def _count(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise ValueError("no number of things")
    return value


def _status(value: object) -> int | None:
    status = None if value is None else _count(value)
    if status is not None and not 100 <= status <= 999:
        raise ValueError("no HTTP status")
    return status


# Of each field of a `Call`: how it is read, and what stands for it where it is damaged.
FIELDS: Mapping[str, tuple[Callable[[Any], Any], Any]] = {
    "sent_at_s": (_time, 0.0),
    "kind": (_text, "call"),
    "environment": (_text, ""),
    "method": (_text, ""),
    "url": (_url, ""),
    "request_headers": (headers_of, CaseInsensitiveDict()),
    "request_body": (_body_or_none, None),
    "status": (_status, None),
    "headers": (headers_of, CaseInsensitiveDict()),
    "body": (_body, b""),
    "elapsed_s": (_seconds, 0.0),
    "request_bytes": (_count, 0),
    "response_bytes": (_count, 0),
    "attempt": (_count, 1),
    "token": (_text_or_none, None),
    "error": (_text_or_none, None),
    "label": (_text, ""),
    "request_body_cut": (_count, 0),
    "body_cut": (_count, 0),
    "signature": (_text, ""),
}
CODES = ("message_id", "code", "reason")
READ_CODES = (*CODES, "is_read")
# What a table of calls needs.
SMALL = (*(name for name in FIELDS if name not in REST), *CODES)
NUMBERS = {
    "sent_at_s": "d",
    "elapsed_s": "d",
    "request_bytes": "q",
    "response_bytes": "q",
}
_TELLING = ("kind", "method", "status", "error", "signature", "code", "reason")
