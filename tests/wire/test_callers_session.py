"""A session of the caller's: its headers, hooks and adapters, for all calls."""

from __future__ import annotations

from collections.abc import MutableMapping
from urllib.parse import quote

import pytest
import requests
from urllib3.util import Retry
from werkzeug import Response

import paynet_nb as pn
from tests.helpers.gateway import CLIENT_ID, SECRET, Gateway, answer


@pytest.fixture
def session() -> requests.Session:
    """Make a session as a caller does."""
    return requests.Session()


def test_a_header_set_to_none_is_left_out(
    gateway: Gateway, session: requests.Session
) -> None:
    """So people of requests take a header away, for a session or for one call."""
    session.headers["X-Away"] = None  # type: ignore[assignment]
    session.headers["X-Company"] = "bank"
    client = pn.Client(gateway.auth(session=session))

    client.get("/x", headers={"X-Company": None})

    (token,), (call,) = gateway.token_requests, gateway.api_requests
    assert "X-Away" not in token.headers
    assert "X-Away" not in call.headers
    assert token.headers["X-Company"] == "bank"
    assert "X-Company" not in call.headers


def test_the_sessions_content_type_does_not_spoil_the_token_request(
    gateway: Gateway, session: requests.Session
) -> None:
    """A session for a JSON API has one, and the token endpoint wants a form."""
    session.headers["Content-Type"] = "application/json"

    gateway.auth(session=session).get_token()

    (request,) = gateway.token_requests
    assert request.form["client_id"] == CLIENT_ID


@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_a_content_type_typed_in_is_sent(gateway: Gateway, name: str) -> None:
    """Names compare without case."""
    client = gateway.client()

    client.post("/x", json={}, headers={name: "application/vnd.paynet+json"})

    assert gateway.api_requests[0].content_type == "application/vnd.paynet+json"


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
def test_the_auth_takes_the_place_of_the_sessions_authorization(
    gateway: Gateway, session: requests.Session, name: str
) -> None:
    """As in requests; and the token endpoint gets one credential only."""
    session.headers[name] = "Bearer written-by-hand"

    pn.Client(gateway.auth(session=session)).get("/x")

    (token,), (call,) = gateway.token_requests, gateway.api_requests
    assert "Authorization" not in token.headers
    assert call.headers["Authorization"] == "Bearer opaque-token-0001"


def test_without_an_auth_the_sessions_authorization_is_sent(gateway: Gateway) -> None:
    """A client with no auth is for calls that are authorized in another way."""
    client = pn.Client(None, gateway.environment)
    headers: MutableMapping[str, str | bytes] = client.session.headers  # type: ignore[assignment]
    headers["Authorization"] = b"Bearer by-hand-0123456789"

    call = client.get("/x")

    assert gateway.api_requests[0].headers["Authorization"].startswith("Bearer by-")
    assert "by-hand" not in repr(vars(call))


@pytest.mark.parametrize("value", ["canary\nX-Y: z", "canary \u0416", 5])
def test_a_header_of_the_session_that_cannot_be_sent_is_not_quoted(
    gateway: Gateway, session: requests.Session, value: str
) -> None:
    """requests and http.client raise different errors for each, with the value."""
    session.headers["X-Key"] = value
    auth = gateway.auth(session=session)

    with pytest.raises(pn.TokenError) as asked:
        auth.get_token()
    with pytest.raises(pn.PaynetError) as called:
        pn.Client(auth).get("/x")

    assert "canary" not in f"{asked.value} {called.value}"
    assert asked.value.__context__ is called.value.__context__ is None
    assert gateway.token_requests == gateway.api_requests == []


def test_a_cookie_that_cannot_be_sent_is_an_error_of_the_call(
    gateway: Gateway, session: requests.Session
) -> None:
    """http.client writes headers in Latin-1."""
    client = pn.Client(gateway.auth(session=session))
    session.cookies.set("node", "\u0416")

    with pytest.raises(pn.CallError, match="cannot be sent as it is"):
        client.get("/x")


def test_a_hook_that_raises_on_a_status_hides_none(
    gateway: Gateway, session: requests.Session
) -> None:
    """`raise_for_status` is a common hook, and a status is data here."""
    gateway.api = lambda _: answer({"why": "busy"}, 503)
    session.hooks["response"].append(lambda response, **_: response.raise_for_status())

    call = pn.Client(gateway.auth(session=session)).get("/x")

    assert (call.status, call.json()) == (503, {"why": "busy"})


def test_a_hook_that_raises_otherwise_is_an_error_of_the_call(
    gateway: Gateway, session: requests.Session
) -> None:
    """It is no fault of certificates."""

    def stop(response: requests.Response, **_: object) -> None:
        if response.request.method == "GET":
            raise requests.RequestException

    session.hooks["response"].append(stop)

    with pytest.raises(pn.CallError, match="RequestException in a hook"):
        pn.Client(gateway.auth(session=session)).get("/x")


def test_what_does_not_count_of_a_session_is_said(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, in a line, where the session is given; its send() counts."""

    class Own(requests.Session):
        def request(self, *_: object, **__: object) -> requests.Response:
            raise NotImplementedError

    session = Own()
    session.auth = ("name", "word")

    auth = gateway.auth(session=session)

    (line,) = [one.getMessage() for one in caplog.records if one.name == "paynet_nb"]
    assert "request(), auth does not count" in line
    assert pn.Client(auth).get("/x").status == 200


@pytest.mark.parametrize("given", [requests, object()])
def test_what_is_no_session_is_refused_at_once(gateway: Gateway, given: object) -> None:
    """Not by a fault of the first token request."""
    with pytest.raises(pn.ConfigurationError, match="wants a requests"):
        gateway.auth(session=given)


def test_a_secret_in_a_query_is_not_in_the_log_of_urllib3(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    """At DEBUG it has a line for each request, with its URL."""
    caplog.set_level("DEBUG")

    gateway.client().get("/x", params={"password": "abc", "page": 2, "q": "50%s"})

    (line,) = [
        one.getMessage()
        for one in caplog.records
        if one.name == "urllib3.connectionpool" and "GET" in one.getMessage()
    ]
    assert "/x?password=[redacted]&page=2&q=50%25s" in line


def test_a_secret_in_a_path_is_not_in_the_log_of_urllib3(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    """Typed there by mistake; the token, too; the rest of the path is readable."""
    caplog.set_level("DEBUG")
    client = gateway.client()
    client.get("/first")
    token = client.auth.get_token().access_token

    client.get(f"/v1/{SECRET}/banks")
    client.get(f"/v1/{token}/banks")

    # The gateway of the test writes its own lines.
    theirs = [one for one in caplog.records if one.name.startswith("urllib3")]
    text = "\n".join(one.getMessage() for one in theirs)
    assert text.count("/v1/[") == 2
    assert text.count("]/banks") == 2
    assert quote(SECRET, safe="/") not in text
    assert token not in text


def test_an_adapter_that_retries_is_respected(
    gateway: Gateway, session: requests.Session
) -> None:
    """A caller who mounts one has asked for it; its last word is an error."""
    retries = Retry(2, status_forcelist=[500], allowed_methods=["GET"])
    session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retries))
    gateway.api = lambda _: Response("", 500)

    with pytest.raises(pn.CallError, match="answered 500 each time"):
        pn.Client(gateway.auth(session=session)).get("/x")

    assert len(gateway.api_requests) == 3


def test_an_adapter_with_a_bug_is_an_error_without_its_frames(
    gateway: Gateway, session: requests.Session
) -> None:
    """They have the secret; the kind of the error is told."""

    class Buggy(requests.adapters.BaseAdapter):
        def send(self, *_: object, **__: object) -> requests.Response:
            raise RuntimeError(f"bug with {SECRET}")

        def close(self) -> None:
            pass

    session.mount("http://", Buggy())

    with pytest.raises(pn.TokenError, match="no token: RuntimeError in") as caught:
        gateway.auth(session=session).get_token()

    assert caught.value.__context__ is None


def test_a_header_that_is_no_text_is_refused_before_sending(gateway: Gateway) -> None:
    """Found later, a payment would be sent and stand in no history."""
    client = gateway.client()
    client.session.headers["X-Number"] = 5  # type: ignore[assignment]  # as people do

    with pytest.raises(pn.RefusedError, match="X-Number is no text; nothing was sent"):
        client.post("/x", json={})

    assert gateway.api_requests == []


def test_a_header_that_cannot_be_sent_is_told_and_not_quoted(
    gateway: Gateway, session: requests.Session
) -> None:
    """A line break in it would begin another header; nothing is sent."""
    client = pn.Client(None, gateway.environment)
    client.session.headers["X-Key"] = f"{SECRET}\nX-Other: 1"

    with pytest.raises(pn.CallError, match="header") as caught:
        client.get("/x")

    assert SECRET not in str(caught.value)
    assert gateway.api_requests == []
