"""What people do with the objects: pickle, interrupt, paste a token, plain calls."""

from __future__ import annotations

import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
import requests
from werkzeug import Request, Response

import paynet_nb as pn
from tests.helpers.gateway import CLIENT_ID, Gateway, answer
from tests.helpers.places import betrayed, shown_by_client, shown_by_error, texts

SECRET = "secretAlpha/+secretOmega"
TOKEN = "tokenAlpha-tokenOmega"


@pytest.fixture
def client(gateway: Gateway) -> pn.Client:
    """Make a client that holds a token and has made a call."""
    gateway.token = lambda _: answer(gateway.token_body(access_token=TOKEN))
    credentials = pn.Credentials(CLIENT_ID, SECRET, gateway.environment)
    client = pn.Client(pn.ClientCredentialsAuth(credentials))
    client.get("/x")
    return client


def auth_of(client: pn.Client) -> pn.ClientCredentialsAuth:
    """Give a client's auth by its own type."""
    assert isinstance(client.auth, pn.ClientCredentialsAuth)
    return client.auth


HOLDERS: dict[str, Callable[[pn.Client], Any]] = {
    "client": lambda client: client,
    "auth": lambda client: client.auth,
    "credentials": lambda client: auth_of(client).credentials,
    "token": lambda client: auth_of(client).get_token(),
    "redactor": lambda client: auth_of(client).redactor,
}


@pytest.mark.parametrize("name", HOLDERS)
def test_what_holds_a_secret_is_not_pickled(client: pn.Client, name: str) -> None:
    """The error says so, and betrays nothing itself."""
    with pytest.raises((pn.CredentialsError, TypeError)) as caught:
        pickle.dumps(HOLDERS[name](client))

    assert betrayed(shown_by_error(caught.value), SECRET, TOKEN) == []


def test_calls_and_history_are_pickled_and_come_back_clean(client: pn.Client) -> None:
    """A batch on processes sends calls home in that way."""
    pickled = pickle.dumps([client.history, *client.history])
    history, *calls = pickle.loads(pickled)  # noqa: S301  # made two lines above

    assert calls == list(history) == list(client.history)
    assert betrayed({"pickle": repr(pickled)}, SECRET, TOKEN) == []


@pytest.fixture
def interrupt(gateway: Gateway) -> Iterator[Callable[[Request], Response]]:
    """Interrupt the cell, as Jupyter's stop button does, in place of an answer."""
    over = threading.Event()

    def handler(_: Request) -> Response:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        over.wait(10)
        return answer({})

    yield handler
    over.set()


@pytest.mark.parametrize("stage", ["token", "call"])
def test_an_interrupted_cell_shows_no_headers(
    client: pn.Client,
    gateway: Gateway,
    interrupt: Callable[[Request], Response],
    stage: str,
) -> None:
    """The library frames of a call that hangs hold them, and Verbose prints locals."""
    gateway.token = gateway.api = interrupt
    if stage == "token":
        auth_of(client).forget()

    with pytest.raises(KeyboardInterrupt) as caught:
        client.get("/x")

    places = shown_by_error(caught.value) | shown_by_client(client)
    assert betrayed(places, SECRET, TOKEN) == []


def test_an_interrupted_call_is_in_the_history(
    client: pn.Client, gateway: Gateway, interrupt: Callable[[Request], Response]
) -> None:
    """Whether a payment was sent must be known also after Ctrl-C."""
    gateway.api = interrupt

    with pytest.raises(KeyboardInterrupt):
        client.post("/x", json={}, label="pay")

    last = client.history[-1]
    assert (last.method, last.status, last.label) == ("POST", None, "pay")
    assert "interrupted" in str(last.error)


@pytest.mark.parametrize(
    "pasted", [f"Bearer {TOKEN}\n", f"\tBearer {TOKEN} ", f"bearer {TOKEN}\r\n"]
)
def test_a_pasted_token_with_white_space_around_is_sent_and_masked(
    client: pn.Client, gateway: Gateway, pasted: str
) -> None:
    """requests quotes such a header in its error."""
    call = client.get("/x", headers={"Authorization": pasted})

    assert gateway.api_requests[-1].headers["Authorization"].endswith(f" {TOKEN}")
    assert call.token == client.history[1].token
    assert betrayed(shown_by_client(client), TOKEN) == []


def test_a_pasted_token_is_masked_where_the_server_repeats_it(
    client: pn.Client, gateway: Gateway
) -> None:
    """No auth knows it, so the call itself has to."""
    pasted = "pastedAlpha-pastedOmega"
    gateway.api = lambda request: answer(
        {"you sent": request.headers["Authorization"][7:]}
    )

    call = client.get("/x", headers={"Authorization": f"Bearer {pasted}"})

    assert call.token is not None
    assert call.token in call.text
    assert betrayed(shown_by_client(client), pasted) == []


@pytest.mark.parametrize("scheme", ["", "Token ", "Bearer\t", "Basic "])
def test_a_pasted_credential_of_any_scheme_is_masked_where_it_is_repeated(
    client: pn.Client, gateway: Gateway, scheme: str
) -> None:
    """Bearer is not the only one that people paste."""
    pasted = "pastedAlpha-pastedOmega"
    gateway.api = lambda request: answer(
        {"you sent": request.headers["Authorization"].removeprefix(scheme)}
    )

    call = client.get("/x", headers={"Authorization": f"{scheme}{pasted}"})

    assert call.json() == {"you sent": "[redacted]"}
    assert betrayed(shown_by_client(client), pasted) == []


def test_who_changes_the_headers_of_one_call_changes_no_other(
    client: pn.Client,
) -> None:
    """Calls of equal headers are redacted once, but each has its own."""
    first, second = client.get("/x"), client.get("/x")
    cast("dict[str, str]", first.request_headers)["X-Mine"] = "1"

    assert "X-Mine" not in second.request_headers
    assert "X-Mine" not in client.get("/x").request_headers


def test_a_pasted_token_with_a_line_break_inside_is_not_quoted(
    client: pn.Client, gateway: Gateway
) -> None:
    """Neither in the message nor in what the error holds."""
    with pytest.raises(pn.RefusedError) as caught:
        client.get("/x", headers={"Authorization": f"Bearer {TOKEN}\n{TOKEN}"})

    places = {"message": str(caught.value), "insides": "".join(texts(caught.value))}
    assert betrayed(places, TOKEN) == []
    assert len(gateway.api_requests) == 1


def test_a_plain_call_of_requests_without_a_token_shows_nothing(
    gateway: Gateway,
) -> None:
    """The TokenError passes through the frames of requests."""
    gateway.token = lambda _: answer({"error": "invalid_client"}, 401)
    credentials = pn.Credentials(CLIENT_ID, SECRET, gateway.environment)
    auth = pn.ClientCredentialsAuth(credentials)

    with pytest.raises(pn.TokenError) as caught:
        requests.get(f"{gateway.url}/x", auth=auth, timeout=5)

    assert betrayed(shown_by_error(caught.value), SECRET) == []


def test_a_plain_call_of_requests_after_a_401_shows_nothing(
    client: pn.Client, gateway: Gateway
) -> None:
    """Not even the token that the 401 was about."""
    gateway.api = lambda _: answer({}, 401)
    gateway.token = lambda _: answer({"error": "invalid_client"}, 401)

    with pytest.raises(pn.TokenError) as caught:
        requests.get(f"{gateway.url}/x", auth=auth_of(client), timeout=5)

    assert betrayed(shown_by_error(caught.value), SECRET, TOKEN) == []


class Disk(pn.History):
    """A history that cannot be written to once it is full."""

    full = False

    def append(self, call: pn.Call) -> None:
        """Fail as a file does."""
        if self.full:
            raise OSError(28, "no space left on device")
        super().append(call)


@pytest.mark.parametrize("stage", ["token", "call"])
def test_a_history_that_fails_shows_nothing(client: pn.Client, stage: str) -> None:
    """Its error passes through frames that have just used secret or token."""
    disk = Disk()
    failing = pn.Client(auth_of(client), history=disk)
    disk.full = True
    if stage == "token":
        auth_of(client).forget()

    with pytest.raises((OSError, pn.TokenError)) as caught:
        failing.get("/x")

    assert betrayed(shown_by_error(caught.value), SECRET, TOKEN) == []
