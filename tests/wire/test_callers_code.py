"""Code of the caller's that raises around a request, which may have been sent."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

import paynet_nb as pn
from tests.helpers.gateway import SECRET, Gateway, answer

_RAISED: list[Callable[[], Exception]] = [
    lambda: ValueError(f"bad {SECRET}"),
    lambda: OSError(f"disk full {SECRET}"),
    lambda: FileNotFoundError(2, SECRET),
    lambda: ConnectionRefusedError(111, SECRET),
    lambda: KeyError(SECRET),
    lambda: RuntimeError(SECRET),
    lambda: requests.RequestException(SECRET),
    lambda: requests.JSONDecodeError(SECRET, "", 0),
    lambda: requests.exceptions.InvalidURL(SECRET),
    lambda: requests.exceptions.SSLError(SECRET),
    lambda: pn.ConfigurationError(SECRET),
]
_KINDS = pytest.mark.parametrize(
    "make", _RAISED, ids=lambda make: type(make()).__name__
)


def _by_hook(make: Callable[[], Exception]) -> requests.Session:
    def hook(response: requests.Response, **_: object) -> None:
        raise make()

    session = requests.Session()
    session.hooks["response"].append(hook)
    return session


def _by_adapter(make: Callable[[], Exception]) -> requests.Session:
    class Own(HTTPAdapter):
        def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
            response = super().send(request, *args, **options)
            if request.path_url != "/auth/token":
                raise make()
            return response

    session = requests.Session()
    session.mount("http://", Own())
    return session


def _by_send(make: Callable[[], Exception]) -> requests.Session:
    class Own(requests.Session):
        def send(self, request: Any, **options: Any) -> requests.Response:
            response = super().send(request, **options)
            if request.path_url != "/auth/token":
                raise make()
            return response

    return Own()


_WAYS = pytest.mark.parametrize("way", [_by_hook, _by_adapter, _by_send])
_Way = Callable[[Callable[[], Exception]], requests.Session]


@_WAYS
@_KINDS
def test_a_payment_is_unknown_where_the_callers_code_raises_behind_it(
    gateway: Gateway, way: _Way, make: Callable[[], Exception]
) -> None:
    """The server carried it out: it is in the history, sent once, never "not sent"."""
    client = pn.Client(gateway.auth(session=way(make)))

    with pytest.raises(
        pn.CallError, match=f"POST /x: {type(make()).__name__} "
    ) as told:
        client.post("/x", json={})

    kept = client.history[-1]
    assert kept == told.value.call
    assert (kept.method, kept.outcome) == ("POST", "unknown")
    assert client.history.to_frame()["outcome"].iloc[-1] == "unknown"
    assert "sent" in str(kept.error)
    assert "\n" not in str(told.value)
    assert SECRET not in f"{told.value} {vars(kept)}"
    assert told.value.__context__ is None
    assert "not before you have asked" in kept.explain().send_again
    assert len(gateway.api_requests) == 1


@_WAYS
@_KINDS
def test_a_get_has_failed_there(
    gateway: Gateway, way: _Way, make: Callable[[], Exception]
) -> None:
    """It changes nothing, and its answer was not given."""
    client = pn.Client(gateway.auth(session=way(make)))

    with pytest.raises(pn.CallError):
        client.get("/x")

    assert client.history[-1].outcome == "failed"


def test_an_answer_that_a_hook_raised_on_is_kept(gateway: Gateway) -> None:
    """Status and body were there; the hook may have read them already."""

    def hook(response: requests.Response, **_: object) -> None:
        raise KeyError(response.json()["id"])

    session = requests.Session()
    session.hooks["response"].append(hook)
    client = pn.Client(gateway.auth(session=session), history=pn.History())

    with pytest.raises(pn.CallError, match=r"once http://.* had answered; it was sent"):
        client.post("/x", json={})

    kept = client.history[-1]
    assert (kept.status, kept.json()) == (200, {"ok": True, "amount": "10.00"})
    assert kept.status_in_words.startswith("unknown, 200 OK, KeyError in a hook")


@pytest.mark.parametrize("status", [401, 500])
def test_nothing_is_sent_again_where_a_hook_raised(
    gateway: Gateway, status: int
) -> None:
    """Not even with a new token: whose error it is, is not known."""
    gateway.api = lambda _: answer({}, status)
    client = pn.Client(gateway.auth(session=_by_hook(_RAISED[0])), replay_unsafe=True)

    with pytest.raises(pn.CallError) as told:
        client.post("/x", json={})

    assert told.value.call is not None
    assert (told.value.call.status, told.value.call.outcome) == (status, "unknown")
    assert len(gateway.api_requests) == 1


def test_a_hook_of_an_auth_is_code_of_the_callers_too(gateway: Gateway) -> None:
    """As those of requests_oauthlib and the like."""

    class Own(requests.auth.AuthBase):
        def __call__(self, request: Any) -> Any:
            request.register_hook("response", self.look)
            return request

        def look(self, response: requests.Response, **_: object) -> None:
            raise ValueError

    client = pn.Client(Own(), gateway.environment)

    result = client.call_many([{"path": "/x"}] * 2, "POST", progress=False)

    assert [call.outcome for call in client.history] == ["unknown"] * 2
    assert result["outcome"].tolist() == ["unknown"] * 2
    assert result["status"].tolist() == [200] * 2
    assert all("ValueError in a hook" in error for error in result["error"])


def _read(response: requests.Response, **_: object) -> None:
    [*response.iter_content(8)]


def _close(response: requests.Response, **_: object) -> None:
    response.raw.close()


def _swap(response: requests.Response, **_: object) -> dict[str, str]:
    return {"in its": "place"}


@pytest.mark.parametrize("hook", [_read, _close, _swap])
def test_an_answer_that_a_hook_spoiled_is_no_good_one(
    gateway: Gateway, hook: Callable[..., Any]
) -> None:
    """It raises nothing, and what is left can be read by nobody."""
    client = pn.Client(None, gateway.environment)
    client.session.hooks["response"].append(hook)

    with pytest.raises(pn.CallError):
        client.post("/x", json={})

    assert client.history[-1].outcome == "unknown"


def test_a_status_of_another_server_is_not_the_answers(gateway: Gateway) -> None:
    """A hook that tells a monitor, which says no."""

    def hook(response: requests.Response, **_: object) -> None:
        if response.request.method == "POST":
            requests.get(f"{gateway.url}/monitor", timeout=9).raise_for_status()

    gateway.api = lambda request: answer({}, 200 if request.method == "POST" else 418)
    session = requests.Session()
    session.hooks["response"].append(hook)
    client = pn.Client(gateway.auth(session=session))

    with pytest.raises(pn.CallError, match="HTTPError in a hook"):
        client.post("/x", json={})

    assert client.history[-1].status == 200


@_WAYS
def test_a_batch_has_each_payment_as_unknown(gateway: Gateway, way: _Way) -> None:
    """And resuming sends none of them again."""
    client = pn.Client(gateway.auth(session=way(_RAISED[0])))

    result = client.call_many([{"path": "/x"}] * 3, "POST", progress=False)
    client.call_many(result, "POST", progress=False)

    assert result["outcome"].tolist() == ["unknown"] * 3
    assert result["sent"].all()
    assert SECRET not in result.to_json()
    assert len(gateway.api_requests) == 3


def test_a_worker_says_so_too(gateway: Gateway) -> None:
    """It has the adapter, and a ValueError is no fault of a header there either."""
    client = gateway.client()
    client.session.mount("http://", Picky())

    with ThreadPoolExecutor(1) as pool:
        client.call_many([{"path": "/x"}], "POST", executor=pool, progress=False)

    assert client.history[-1].outcome == "unknown"
    assert "ValueError in the session's send()" in str(client.history[-1].error)


class Picky(HTTPAdapter):
    """Does not like an answer; it goes to a worker pickled."""

    def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
        """Send, and raise for all but a token."""
        response = super().send(request, *args, **options)
        if request.path_url != "/auth/token":
            raise ValueError(SECRET)
        return response


@pytest.mark.parametrize("way", [_by_adapter, _by_send])
def test_a_token_request_tells_the_kind_of_the_error(
    gateway: Gateway, way: _Way
) -> None:
    """Its text and its frames have the secret; it is in the history."""

    class Own(HTTPAdapter):
        def send(self, *args: Any, **options: Any) -> requests.Response:
            raise ValueError(super().send(*args, **options).text + SECRET)

    session = way(_RAISED[0])
    session.mount("http://", Own())
    client = pn.Client(gateway.auth(session=session))

    with pytest.raises(pn.TokenError, match="no token: ValueError in the") as told:
        client.get("/x")

    (kept,) = client.history
    assert (kept.kind, kept.outcome) == ("token", "failed")
    assert "opaque-token" not in f"{told.value} {vars(kept)}"
    assert SECRET not in f"{told.value} {vars(kept)}"
    assert told.value.__context__ is None


def _client_of(url: str) -> pn.Client[None]:
    return pn.Client(
        None,
        pn.Environment(
            name="test", base_url=url, token_url=url, stage="sandbox", source="tests"
        ),
    )


def test_a_fault_of_urllib3s_is_told_as_before(gateway: Gateway) -> None:
    """An adapter of the caller's, most often for time-outs, is on the way only."""
    theirs = _by_adapter(_RAISED[0]).adapters["http://"]
    client = _client_of(gateway.url)
    client.session.mount("http://", theirs)
    client.session.cookies.set("node", "\u0416")
    other = _client_of(gateway.url.replace("http:", "https:"))
    other.session.mount("https://", theirs)
    other.session.verify = "/no/such/file"

    with pytest.raises(pn.CallError, match="cannot be sent as it is"):
        client.post("/x", json={})
    with pytest.raises(pn.CallError, match="file of certificates"):
        other.post("/x", json={})

    assert client.history[-1].outcome == other.history[-1].outcome == "failed"
    assert gateway.api_requests == []


@contextmanager
def _answering_once() -> Iterator[str]:
    """Take one request, break off, and listen no more."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        listener.close()
        with connection:
            connection.recv(65536)

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread.join()


def test_a_payment_that_an_adapter_sends_twice_is_not_refused_by_the_second() -> None:
    """The first try arrived; that nothing listens at the second says nothing of it."""
    with _answering_once() as url:
        client = _client_of(url)
        retries = Retry(2, allowed_methods=None, backoff_factor=0)
        client.session.mount("http://", HTTPAdapter(max_retries=retries))

        with pytest.raises(pn.CallError, match="may have been sent"):
            client.post("/x", json={})

    assert client.history[-1].outcome == "unknown"


def test_a_journal_tells_it_too(gateway: Gateway, tmp_path: Path) -> None:
    """It keeps the words, by which the outcome is told again."""
    history = pn.History(path=tmp_path / "calls.sqlite")
    auth = gateway.auth(session=_by_hook(_RAISED[0]))
    with pytest.raises(pn.CallError):
        pn.Client(auth, history=history).post("/x", json={})

    again = pn.History(path=tmp_path / "calls.sqlite")

    assert again[-1].outcome == "unknown"
    assert again.to_frame()["outcome"].iloc[-1] == "unknown"
    assert json.loads(again[-1].text)["ok"] is True
