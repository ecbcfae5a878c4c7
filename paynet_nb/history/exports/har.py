"""Exchanges as an HTTP Archive (HAR 1.2), which browsers and API tools open."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from importlib.metadata import version
from operator import attrgetter
from urllib.parse import parse_qsl, urlsplit

from paynet_nb.history.exports.encoded import (
    encoded,
    headers_named,
    members,
    number,
    text_of,
    text_sent,
)
from paynet_nb.history.store.flat import FlatCall

# requests speaks no other version.
_VERSION = "HTTP/1.1"
# What HAR has no name for begins with `_`.
_OWN = ("kind", "environment", "attempt", "token", "signature")


def archive(calls: Iterable[FlatCall]) -> Iterator[str]:
    """Write exchanges as HAR 1.2, an entry a line, all in ASCII.

    What HAR has no name for begins with `_`.
    """
    creator = {"name": "paynet_nb", "version": version("paynet_nb")}
    log = {"version": "1.2", "creator": creator, "entries": []}
    start, end, rest = json.dumps({"log": log}).partition("]")
    separator = "\n"
    own = members(*(f"_{name}" for name in _OWN))
    own_of = attrgetter(*_OWN)
    yield start
    for call in calls:
        sent_at = datetime.fromtimestamp(call.sent_at_s, UTC)
        elapsed_ms = number(call.elapsed_s * 1000)
        comment = ": ".join(filter(None, (call.label, call.error)))
        yield (
            f'{separator}{{"startedDateTime": "'
            f'{sent_at.isoformat(timespec="milliseconds")}", "time": {elapsed_ms}'
            f', "request": {_request(call)}, "response": {_response(call)}'
            f', "cache": {{}}, "timings": '
            f'{{"send": 0, "wait": {elapsed_ms}, "receive": 0}}, '
            f"{own(*own_of(call))}"
            + (f', "comment": {encoded(comment)}}}' if comment else "}")
        )
        separator = ",\n"
    yield f"\n{end}{rest}\n"


def _request(call: FlatCall) -> str:
    headers = headers_named(call.request_headers[0])
    text = text_sent(call)
    posted = ""
    if text is not None:
        kind = headers.get(call.request_headers, "content-type", "")
        posted = (
            f', "postData": {{"mimeType": {encoded(kind)}, "text": {encoded(text)}}}'
        )
    return (
        f'{{"method": {encoded(call.method)}, "url": {encoded(call.url)}'
        f', "httpVersion": "{_VERSION}", "cookies": []'
        f', "headers": {headers.as_pairs % headers.values(call.request_headers)}'
        f', "queryString": {_query(call.url)}, "headersSize": -1'
        f', "bodySize": {call.request_bytes}{posted}}}'
    )


def _query(url: str) -> str:
    """Write what is in the query of a URL."""
    if url.isascii() and url.isprintable() and "%" not in url and "+" not in url:
        # Nothing is encoded, as in most: to split it is enough.
        parts = filter(None, url.partition("?")[2].split("&"))
        pairs = [part.partition("=")[::2] for part in parts]
    else:
        query = urlsplit(url, allow_fragments=False).query
        pairs = parse_qsl(query, keep_blank_values=True)
    members = [
        f'{{"name": {encoded(name)}, "value": {encoded(value)}}}'
        for name, value in pairs
    ]
    return f"[{', '.join(members)}]"


def _response(call: FlatCall) -> str:
    headers = headers_named(call.headers[0])
    kind = headers.get(call.headers, "content-type", "x-unknown")
    text = text_of(call, kind)
    said = '"comment": "left out: it is no text"'
    if text is not None:
        said = f'"text": {encoded(text)}'
    return (
        # As browsers write it where there was no answer.
        f"{{{_status(call.status or 0)}"
        f', "httpVersion": "{_VERSION}", "cookies": []'
        f', "headers": {headers.as_pairs % headers.values(call.headers)}'
        f', "content": {{"size": {call.response_bytes}'
        f', "mimeType": {encoded(kind)}, {said}}}'
        f', "redirectURL": {encoded(headers.get(call.headers, "location", ""))}'
        f', "headersSize": -1, "bodySize": -1}}'
    )


@lru_cache(maxsize=64)
def _status(status: int) -> str:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f'"status": {status}, "statusText": {encoded(phrase)}'
