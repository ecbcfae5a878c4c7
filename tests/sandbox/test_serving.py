from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import (
    TIMEOUT_S,
    ask_token,
    bank_list,
    port_of,
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

    assert took_s < 1
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
