"""An interrupted cell and a forked process leave the others with what they need."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from types import FrameType
from typing import Any

import pytest
from werkzeug import Request, Response

import paynet_nb as pn
from tests.helpers import raw
from tests.helpers.gateway import Gateway
from tests.helpers.programs import TIMEOUT_S


def waits(name: str) -> bool:
    """Tell whether the thread whose name begins so waits for another one's result."""
    frames = sys._current_frames()
    return any(
        frames[thread.ident].f_code.co_name == "wait"
        for thread in threading.enumerate()
        if thread.name.startswith(name) and thread.ident in frames
    )


def test_others_get_their_token_when_the_one_who_asked_is_interrupted(
    gateway: Gateway,
) -> None:
    """One of them asks in its place."""
    auth, over = gateway.auth(), threading.Event()

    def interrupt(_: Request) -> Response:
        gateway.token = gateway.good_token
        followers.append(pool.submit(auth.get_token))
        while not waits("follower"):
            time.sleep(0.01)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        over.wait(TIMEOUT_S)
        return Response("", 500)

    followers: list[Future[pn.Token]] = []
    gateway.token = interrupt
    with ThreadPoolExecutor(1, thread_name_prefix="follower") as pool:
        with pytest.raises(KeyboardInterrupt):
            auth.get_token()
        token = followers[0].result(TIMEOUT_S)
        over.set()

    assert token.access_token == "opaque-token-0002"
    assert auth.get_token() is token


def test_an_interrupt_before_the_wait_sends_no_further_request(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does whoever stopped it while the asking thread was being started."""
    auth, over, start = gateway.auth(), threading.Event(), threading.Thread.start

    def refuse(_: Request) -> Response:
        gateway.token = gateway.good_token
        over.wait(TIMEOUT_S)
        return Response("", 503)

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        if thread.name == "paynet_nb-token":
            asking.append(thread)
            signal.raise_signal(signal.SIGINT)

    asking: list[threading.Thread] = []
    gateway.token = refuse
    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        auth.get_token()
    over.set()

    asking[0].join(TIMEOUT_S)
    assert len(gateway.token_requests) == 1


def test_an_interrupted_wait_sends_no_further_request(gateway: Gateway) -> None:
    """Whoever stopped the cell does not have the secret sent once more."""
    auth, over = gateway.auth(), threading.Event()

    def interrupt(_: Request) -> Response:
        gateway.token = gateway.good_token
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        over.wait(TIMEOUT_S)
        return Response("", 503)

    gateway.token = interrupt
    with pytest.raises(KeyboardInterrupt):
        auth.get_token()
    asking = [t for t in threading.enumerate() if t.name == "paynet_nb-token"]
    over.set()

    assert asking
    for thread in asking:
        thread.join(TIMEOUT_S)
    assert len(gateway.token_requests) == 1


def test_a_second_stop_while_the_first_is_recorded_disturbs_nothing(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any line of the start of the thread that records: once, and no traceback."""
    client, wanted = pn.Client(gateway.auth()), threading.Thread.start.__code__
    places, told = set[int](), list[object]()
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    client.get("/first")

    def stop(_: Request) -> Response:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return Response("{}")

    def again(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code is not wanted or "record" not in frame.f_locals["self"].name:
            return None
        if event == "line" and frame.f_lineno not in places:
            places.add(frame.f_lineno)
            raise KeyboardInterrupt
        return again

    gateway.api = stop
    before, calls = -1, 0
    while len(places) > before:
        before, calls = len(places), calls + 1
        sys.settrace(again)
        try:
            with pytest.raises(KeyboardInterrupt):
                client.get("/stopped", label=str(calls))
        finally:
            sys.settrace(None)

    labels = [call.label for call in client.history]
    assert labels[-calls:] == [str(number + 1) for number in range(calls)]
    assert len(places) > 3
    assert told == []


def run(code: str, url: str) -> str:
    """Run *code* in a process of its own, which may fork as it likes."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, url],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


FORKS_WITH_A_CONNECTION = """
import os, sys
import paynet_nb as pn
url = sys.argv[1]
here = pn.Environment(name="x", base_url=url, token_url=url, stage="sandbox")
client = pn.Client(None, here)
client.get("/x")
child = os.fork()
if not child:
    client.get("/x")
    os._exit(0)
os.waitpid(child, 0)
"""

FORKS_WHILE_A_TOKEN_IS_ASKED_FOR = """
import os, sys, threading, time
import paynet_nb as pn
url = sys.argv[1]
here = pn.Environment(
    name="x", base_url=url, token_url=f"{url}/auth/token", stage="sandbox"
)
auth = pn.ClientCredentialsAuth(pn.Credentials("id", "secret", here))
asking = threading.Thread(target=auth.get_token)
asking.start()
while not any(t.name == "paynet_nb-token" for t in threading.enumerate()):
    time.sleep(0.01)
child = os.fork()
if not child:
    os._exit(not auth.get_token().remaining_s() > 0)
asking.join()
print(os.waitpid(child, 0)[1])
"""

FORKS_WHILE_ANOTHER_THREAD_RECORDS = """
import os, sys, threading
import paynet_nb as pn
from paynet_nb.wire import Redactor
class Recorder:
    parent, reached, over = os.getpid(), threading.Event(), threading.Event()
    def append(self, call):
        if os.getpid() == self.parent:
            self.reached.set()
            self.over.wait(60)
    def keep_out(self, secrets, redactor):
        pass
    redactor = Redactor()
url = sys.argv[1]
here = pn.Environment(
    name="x", base_url=url, token_url=f"{url}/auth/token", stage="sandbox"
)
auth = pn.ClientCredentialsAuth(pn.Credentials("id", "secret", here))
recorder = Recorder()
auth.record_in(recorder)
asking = threading.Thread(target=auth.get_token)
asking.start()
recorder.reached.wait()
child = os.fork()
if not child:
    os._exit(not auth.get_token().remaining_s() > 0)
print(os.waitpid(child, 0)[1])
recorder.over.set()
asking.join()
"""

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")


@forks
def test_a_fork_reads_no_answer_that_is_not_its_own() -> None:
    """Parent and child on one connection would get each other's answers."""
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    def keep(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(reply)
        while connection.recv(65536):
            connection.sendall(reply)

    with raw.raw_server(keep) as (url, connections):
        run(FORKS_WITH_A_CONNECTION, url)

        assert len(connections) == 2


@forks
def test_a_fork_asks_for_the_token_that_its_parent_waits_for(gateway: Gateway) -> None:
    """It has the parent's wait, but not the thread that would end it."""

    def slow(request: Request) -> Response:
        time.sleep(0.5)
        return gateway.good_token(request)

    gateway.token = slow

    assert run(FORKS_WHILE_A_TOKEN_IS_ASKED_FOR, gateway.url) == "0\n"
    assert len(gateway.token_requests) == 2


@forks
def test_a_fork_gets_a_token_while_another_thread_records(gateway: Gateway) -> None:
    """It has the parent's locks, but not the thread that would let go of them."""
    assert run(FORKS_WHILE_ANOTHER_THREAD_RECORDS, gateway.url) == "0\n"


def test_a_call_after_an_interrupt_works(gateway: Gateway) -> None:
    """Nothing is left half done."""
    auth = gateway.auth()

    def interrupt(_: Request) -> Response:
        gateway.token = gateway.good_token
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return Response("", 500)

    gateway.token = interrupt
    with pytest.raises(KeyboardInterrupt):
        auth.get_token()

    assert pn.Client(auth).get("/x").status == 200
