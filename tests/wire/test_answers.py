"""Answers as servers write them: read to their end, or not at all."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import socket
import threading
import time
import zlib
from collections.abc import Iterator

import pytest
import requests
from werkzeug import Request, Response

import paynet_nb as pn
from tests.helpers.gateway import Gateway, answer
from tests.helpers.raw import Script, raw_server

BODY = b'{"amount": "10.00"}'
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n" + BODY
CUT = "closed the connection before its answer was complete"


def client_of(url: str, wait_s: float = 30.0) -> pn.Client:
    """Make a client without an auth for a server of bytes."""
    here = pn.Environment(
        name="raw", stage="sandbox", base_url=url, token_url=f"{url}/token"
    )
    return pn.Client(None, here, timeout=(5.0, wait_s))


def saying(*parts: bytes) -> Script:
    """Answer each request of a connection with these bytes, `{n}` its number."""

    def script(connection: socket.socket, _over: threading.Event) -> None:
        number, more = 1, b"x"
        with contextlib.suppress(OSError):  # the client went away
            while more:
                for part in parts:
                    connection.sendall(part.replace(b"{n}", b"%d" % number))
                more = connection.recv(65536)
                number += 1

    return script


def packed(coding: str, body: bytes) -> bytes:
    """Write an answer whose body has a content coding."""
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def raw_deflate(body: bytes) -> bytes:
    """Pack without a frame."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize("status", [100, 102, 103, 199])
def test_an_interim_answer_is_read_over(status: int) -> None:
    """Each call gets its own final answer (RFC 9110 section 15.2)."""
    interim = b"HTTP/1.1 %d X\r\nLink: </s>; rel=preload\r\n\r\n" % status
    final = b'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{"n":{n}}'

    with raw_server(saying(interim, interim, final)) as (url, _):
        client = client_of(url)
        calls = [client.get(f"/{n}") for n in (1, 2, 3)]

    assert [(call.status, call.json()) for call in calls] == [
        (200, {"n": n}) for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    "odd",
    [
        *(b"PHP Warning  no library", b"", b"no colon\r\nand again none"),
        *(b"X A: of two words", "X-caf\u00e9: letters".encode(), b"HTTP/1.1 200 OK"),
        *(b"Notice: a line: of PHP", b"X-Spaced : before the colon"),
    ],
)
def test_headers_behind_an_odd_line_count(odd: bytes) -> None:
    """As curl and browsers read on; without it the body would not be unpacked."""
    lines = b"X-A: 1\r\n" + (odd + b"\r\n" if odd else b"") + b"X-B: 2\r\n folded\r\n"
    whole = packed("gzip", gzip.compress(BODY)).replace(b"OK\r\n", b"OK\r\n" + lines)

    with raw_server(saying(whole)) as (url, _):
        call = client_of(url).get("/x")

    assert call.headers["x-a"] == "1"
    assert call.headers["x-b"].split() == ["2", "folded"]
    assert call.json() == {"amount": "10.00"}


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(BODY)),
        ("X-GZIP", gzip.compress(BODY[:5]) + gzip.compress(BODY[5:])),
        ("deflate", zlib.compress(BODY)),
        ("deflate", raw_deflate(BODY)),
        ("gzip, gzip", gzip.compress(gzip.compress(BODY))),
        ("identity, gzip", gzip.compress(BODY)),
        ("gzip", gzip.compress(BODY) + b"\n<!-- a page's end -->"),
        ("UTF-8", BODY),
    ],
    ids=[
        *(
            "gzip",
            "two members",
            "zlib",
            "no frame",
            "twice",
            "with a word that is none",
        ),
        *("something behind", "a charset in its place"),
    ],
)
def test_a_packed_body_is_unpacked(coding: str, body: bytes) -> None:
    """Each form of gzip and deflate that servers send."""
    with raw_server(saying(packed(coding, body))) as (url, _):
        assert client_of(url).get("/x").json() == {"amount": "10.00"}


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(BODY)[:-9]),
        ("gzip", gzip.compress(BODY)[:-8] + b"\0" * 8),
        ("gzip", gzip.compress(BODY) + gzip.compress(BODY)[:-3]),
        ("deflate", zlib.compress(BODY)[:-5]),
        ("deflate", zlib.compress(BODY)[:-1] + b"x"),
    ],
    ids=["cut", "wrong checksum", "second cut", "zlib cut", "zlib checksum"],
)
def test_a_packed_body_that_ends_early_is_no_answer(coding: str, body: bytes) -> None:
    """Nor is one whose checksum does not fit: an amount may be missing from it."""
    with raw_server(saying(packed(coding, body))) as (url, _):
        client = client_of(url)

        with pytest.raises(pn.CallError, match=CUT):
            client.get("/x")
        auth = pn.ClientCredentialsAuth(
            pn.Credentials("id", "secret", client.environment)
        )
        with pytest.raises(pn.TokenError, match=CUT):
            auth.get_token()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip, gzip", gzip.compress(gzip.compress(BODY)[:-6])),
        ("identity, gzip", gzip.compress(BODY)[:-6]),
    ],
    ids=["twice", "once"],  # gzip writes the time, and workers want one name of a test
)
def test_so_is_one_with_several_codings(coding: str, body: bytes) -> None:
    """Each of them is undone to its end."""
    with (
        raw_server(saying(packed(coding, body))) as (url, _),
        pytest.raises(pn.CallError, match=CUT),
    ):
        client_of(url).get("/x")


@pytest.mark.parametrize("length", [b"-1", b"-7"])
def test_a_chunk_of_a_negative_length_is_told_as_the_answers_fault(
    length: bytes,
) -> None:
    """Nothing is read behind it, and the request was sent: its outcome is not known."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with raw_server(saying(head + length + b"\r\n" + BODY)) as (url, _):
        client = client_of(url)

        with pytest.raises(pn.CallError, match="answered with what is no HTTP"):
            client.post("/x", json={})

    assert client.history[-1].outcome == "unknown"


ENDLESS = {
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99),
    "trailers": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
        b"X: y\r\n",
    ),
    "a header": (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
    "a body": (b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", b" "),
}


def never_done(begin: bytes, more: bytes) -> Script:
    """Send *begin*, then *more* again and again."""

    def script(connection: socket.socket, over: threading.Event) -> None:
        with contextlib.suppress(OSError):  # the client went away
            connection.sendall(begin)
            while not over.wait(0.05):
                connection.sendall(more)

    return script


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_without_end_is_left(kind: str) -> None:
    """An answer is whole within three times the wait for its next bytes."""
    with raw_server(never_done(*ENDLESS[kind])) as (url, _):
        started = time.monotonic()
        with pytest.raises(pn.CallError):
            client_of(url, wait_s=0.3).get("/x")

    assert time.monotonic() - started < 5


@pytest.fixture
def debugging() -> Iterator[None]:
    """Set what people set to see what requests sends."""
    http.client.HTTPConnection.debuglevel = 1
    yield
    http.client.HTTPConnection.debuglevel = 0


@pytest.mark.parametrize("whose", ["mounted", "session"])
@pytest.mark.usefixtures("debugging")
def test_python_prints_no_secret_whatever_adapter_is_used(
    gateway: Gateway, whose: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The README's own recipe for retries mounts an adapter of requests."""
    session = requests.Session() if whose == "session" else None
    client = pn.Client(gateway.auth(session=session))
    client.session.mount("http://", requests.adapters.HTTPAdapter(max_retries=2))

    client.get("/x")

    assert capsys.readouterr().out == ""


class Counting(requests.Session):
    """A session that limits a rate, as people write them."""

    sent = 0

    def send(self, *args: object, **options: object) -> requests.Response:
        """Count, and send."""
        self.sent += 1
        return super().send(*args, **options)  # type: ignore[arg-type]


def test_a_session_s_own_send_and_query_are_used(gateway: Gateway) -> None:
    """Token and call go through it; a name of the call's takes the session's place."""
    session = Counting()
    session.params = {"api-version": "2026-01", "page": "1"}
    client = pn.Client(gateway.auth(session=session))

    client.get("/x", params={"page": 2})
    client.get("/x")

    assert session.sent == 3
    assert [r.query_string for r in gateway.api_requests] == [
        b"api-version=2026-01&page=2",
        b"api-version=2026-01&page=1",
    ]


def test_a_cookie_that_comes_with_the_token_goes_with_the_call(
    gateway: Gateway,
) -> None:
    """Load balancers lead to the server that gave the token by it; a replay, too."""
    count = iter(range(1, 9))
    token = gateway.good_token
    gateway.token = lambda request: _pinned(token(request), next(count))
    gateway.api = lambda request: answer(
        {}, 200 if "=node2" in _cookie(request) else 401
    )
    client = gateway.client()

    call = client.get("/x")

    assert [_cookie(r) for r in gateway.api_requests] == ["ROUTE=node1", "ROUTE=node2"]
    assert (call.status, call.attempt) == (200, 2)


def _pinned(response: Response, node: int) -> Response:
    response.headers["Set-Cookie"] = f"ROUTE=node{node}; Path=/"
    return response


def _cookie(request: Request) -> str:
    return request.headers.get("Cookie", "")
