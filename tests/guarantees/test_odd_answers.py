"""Headers and bodies that no standard allows, and yet servers send."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug import Response

import paynet_nb as pn
from paynet_nb.auth import token_endpoint
from paynet_nb.auth.token_answers import http_date
from paynet_nb.wire import transport
from tests.client.batch.test_elsewhere import Listening
from tests.helpers.gateway import Gateway, answer


@pytest.mark.parametrize(
    "wait",
    [
        "-5",
        "soon",
        "",
        "1.5",
        "9" * 5000,
        "Mon, 01 Jan 99999 00:00:00 GMT",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Wed, 21 Oct 2015 07:28:00 GMT",
    ],
)
def test_a_retry_after_that_says_nothing_is_passed_over(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, wait: str
) -> None:
    """The next attempt comes after the usual pause."""
    monkeypatch.setattr(token_endpoint, "FIRST_PAUSE_S", 0.01)
    replies = iter([answer({}, 429, Retry_After=wait), None])
    gateway.token = lambda request: next(replies) or gateway.good_token(request)

    assert gateway.auth().get_token().access_token == "opaque-token-0002"


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ("Mon, 23 Nov 2026 08:00:00 GMT", 1795420800),
        ("Mon, 23 Nov 2026 08:00:00 -0000", 1795420800),
        ("Mon, 23 Nov 2026 16:00:00 +0800", 1795420800),
        ("Mon Nov 23 08:00:00 2026", 1795420800),
        (
            "Sun, 22 Nov 2026 09:00:00 GMT, Mon, 23 Nov 2026 08:00:00 GMT",
            1795420800,
        ),
        ("Mon, 01 Jan 99999 00:00:00 GMT", None),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("Mon, 23 Nov 2026 08:00:00 +9900", None),
        ("now", None),
        (None, None),
    ],
)
def test_a_servers_date_is_read_or_passed_over(
    date: str | None, read: float | None
) -> None:
    """Its zone counts, though HTTP has GMT only; what is no date breaks nothing."""
    assert http_date(date) == read


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"a":' * 100_000, b"[" + b"9" * 5000 + b"]", b"\xff\xfe{"],
    ids=["deep list", "deep object", "long number", "no text"],
)
def test_a_401_whose_body_cannot_be_read_is_a_plain_401(
    gateway: Gateway, body: bytes
) -> None:
    """The token is renewed once, and the 401 is data."""
    gateway.api = lambda _: Response(body, 401, content_type="application/json")
    client = gateway.client()

    call = client.get("/x")

    assert (call.status, call.attempt) == (401, 2)
    assert client.history.to_frame()["status"].to_list() == [200, 401, 200, 401]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_revoked_token_is_dropped_also_where_nothing_is_sent_again(
    gateway: Gateway, method: str
) -> None:
    """Else a person who only pays would get that 401 until the token ends."""
    client = gateway.client()
    client.get("/first")
    gateway.revoke_all()

    statuses = [client.call(method, "/x", json={}).status for _ in range(2)]

    assert statuses == [401, 200]
    assert len(gateway.token_requests) == 2


def stream() -> Any:
    """Make a body that can be read once only."""
    return io.BytesIO(b"statement")


def test_a_body_that_was_read_away_is_not_sent_again(gateway: Gateway) -> None:
    """A plain PUT of requests with a file: the second would be empty."""
    auth = gateway.auth()
    auth.get_token()
    gateway.revoke_all()

    put = [
        requests.put(f"{gateway.url}/x", data=stream(), auth=auth, timeout=5)
        for _ in range(2)
    ]

    assert [response.status_code for response in put] == [401, 200]
    assert [r.get_data() for r in gateway.api_requests] == [b"statement"] * 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("second", [200, 401])
def test_a_redirect_of_a_plain_call_takes_no_token_to_another_origin(
    gateway: Gateway, status: int, second: int
) -> None:
    """Nor does the 401 that waits there."""
    other = gateway.url.replace("127.0.0.1", "localhost")
    replies = iter([Response("", status, {"Location": f"{other}/x"})])
    gateway.api = lambda _: next(replies, Response("", second))

    response = requests.get(f"{gateway.url}/x", auth=gateway.auth(), timeout=5)

    first, stolen = gateway.api_requests
    assert response.status_code == second
    assert "Authorization" in first.headers
    assert "Authorization" not in stolen.headers
    assert len(gateway.token_requests) == 1


@pytest.mark.parametrize(
    ("coding", "packed"),
    [("gzip", gzip.compress(b'{"a": 1}')), ("deflate", zlib.compress(b'{"a": 1}'))],
    ids=["gzip", "deflate"],
)
def test_an_answer_is_unpacked_or_the_call_says_that_it_cannot_be(
    gateway: Gateway, coding: str, packed: bytes
) -> None:
    """A gateway in between may pack bodies, and may break them."""
    bodies = iter([packed, b"not packed at all"])
    headers = {"Content-Encoding": coding}
    gateway.api = lambda _: Response(next(bodies), 200, headers)
    client = pn.Client(gateway.auth())

    assert client.get("/x").json() == {"a": 1}
    with pytest.raises(pn.CallError, match="cannot be unpacked"):
        client.get("/x")


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "identity": bytes,
}


@pytest.mark.parametrize("coding", PACK)
@pytest.mark.parametrize("executor", [None, Listening()], ids=["here", "elsewhere"])
def test_an_answer_that_would_fill_the_memory_is_not_read_to_its_end(
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    coding: str,
    executor: Executor | None,
) -> None:
    """A kernel without memory ends, and 100 KB can unpack to 100 MB."""
    assert transport.LARGEST_ANSWER == 100_000_000
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 1_000_000)
    bodies = iter([b" " * 999_998 + b"{}", b" " * 1_000_001])
    headers = {"Content-Encoding": coding}
    gateway.api = lambda _: Response(PACK[coding](next(bodies)), 200, headers)
    client, paths = gateway.client(), [{"path": "/a"}, {"path": "/b"}]

    rows = client.call_many(paths, workers=1, executor=executor, progress=False)

    assert list(rows["status"].isna()) == [False, True]
    assert str(rows["error"].iloc[1]).startswith(
        f"the answer of {gateway.url} is larger than 1 MB"
    )
    assert client.history[-1].error == rows["error"].iloc[1]


def test_a_hook_that_read_the_body_leaves_it_to_the_call(gateway: Gateway) -> None:
    """A caller's session may look at each answer before its call does."""
    session, seen = requests.Session(), []
    session.hooks["response"].append(lambda got, **_: seen.append(got.content))
    gateway.api = lambda _: answer({"a": 1})
    client = pn.Client(gateway.auth(session=session))

    assert client.get("/x").json() == {"a": 1}
    assert seen[-1] == b'{"a": 1}'


@pytest.mark.parametrize(
    "charset",
    [
        "none",
        "hex",
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
        "a" * 500,
        "x y",
    ],
)
def test_a_charset_that_is_none_breaks_no_display_and_no_file(
    gateway: Gateway, tmp_path: Path, charset: str
) -> None:
    """Codecs that Python has for other things decode no body; UTF-8 is taken."""
    client = gateway.client()
    kind = {"Content-Type": f"text/plain; charset={charset}"}
    gateway.api = lambda _: Response(b"caf\xc3\xa9", headers=kind)

    call = client.get("/x")
    for name in ("a.har", "a.jsonl", "a.csv"):
        client.history.save(tmp_path / name)
    client.history.report(tmp_path / "a.html")

    assert call.text.startswith("caf")
    assert "caf" in call._repr_html_()
    assert "caf" in (tmp_path / "a.html").read_text("utf-8")
