"""A token endpoint that breaks off, hangs, trickles or floods."""

from __future__ import annotations

import contextlib
import gzip
import inspect
import socket
import subprocess
import sys
import threading
import time
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb.auth import token_endpoint
from tests.helpers import raw
from tests.helpers.gateway import CLIENT_ID, SECRET, Gateway
from tests.helpers.programs import TIMEOUT_S


def raw_auth(url: str, **options: Any) -> pn.ClientCredentialsAuth:
    """Make an auth whose token endpoint is a raw server."""
    environment = pn.Environment(
        name="raw", base_url=url, token_url=f"{url}/token", stage="sandbox"
    )
    credentials = pn.Credentials(CLIENT_ID, SECRET, environment)
    return pn.ClientCredentialsAuth(credentials, **options)


ASK = """
import sys, tracemalloc
import paynet_nb as pn

url = sys.argv[1]
environment = pn.Environment(
    name="raw", base_url=url, token_url=f"{url}/token", stage="sandbox"
)
auth = pn.ClientCredentialsAuth(pn.Credentials("id", "secret", environment))
tracemalloc.start()
try:
    auth.get_token()
except pn.TokenError as error:
    print(error)
print(tracemalloc.get_traced_memory()[1])
"""


def unusual(body: bytes, coding: str) -> raw.Script:
    """Script an answer in a coding, sent as far as the client reads it."""
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"

    def script(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(head.encode())
        with contextlib.suppress(OSError):
            connection.sendall(body)

    return script


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(b" " * 200_000_000, 1), "gzip"),
        (b" " * 50_000_000, "identity"),
        (b"not gzip", "gzip"),
        (b"??", "br"),
    ],
    ids=["bomb", "large", "broken", "unknown coding"],
)
def test_a_huge_or_broken_answer_is_not_unpacked(body: bytes, coding: str) -> None:
    """Memory does not grow by more than a few MB, and the error is one line."""
    with raw.raw_server(unusual(body, coding)) as (url, _):
        # In a process of its own: the servers of the tests hold buffers in this one.
        asked = subprocess.run(
            [sys.executable, "-c", ASK, url],
            capture_output=True,
            text=True,
            check=True,
            timeout=TIMEOUT_S,
        )

    message, peak = asked.stdout.splitlines()
    assert "unpacked" in message
    assert int(peak) < 5_000_000


@pytest.mark.parametrize("script", [raw.reset, raw.cut_short])
def test_a_broken_connection_is_tried_again_then_told(script: raw.Script) -> None:
    """Four attempts, then one line; all within the deadline."""
    with raw.raw_server(script) as (url, arrived):
        with pytest.raises(pn.TokenError, match="closed the connection") as caught:
            raw_auth(url, pause=lambda _: None).get_token()

        assert len(arrived) == 4
        assert caught.value.status is None


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n{}",
    ],
    ids=["SSH", "no status", "long header", "two lengths"],
)
def test_what_is_no_http_is_told_at_once(said: bytes) -> None:
    """Another service listens there: it would say the same a second time."""
    with raw.raw_server(lambda connection, _: connection.sendall(said)) as (url, seen):
        with pytest.raises(pn.TokenError, match=r"no HTTP.*host and port"):
            raw_auth(url).get_token()

        assert len(seen) == 1


def test_a_hanging_endpoint_is_not_waited_for() -> None:
    """The read time-out ends it, without another try."""
    asked = inspect.signature(pn.ClientCredentialsAuth).parameters["timeout"]
    assert asked.default == (5.0, 10.0)
    with raw.raw_server(raw.hang) as (url, arrived):
        with pytest.raises(pn.TokenError, match="did not answer in time"):
            raw_auth(url, timeout=(1, 0.3)).get_token()

        assert len(arrived) == 1


def test_an_answer_that_trickles_in_ends_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each byte comes in time, the whole never does."""
    assert token_endpoint.DEADLINE_S == 30
    monkeypatch.setattr(token_endpoint, "DEADLINE_S", 0.5)
    with raw.raw_server(raw.drip) as (url, _):
        started = time.monotonic()
        with pytest.raises(pn.TokenError, match=r"no whole answer|not answer in time"):
            raw_auth(url).get_token()

        assert time.monotonic() - started < 10  # on a busy machine


def test_nothing_listening_is_told(gateway: Gateway) -> None:
    """The error names the address, not a stack of library names."""
    url = "http://127.0.0.1:1"

    with pytest.raises(pn.TokenError, match=f"nothing listens at {url}") as caught:
        raw_auth(url, pause=lambda _: None).get_token()

    assert caught.value.__context__ is None
    assert gateway.api_requests == []
