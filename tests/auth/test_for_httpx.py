"""`auth.for_httpx()`: the same token and signatures for httpx, with asyncio too."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from joserfc import jwt
from werkzeug import Request, Response

import paynet_nb as pn
from tests.helpers.gateway import SECRET, Gateway, answer
from tests.helpers.places import shown_by_error
from tests.helpers.programs import TIMEOUT_S
from tests.helpers.signing import BODY, ID, public


@pytest.fixture(scope="module")
def key() -> pn.SigningKey:
    """One throw-away key for all."""
    return pn.SigningKey.generate().self_signed("tests")


@pytest.fixture
def client(gateway: Gateway) -> Iterator[httpx.Client]:
    """Open a client of httpx whose proxies are not the machine's."""
    auth = gateway.auth().for_httpx()
    with httpx.Client(auth=auth, base_url=gateway.url, trust_env=False) as client:
        yield client


def sent_tokens(gateway: Gateway) -> list[str]:
    """Give what the API requests carried."""
    return [request.headers["Authorization"] for request in gateway.api_requests]


def test_one_token_serves_many_calls(gateway: Gateway, client: httpx.Client) -> None:
    """It is asked for when the first call needs it."""
    assert [client.get("/x").status_code for _ in "123"] == [200] * 3

    assert sent_tokens(gateway) == ["Bearer opaque-token-0001"] * 3
    assert len(gateway.token_requests) == 1


def test_64_tasks_ask_for_one_token(gateway: Gateway) -> None:
    """With asyncio, all at once."""

    async def all_at_once() -> list[int]:
        auth = gateway.auth().for_httpx()
        async with httpx.AsyncClient(
            auth=auth, base_url=gateway.url, trust_env=False, timeout=TIMEOUT_S
        ) as client:
            answers = await asyncio.gather(*(client.get(f"/{n}") for n in range(64)))
        return [one.status_code for one in answers]

    assert asyncio.run(all_at_once()) == [200] * 64
    assert len(gateway.token_requests) == 1
    assert {*sent_tokens(gateway)} == {"Bearer opaque-token-0001"}


def test_a_refused_token_is_renewed(gateway: Gateway, client: httpx.Client) -> None:
    """Once, and a POST is not sent again."""
    client.get("/x")
    gateway.revoke_all()
    renewed = client.get("/x").status_code
    gateway.revoke_all()
    left = client.post("/x", json={"a": 1}).status_code

    assert (renewed, left) == (200, 401)
    assert sent_tokens(gateway)[1:] == [
        "Bearer opaque-token-0001",
        "Bearer opaque-token-0002",
        "Bearer opaque-token-0002",
    ]


def test_a_token_goes_to_its_own_origin_only(
    gateway: Gateway, client: httpx.Client
) -> None:
    """Nothing is sent, and neither secret nor token can be read in the error."""
    client.get("/x")

    with pytest.raises(pn.RefusedError, match="nothing was sent") as caught:
        client.get("https://elsewhere.example/x")

    shown = "".join(shown_by_error(caught.value).values())
    assert [one for one in ("canary", "opaque-token") if one in shown] == []


def test_a_jws_is_over_what_arrives(gateway: Gateway, key: pn.SigningKey) -> None:
    """The body loses its blanks, its length is right; a clock that is off is told."""
    gateway.api = lambda request: answer(
        {}, 401 if len(gateway.api_requests) == 1 else 200
    )
    off = pn.JwsAuth(
        key, iss="MBBEMYKL", clock=lambda: time.time() - 600, replay_unsafe=True
    )
    body = json.dumps(BODY, indent=2)
    with (
        httpx.Client(auth=off.for_httpx(), trust_env=False) as client,
        pytest.warns(UserWarning, match="behind"),
    ):
        status = client.post(f"{gateway.url}/v3/x", content=body).status_code
    claims = [
        jwt.decode(request.headers["Authorization"][7:], public(key)).claims
        for request in gateway.api_requests
    ]
    plain = json.dumps(BODY, separators=(",", ":")).encode()

    assert status == 200
    assert [request.get_data() for request in gateway.api_requests] == [plain] * 2
    assert [one["jti"] for one in claims] == [ID, ID]
    assert claims[1]["iat"] - claims[0]["iat"] > 500


def test_the_clock_is_learnt_of_a_refusal(gateway: Gateway, key: pn.SigningKey) -> None:
    """The next signature has the server's time, not after a 401 alone."""
    gateway.api = lambda _: answer({}, 400)
    off = pn.JwsAuth(key, iss="MBBEMYKL", clock=lambda: time.time() - 600)
    with httpx.Client(auth=off.for_httpx(), trust_env=False) as client:
        with pytest.warns(UserWarning, match="behind"):
            client.post(f"{gateway.url}/v3/x", json=BODY)
        client.post(f"{gateway.url}/v3/x", json=BODY)
    first, second = (
        jwt.decode(request.headers["Authorization"][7:], public(key)).claims["iat"]
        for request in gateway.api_requests
    )

    assert second - first > 500


def test_the_calls_are_in_the_history(gateway: Gateway) -> None:
    """Beside those of the client, token request and both tries; no secret in it."""
    auth = gateway.auth()
    good = gateway.api

    def echo(request: Request) -> Response:
        """Quote the token as a careless server does."""
        refused = good(request)
        said = {"said": f"it was {request.headers['Authorization'][7:]} here"}
        return refused if refused.status_code == 401 else answer(said)

    gateway.api = echo
    history = pn.Client(auth).history
    with httpx.Client(auth=auth.for_httpx(history), trust_env=False) as client:
        client.get(f"{gateway.url}/x")
        gateway.revoke_all()
        client.get(f"{gateway.url}/y", params={"client_secret": SECRET})
    frame = history.to_frame()
    calls = [(call.request_headers, call.url, call.text) for call in history]

    assert [*frame["kind"]] == ["token", "call", "call", "token", "call"]
    assert [*frame["attempt"]] == [1, 1, 1, 1, 2]
    assert [*frame["status"]] == [200, 200, 401, 200, 200]
    assert [
        one for one in ("canary", "opaque-token") if one in frame.to_csv() + repr(calls)
    ] == []


def test_without_a_history_an_answer_can_be_streamed(
    gateway: Gateway, client: httpx.Client
) -> None:
    """Only a 401 is read here."""
    with client.stream("GET", "/x") as response:
        assert not response.is_stream_consumed

        assert response.read() == b'{"ok": true, "amount": "10.00"}'


@pytest.mark.parametrize("signing", [True, False])
def test_an_auth_of_requests_says_what_httpx_wants(
    gateway: Gateway, key: pn.SigningKey, *, signing: bool
) -> None:
    """In one line, in place of a TypeError from deep inside."""
    auth = pn.JwsAuth(key, iss="I") if signing else gateway.auth()

    with pytest.raises(pn.ConfigurationError, match=r"auth=auth\.for_httpx\(\)$"):
        httpx.get(gateway.url, auth=auth, trust_env=False)  # type: ignore[arg-type]


def test_httpx_is_loaded_for_who_uses_it_only() -> None:
    """And where it is not installed, one line says what to install."""
    program = """
import sys
sys.modules["httpx"] = None
import paynet_nb as pn
key = pn.SigningKey.generate().self_signed("x")
try:
    pn.JwsAuth(key, iss="I").for_httpx()
except pn.ConfigurationError as error:
    print(error)
"""
    printed = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    ).stdout

    assert printed == 'httpx is not installed: pip install "paynet_nb[httpx]"\n'
