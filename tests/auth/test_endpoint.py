"""Asking for a token: the request of the page, and every way it can fail."""

from __future__ import annotations

import gzip
import json
from urllib.parse import parse_qsl

import pytest
from werkzeug import Response

import paynet_nb as pn
from tests.helpers.gateway import CLIENT_ID, SECRET, Gateway, answer


def test_the_request_is_the_pages(gateway: Gateway) -> None:
    """A form of exactly the three fields, in the body, and no Basic header."""
    gateway.auth().get_token()
    (request,) = gateway.token_requests

    assert parse_qsl(request.get_data(as_text=True), strict_parsing=True) == [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
    ]
    assert request.method == "POST"
    assert request.content_type == "application/x-www-form-urlencoded"
    assert "Authorization" not in request.headers
    assert request.query_string == b""


@pytest.mark.parametrize("kind", ["bearer", "Bearer", "BEARER", ...])
def test_token_type_compares_without_case(gateway: Gateway, kind: object) -> None:
    """The gateway writes it in lower case, the Reports API does not."""
    gateway.token = lambda _: answer(gateway.token_body(token_type=kind))

    assert gateway.auth().get_token().access_token == "opaque-token-0001"


PAGE = "<html><body>Sign in to the company portal</body></html>"
PAYNET = {
    "status": {"code": "RJCT", "reason": "API.007", "description": "Unauthorised"}
}


def web_page(status: int = 200) -> Response:
    """Answer as a sign-in portal does."""
    return Response(PAGE, status, content_type="text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("reply", "status", "error", "said"),
    [
        (web_page(), 200, None, "web page.*proxy"),
        (web_page(403), 403, None, "web page.*proxy"),
        (answer([1, 2]), 200, None, "no object"),
        (answer("text"), 200, None, "no object"),
        (answer(None), 200, None, "no object"),
        (Response(b"", 200), 200, None, "without JSON"),
        (Response(b"\xff\xfe{", 200), 200, None, "without JSON"),
        (answer({}), 200, None, "no access_token; check"),
        (answer({"accessToken": "t"}), 200, None, "no access_token; check"),
        (answer({"access_token": ""}), 200, None, "empty.*; check"),
        (answer({"access_token": None}), 200, None, "no access_token; check"),
        (answer({"access_token": "a\r\nb"}), 200, None, "header can carry; check"),
        (answer({"access_token": "t", "token_type": "mac"}), 200, None, "'mac'.*; che"),
        (answer({"access_token": "t", "token_type": 7}), 200, None, "type is no te"),
        (answer({"error": "invalid_client"}, 401), 401, "invalid_client", "box.cred"),
        (answer({"error": "invalid_request"}, 400), 400, "invalid_request", "URL"),
        (answer({"error": "invalid_client"}, 200), 200, "invalid_client", "box.cred"),
        (answer({"header": PAYNET}, 401), 401, None, "API.007.*not authorised"),
        (answer({"errorCode": "API.005"}, 400), 400, None, "required field"),
        (answer({"message": "no"}, 500), 500, None, "try again later"),
        (answer({"error": {"code": 7}}, 400), 400, None, "token URL"),
        (Response("gone", 404), 404, None, "token URL"),
        (Response("", 302, {"Location": "https://e.my/in"}), 302, None, "redirect"),
        (Response("", 307, {"Location": "/elsewhere"}), 307, None, "redirect"),
    ],
)
def test_a_bad_answer_is_one_clear_error(
    gateway: Gateway, reply: Response, status: int, error: str | None, said: str
) -> None:
    """It names URL and status, what came and what to do, in one line."""
    gateway.token = lambda _: reply

    with pytest.raises(pn.TokenError, match=said) as caught:
        gateway.auth().get_token()

    assert (caught.value.status, caught.value.error) == (status, error)
    assert gateway.environment.token_url in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(gateway.token_requests) == 1
    assert gateway.api_requests == []
    assert caught.value.__context__ is None


def test_a_compressed_token_answer_is_understood(gateway: Gateway) -> None:
    """Some gateways compress though asked not to."""
    body = gzip.compress(json.dumps(gateway.token_body()).encode())
    gateway.token = lambda _: Response(body, 200, {"Content-Encoding": "gzip"})

    assert gateway.auth().get_token().access_token == "opaque-token-0000"
