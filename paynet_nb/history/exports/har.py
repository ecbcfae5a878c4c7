"""Exchanges as an HTTP Archive (HAR 1.2), which browsers and API tools open."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from paynet_nb.wire import Call, json_line

# requests speaks no other version.
_VERSION = "HTTP/1.1"


def archive(calls: Iterable[Call]) -> Iterator[str]:
    """Write exchanges as HAR 1.2, an entry a line, all in ASCII.

    What HAR has no name for begins with `_`.
    """
    creator = {"name": "paynet_nb", "version": version("paynet_nb")}
    log = {"version": "1.2", "creator": creator, "entries": []}
    start, end, rest = json.dumps({"log": log}).partition("]")
    separator = "\n"
    yield start
    for call in calls:
        yield separator + json_line(_entry(call))
        separator = ",\n"
    yield f"\n{end}{rest}\n"


def _entry(call: Call) -> dict[str, Any]:
    elapsed_ms = call.elapsed_s * 1000
    entry = {
        "startedDateTime": call.sent_at.isoformat(timespec="milliseconds"),
        "time": elapsed_ms,
        "request": _request(call),
        "response": _response(call),
        "cache": {},
        "timings": {"send": 0, "wait": elapsed_ms, "receive": 0},
        "_kind": call.kind,
        "_environment": call.environment,
        "_attempt": call.attempt,
        "_token": call.token,
        "_signature": call.signature,
    }
    comment = ": ".join(filter(None, (call.label, call.error)))
    return {**entry, "comment": comment} if comment else entry


def _request(call: Call) -> dict[str, Any]:
    query = parse_qsl(
        urlsplit(call.url, allow_fragments=False).query, keep_blank_values=True
    )
    request = {
        "method": call.method,
        "url": call.url,
        "httpVersion": _VERSION,
        "cookies": [],
        "headers": _pairs(call.request_headers.items()),
        "queryString": _pairs(query),
        "headersSize": -1,
        "bodySize": call.request_bytes,
    }
    text = call.request_text
    if text is None:
        return request
    kind = call.request_headers.get("Content-Type", "")
    return {**request, "postData": {"mimeType": kind, "text": text}}


def _response(call: Call) -> dict[str, Any]:
    try:
        phrase = HTTPStatus(call.status or 0).phrase
    except ValueError:
        phrase = ""
    content = {
        "size": call.response_bytes,
        "mimeType": call.headers.get("Content-Type", "x-unknown"),
    }
    said = {"text": call.text}
    if not call.is_text:
        said = {"comment": "left out: it is no text"}
    return {
        "status": call.status or 0,  # as browsers write it where there was no answer
        "statusText": phrase,
        "httpVersion": _VERSION,
        "cookies": [],
        "headers": _pairs(call.headers.items()),
        "content": {**content, **said},
        "redirectURL": call.headers.get("Location", ""),
        "headersSize": -1,
        "bodySize": -1,
    }


def _pairs(fields: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in fields]
