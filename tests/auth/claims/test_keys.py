"""Where keys come from: a URL that is fetched with care; and what is no public key."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
import time
import traceback
import zlib
from collections.abc import Callable
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from pytest_httpserver import HTTPServer
from werkzeug import Response

import paynet_nb as pn
from paynet_nb.auth.claims.public_keys import public_keys
from tests.helpers import raw
from tests.helpers.gateway import Gateway, answer
from tests.helpers.jwts import EC, RSA, jwk, signed, written

JWKS = {"keys": [jwk(EC, kid="two"), jwk(RSA, kid="one", use="sig", alg="RS256")]}


def test_keys_are_fetched_from_a_url(httpserver: HTTPServer) -> None:
    """The URL of a JWKS verifies, with one GET that carries no token."""
    httpserver.expect_request("/jwks").respond_with_json(JWKS)
    token = signed()

    report = pn.inspect_token(token, keys=httpserver.url_for("/jwks"))

    ((request, _),) = httpserver.log
    assert report.verified is True
    assert request.method == "GET"
    assert token[:20] not in f"{request.url}{request.headers}"
    assert request.headers["User-Agent"].startswith("python-requests/")


def test_a_key_of_another_issuer_does_not_verify(httpserver: HTTPServer) -> None:
    """A JWKS that answers, but holds no key of its kind, says nothing about it."""
    httpserver.expect_request("/jwks").respond_with_json({"keys": [jwk(EC, kid="two")]})

    assert pn.inspect_token(signed(), httpserver.url_for("/jwks")).verified is None


def test_nothing_is_fetched_unless_asked(httpserver: HTTPServer) -> None:
    """An environment's JWKS is used only when it is given as keys."""
    environment = pn.Environment(
        name="here",
        base_url=httpserver.url_for("/"),
        token_url=httpserver.url_for("/auth/token"),
        jwks_url=httpserver.url_for("/jwks"),
        stage="sandbox",
    )

    report = pn.inspect_token(signed(jku=environment.jwks_url), None, environment)

    assert report.verified is None
    assert httpserver.log == []


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (Response("", 404), "it answered 404"),
        (Response("", 302, {"Location": "/elsewhere"}), "it answered 302"),
        (Response("", 302, {"Location": "file:///etc/passwd"}), "it answered 302"),
        (Response("<html>", 200), "no JWK and no JWKS"),
        (Response("[1]", 200), "no JWK and no JWKS"),
        (Response('{"keys": {}}', 200), "no JWK and no JWKS"),
        (Response("[" * 50_000, 200), "no JWK and no JWKS"),
        (Response(b"\xff\xfe\xff", 200), "no JWK and no JWKS"),
        (Response(" " * 2_000_000, 200), "too long"),
        (Response("{", 200, {"Content-Length": "9"}), "no JWK and no JWKS"),
    ],
)
def test_what_is_no_jwks_is_told_in_one_line(
    httpserver: HTTPServer, response: Response, reason: str
) -> None:
    """Any other answer gives ClaimsError; a redirect is not followed."""
    httpserver.expect_request("/elsewhere").respond_with_json(JWKS)
    httpserver.expect_request("/jwks").respond_with_response(response)
    url = httpserver.url_for("/jwks").replace("localhost", "127.0.0.1")

    with pytest.raises(pn.ClaimsError, match=reason) as caught:
        pn.inspect_token(signed(), keys=url)

    assert "\n" not in str(caught.value)
    assert len(httpserver.log) == 1


def test_an_address_where_nothing_listens_is_told() -> None:
    """A refused connection gives ClaimsError with the address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

        with pytest.raises(
            pn.ClaimsError, match=f"no keys from http://127.0.0.1:{port}"
        ):
            pn.inspect_token(signed(), keys=f"http://127.0.0.1:{port}/jwks")


def test_a_server_that_never_answers_is_left() -> None:
    """Fetching keys ends after its time-out."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/jwks"
        started = time.monotonic()

        problem = public_keys(url, timeout=0.2)

    assert isinstance(problem, str)
    assert time.monotonic() - started < 5


def drip_behind(head: str, piece: str, pause_s: float = 0.05) -> raw.Script:
    """Make a script that sends *head*, and then *piece* again and again."""

    def script(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(head.encode())
        with contextlib.suppress(OSError):
            while not over.wait(pause_s):
                connection.sendall(piece.encode())

    return script


OK = "HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "script",
    [
        raw.drip,
        raw.hang,
        drip_behind(OK + "Content-Length: 900\r\n\r\n", "["),
        drip_behind(OK + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n[\r\n"),
        drip_behind(OK + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n"),
        drip_behind("", "HTTP/1.1 100 Continue\r\n\r\n"),
        drip_behind(OK, "A: b\r\n"),
    ],
)
def test_a_server_that_answers_without_end_is_left(script: raw.Script) -> None:
    """No pause is long enough for a time-out, and yet it ends, its thread as well."""
    with raw.raw_server(script) as (url, _):
        started = time.monotonic()

        problem = public_keys(f"{url}/jwks", timeout=0.6)

        assert "no keys from" in str(problem)
        assert time.monotonic() - started < 5
        for thread in threading.enumerate():
            if thread.name == "paynet_nb-keys":
                thread.join(10)
                assert not thread.is_alive()


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_keys_that_come_packed_are_read(
    httpserver: HTTPServer, pack: Callable[[bytes], bytes]
) -> None:
    """Some servers pack what nobody asked them to; an answer that grows is left."""
    coding = {"Content-Encoding": "gzip" if pack is gzip.compress else "deflate"}
    for path, body in (("/a", json.dumps(JWKS).encode()), ("/b", b" " * 2_000_000)):
        packed = Response(pack(body), headers=coding)
        httpserver.expect_request(path).respond_with_response(packed)

    assert pn.inspect_token(signed(), httpserver.url_for("/a")).verified is True
    with pytest.raises(pn.ClaimsError, match="too long"):
        pn.inspect_token(signed(), httpserver.url_for("/b"))


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("/elsewhere", "/elsewhere, which is not followed"),
        ("https://login.example/a?token=canary", "https://login.example/a, which"),
        ("https://[canary", "leads to what is no URL"),
        ("https://a.example/\u202ecanary", None),
    ],
)
def test_a_redirect_is_told_with_its_place(place: str, told: str | None) -> None:
    """So that a person can decide; what stands in its query is not shown."""

    def lead_away(connection: socket.socket, _over: threading.Event) -> None:
        head = f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {place}\r\n\r\n"
        connection.sendall(head.encode())

    with (
        raw.raw_server(lead_away) as (url, _),
        pytest.raises(pn.ClaimsError, match="it answered 302") as caught,
    ):
        pn.inspect_token(signed(), keys=f"{url}/jwks")

    assert str(caught.value).isprintable()
    if told:
        assert told in str(caught.value)
        assert "canary" not in str(caught.value)


def test_keys_of_a_token_are_fetched_as_the_token_was(gateway: Gateway) -> None:
    """By the session of its auth, whose credential and cookies stay here."""
    session = requests.Session()
    session.headers.update({"User-Agent": "acme/1", "Authorization": "Basic canary"})
    session.cookies.set("canary", "1")
    gateway.token = lambda _: answer({**gateway.token_body(), "access_token": signed()})
    gateway.api = lambda _: answer(JWKS)
    token = gateway.auth(session=session).get_token()

    report = pn.inspect_token(token, f"{gateway.url}/jwks")

    (request,) = gateway.api_requests
    assert report.verified is True
    assert request.headers["User-Agent"] == "acme/1"
    assert "canary" not in str(request.headers)


def test_plain_http_to_another_machine_is_refused() -> None:
    """Keys that someone on the network could swap are not fetched."""
    with pytest.raises(pn.RefusedError, match="plain http"):
        pn.inspect_token(signed(), keys="http://keys.example.my/jwks")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "https://a@b/"]
)
def test_other_kinds_of_url_are_refused(url: str) -> None:
    """Only http and https are fetched, and no misleading address."""
    with pytest.raises(pn.RefusedError):
        pn.inspect_token(signed(), keys=url)


def test_a_proxy_is_not_asked_for_keys_of_this_machine(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A company's proxy does not come between a notebook and its sandbox."""
    httpserver.expect_request("/jwks").respond_with_json(JWKS)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert pn.inspect_token(signed(), httpserver.url_for("/jwks")).verified is True


@pytest.mark.parametrize(
    "keys",
    [
        "",
        "canary",
        "canary.jwks.json",
        "-----BEGIN PUBLIC KEY-----\ncanary\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----",
        "-----BEGIN canary-----",
        '{"canary": 1',
        "{}",
        {"keys": "canary"},
        {"keys": ["canary"]},
        {"access_token": "canary"},
        7,
        b"canary",
    ],
)
def test_what_is_no_key_is_refused_in_one_line(keys: Any) -> None:
    """The error says what to give instead, and quotes nothing."""
    with pytest.raises(pn.ClaimsError) as caught:
        pn.inspect_token(written(), keys=keys)

    assert "canary" not in str(caught.value)
    assert "\n" not in str(caught.value)


def _private_forms() -> list[Any]:
    pem = RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    private = {**jwk(RSA), "d": pem[100:160]}
    return [pem, private, json.dumps(private), {"keys": [jwk(EC), private]}]


@pytest.mark.parametrize("keys", _private_forms())
def test_a_private_key_is_refused_and_not_shown(keys: Any) -> None:
    """A private key given by mistake is in neither the error nor the traceback."""
    private = str(_private_forms()[0])[100:150]

    with pytest.raises(pn.ClaimsError, match="private key") as caught:
        pn.inspect_token(written(), keys=keys)

    stack = traceback.TracebackException.from_exception(
        caught.value, capture_locals=True
    ).stack
    assert private not in str(caught.value)
    assert all(private not in str(frame.locals) for frame in stack[1:])
