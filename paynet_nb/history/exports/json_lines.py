"""Exchanges as JSON, an object a line: headers, bodies and what a table tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from operator import attrgetter

from paynet_nb.history.exports.encoded import (
    encoded,
    headers_named,
    members,
    number,
    or_null,
    text_of,
    text_sent,
)
from paynet_nb.history.store.flat import FlatCall

_CODES = ("code", "reason", "token", "error", "label", "outcome", "signature")


def json_lines(calls: Iterable[FlatCall]) -> Iterator[str]:
    """Write exchanges as JSON lines, all in ASCII."""
    asked = members("kind", "environment", "method")
    counted = members("request_bytes", "response_bytes", "attempt")
    codes = members(*_CODES)
    codes_of = attrgetter(*_CODES)
    for call in calls:
        sent, came = map(headers_named, (call.request_headers[0], call.headers[0]))
        said = text_of(call, came.get(call.headers, "content-type", ""))
        yield (
            f'{{"sent_at": "{datetime.fromtimestamp(call.sent_at_s, UTC).isoformat()}"'
            f", {asked(call.kind, call.environment, call.method)}"
            f', "url": {encoded(call.url)}'
            f', "request_headers": {sent.as_object % sent.values(call.request_headers)}'
            f', "request_body": {or_null(text_sent(call))}'
            f', "status": {"null" if call.status is None else call.status}'
            f', "response_headers": {came.as_object % came.values(call.headers)}'
            f', "response_body": {or_null(said)}'
            f', "elapsed_ms": {number(call.elapsed_s * 1000)}'
            f", {counted(call.request_bytes, call.response_bytes, call.attempt)}"
            f', "message_id": {or_null(call.message_id)}, {codes(*codes_of(call))}}}\n'
        )
