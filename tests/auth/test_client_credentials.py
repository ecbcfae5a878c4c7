"""`ClientCredentialsAuth`: where its token goes, and what follows a 401."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests
from werkzeug import Request, Response

import paynet_nb as pn
from tests.helpers.gateway import SECRET, Gateway, answer

IDEMPOTENT = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]


def statuses(client: pn.Client) -> list[int | None]:
    """List the statuses of the API calls in the history."""
    return [call.status for call in client.history if call.kind == "call"]


@pytest.mark.parametrize("method", IDEMPOTENT)
def test_a_revoked_token_is_renewed_and_the_call_sent_once_more(
    gateway: Gateway, method: str
) -> None:
    """With the same body; both attempts and both token requests are in the history."""
    client = gateway.client()
    client.get("/first")
    gateway.revoke_all()
    body = {"messageId": "M1"} if method == "PUT" else None

    call = client.call(method, "/x", json=body)

    first, second = gateway.api_requests[1:]
    assert (call.status, call.attempt) == (200, 2)
    assert first.get_data() == second.get_data()
    assert first.headers["Authorization"] == "Bearer opaque-token-0001"
    assert second.headers["Authorization"] == "Bearer opaque-token-0002"
    assert statuses(client) == [200, 401, 200]
    assert client.history.to_frame()["kind"].to_list() == [
        "token",
        "call",
        "call",
        "token",
        "call",
    ]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_money_is_not_sent_twice_unasked(gateway: Gateway, method: str) -> None:
    """A method that is not idempotent gives its 401 back."""
    client = gateway.client()
    client.get("/first")
    gateway.revoke_all()

    call = client.call(method, "/x", json={"amount": "10.00"})

    assert call.status == 401
    assert len(gateway.token_requests) == 1


@pytest.mark.parametrize("where", ["call", "client", "auth"])
def test_replay_unsafe_sends_a_post_again(gateway: Gateway, where: str) -> None:
    """Asked for at the call, the client or the auth; the body is the same."""
    auth = gateway.auth(replay_unsafe=where == "auth")
    client = pn.Client(auth, replay_unsafe=where == "client")
    client.get("/first")
    gateway.revoke_all()

    call = client.post("/x", json={"messageId": "M1"}, replay_unsafe=where == "call")

    assert (call.status, call.attempt) == (200, 2)
    assert [r.get_data() for r in gateway.api_requests[1:]] == [
        b'{"messageId":"M1"}'
    ] * 2


def refuse(status: int, body: object = None, **headers: str) -> Response:
    """Answer a refusal."""
    return answer(body if body is not None else {}, status, **headers)


def outcome(code: str, reason: str) -> dict[str, object]:
    """Write PayNet's v1 envelope."""
    return {"header": {"status": {"code": code, "reason": reason}}}


@pytest.mark.parametrize(
    "reply",
    [
        refuse(401),
        refuse(401, WWW_Authenticate='Bearer error="invalid_token"'),
        refuse(401, WWW_Authenticate="Basic realm=x, bearer"),
        refuse(401, outcome("RJCT", "API.007")),
        refuse(401, {"errorCode": "API.007", "description": "no"}),
        refuse(401, outcome("RJCT", "API.007"), WWW_Authenticate="Basic realm=x"),
        refuse(401, outcome("RJCT", "KMS.001"), WWW_Authenticate="Bearer realm=x"),
        Response("<html>", 401, content_type="text/html"),
        refuse(401, WWW_Authenticate="Basic realm=x"),
        refuse(401, WWW_Authenticate='OAuth2 realm=x, error="invalid token"'),
        refuse(401, {"fault": "the access token has expired"}),
    ],
)
def test_a_401_is_never_answered_twice(gateway: Gateway, reply: Response) -> None:
    """Two attempts at most, and the second 401 is data."""
    gateway.api = lambda _: reply
    client = gateway.client()

    assert client.get("/x").status == 401
    assert (len(gateway.api_requests), len(gateway.token_requests)) == (2, 2)


@pytest.mark.parametrize(
    "reply",
    [
        refuse(403, outcome("RJCT", "API.007")),
        refuse(403, WWW_Authenticate='Bearer error="invalid_token"'),
        refuse(401, WWW_Authenticate='Bearer error="insufficient_scope"'),
        refuse(401, outcome("RJCT", "KMS.001")),
        refuse(401, outcome("RJCT", "KMS.001"), WWW_Authenticate="OAuth2 realm=x"),
        refuse(401, {"message": "Invalid signature"}),
        refuse(401, {"message": "HMAC does not match"}),
        refuse(401, {"message": "insufficient scope"}, WWW_Authenticate="Bearer"),
        refuse(400, outcome("RJCT", "API.007")),
    ],
)
def test_a_refusal_that_blames_no_token_renews_none(
    gateway: Gateway, reply: Response
) -> None:
    """403 is about rights, KMS.001 about a signature: a new token helps neither."""
    gateway.api = lambda _: reply
    client = gateway.client()

    assert client.get("/x").status == reply.status_code
    assert (len(gateway.api_requests), len(gateway.token_requests)) == (1, 1)


def test_no_new_token_after_a_401_is_a_token_error(gateway: Gateway) -> None:
    """Credentials revoked in the portal: the 401 and the refusal are both recorded."""
    client = gateway.client()
    client.get("/first")
    gateway.revoke_all()
    gateway.token = lambda _: refuse(401, {"error": "invalid_client"})

    with pytest.raises(pn.TokenError, match="invalid_client"):
        client.get("/x")

    frame = client.history.to_frame()
    assert frame["status"].to_list() == [200, 200, 401, 401]


def test_it_works_with_any_call_of_requests(gateway: Gateway) -> None:
    """As `auth=`, with its own renewal after a 401."""
    auth = gateway.auth()
    assert requests.get(f"{gateway.url}/x", auth=auth, timeout=5).json()["ok"] is True
    gateway.revoke_all()

    response = requests.put(f"{gateway.url}/x", json={"a": 1}, auth=auth, timeout=5)

    assert [response.status_code, response.history[0].status_code] == [200, 401]
    assert json.loads(gateway.api_requests[-1].get_data()) == {"a": 1}
    assert len(gateway.token_requests) == 2


def test_a_plain_post_of_requests_is_not_sent_twice(gateway: Gateway) -> None:
    """The same care as in `Client`."""
    auth = gateway.auth()
    auth.get_token()
    gateway.revoke_all()

    response = requests.post(f"{gateway.url}/x", json={"a": 1}, auth=auth, timeout=5)

    assert response.status_code == 401
    assert len(gateway.api_requests) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "http://localhost:{port}/x",
        "http://127.0.0.2:{port}/x",
        "http://127.0.0.1:1/x",
        "http://127.0.0.1:{port}@localhost/x",
        "http://example.my/x",
    ],
)
def test_the_token_goes_to_no_other_origin(gateway: Gateway, url: str) -> None:
    """Other scheme, host or port: refused before even a token is asked for."""
    port = gateway.url.rpartition(":")[2]

    with pytest.raises(pn.RefusedError):
        requests.get(url.format(port=port), auth=gateway.auth(), timeout=5)

    assert gateway.token_requests == gateway.api_requests == []


def test_netrc_replaces_neither_secret_nor_token(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an auth requests would add a Basic header from it."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    gateway.client().get("/x")
    requests.get(f"{gateway.url}/control", timeout=5)

    token, call, control = gateway.token_requests + gateway.api_requests
    assert "Authorization" not in token.headers
    assert call.headers["Authorization"] == "Bearer opaque-token-0001"
    assert control.headers["Authorization"].startswith("Basic ")


def test_the_callers_session_carries_both_kinds_of_request(gateway: Gateway) -> None:
    """Its headers go along, and it is left as it was."""
    session = requests.Session()
    session.headers["X-Company"] = "bank"
    before = dict(session.headers)

    pn.Client(gateway.auth(session=session)).get("/x")

    sent: list[Request] = gateway.token_requests + gateway.api_requests
    assert [request.headers["X-Company"] for request in sent] == ["bank", "bank"]
    assert dict(session.headers) == before
    assert session.auth is None


def test_the_auth_wants_credentials() -> None:
    """A mix-up of arguments is told at once."""
    with pytest.raises(pn.ConfigurationError, match=r"pn\.Credentials"):
        pn.ClientCredentialsAuth(pn.CERTIFICATION)  # type: ignore[arg-type]


def test_its_repr_tells_the_state_and_no_secret(gateway: Gateway) -> None:
    """Environment and token's end, before and after."""
    auth = gateway.auth()
    before = repr(auth)
    auth.get_token()

    assert "no token yet" in before
    assert "23 h 59 min left" in repr(auth)
    assert SECRET not in before + repr(auth)
    assert "opaque-token" not in repr(auth)


@pytest.mark.parametrize(
    ("secret", "count"), [("1234", 1), ("true", 1), ("ab3-long-enough-9", 0)]
)
def test_a_secret_that_stands_in_other_data_is_said_once(
    gateway: Gateway, caplog: pytest.LogCaptureFixture, secret: str, count: int
) -> None:
    """An amount of 1234 is shown as it came, and the person knows why."""
    credentials = pn.Credentials("id", secret, gateway.environment)
    client = pn.Client(pn.ClientCredentialsAuth(credentials))
    client.get("/x")
    client.get("/x")

    told = [x.getMessage() for x in caplog.records if x.name == "paynet_nb"]
    assert len(told) == count
    assert all("short or a common word" in line for line in told)
    assert secret not in "".join(told)
