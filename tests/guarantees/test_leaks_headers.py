"""A credential typed as a header is in no frame of ours that a traceback shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

import paynet_nb as pn
from tests.helpers.gateway import CLIENT_ID, SECRET, Gateway, answer
from tests.helpers.places import betrayed, shown_by_error
from tests.helpers.raw import raw_server, reset

TOKEN = "typedAlpha-typedOmega"
TYPED = {"Authorization": f"Bearer {TOKEN}", "X-Any": "1"}


@pytest.fixture
def client(gateway: Gateway) -> pn.Client:
    """Make a client that takes the gateway for production, without an auth."""
    here = gateway.environment
    environment = pn.Environment(
        name="prod",
        stage="production",
        base_url=here.base_url,
        token_url=here.token_url,
    )
    return pn.Client(None, environment)


FAILS: dict[str, Callable[[pn.Client], object]] = {
    "another origin": lambda x: x.get("https://example.my/x", headers=TYPED),
    "a locked POST": lambda x: x.post("/x", headers=TYPED),
    "a locked PUT": lambda x: x.put("/x", headers=TYPED),
    "a locked PATCH": lambda x: x.patch("/x", headers=TYPED),
    "a locked DELETE": lambda x: x.delete("/x", headers=TYPED),
    "no path": lambda x: x.call("GET", 5, headers=TYPED),  # type: ignore[arg-type]
    "no query": lambda x: x.get("/x", params=5, headers=TYPED),  # type: ignore[arg-type]
    "a line break": lambda x: x.get("/x", headers={**TYPED, "X-Any": "a\nb"}),
    "one inside of it": lambda x: x.get("/x", headers={"X-Key": f"{TOKEN}\n{TOKEN}"}),
    "it is the name": lambda x: x.get("/x", headers={f"Bearer {TOKEN}": "x"}),
    "pairs": lambda x: x.get("/x", headers=[*TYPED.items()]),  # type: ignore[arg-type]
    "a text": lambda x: x.put("/x", headers=str(TYPED)),  # type: ignore[arg-type]
    "a batch's path": lambda x: x.call_many([{"a": 1.5}], path="/{a}", headers=TYPED),
    "a batch's POST": lambda x: x.call_many([{"path": "/x"}], "POST", headers=TYPED),
    "a batch's header": lambda x: x.call_many(
        [{"path": "/x", "a": 1.5}], headers={"Authorization": f"Bearer {TOKEN} {{a}}"}
    ),
}


class Full(pn.History):
    """A history that takes nothing."""

    def append(self, call: pn.Call) -> None:
        """Fail as a file does."""
        raise OSError(28, "no space left on device")


@pytest.mark.parametrize("name", FAILS)
def test_what_is_refused_shows_no_header(client: pn.Client, name: str) -> None:
    """Not even after `%xmode Verbose`, which prints all local names."""
    with pytest.raises(pn.PaynetError) as caught:
        FAILS[name](client)

    assert betrayed(shown_by_error(caught.value), TOKEN) == []


def test_no_answer_shows_no_header() -> None:
    """The frames of a call that was made hold it, too."""
    url = "http://127.0.0.1:9"
    gone = pn.Environment(name="gone", base_url=url, token_url=url, stage="sandbox")

    with pytest.raises(pn.CallError) as caught:
        pn.Client(None, gone).get("/x", headers=TYPED)

    assert betrayed(shown_by_error(caught.value), TOKEN) == []


def test_a_history_that_fails_shows_no_header(gateway: Gateway) -> None:
    """It fails in the frame where the request was answered."""
    client = pn.Client(None, gateway.environment, history=Full())

    with pytest.raises(OSError, match="no space left") as caught:
        client.get("/x", headers=TYPED)

    assert betrayed(shown_by_error(caught.value), TOKEN) == []


def test_headers_of_the_session_are_not_shown(gateway: Gateway) -> None:
    """Who writes a credential there has it in no frame of ours."""
    client = pn.Client(None, gateway.environment)
    client.session.headers.update(TYPED)
    headers: dict[str, Any] = {"X-Any": "a\nb"}

    with pytest.raises(pn.RefusedError) as caught:
        client.get("/x", headers=headers)

    assert betrayed(shown_by_error(caught.value), TOKEN) == []


def test_a_plain_call_of_requests_that_fails_shows_no_token(gateway: Gateway) -> None:
    """Frames of requests and urllib3 have all headers among their local names."""
    gateway.token = lambda _: answer(gateway.token_body(access_token=TOKEN))
    token_url = gateway.environment.token_url

    with raw_server(reset) as (url, arrived):
        there = pn.Environment(
            name="there", base_url=url, token_url=token_url, stage="sandbox"
        )
        credentials = pn.Credentials(CLIENT_ID, SECRET, there)
        auth = pn.ClientCredentialsAuth(credentials)
        with pytest.raises(requests.ConnectionError) as caught:
            requests.get(f"{url}/x", auth=auth, timeout=5)

    assert TOKEN.encode() in arrived[0]
    shown = shown_by_error(caught.value)
    # What requests raises has the request for an attribute, on purpose.
    del shown["attributes of the error"]
    assert betrayed(shown, TOKEN) == []


def test_the_headers_of_a_plain_call_can_be_looked_at(gateway: Gateway) -> None:
    """A notebook keeps what a cell shows."""
    gateway.token = lambda _: answer(gateway.token_body(access_token=TOKEN))

    sent = requests.get(f"{gateway.url}/x", auth=gateway.auth(), timeout=5).request

    assert gateway.api_requests[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert betrayed({"shown": f"{sent.headers} {vars(sent)}"}, TOKEN) == []
