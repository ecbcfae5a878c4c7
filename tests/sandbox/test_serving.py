from __future__ import annotations

import http.client
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
import requests
from waitress.adjustments import Adjustments
from werkzeug import Request
from werkzeug.test import create_environ

from paynet_nb.sandbox import Sandbox, faults
from paynet_nb.sandbox.asked import Asked
from paynet_nb.sandbox.scenarios import NORMAL
from paynet_nb.sandbox.server import LEAVE, RESET, Channel
from tests.sandbox.helpers import (
    TIMEOUT_S,
    ask_token,
    bank_list,
    outcome,
    payment_status,
    port_of,
    token_form,
    token_of,
    until,
)


def test_stop_waits_for_no_hanging_request() -> None:
    """A request that would never be answered ends when the sandbox stops."""
    box = Sandbox(scenario="token-hang")
    with ThreadPoolExecutor(8) as pool:
        hanging = [pool.submit(ask_token, box) for _ in range(8)]
        until(lambda: len(box.requests) == 8)
        start = time.perf_counter()
        box.stop()
        took_s = time.perf_counter() - start

    assert took_s < 10  # on a busy machine; the requests would hang for ever
    for waiting in hanging:
        assert isinstance(waiting.exception(), requests.ConnectionError)


def test_two_sandboxes_know_nothing_of_each_other(box: Sandbox) -> None:
    """A token of one is worth nothing at another."""
    with Sandbox() as other:
        token = token_of(box)

        assert bank_list(box, token).status_code == 200
        assert bank_list(other, token).status_code == 401
        assert ask_token(other).status_code == 200
        assert box.credentials.client_id != other.credentials.client_id


def test_a_connection_is_kept_alive(box: Sandbox) -> None:
    """Many requests go over one connection (HTTP/1.1)."""
    connection = http.client.HTTPConnection("127.0.0.1", port_of(box), TIMEOUT_S)
    connection.connect()
    own_port = connection.sock.getsockname()

    for _ in range(3):
        connection.request("GET", "/.well-known/jwks.json")
        answer = connection.getresponse()

        assert (answer.status, answer.version) == (200, 11)
        assert answer.read()
        assert connection.sock.getsockname() == own_port
    connection.close()


def test_64_requests_are_in_flight_together() -> None:
    """64 requests that wait have all been taken before any of them is answered."""
    box = Sandbox(scenario="token-hang")
    with ThreadPoolExecutor(64) as pool:
        waiting = [pool.submit(ask_token, box) for _ in range(64)]
        until(lambda: len(box.requests) == 64)
        answered = [request for request in waiting if request.done()]
        box.stop()

    assert answered == []


def test_few_threads_are_at_rest_before_and_after_many_that_wait() -> None:
    """A thread more for each that waits, which ends when that has been answered."""
    before = threading.active_count()
    with Sandbox() as box, ThreadPoolExecutor(40) as pool:
        at_rest = threading.active_count() - before
        with box.scenario("token-slow"):
            asked = [pool.submit(ask_token, box) for _ in range(40)]
            until(lambda: len(box.requests) == 40)
        assert {one.result().status_code for one in asked} == {200}
        pool.shutdown()
        until(lambda: threading.active_count() - before == at_rest)

    assert at_rest <= 16


@pytest.mark.parametrize(
    "host",
    [
        *("gateway.test", "host.docker.internal:8000", "localhost.evil.test", ""),
        *(
            "[",
            "a b",
            "localhost:99999",
            "localhost:x",
            "user@localhost",
            "localhost/x",
        ),
    ],
)
def test_a_foreign_host_is_refused_in_one_line(
    common: Sandbox, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A name that another machine could have; the answer says what to call it."""
    for method, path in (("POST", "/auth/token"), ("GET", "/.well-known/jwks.json")):
        answer = requests.request(
            method,
            common.url + path,
            data=token_form(common),
            headers={"Host": host},
            timeout=TIMEOUT_S,
        )

        assert outcome(answer) == (421, "RJCT", "API.001")
        told = answer.json()["header"]["status"]["description"]
        assert "127.0.0.1 or localhost" in told
    assert not caplog.records


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "127.0.0.2:9", "[::1]:8"]
)
def test_a_port_that_is_forwarded_keeps_working(common: Sandbox, host: str) -> None:
    """Each name that can only mean this machine is its own, with any port."""
    answer = requests.post(
        common.environment.token_url,
        data=token_form(common),
        headers={"Host": host},
        timeout=TIMEOUT_S,
    )

    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        *("/merchants//v1/payments/lists/bank", "/v1//picasso-guard/auth/token"),
        *("/.well-known//jwks.json", "/RPP//MY/Redirect/RTP"),
    ],
)
def test_a_path_with_an_empty_step_is_no_page(
    common: Sandbox, method: str, path: str
) -> None:
    """It is unknown, in the gateway's own words, and leads nowhere else."""
    told = requests.request(
        method, common.url + path, allow_redirects=False, timeout=TIMEOUT_S
    )

    assert outcome(told) == (404, "RJCT", "API.001")


def test_http_1_0_needs_no_host(common: Sandbox) -> None:
    """Its requests name none (RFC 1945)."""
    body = urlencode(token_form(common)).encode()
    head = (
        "POST /auth/token HTTP/1.0\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port_of(common))) as connection:
        connection.sendall(head.encode() + body)
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.0 200 OK")


def test_a_client_that_has_gone_is_no_error_of_the_gateway() -> None:
    """Its connection may be closed when a fault wants to cut it."""
    gone, other = socket.socketpair()
    gone.close()
    other.close()

    def cut() -> None:
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"")

    ways = {RESET: cut, LEAVE: gone.close}
    request = Request(create_environ(environ_overrides=ways))
    asked = Asked(request, datetime.now(UTC), NORMAL)
    answer = faults.reset(asked, threading.Event())

    assert not isinstance(answer.content, bytes)  # one that never comes


def test_a_malfunction_is_answered_and_remembered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """In the family's shape, without a trace of the program; that is in the log."""
    payment = "20260102M0000001861OBW00000001"
    with Sandbox() as first:
        state = first.state()
    state["tables"]["payments"] = {payment: {}}  # as no sandbox writes it
    with Sandbox(state=state) as box:
        answer = payment_status(box, payment)
        seen = box.requests[-1]

    assert outcome(answer) == (500, "RJCT", "U901")
    assert (seen.status, seen.codes.reason) == (500, "U901")
    assert "KeyError" in caplog.text


def test_a_broken_request_whose_client_left_can_be_named() -> None:
    """Waitress logs its path, and fails where it has none."""
    request = Channel.parser_class(Adjustments())
    request.received(b"\x00 broken\r\n\r\n")

    assert request.error
    assert request.path == ""
