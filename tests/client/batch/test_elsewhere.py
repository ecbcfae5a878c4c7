"""`client.call_many(executor=)`: what goes to other processes, what comes back."""

from __future__ import annotations

import multiprocessing
import pickle
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any

import cloudpickle
import pytest
import requests

import paynet_nb as pn
from tests.helpers import raw
from tests.helpers.company import Company, company
from tests.helpers.gateway import SECRET, Gateway

ROWS = [{"id": f"{n:03}"} for n in range(40)]


class Listening(Executor):
    """Pickle what goes to a worker and what comes back, as a network would."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.back: list[bytes] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do the work here, from the bytes alone."""
        self.sent.append(cloudpickle.dumps((fn, args, kwargs)))
        work, its_args, its_kwargs = pickle.loads(self.sent[-1])  # noqa: S301  # made here
        self.back.append(pickle.dumps(work(*its_args, **its_kwargs)))
        future: Future[Any] = Future()
        future.set_result(pickle.loads(self.back[-1]))  # noqa: S301
        return future


def halves(text: str) -> tuple[bytes, bytes]:
    """Cut a text in two, so that to look for it does not put it there."""
    return text[: len(text) // 2].encode(), text[len(text) // 2 :].encode()


def test_nothing_that_is_pickled_holds_the_secret(gateway: Gateway) -> None:
    """What goes there has the token, what comes back has not even that."""
    wire = Listening()

    result = gateway.client().call_many(
        ROWS, "PUT", "/{id}", json={"id": "{id}"}, executor=wire, progress=False
    )

    assert result["status"].eq(200).all()
    assert len(wire.sent) == len(wire.back) == 40
    assert all(b"opaque-token-0001" in sent for sent in wire.sent)
    assert not any(b"opaque-token-0001" in back for back in wire.back)
    for part in halves(SECRET):
        assert not any(part in each for each in wire.sent + wire.back)


def test_a_job_shows_nothing_and_equal_calls_are_two_jobs(gateway: Gateway) -> None:
    """Dask prints arguments in its logs, and does what is equal only once."""
    wire = Listening()
    gateway.client().call_many([{"path": "/x"}] * 3, executor=wire, progress=False)

    jobs = [pickle.loads(sent)[1][0] for sent in wire.sent]  # noqa: S301
    assert "opaque-token" not in repr(jobs)
    assert len({job.name for job in jobs}) == 3


def test_a_worker_keeps_its_connection_from_job_to_job() -> None:
    """A new one for each call, with its TLS handshake, would take longer than it."""
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    def keep(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(reply)
        while connection.recv(65536):
            connection.sendall(reply)

    with raw.raw_server(keep) as (url, connections):
        here = pn.Environment(name="x", base_url=url, token_url=url, stage="sandbox")
        result = pn.Client(None, here).call_many(
            ROWS, path="/{id}", executor=Listening(), workers=1, progress=False
        )

        assert result["status"].eq(200).all()
        assert len(connections) == 1


def test_processes_of_the_standard_library_serve(gateway: Gateway) -> None:
    """Spawned, so that they do not begin as a copy of this process's memory."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        result = gateway.client().call_many(
            ROWS[:6], path="/{id}", executor=pool, workers=2, progress=False
        )

    assert result["status"].eq(200).all()


@pytest.mark.parametrize(
    "setting", ["verify", "REQUESTS_CA_BUNDLE", "session", "nothing"]
)
def test_tls_settings_hold_there(
    gateway: Gateway,
    tls: Company,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
) -> None:
    """A CA file named here is used there; without one the answer is not trusted."""
    behind = Gateway(tls.server)
    environment = pn.Environment(
        name="company",
        base_url=behind.url,
        token_url=gateway.environment.token_url,
        stage="sandbox",
    )
    session = requests.Session()
    options: dict[str, Any] = {"session": session}
    if setting == "verify":
        options["verify"] = tls.ca
    elif setting == "session":
        session.verify = tls.ca
    elif setting != "nothing":
        monkeypatch.setenv(setting, tls.ca)
    credentials = pn.Credentials("id", "secret-canary", environment)
    client = pn.Client(pn.ClientCredentialsAuth(credentials, **options))
    wire = Listening()
    monkeypatched = _without_variables(wire.submit, monkeypatch)
    monkeypatch.setattr(wire, "submit", monkeypatched)

    result = client.call_many([{"path": "/x"}], executor=wire, progress=False)

    if setting == "nothing":
        assert "is not trusted here" in result["error"].iloc[0]
    else:
        assert result["status"].to_list() == [200], result["error"].iloc[0]


def _without_variables(
    submit: Callable[..., Future[Any]], patch: pytest.MonkeyPatch
) -> Callable[..., Future[Any]]:
    """Let the worker be on a machine where no variable is set."""

    def submit_there(*args: Any) -> Future[Any]:
        with patch.context() as there:
            there.delenv("REQUESTS_CA_BUNDLE", raising=False)
            return submit(*args)

    return submit_there


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Serve TLS of a company's own authority."""
    with company(tmp_path_factory.mktemp("tls")) as running:
        yield running


def test_no_answer_there_is_told_in_the_words_of_here() -> None:
    """Without the exception, which would carry the request with the token."""
    environment = pn.Environment(
        name="gone", base_url="http://127.0.0.1:9", token_url="http://127.0.0.1:9/t",
        stage="sandbox",
    )  # fmt: skip
    client, wire = pn.Client(None, environment), Listening()

    result = client.call_many([{"path": "/x"}], executor=wire, progress=False)

    assert "connection refused" in result["error"].iloc[0]
    assert client.history[-1].error == result["error"].iloc[0]


def test_a_header_that_cannot_be_sent_raises_nothing_there(gateway: Gateway) -> None:
    """Dask logs what a job raises, and requests would quote the value."""
    client, wire = pn.Client(None, gateway.environment), Listening()
    client.session.headers["X-Key"] = "canary\nX-Other: 1"

    result = client.call_many([{"path": "/x"}], executor=wire, progress=False)

    assert "cannot be sent as it is" in result["error"].iloc[0]
    assert len(wire.back) == 1
    assert gateway.api_requests == []


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_an_executor_may_do_twice_is_only_what_may_be_done_twice(
    gateway: Gateway, method: str
) -> None:
    """Dask sends the request of a worker that died again; a payment is not asked to."""
    client, rows = gateway.client(), [{"path": "/x"}, {"path": "/y", "method": method}]
    with pytest.raises(pn.RefusedError, match=f"row 1: .* may send a {method} twice"):
        client.call_many(rows, executor=Listening(), progress=False)
    assert gateway.token_requests + gateway.api_requests == []

    for of_client, of_call in ((True, False), (False, True)):
        result = gateway.client(replay_unsafe=of_client).call_many(
            rows, executor=Listening(), progress=False, replay_unsafe=of_call
        )
        assert result["status"].eq(200).all()
