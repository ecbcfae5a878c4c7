"""Neither secret nor token can be read anywhere, whatever happened."""

from __future__ import annotations

import contextlib
import logging
import ssl
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Response

import paynet_nb as pn
from paynet_nb.auth import token_endpoint
from tests.helpers import raw
from tests.helpers.gateway import CLIENT_ID, Gateway, answer
from tests.helpers.places import betrayed, shown_by_client, shown_by_error

# Looked for are the letters and digits; encoders change what is between them.
SECRET = 'secretAlpha/+&= %:"<\\secretOmega'
TOKEN = 'tokenAlpha/+&=%:"<\\tokenOmega'

Situation = Callable[[Gateway], AbstractContextManager[pn.Client]]


def client_at(token_url: str, base_url: str, **options: Any) -> pn.Client:
    """Make a client whose secret is looked for."""
    environment = pn.Environment(
        name="test", base_url=base_url, token_url=token_url, stage="sandbox"
    )
    credentials = pn.Credentials(CLIENT_ID, SECRET, environment)
    auth = pn.ClientCredentialsAuth(credentials, timeout=(1, 0.3), **options)
    return pn.Client(auth, timeout=(1, 0.3))


def good_token(gateway: Gateway) -> Response:
    """Give the token that is looked for."""
    return answer(gateway.token_body(access_token=TOKEN))


def token_answer(reply: Response | None) -> Situation:
    """Let the token endpoint give *reply*; None: a good token."""

    @contextlib.contextmanager
    def situation(gateway: Gateway) -> Iterator[pn.Client]:
        gateway.token = lambda _: reply or good_token(gateway)
        yield client_at(gateway.environment.token_url, gateway.url)
        assert gateway.token_requests[0].form["client_secret"] == SECRET

    return situation


def token_script(script: raw.Script) -> Situation:
    """Let the token endpoint break the rules of HTTP."""

    @contextlib.contextmanager
    def situation(gateway: Gateway) -> Iterator[pn.Client]:
        with raw.raw_server(script) as (url, arrived):
            yield client_at(f"{url}/token", gateway.url)
            assert b"secretAlpha" in arrived[0]

    return situation


def api_script(script: raw.Script) -> Situation:
    """Let the API break the rules of HTTP."""

    @contextlib.contextmanager
    def situation(gateway: Gateway) -> Iterator[pn.Client]:
        gateway.token = lambda _: good_token(gateway)
        with raw.raw_server(script) as (url, arrived):
            yield client_at(gateway.environment.token_url, url)
            assert b"tokenAlpha" in arrived[0]

    return situation


@contextlib.contextmanager
def nothing_listens(gateway: Gateway) -> Iterator[pn.Client]:
    """Nobody is there to ask for a token."""
    yield client_at("http://127.0.0.1:1/token", gateway.url)


@contextlib.contextmanager
def tls_to_a_plain_port(gateway: Gateway) -> Iterator[pn.Client]:
    """The server does not speak TLS."""
    yield client_at(gateway.environment.token_url.replace("http", "https"), gateway.url)


@contextlib.contextmanager
def tls_of_a_stranger(gateway: Gateway) -> Iterator[pn.Client]:
    """The certificate is signed by nobody known."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with HTTPServer(host="127.0.0.1", port=0, ssl_context=context) as server:
        yield client_at(server.url_for("/token"), gateway.url)


@contextlib.contextmanager
def no_token_after_a_401(gateway: Gateway) -> Iterator[pn.Client]:
    """Token and secret were revoked while they were in use."""
    gateway.token = lambda _: good_token(gateway)
    client = client_at(gateway.environment.token_url, gateway.url)
    client.get("/first")
    gateway.api = lambda _: answer({}, 401)
    gateway.token = lambda _: answer({"error": "invalid_client"}, 401)
    yield client


@contextlib.contextmanager
def a_failed_renewal(gateway: Gateway) -> Iterator[pn.Client]:
    """The token serves still, with a warning."""
    now = time.time()
    gateway.token = lambda _: good_token(gateway)
    client = client_at(gateway.environment.token_url, gateway.url, clock=lambda: now)
    client.get("/first")
    now += 86_300
    gateway.token = lambda _: answer({"error": "invalid_client"}, 401)
    yield client


PAGE = Response("<html>Sign in</html>", content_type="text/html")
GOOD: dict[str, Situation] = {
    "all well": token_answer(None),
    "a line break at the end": token_answer(answer({"access_token": f"{TOKEN}\r\n"})),
    "a failed renewal": a_failed_renewal,
}
BAD: dict[str, Situation] = {
    "a web page": token_answer(PAGE),
    "no object": token_answer(answer([1])),
    "no token": token_answer(answer({})),
    "another type": token_answer(answer({"access_token": TOKEN, "token_type": "mac"})),
    "a line break": token_answer(answer({"access_token": f"{TOKEN}\n{TOKEN}"})),
    "invalid client": token_answer(answer({"error": "invalid_client"}, 401)),
    "a server error": token_answer(answer({}, 500)),
    "busy": token_answer(answer({}, 503)),
    "a redirect": token_answer(Response("", 307, {"Location": "/elsewhere"})),
    "too large": token_answer(Response(b"x" * 2_000_000)),
    "a reset": token_script(raw.reset),
    "a cut": token_script(raw.cut_short),
    "a hang": token_script(raw.hang),
    "nothing listens": nothing_listens,
    "TLS to a plain port": tls_to_a_plain_port,
    "TLS of a stranger": tls_of_a_stranger,
    "no token after a 401": no_token_after_a_401,
    "a reset of the API": api_script(raw.reset),
    "a cut of the API": api_script(raw.cut_short),
    "a hang of the API": api_script(raw.hang),
}


def called(client: pn.Client) -> pn.PaynetError | None:
    """Make a call; give its error."""
    try:
        client.get("/x")
    except pn.PaynetError as error:
        return error
    return None


@pytest.mark.parametrize("name", [*GOOD, *BAD])
def test_nothing_is_readable(
    gateway: Gateway,
    name: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither in an error, nor in an object, nor in what was logged or warned of."""
    monkeypatch.setattr(token_endpoint, "FIRST_PAUSE_S", 0.01)
    caplog.set_level(logging.DEBUG)
    with (
        (GOOD | BAD)[name](gateway) as client,
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        error = called(client)
        places = shown_by_client(client)
    places |= shown_by_error(error) if error else {}
    places["log"] = caplog.text
    places["warnings"] = "".join(str(warning) for warning in warned)

    assert (error is None) == (name in GOOD)
    assert bool(warned) == (name == "a failed renewal")
    assert "urllib3" in places["log"]
    assert betrayed(places, SECRET, TOKEN) == []
