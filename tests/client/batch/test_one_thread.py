"""A batch in one thread: libcurl writes and reads, and all else is as for one call."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug import Request, Response

import paynet_nb as pn
from paynet_nb.wire import Transport
from tests.helpers.company import Company, company
from tests.helpers.gateway import CLIENT_ID, SECRET, Gateway, answer
from tests.helpers.raw import Script, hang, raw_server

OK = b"HTTP/1.1 200 OK\r\n"
BODY = b'{"amount": "10.00"}'
SAFE = ("GET", "HEAD")
WHOLE = OK + b"Content-Length: 19\r\n\r\n" + BODY
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n"
PACKED = gzip.compress(BODY, mtime=0)
ANSWERS = {
    "plain": WHOLE,
    "no length": OK + b"\r\n" + BODY,
    "chunks": CHUNKED + b"\r\n13\r\n" + BODY + b"\r\n0\r\nX-Trailer: 1\r\n\r\n",
    "interim": b"HTTP/1.1 103 Early\r\nLink: </s>\r\n\r\n" + WHOLE,
    "empty": b"HTTP/1.1 204 No Content\r\n\r\n",
    "no reason": b"HTTP/1.1 200\r\nContent-Length: 19\r\n\r\n" + BODY,
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\n" + BODY,
    "redirect": b"HTTP/1.1 302 X\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n",
    "twice": OK + b"X-A: 1\r\nX-A: 2\r\nContent-Length: 19\r\n\r\n" + BODY,
    "folded": OK + b"X-A: 1\r\n 2\r\nContent-Length: 19\r\n\r\n" + BODY,
    "letters": OK + b"X-A: caf\xe9\r\nContent-Length: 19\r\n\r\n" + BODY,
    "cookie": OK + b"Set-Cookie: a=b; Path=/\r\nContent-Length: 19\r\n\r\n" + BODY,
    "gzip": OK
    + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PACKED)
    + PACKED,
    "gzip, cut": OK
    + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % (len(PACKED) - 9)
    + PACKED[:-9],
    "a line of no field": OK + b"PHP Warning\r\nContent-Length: 19\r\n\r\n" + BODY,
    "cut": OK + b"Content-Length: 99\r\n\r\n" + BODY,
    "cut chunk": CHUNKED + b"\r\n20\r\n" + BODY,
    "negative chunk": CHUNKED + b"\r\n-1\r\n" + BODY,
    "HTTP as a field's name": OK + b"HTTP/x: 1\r\nContent-Length: 19\r\n\r\n" + BODY,
    "small letters": b"http/1.1 200 ok\r\nContent-Length: 19\r\n\r\n" + BODY,
    "cut head": OK,
    "no HTTP": b"SSH-2.0-OpenSSH_9\r\n",
    "nothing": b"",
}


def client_of(url: str, **options: Any) -> pn.Client:
    """Make a client without an auth for a server of bytes."""
    here = pn.Environment(
        name="raw", stage="sandbox", base_url=url, token_url=f"{url}/token"
    )
    return pn.Client(None, here, **options)


def once(whole: bytes) -> Script:
    """Send these bytes, and close."""

    def script(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(whole)

    return script


def told(call: pn.Call) -> tuple[object, ...]:
    """Give what a call says of its answer."""
    return call.status, dict(call.headers), call.body, call.error, call.outcome


@pytest.mark.parametrize("name", ANSWERS)
def test_each_answer_is_read_as_that_of_one_call(name: str) -> None:
    """Whatever a server writes, the history says the same of it."""
    with raw_server(once(ANSWERS[name])) as (url, _):
        alone, many = client_of(url), client_of(url)
        with contextlib.suppress(pn.CallError):
            alone.get("/x")
        many.call_many([{"path": "/x"}], progress=False)

    assert told(many.history[-1]) == told(alone.history[-1])


@pytest.mark.parametrize(
    "field",
    [b"Content-Encoding: gzip\r\nContent-Length: 39", b"Content-Length: 1" + b"0" * 9],
)
def test_what_a_head_tells_of_a_body_is_not_waited_for(field: bytes) -> None:
    """Its answer has the length of what a GET would have given, and no body."""
    with raw_server(once(OK + field + b"\r\n\r\n")) as (url, _):
        row = {"path": "/x", "method": "HEAD"}
        result = client_of(url).call_many([row], progress=False)

    assert list(result["outcome"]) == ["good"]


@pytest.mark.parametrize("name", ["small letters", "cut head"])
def test_a_payment_whose_answer_cannot_be_read_may_be_made(name: str) -> None:
    """Nobody says of it that the request cannot be sent, or that it failed."""
    with raw_server(once(ANSWERS[name])) as (url, arrived):
        row = {"path": "/x", "method": "POST", "json": {"n": 1}}
        result = client_of(url).call_many([row], progress=False)

    assert len(arrived) == 1
    assert list(result["outcome"]) == ["unknown"]
    assert "no HTTP, or broken" in result["error"][0]


def test_an_odd_line_costs_no_call_but_the_first() -> None:
    """What libcurl cannot read is read by Python from then on."""
    whole = ANSWERS["a line of no field"]
    with raw_server(once(whole)) as (url, arrived):
        client = client_of(url)
        rows = [{"path": "/x", "method": "POST", "json": {"n": n}} for n in range(3)]
        result = client.call_many(rows, workers=1, progress=False, replay_unsafe=True)

    assert list(result["status"].isna()) == [True, False, False]
    assert len(arrived) == 3
    assert "no HTTP, or broken" in result["error"][0]


def test_what_python_reads_is_sent_at_once() -> None:
    """Nothing is under way that was not sent: whoever stops would send it behind it."""
    together = threading.Barrier(4)

    def script(connection: socket.socket, _over: threading.Event) -> None:
        together.wait(20)
        connection.sendall(WHOLE.removesuffix(BODY))

    with raw_server(script) as (url, _):
        # With a body, libcurl would not send it.
        rows = [{"path": "/x", "method": "HEAD", "json": {}}] * 4
        result = client_of(url).call_many(rows, workers=4, progress=False)

    assert list(result["status"]) == [200] * 4


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "GET", "HEAD"])
@pytest.mark.parametrize("body", [{"amount": "10.00"}, None], ids=["body", "no body"])
def test_nothing_is_sent_twice_for_one_record(
    method: str, body: dict[str, str] | None
) -> None:
    """Not even where a kept connection breaks off before the answer."""
    seen: list[bytes] = []
    head = WHOLE.removesuffix(BODY)

    def script(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(head if method == "HEAD" else WHOLE)
        connection.settimeout(5)
        with contextlib.suppress(TimeoutError):
            seen.append(connection.recv(65536))  # and no answer to it

    with raw_server(script) as (url, arrived):
        row, client = {"path": "/x", "method": method, "json": body}, client_of(url)
        result = client.call_many(
            [row, row], workers=1, progress=False, replay_unsafe=True
        )

    sent = len(arrived) + len([one for one in seen if one])
    assert sent == 2 == len(client.history)
    assert result["status"][0] == 200
    assert result["outcome"][1] == ("failed" if method in SAFE else "unknown")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_server_that_closes_what_it_keeps_costs_a_call_or_two(method: str) -> None:
    """A kept connection is looked at before it is used, and then no more is kept."""
    with raw_server(once(WHOLE)) as (url, arrived):
        rows = [{"path": "/x", "method": method}] * 60
        result = client_of(url).call_many(rows, workers=2, progress=False)

    assert list(result["outcome"]).count("good") == len(arrived) >= 58


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_second_request_that_is_not_answered_was_sent(method: str) -> None:
    """By a connection that was there before; nobody says "could not be reached"."""

    def script(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(WHOLE)
        hang(connection, over)

    with raw_server(script) as (url, _):
        result = client_of(url, timeout=(5.0, 0.3)).call_many(
            [{"path": "/x", "method": method}] * 2, workers=1, progress=False
        )

    assert result["error"][1] == f"{url} was reached but did not answer in time"


def test_a_server_that_says_nothing_is_left_in_time() -> None:
    """The time limit is that of one call, and the words are the same."""
    with raw_server(hang) as (url, _):
        started = time.monotonic()
        result = client_of(url, timeout=(5.0, 0.3)).call_many(
            [{"path": "/x"}] * 4, workers=4, progress=False
        )

    assert time.monotonic() - started < 10
    assert set(result["error"]) == {f"{url} was reached but did not answer in time"}


def test_an_answer_without_end_is_left() -> None:
    """An answer is whole within three times the wait for its next bytes."""

    def script(connection: socket.socket, over: threading.Event) -> None:
        with contextlib.suppress(OSError):  # the client went away
            connection.sendall(OK + b"Content-Length: 999999\r\n\r\n")
            while not over.wait(0.05):
                connection.sendall(b" ")

    with raw_server(script) as (url, _):
        result = client_of(url, timeout=(5.0, 0.3)).call_many(
            [{"path": "/x"}], progress=False
        )

    assert result["error"][0] == f"{url} was reached but did not answer in time"


def test_all_workers_wait_at_once_in_one_thread(gateway: Gateway) -> None:
    """So many calls are under way as there are workers."""
    together = threading.Barrier(20)
    threads: set[str] = set()

    def api(_: Request) -> Response:
        together.wait(30)
        threads.update(one.name for one in threading.enumerate())
        return answer({})

    gateway.api = api
    rows = [{"path": f"/{n}"} for n in range(20)]
    result = gateway.client().call_many(rows, workers=20, progress=False)

    assert list(result["status"]) == [200] * 20
    assert len([name for name in threads if name.startswith("call_many")]) <= 2


def test_what_ends_one_call_ends_no_other(gateway: Gateway) -> None:
    """Not even what is no Exception, of a history of the user's; as in threads."""

    class Ending(pn.History):
        def append(self, call: pn.Call) -> None:
            super().append(call)
            if call.label == "last":
                raise SystemExit

    client = pn.Client(None, gateway.environment, history=Ending())
    rows = [{"path": "/x", "label": label} for label in ("", "last", "", "")]
    result = client.call_many(rows, workers=2, progress=False)

    assert list(result["status"].isna()) == [False, True, False, False]
    assert list(result["sent"]) == [True] * 4


@pytest.mark.parametrize(
    "own",
    [requests.Session(), type("Own", (requests.Session,), {})()],
    ids=["adapters", "kind"],
)
def test_a_session_of_the_users_keeps_its_threads(
    gateway: Gateway, own: requests.Session
) -> None:
    """What it does with a request is its own matter."""
    assert Transport(own).cooperative(gateway.url) is None
    assert Transport().cooperative(gateway.url) is not None


def test_a_folder_of_authorities_is_all_that_is_trusted(tmp_path: Path) -> None:
    """Beside it, libcurl would trust those of this machine."""
    url = "https://gateway.example/"
    assert Transport(verify=str(tmp_path)).cooperative(url) is None
    assert Transport().cooperative(url) is not None


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\0"])
def test_no_header_begins_another_one(gateway: Gateway, break_: str) -> None:
    """It is told, and not quoted; nothing is sent."""
    client = pn.Client(None, gateway.environment)
    client.session.headers["X-Key"] = f"{SECRET}{break_}X-Other: 1"

    result = client.call_many([{"path": "/x"}], progress=False)

    assert gateway.api_requests == []
    assert "look at the headers" in result["error"][0]
    assert SECRET not in result["error"][0]


def test_what_arrives_is_what_one_call_sends(gateway: Gateway) -> None:
    """The same method, path, query, headers and body, byte for byte."""
    client = gateway.client()
    client.session.headers.update({"X-Empty": "", "X-Latin": "caf\xe9"})
    rows: list[dict[str, Any]] = [
        {"path": "/a/../b%2F%7e?q=%41&x&y=", "method": "GET"},
        {"path": "/a?", "method": "DELETE"},
        {"path": "/a", "method": "PUT", "json": {"amount": "10.00"}},
        {"path": "/a", "method": "POST", "headers": {"Content-Type": "text/plain"}},
        {"path": "/a", "method": "HEAD"},
    ]
    for row in rows:
        client.call(**row)
    client.call_many(rows, workers=1, progress=False, replay_unsafe=True)

    seen = [
        (one.method, one.environ["REQUEST_URI"], {*one.headers.items()}, one.data)
        for one in gateway.api_requests
    ]
    assert len(seen) == 10
    assert seen[5:] == seen[:5]


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A gateway behind TLS of a company's authority."""
    with company(tmp_path_factory.mktemp("company")) as made:
        yield made


@pytest.mark.parametrize(
    ("authority", "said"),
    [
        ("ca.pem", None),
        ("stranger.pem", "is not trusted here"),
        ("none.pem", "a file of certificates"),
    ],
)
def test_tls_is_checked_as_for_one_call(
    net: Company, gateway: Gateway, authority: str, said: str | None
) -> None:
    """By the authorities that requests would take, and told in the same words."""
    here = pn.Environment(
        name="company",
        base_url=Gateway(net.server).url,
        token_url=gateway.environment.token_url,
        stage="sandbox",
    )
    credentials = pn.Credentials(CLIENT_ID, SECRET, here)
    verify = net.ca.replace("ca.pem", authority)
    auth = pn.ClientCredentialsAuth(credentials)
    auth.get_token()
    auth.transport.verify = verify
    client = pn.Client(auth)

    with contextlib.suppress(pn.CallError):
        client.get("/x")
    client.call_many([{"path": "/x"}], progress=False)

    alone, many = [call.error for call in client.history if call.kind == "call"]
    assert many == alone
    assert said is None or said in str(many)
    assert (many is None) == (said is None)
