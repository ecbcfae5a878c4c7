"""What a token endpoint said: why it refused, and what is kept of an odd answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Response

import paynet_nb as pn
from tests.helpers.gateway import Gateway, answer

REASON = "Invalid client credentials"
TOKEN = "opaque1234567890abcd"


def xml(status: int, text: str) -> Response:
    """Answer in XML."""
    return Response(text, status, content_type="application/xml")


@pytest.mark.parametrize(
    "reply",
    [
        answer({"errorCode": "400.008.01", "errorMessage": REASON}, 400),
        answer({"error": {"code": "invalid_client", "message": REASON}}, 400),
        answer({"title": "Unauthorized", "detail": REASON}, 401),
        answer({"fault": {"faultstring": REASON, "detail": {"errorcode": "x"}}}, 401),
        answer({"errors": [{"code": 7, "description": REASON}]}, 401),
        xml(401, f"<oauth><error_description>{REASON}</error_description></oauth>"),
        Response(REASON, 401, content_type="text/plain"),
        answer({"access_token": None, "error_description": REASON}),
        answer({"access_token": f"error: {REASON}", "token_type": ""}),
        answer({"status": "error", "msg": REASON}),
        answer({"responseCode": "4", "responseMessage": REASON}),
        answer({"errors": [REASON]}, 422),
        answer({"errors": {"client_id": [REASON]}}, 422),
        answer({"statusMessage": REASON}, 400),
        answer({"resp": {"respDesc": REASON}}, 400),
        answer({"Error": REASON}, 400),
        answer(REASON, 400),
        answer([{"message": REASON}], 400),
        answer({"access_token": "null", "message": REASON}),
        answer({}, 401, WWW_Authenticate=f'Bearer error_description="{REASON}"'),
        xml(400, f'<error code="1" message="{REASON}"/>'),
        Response(REASON, 400, content_type="text/html"),
        Response(f"<error><m>{REASON}</m></error>", 400, content_type="text/html"),
        Response(
            f'{{"message": "{REASON}: caf\xe9"}}'.encode("latin-1"),
            400,
            content_type="application/json; charset=ISO-8859-1",
        ),
    ],
)
def test_why_it_refused_stands_in_the_line(gateway: Gateway, reply: Response) -> None:
    """Wherever a server puts its words; and no proxy is blamed for them."""
    gateway.token = lambda _: reply

    with pytest.raises(pn.TokenError, match=REASON) as caught:
        gateway.auth().get_token()

    assert "sign-in page" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_page_is_told_for_what_it_is(gateway: Gateway) -> None:
    """Then a company's proxy may be in the way, whatever status it gave."""
    page = "<!DOCTYPE html><title>Sign in</title>"
    gateway.token = lambda _: Response(page, 400, content_type="text/plain")

    with pytest.raises(pn.TokenError, match="a web page; a company's proxy"):
        gateway.auth().get_token()


@pytest.mark.parametrize(
    "reply",
    [
        xml(200, f"<t><access_token>{TOKEN}</access_token></t>"),
        Response(TOKEN, content_type="text/plain"),
        Response(f"access_token: {TOKEN}\n", content_type="text/yaml"),
        Response(json.dumps(TOKEN), content_type="application/json"),
        answer({"jwt": TOKEN}),
        answer({"data": [{"name": "token", "value": TOKEN}]}),
        answer({TOKEN: {"issued": 1}}),
        answer({"message": f"issued {TOKEN}"}),
        answer([TOKEN]),
    ],
)
def test_of_an_answer_that_is_not_understood_no_text_is_kept(
    gateway: Gateway, reply: Response, tmp_path: Path
) -> None:
    """The token may stand anywhere in it: type, length and field names remain."""
    gateway.token = lambda _: reply
    client = gateway.client()

    with pytest.raises(pn.TokenError) as caught:
        client.auth.get_token()
    client.history.save(tmp_path / "x.har")

    kept = client.history[-1].text
    assert TOKEN not in f"{kept} {caught.value} {(tmp_path / 'x.har').read_text()}"
    assert f"{len(reply.get_data()):,} bytes" in kept


@pytest.mark.parametrize(
    "kind", ["", None, "null", "bearer", "Bearer ", "BearerToken", "bearer_token"]
)
def test_a_bearer_token_under_another_word_serves(
    gateway: Gateway, kind: str | None
) -> None:
    """Null and empty are absent; any other word is told."""
    fields = {"access_token": TOKEN, "token_type": kind, "expires_in": 60}
    gateway.token = lambda _: answer(fields)

    token = gateway.auth().get_token()

    assert token.access_token == TOKEN
    assert "bearer" in token.token_type.lower()


@pytest.mark.parametrize(
    ("expires_in", "life_s"),
    [
        (3600, 3600),
        ("3600", 3600),
        ("3600 seconds", 3600),
        ("86400s", 86_400),
        ("1 hour", 3600),
        ("60 minutes", 3600),
        (900_000, 900),
        (2_592_000_000, 2_592_000),
        (86_400_000, 86_400),
        (3_600_000, 3600),
        (2_592_000, 2_592_000),
        (2_000_000_000, 200_000_000),
        (2_000_000_000_000, 200_000_000),
        ("2033-05-18T03:33:20Z", 200_000_000),
        ("Wed, 18 May 2033 03:33:20 GMT", 200_000_000),
    ],
)
def test_a_life_is_read_in_the_forms_that_servers_send(
    gateway: Gateway, expires_in: Any, life_s: float
) -> None:
    """Seconds, words, milliseconds, a date, a Unix time."""
    fields = {"access_token": TOKEN, "expires_in": expires_in}
    gateway.token = lambda _: answer(fields)
    auth = gateway.auth(clock=lambda: 1_800_000_000.0)

    assert auth.get_token().expires_in == pytest.approx(life_s)


def test_a_life_that_cannot_be_read_is_said_so(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    """It is no end known, and one line in the log."""
    gateway.token = lambda _: answer({"access_token": TOKEN, "expires_in": "a while"})

    token = gateway.auth().get_token()

    assert token.expires_at is None
    assert "expires_in of the token answer cannot be read" in caplog.text


def test_a_scope_may_be_a_list(gateway: Gateway) -> None:
    """It is written as RFC 6749 has it, with spaces."""
    gateway.token = lambda _: answer({"access_token": TOKEN, "scope": ["a", "b"]})

    assert gateway.auth().get_token().scope == "a b"
