"""A server that sends back what it got betrays nothing, however it encodes it."""

from __future__ import annotations

import base64
import contextlib
import html
import itertools
import json
import logging
import socket
import threading
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from werkzeug import Request, Response

import paynet_nb as pn
from paynet_nb.auth import token_endpoint
from tests.helpers import raw
from tests.helpers.gateway import CLIENT_ID, Gateway, answer
from tests.helpers.places import betrayed, shown_by_client, shown_by_error

PAIRS = {
    "signs": ('secretAlpha/+&= %:"<\\secretOmega', 'tokenAlpha/+&=%:"<\\tokenOmega'),
    "letters": ("secretAlpha1secretOmega1", "tokenAlpha1.tokenBeta-1_tokenOmega1"),
    "ends": ("=secretAlpha%20secretOmega+", "/tokenAlpha%2FtokenOmega=="),
}
ENCODERS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "percent": quote,
    "plus": quote_plus,
    "percent twice": lambda text: quote(quote(text)),
    "JSON": json.dumps,
    "JSON twice": lambda text: json.dumps(json.dumps(text)),
    "HTML": html.escape,
    "HTML in JSON": lambda text: json.dumps(html.escape(text)),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "Python": repr,
}


def envelope(said: str) -> object:
    """Write PayNet's v1 envelope."""
    status = {"code": "RJCT", "reason": said, "description": said}
    return {"header": {"status": status, "messageId": said}}


CARRIERS: dict[str, Callable[[str], Response]] = {
    "text": lambda said: Response(said, 400, content_type="text/plain"),
    "page": lambda said: Response(f"<p>{said}", 400, content_type="text/html"),
    "error code": lambda said: answer({"error": said}, 400),
    "error text": lambda said: answer({"error": "x", "error_description": said}, 400),
    "envelope": lambda said: answer(envelope(said), 500),
    "name": lambda said: answer({said: [said]}, 400),
    "location": lambda said: Response("", 302, {"Location": f"https://e.my/?q={said}"}),
    "headers": lambda said: Response("{}", 400, {"X-Debug": said, "Server": said}),
    "challenge": lambda said: answer(
        {}, 400, WWW_Authenticate=f'Bearer realm="{said}"'
    ),
    "cut": lambda said: Response(f'{{"debug": "{said}', 400),
    "token type": lambda said: answer({"access_token": "x", "token_type": said}),
}


def request_of(request: Request) -> str:
    """Write a whole request in one line; what is secret comes first, and once more."""
    first = [request.form.get("client_secret") or request.headers["Authorization"]]
    lines = [request.method, request.url, *(f"{k}: {v}" for k, v in request.headers)]
    return " ".join([*first, request.get_data(as_text=True), *lines, *first])


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("pair", PAIRS)
def test_an_echo_betrays_nothing(
    gateway: Gateway, pair: str, carrier: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither of the token request, nor of the call; in no encoding."""
    caplog.set_level(logging.DEBUG)
    secret, token = PAIRS[pair]
    credentials = pn.Credentials(CLIENT_ID, secret, gateway.environment)
    history, messages = pn.History(), []
    for encode in ENCODERS.values():

        def echo(request: Request, encode: Callable[[str], str] = encode) -> Response:
            return CARRIERS[carrier](encode(request_of(request)))

        gateway.token = gateway.api = echo
        client = pn.Client(pn.ClientCredentialsAuth(credentials), history=history)
        with pytest.raises(pn.TokenError) as caught:
            client.get("/x")
        messages.append(f"{caught.value!r} {caught.value.error}")
        gateway.token = lambda _: answer(gateway.token_body(access_token=token))
        client = pn.Client(pn.ClientCredentialsAuth(credentials), history=history)
        client.get("/x")
    places = shown_by_client(client) | shown_by_error(caught.value)
    places |= {"messages": "".join(messages), "log": caplog.text}

    assert len(history) == 3 * len(ENCODERS)
    assert betrayed(places, secret, token) == []


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "a header without a colon": lambda sent: b"200 OK\r\nno colon " + sent,
    "a reason phrase": lambda sent: b"400 " + sent,
    "a length": lambda sent: b"200 OK\r\nContent-Length: " + sent,
    "a chunk": lambda sent: b"200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + sent,
    "a date": lambda sent: b"429 Wait\r\nDate: " + sent + b"\r\nRetry-After: " + sent,
    "a status": lambda sent: sent,
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("stage", ["token", "call"])
def test_an_echo_that_breaks_http_betrays_nothing(
    gateway: Gateway,
    stage: str,
    name: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """http.client and urllib3 quote what they cannot parse, in errors and in logs."""
    monkeypatch.setattr(token_endpoint, "FIRST_PAUSE_S", 0.01)
    caplog.set_level(logging.DEBUG)
    secret, token = PAIRS["letters"]
    gateway.token = lambda _: answer(gateway.token_body(access_token=token))

    def script(connection: socket.socket, _over: threading.Event) -> None:
        sent = arrived[-1].replace(b"\r\n", b" ")
        connection.sendall(b"HTTP/1.1 " + BROKEN[name](sent) + b"\r\n\r\n")

    with raw.raw_server(script) as (url, arrived):
        environment = pn.Environment(
            name="test",
            base_url=url,
            token_url=f"{url if stage == 'token' else gateway.url}/auth/token",
            stage="sandbox",
        )
        credentials = pn.Credentials(CLIENT_ID, secret, environment)
        client = pn.Client(pn.ClientCredentialsAuth(credentials))
        with contextlib.suppress(pn.TokenError, pn.CallError):
            client.get("/x")
        places = shown_by_client(client) | {"log": caplog.text}

    assert (token if stage == "call" else "secretAlpha").encode() in arrived[0]
    assert betrayed(places, secret, token) == []


def test_a_search_for_secrets_finds_them_in_every_encoding() -> None:
    """Without this the tests here could pass by looking for nothing."""
    for secret in itertools.chain(*PAIRS.values()):
        places = {name: code(f"some {secret} words") for name, code in ENCODERS.items()}

        assert betrayed(places, secret) == list(ENCODERS)
