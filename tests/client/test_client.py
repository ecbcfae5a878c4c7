"""`Client`: what is sent, what is refused, what is recorded."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3
from werkzeug import Response

import paynet_nb as pn
from paynet_nb.client.request import encode_json
from tests.helpers import raw
from tests.helpers.gateway import SECRET, Gateway, answer


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_each_method_sends_its_own(gateway: Gateway, method: str) -> None:
    """With path, query and headers as given."""
    call = getattr(gateway.client(), method)(
        "/a/b", params={"q": "x y"}, headers={"X-Gps-Coordinates": "0"}
    )

    (request,) = gateway.api_requests
    assert (call.status, call.method) == (200, method.upper())
    assert (request.method, request.path) == (method.upper(), "/a/b")
    assert request.args["q"] == "x y"
    assert request.headers["X-Gps-Coordinates"] == "0"
    assert request.headers["Authorization"] == "Bearer opaque-token-0001"


@pytest.mark.parametrize("status", [200, 204, 302, 404, 418, 500, 599])
def test_a_status_is_data(gateway: Gateway, status: int) -> None:
    """No status raises, a redirect is not followed."""
    gateway.api = lambda _: Response(b"", status, {"Location": f"{gateway.url}/next"})
    client = gateway.client()

    call = client.get("/x")

    assert call.status == status
    assert len(gateway.api_requests) == 1
    assert f"{status}" in repr(call)


def test_no_answer_raises_and_is_recorded(gateway: Gateway) -> None:
    """The error carries the row, which has no status."""
    client = gateway.client()
    with raw.raw_server(raw.reset) as (url, _):
        environment = pn.Environment(
            name="raw",
            base_url=url,
            token_url=gateway.environment.token_url,
            stage="sandbox",
        )
        credentials = pn.Credentials("id", "secret", environment)
        client = pn.Client(pn.ClientCredentialsAuth(credentials))
        with pytest.raises(pn.CallError, match=r"GET /x: .*closed") as caught:
            client.get("/x", label="try")

    assert caught.value.call is client.history[-1]
    assert caught.value.__context__ is None
    frame = client.history.to_frame()
    assert frame["status"].isna().to_list() == [False, True]
    assert "closed the connection" in frame["error"].iloc[-1]
    assert frame["label"].iloc[-1] == "try"


@pytest.mark.parametrize("path", ["/x", "x", "{url}/x", "?a=1", "/a/../x", "/x:y"])
def test_a_path_or_a_url_of_the_same_origin_is_sent(
    gateway: Gateway, path: str
) -> None:
    """Below the base URL, or whole."""
    assert gateway.client().get(path.format(url=gateway.url)).status == 200


def test_a_fragment_is_no_part_of_what_was_sent(gateway: Gateway) -> None:
    """Neither path, query nor message ID of the record end with it."""
    call = gateway.client().get("/x?messageId=1#part")

    assert call.url == f"{gateway.url}/x?messageId=1"
    assert call.message_id == "1"


def test_a_base_url_with_a_path_is_kept() -> None:
    """The Certification Centre's base has one; a leading slash does not drop it."""
    client = pn.Client(None, environment=pn.CERTIFICATION)
    client.session.mount("https://", Canned())

    call = client.get("/banks/x")

    assert call.url == f"{pn.CERTIFICATION.base_url}/banks/x"


class Canned(requests.adapters.HTTPAdapter):
    """Answers at the wire's edge, for addresses that no test may reach."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        """Give an empty 200."""
        raw = urllib3.HTTPResponse(io.BytesIO(b""), status=200, preload_content=False)
        return self.build_response(request, raw)


def test_a_client_takes_any_auth_of_requests(gateway: Gateway) -> None:
    """It needs an environment then; None sends no Authorization at all."""
    basic = pn.Client(("user", "password"), gateway.environment)
    nobody = pn.Client(None, gateway.environment)
    basic.get("/x")
    nobody.get("/x")

    first, second = gateway.api_requests
    assert first.headers["Authorization"] == "Basic dXNlcjpwYXNzd29yZA=="
    assert "Authorization" not in second.headers
    assert "dXNlcjpwYXNzd29yZA" not in str(basic.history[0].request_headers)
    wrong: Any = "certification"
    with pytest.raises(pn.ConfigurationError, match="CERTIFICATION, not str"):
        pn.Client(None, wrong)
    with pytest.raises(pn.ConfigurationError, match="environment="):
        pn.Client(None)


def test_an_authorization_typed_in_goes_before_the_auth(gateway: Gateway) -> None:
    """To see what a broken token gets; a pasted line break does no harm."""
    call = gateway.client().get(
        "/x", headers={"Authorization": "Bearer pasted-token\n"}
    )

    assert gateway.api_requests[0].headers["Authorization"] == "Bearer pasted-token"
    assert gateway.token_requests == []
    assert "pasted-token" not in repr(vars(call))


def test_the_history_has_a_row_for_the_token_request_too(gateway: Gateway) -> None:
    """Also one made before the client was; each row joins to its token."""
    auth = gateway.auth()
    auth.get_token()
    client = pn.Client(auth)
    client.get("/x")

    frame = client.history.to_frame()
    assert frame["kind"].to_list() == ["token", "call"]
    assert frame["token"].nunique() == 1
    assert len(frame["token"].iloc[0]) == 8


def test_clients_may_share_a_history(gateway: Gateway) -> None:
    """A token request is written to it once."""
    history = pn.History()
    auth = gateway.auth()
    pn.Client(auth, history=history).get("/x")
    pn.Client(auth, history=history).get("/y")

    assert [call.kind for call in history] == ["token", "call", "call"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"amount": Decimal("10.00")}, '{"amount":10.00}'),
        ([Decimal("1E+2"), Decimal("-0.1"), 7], "[1E+2,-0.1,7]"),
        ({"name": "Kedai é"}, '{"name":"Kedai é"}'),
        ({"text": "10.00"}, '{"text":"10.00"}'),
        (0, "0"),
        (False, "false"),
        ({}, "{}"),
    ],
)
def test_json_is_written_exactly(value: Any, text: str) -> None:
    """A Decimal keeps its digits, a text stays a text."""
    assert encode_json(value).decode() == text


@pytest.mark.parametrize(
    "value", [float("nan"), Decimal("NaN"), {1, 2}, object(), "\ud800"]
)
def test_what_has_no_json_form_is_refused(value: object) -> None:
    """With a hint of what has one."""
    with pytest.raises(pn.ConfigurationError, match="cannot be written as JSON"):
        encode_json({"a": value})


def test_numbers_come_back_as_they_were_sent(gateway: Gateway) -> None:
    """No float on the way out or in."""
    gateway.api = lambda request: Response(
        request.get_data(), content_type="application/json"
    )
    body = {"amount": Decimal("10.00"), "id": "00123", "big": 12345678901234567890}

    returned = gateway.client().put("/x", json=body).json()

    assert returned == body
    assert str(returned["amount"]) == "10.00"
    assert json.loads(gateway.api_requests[0].get_data())["id"] == "00123"


def test_cookies_of_a_load_balancer_are_kept(gateway: Gateway) -> None:
    """As a session of requests does."""
    gateway.api = lambda _: answer({}, Set_Cookie="node=7; Path=/")
    client = gateway.client()
    client.get("/x")
    client.get("/x")

    assert gateway.api_requests[1].headers["Cookie"] == "node=7"


@pytest.mark.parametrize(
    ("params", "query"),
    [
        ({"a": "x y", "b": None, "c": ["1", "2"]}, "a=x+y&c=1&c=2"),
        ([("a", "1"), ("a", "2")], "a=1&a=2"),
        ("a=%2F", "a=%2F"),
        ({"é": "&="}, "%C3%A9=%26%3D"),
        ({}, ""),
    ],
)
def test_the_query_is_written_as_requests_does(
    gateway: Gateway, params: Any, query: str
) -> None:
    """A list repeats its name, None leaves it out, a text is taken as it is."""
    gateway.client().get("/x", params=params)
    requests.get(f"{gateway.url}/x", params=params, timeout=5)

    ours, theirs = gateway.api_requests
    assert ours.query_string == theirs.query_string == query.encode()


def test_a_saved_history_with_a_live_secret_is_refused(
    gateway: Gateway, tmp_path: Path
) -> None:
    """The auth tells the history what no file may hold; a label is the user's own."""
    client = gateway.client()
    client.get("/x", label=f"tried with {SECRET}")

    with pytest.raises(pn.RefusedError, match="secret"):
        client.history.save(tmp_path / "calls.csv")

    assert list(tmp_path.iterdir()) == []
