from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests
from joserfc import jws

from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import ask_token, bank_list, outcome, token_form, token_of


def claims_of(token: str) -> dict[str, Any]:
    """Read a JWT's payload."""
    claims: dict[str, Any] = json.loads(jws.extract_compact(token.encode()).payload)
    return claims


def test_token_revoked_ends_the_tokens_of_before(box: Sandbox) -> None:
    """A token from before the block gets 401, one from inside works."""
    old = token_of(box)

    with box.scenario("token-revoked"):
        assert bank_list(box, old).status_code == 401
        assert bank_list(box).status_code == 200
    assert bank_list(box, old).status_code == 401


def test_token_revoked_from_the_start_refuses_the_first_token() -> None:
    """Where nothing was given yet, the first token is the one that is lost."""
    with Sandbox(scenario="token-revoked") as box:
        statuses = [bank_list(box).status_code for _ in range(3)]

    assert statuses == [401, 200, 200]


def test_token_short_says_and_means_two_seconds(box: Sandbox) -> None:
    """expires_in and the claims agree."""
    with box.scenario("token-short"):
        answer = ask_token(box).json()

    claims = claims_of(answer["access_token"])
    assert answer["expires_in"] == claims["exp"] - claims["iat"] == 2


def test_token_opaque_works_and_is_no_jwt(box: Sandbox) -> None:
    """Nobody can look into the token, and the API takes it."""
    with box.scenario("token-opaque"):
        token = token_of(box)

    assert "." not in token
    assert bank_list(box, token).status_code == 200


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("lifetime-text", {"expires_in": "86400"}),
        ("lifetime-missing", {"expires_in": None}),
        ("wrong-token-type", {"token_type": "mac"}),
        ("token-missing", {"access_token": None}),
    ],
)
def test_a_good_answer_has_one_thing_wrong(
    common: Sandbox, name: str, changed: dict[str, str | None]
) -> None:
    """Only that one field differs from the page; None: it is missing."""
    usual = ask_token(common).json()

    with common.scenario(name):
        answer = ask_token(common)

    assert answer.status_code == 200
    fields = answer.json()
    for field, value in changed.items():
        assert fields.get(field) == value
    rest = set(usual) - set(changed) - {"access_token"}
    assert {field: fields[field] for field in rest} == {
        field: usual[field] for field in rest
    }


@pytest.mark.parametrize(
    ("name", "ahead_s"), [("clock-skewed", 300), ("clock-skewed-back", -300)]
)
def test_a_skewed_clock_is_skewed_everywhere(
    common: Sandbox, name: str, ahead_s: int
) -> None:
    """Date headers and claims are shifted alike, and the token lives its whole life."""
    with common.scenario(name):
        answer = ask_token(common)
        token = answer.json()["access_token"]
        called = bank_list(common, token)

    claims = claims_of(token)
    for response in (answer, called):
        date = parsedate_to_datetime(response.headers["Date"]).timestamp()
        assert date - time.time() == pytest.approx(ahead_s, abs=5)
    assert claims["iat"] - time.time() == pytest.approx(ahead_s, abs=5)
    assert claims["exp"] - claims["iat"] == answer.json()["expires_in"] == 86400
    assert called.status_code == 200


@pytest.mark.parametrize(
    ("name", "ask"), [("token-slow", ask_token), ("api-slow", bank_list)]
)
def test_slow_takes_200_ms_and_answers(
    common: Sandbox, name: str, ask: Callable[[Sandbox], requests.Response]
) -> None:
    """The answer is the usual one."""
    with common.scenario(name):
        start = time.perf_counter()
        answer = ask(common)
        took_s = time.perf_counter() - start

    assert answer.status_code == 200
    assert 0.2 <= took_s < 10


def test_429_says_when_to_come_again(common: Sandbox) -> None:
    """Retry-After is a number of seconds."""
    with common.scenario("token-429"):
        assert ask_token(common).headers["Retry-After"] == "1"


def test_refusals_have_paynet_s_shape(common: Sandbox) -> None:
    """The envelope, also from the token endpoint."""
    with common.scenario("token-paynet"):
        assert outcome(ask_token(common)) == (401, "RJCT", "API.007")
    with common.scenario("api-401"):
        assert outcome(bank_list(common)) == (401, "RJCT", "API.007")
    with common.scenario("api-403"):
        assert outcome(bank_list(common)) == (403, "RJCT", "U263")


def test_token_html_is_a_page_with_200(common: Sandbox) -> None:
    """What a portal or a proxy puts in place of the answer."""
    with common.scenario("token-html"):
        answer = ask_token(common)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<form" in answer.text


def test_token_echo_repeats_the_secret(common: Sandbox) -> None:
    """The worst error text that a server can send."""
    with common.scenario("token-echo"):
        answer = ask_token(common)

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert token_form(common)["client_secret"] in answer.json()["error_description"]


@pytest.mark.parametrize("kind", ["token", "api"])
def test_a_redirect_leads_to_another_origin_of_the_same_server(
    box: Sandbox, kind: str
) -> None:
    """Whoever follows it is seen, since the sandbox serves that address as well."""
    with box.scenario(f"{kind}-redirect"):
        answer = ask_token(box) if kind == "token" else bank_list(box)
        followed = requests.get(answer.headers["Location"], timeout=10)

    assert answer.status_code == 302
    port = box.url.rpartition(":")[2]
    assert answer.headers["Location"] == f"http://localhost:{port}/portal/sign-in"
    assert "<form" in followed.text
    assert box.requests[-1].path == "/portal/sign-in"


def test_token_huge_unpacks_to_64_mb(box: Sandbox) -> None:
    """It is valid JSON, and less than a hundred kilobytes on the wire."""
    with box.scenario("token-huge"):
        answer = requests.post(
            box.environment.token_url, data=token_form(box), timeout=10, stream=True
        )
        packed = answer.raw.read(decode_content=False)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(packed) < 100_000
    unpacked = gzip.decompress(packed)
    assert len(unpacked) > 64_000_000
    assert unpacked.strip() == b"{}"


@pytest.mark.parametrize(
    ("name", "ask"), [("token-reset", ask_token), ("api-reset", bank_list)]
)
def test_reset_is_a_tcp_reset(
    common: Sandbox, name: str, ask: Callable[[Sandbox], requests.Response]
) -> None:
    """The client sees ECONNRESET, and the next request is served."""
    with common.scenario(name), pytest.raises(requests.ConnectionError) as caught:
        ask(common)

    assert "ConnectionResetError" in repr(caught.value)
    assert ask(common).status_code == 200


def test_hang_gives_no_answer_and_frees_its_thread(box: Sandbox) -> None:
    """The client times out; more such requests than threads do not fill the server."""

    def ask(_: int) -> type[Exception] | None:
        try:
            requests.post(
                box.environment.token_url, data=token_form(box), timeout=(10, 0.3)
            )
        except requests.RequestException as error:
            return type(error)
        return None

    with box.scenario("token-hang"), ThreadPoolExecutor(32) as pool:
        errors = set(pool.map(ask, range(96)))

    assert errors == {requests.ReadTimeout}
    assert ask_token(box).status_code == 200
