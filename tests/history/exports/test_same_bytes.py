"""JSON lines and HAR are written in parts, and are what `json.dumps` would write."""

from __future__ import annotations

import json
import math
import sqlite3
from contextlib import closing
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from requests.structures import CaseInsensitiveDict

import paynet_nb as pn
from paynet_nb.history.store.flat import FlatCall
from paynet_nb.wire import Call, Personal, fit_to_share, json_line, personal_in
from tests.helpers.records import call_of

BLOCK = 512  # exchanges that are packed together


def kept(**headers: str) -> CaseInsensitiveDict[str]:
    """Give headers as an exchange has them."""
    return CaseInsensitiveDict({n.replace("_", "-"): v for n, v in headers.items()})


JSON = kept(Content_Type="application/json")
SAID = {"header": {"status": {"code": "RJCT", "reason": "U112"}, "messageId": "7"}}
ODD: list[dict[str, Any]] = [
    {"status": 200, "body": b"\x89PNG\r\n\xff\0"},
    {"status": None, "error": 'no answer: "\\ud83d" \N{PILE OF POO}'},
    {"headers": kept(content_type="text/plain; charset=utf-16", LOCATION="/%41?b=%s")},
    {
        "headers": kept(Content_Type="text/plain; charset=utf-16"),
        "body": b"\xff\xfea\0",
    },
    {"headers": kept(Content_Type="text/plain; charset=latin-1"), "body": b"caf\xe9"},
    {"headers": kept(Content_Type="text/plain; charset=utf-7"), "body": b"+AGE-"},
    {"headers": {"A": "1", "a": "2", "B%": "%s", "": '"\\'}, "status": 999},
    {"request_headers": {"X-%d": "1", "x-%D": "2", "content-type": "text/x\ud83d"}},
    {"label": "half \ud83d of, and \ude00\ud83d both", "request_body": b"\xed\xa0\x80"},
    {"label": "\x7f\x00\t\n\x1f\u2028\N{GRINNING FACE}", "body": b"\\ud83d \\\\ud83d"},
    {"body": "\ufffd".encode(), "request_body": b""},
    {"body": "Nurul 张 \N{GRINNING FACE}".encode(), "status": 201, "attempt": 3},
    {"body": b'{"a": 1', "body_cut": 1234, "request_body": b"x", "request_body_cut": 9},
    {"headers": JSON, "body": json.dumps(SAID).encode(), "status": 200, "token": "1a"},
    {"headers": JSON, "body": json.dumps([SAID, "x" * 2_000]).encode(), "status": 200},
    {"headers": JSON, "body": json.dumps(SAID | {"x": "y" * 20_000}).encode()},
    {"url": "https://a.example/x;y?a=1&a=&=b&&c&d=1=2;e#f?g", "kind": "token"},
    {
        "url": "https://a.example/?a=%20b+c&%C3%A9=%ff&caf\xe9=1",
        "signature": "wrong: x",
    },
    {"url": "https://a.example/?a=b+c&d", "request_bytes": 2**40},
    {"url": "https://[::1]:8/?a=[1]", "method": 'P"T', "environment": "\N{SNOWMAN}"},
    {"url": "https://a.example/? a\x01=1&203.0.113.7", "elapsed_s": 1e-7},
    {"url": "https://a.example/?from=203%2E0.113.7", "label": "at 3.1390, 101.6869"},
    {"request_headers": kept(X_Ip_Address="203.0.113.7", Via="1.1 203.0.113.7")},
    {"headers": JSON, "status": 200, "body": b'{"messageId": "203.0.113.7"}'},
    {
        "request_headers": kept(X_GPS_Coordinates="3.1390, 101.6869"),
        "headers": kept(x_gps_coordinates="3.1390, 101.6869", Date="today"),
        "request_body": b'{"at": "3.1390, 101.6869"}',
    },
]


def line_of(call: Call) -> str:
    """Write an exchange as a line of JSON, in the simplest way."""
    record = {
        "sent_at": call.sent_at.isoformat(),
        "kind": call.kind,
        "environment": call.environment,
        "method": call.method,
        "url": call.url,
        "request_headers": dict(call.request_headers),
        "request_body": call.request_text,
        "status": call.status,
        "response_headers": dict(call.headers),
        "response_body": call.text if call.is_text else None,
        "elapsed_ms": call.elapsed_s * 1000,
        "request_bytes": call.request_bytes,
        "response_bytes": call.response_bytes,
        "attempt": call.attempt,
        "message_id": call.message_id,
        "code": call.code,
        "reason": call.reason,
        "token": call.token,
        "error": call.error,
        "label": call.label,
        "outcome": call.outcome,
        "signature": call.signature,
    }
    return json_line(record) + "\n"


def entry_of(call: Call) -> str:
    """Write an exchange as an entry of a HAR, in the simplest way."""
    query = urlsplit(call.url, allow_fragments=False).query
    request = {
        "method": call.method,
        "url": call.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": pairs(call.request_headers.items()),
        "queryString": pairs(parse_qsl(query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": call.request_bytes,
    }
    if call.request_text is not None:
        kind = call.request_headers.get("Content-Type", "")
        request["postData"] = {"mimeType": kind, "text": call.request_text}
    phrases = {int(status): status.phrase for status in HTTPStatus}
    said = (
        {"text": call.text} if call.is_text else {"comment": "left out: it is no text"}
    )
    kind = call.headers.get("Content-Type", "x-unknown")
    response = {
        "status": call.status or 0,
        "statusText": phrases.get(call.status or 0, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": pairs(call.headers.items()),
        "content": {"size": call.response_bytes, "mimeType": kind, **said},
        "redirectURL": call.headers.get("Location", ""),
        "headersSize": -1,
        "bodySize": -1,
    }
    elapsed_ms = call.elapsed_s * 1000
    entry = {
        "startedDateTime": call.sent_at.isoformat(timespec="milliseconds"),
        "time": elapsed_ms,
        "request": request,
        "response": response,
        "cache": {},
        "timings": {"send": 0, "wait": elapsed_ms, "receive": 0},
        "_kind": call.kind,
        "_environment": call.environment,
        "_attempt": call.attempt,
        "_token": call.token,
        "_signature": call.signature,
    }
    comment = ": ".join(filter(None, (call.label, call.error)))
    return json_line(entry | {"comment": comment} if comment else entry)


def pairs(fields: Any) -> list[dict[str, str]]:
    """Give names and values as HAR has them."""
    return [{"name": name, "value": value} for name, value in fields]


def simply(history: pn.History, ending: str, *, personal: bool) -> str:
    """Write a history in the simplest way."""
    known = Personal() if personal else personal_in(history.headers())
    calls = [fit_to_share(call, known) for call in history]
    if ending == "jsonl":
        return "".join(map(line_of, calls))
    start = json.dumps(
        {
            "log": {
                "version": "1.2",
                "creator": {"name": "paynet_nb", "version": version("paynet_nb")},
                "entries": [],
            }
        }
    ).removesuffix("]}}")
    return start + "\n" + ",\n".join(map(entry_of, calls)) + "\n]}}\n"


@pytest.mark.parametrize("personal", [False, True])
@pytest.mark.parametrize("ending", ["jsonl", "har"])
@pytest.mark.parametrize("where", ["newest", "packed", "journal"])
def test_each_byte_is_as_json_dumps_writes_it(
    tmp_path: Path, where: str, ending: str, personal: bool
) -> None:
    """Wherever an exchange is kept, whatever its headers, bodies and texts hold."""
    sizes = ({"response_bytes": len(odd.get("body", b""))} for odd in ODD)
    odd_ones = [size | odd for size, odd in zip(sizes, ODD, strict=True)]
    if where == "newest":
        odd_ones = [odd | cased(odd) for odd in odd_ones]
    else:
        odd_ones = (odd_ones * BLOCK)[:BLOCK]
    file = tmp_path / "calls.sqlite" if where == "journal" else None
    history = pn.History(file)
    for odd in odd_ones:
        history.append(call_of(**odd))
    if where == "journal":
        history = pn.History(file)
    path = tmp_path / f"calls.{ending}"

    history.save(path, personal=personal)

    assert path.read_text("ascii") == simply(history, ending, personal=personal)


def cased(odd: dict[str, Any]) -> dict[str, Any]:
    """Give the headers of an exchange as a client keeps them: no case is told."""
    names = ("request_headers", "headers")
    return {name: CaseInsensitiveDict(odd.get(name, {})) for name in names}


TOLD: list[dict[str, Any]] = [
    {"label": "one, two", "status": 200, "sent_at_s": 1.76e9},
    {"label": 'the "first" one', "status": 201, "sent_at_s": 1.76e9 + 0.000_001},
    {"label": "two\nlines", "elapsed_s": 1e-9, "sent_at_s": 1.76e9 + 59.999_999},
    {"elapsed_s": 1e17, "sent_at_s": -5.000_000_5},
    {"label": "Caf\xe9", "elapsed_s": math.nan, "sent_at_s": 0.0},
    {"error": "no answer", "elapsed_s": math.inf, "sent_at_s": 1.8e9, "status": None},
    {"url": "https://a.example/?a=1,2", "sent_at_s": 1.9e9, "request_bytes": 2**40},
]


@pytest.mark.parametrize("size", [len(TOLD), BLOCK])
def test_each_byte_of_csv_is_as_pandas_writes_it(tmp_path: Path, size: int) -> None:
    """Where no cell starts a formula, and there is no character to show as a code."""
    history, path = pn.History(), tmp_path / "calls.csv"
    for told in (TOLD * size)[:size]:
        history.append(call_of(**told))

    history.save(path)

    written = history.to_frame().to_csv(index=False, lineterminator="\n")
    assert path.read_bytes().decode() == written


def test_a_damaged_row_is_told_in_a_file(tmp_path: Path) -> None:
    """The others are there all the same."""
    file, path = tmp_path / "calls.sqlite", tmp_path / "calls.jsonl"
    history = pn.History(file)
    for number in range(100):
        history.append(call_of(label=str(number), body=b"x"))
    with closing(sqlite3.connect(file, isolation_level=None)) as journal:
        journal.execute("UPDATE calls SET headers = '{' WHERE id = 50")
    history = pn.History(file)

    history.save(path)

    assert path.read_text("ascii") == simply(history, "jsonl", personal=False)
    lines = [json.loads(line) for line in path.read_text("ascii").splitlines()]
    assert "headers cannot be read" in lines[49]["error"]
    assert [line["label"] for line in lines] == [str(number) for number in range(100)]


def test_a_flat_call_is_the_call() -> None:
    """Nothing of it is lost."""
    for odd in ODD:
        call = call_of(**odd | cased(odd))

        assert FlatCall.of(call).call() == call
