"""`pn.Listener` beside a sandbox that notifies it, and others that pretend to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
import requests
from joserfc import jws
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

import paynet_nb as pn
from paynet_nb.paynet import notifications, sample_payment
from paynet_nb.sandbox import Sandbox
from tests.helpers.signing import public
from tests.sandbox.helpers import TIMEOUT_S, ask, pay, until

KINDS = [*notifications()]
V3, PAY = "transfer-v3", "pay-payment-status"
FORGED = {
    "other-key": "another key signed it, or it was changed",
    "other-kid": "its kid names no key that is known here",
    "other-body": "it is of another body",
    "expired": "it has expired",
    "alg-none": "its alg is neither RS256 nor RS512",
    "alg-hs256": "its alg is neither RS256 nor RS512",
    "unsigned": "it has none",
}


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """Serve a sandbox."""
    with Sandbox() as serving:
        yield serving


@pytest.fixture
def client(box: Sandbox) -> pn.Client:
    """Make a client of the sandbox."""
    return pn.Client(pn.ClientCredentialsAuth(box.credentials))


@pytest.fixture
def listener(box: Sandbox, client: pn.Client) -> Iterator[pn.Listener]:
    """Listen with the client's history."""
    key = box.participant_key
    with pn.Listener(client, key=key, iss="CTOHMYK1") as listening:
        yield listening


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_taken_and_recorded(
    box: Sandbox, client: pn.Client, listener: pn.Listener, kind: str
) -> None:
    """All that the contract knows, with the verdict on each."""
    notice = box.notify(kind, to=listener.url)

    assert (notice.status, notice.done, notice.attempts) == (200, True, 1)
    (call,) = client.history
    assert (call.kind, call.label, call.outcome) == ("notification", kind, "good")
    signed = kind != "merchant-payment-status"
    assert call.signature == ("good" if signed else "not known to be signed")
    frame = client.history.to_frame()
    assert frame["kind"].to_list() == ["notification"]
    assert box.notifications[-1] == notice
    assert "1 notification" in repr(listener)
    assert client.history.drift().empty


def test_an_answer_to_version_3_is_as_the_contract_has_it(
    box: Sandbox, httpserver: HTTPServer, listener: pn.Listener
) -> None:
    """Signed by the participant, with an ID of its own, headers echoed."""
    passed: list[tuple[bytes, requests.Response]] = []

    def pass_on(request: Request) -> Response:
        headers = {**request.headers, "X-Client-Id": "CTOHMYK1", "X-Api-Version": "v3"}
        headers["Host"] = listener.url.removeprefix("http://")
        url = listener.url + request.path
        body = request.get_data()
        told = requests.post(url, data=body, headers=headers, timeout=TIMEOUT_S)
        passed.append((body, told))
        return Response(status=told.status_code)

    httpserver.expect_request("/webhooks/v3/payments/transfer-xc").respond_with_handler(
        pass_on
    )
    box.notify(V3, to=httpserver.url_for(""))
    ((sent, answer),) = passed
    scheme, _, token = answer.headers["Authorization"].partition(" ")
    read = jws.deserialize_compact(token, public(box.participant_key), ["RS512"])
    claims = json.loads(read.payload or b"")
    head = answer.json()["appHeader"]

    assert scheme == "Bearer"
    assert claims["ds"] == hashlib.sha256(answer.content).hexdigest()
    assert claims["jti"] == head["businessMessageId"]
    assert head["businessMessageId"] == answer.headers["X-Business-Message-Id"]
    assert head["businessMessageId"][8:20] == "CTOHMYK1030R"
    theirs = json.loads(sent)["appHeader"]
    assert head["originalBusinessMessageId"] == theirs["businessMessageId"]
    assert head["endToEndId"] == theirs["endToEndId"]
    assert answer.headers["X-Client-Id"] == "CTOHMYK1"


@pytest.mark.parametrize(
    ("forgery", "kind"),
    [*product(FORGED, (V3, PAY)), ("other-message", V3)],
)
def test_a_forged_or_late_one_is_refused_and_explained(
    box: Sandbox, listener: pn.Listener, forgery: str, kind: str
) -> None:
    """In the answer, and in the history."""
    notice = box.notify(kind, to=listener.url, forgery=forgery)
    call = listener.history[0]

    assert (notice.status, notice.done) == (400, False)
    assert (call.status, call.outcome) == (400, "failed")
    assert FORGED.get(forgery, "of another message") in str(call.description)
    assert call.signature in {"missing", f"wrong: {call.signature[7:]}"}


@pytest.mark.parametrize("kind", [V3, PAY])
def test_a_repeated_one_is_refused(
    box: Sandbox, listener: pn.Listener, kind: str
) -> None:
    """Its signature is as good as it was."""
    box.notify(kind, to=listener.url)
    notice = box.notify(kind, to=listener.url, forgery="repeated")
    again = listener.history[1]

    assert notice.status == 409
    assert (again.signature, again.outcome) == ("good", "failed")
    assert "this notification came before" in str(again.description)


def test_what_the_contract_does_not_want_is_refused(
    box: Sandbox, listener: pn.Listener
) -> None:
    """However well it is signed."""
    notice = box.notify(V3, to=listener.url, changes={"debtorAgent": {"id": 7}})
    call = listener.history[0]

    assert (notice.status, call.signature) == (400, "good")
    assert call.json()["resp"]["reason"]["errorLocation"] == "debtorAgent.id"


def test_an_old_one_with_an_old_date_is_late(box: Sandbox) -> None:
    """What a stranger sends again has the Date that it had."""
    with pn.Listener(answer_keys=box.environment.jwks_url) as listener:
        box.notify(PAY, to=listener.url)
        late = pn.Listener(
            answer_keys=box.environment.jwks_url,
            clock=lambda: datetime.now(UTC).timestamp() + 7_200,
        )
        with late:
            notice = box.notify(PAY, to=late.url, forgery="repeated")

    assert listener.history[0].signature == "good"
    assert late.history[0].signature == "wrong: it has expired (exp)"
    assert notice.status == 400


def test_without_keys_nothing_is_verified(box: Sandbox) -> None:
    """It is taken, and the history says so."""
    with pn.Listener() as listener:
        notice = box.notify(PAY, to=listener.url, forgery="other-key")

    assert notice.done
    assert listener.history[0].signature == "not checked: no key"


def test_it_is_sent_again_until_it_is_taken(
    box: Sandbox, httpserver: HTTPServer
) -> None:
    """The same bytes, after longer and longer pauses."""
    got: list[tuple[bytes, str]] = []

    def third(request: Request) -> Response:
        got.append((request.get_data(), request.headers["Authorization"]))
        return Response(status=200 if len(got) > 2 else 503)

    httpserver.expect_request("/pay").respond_with_handler(third)
    first = box.notify(PAY, to=httpserver.url_for("/pay"))
    until(lambda: box.notifications[-1].ended)
    last = box.notifications[-1]

    assert (first.status, first.done, first.ended) == (503, False, False)
    assert (last.status, last.done, last.attempts) == (200, True, 3)
    assert len(got) == 3
    assert len({*got}) == 1


def test_payments_are_told_of_by_themselves() -> None:
    """To the address that was given at the start; a refused one is not."""
    with pn.Listener() as listener, Sandbox(notify_to=listener.url) as box:
        paid = sample_payment(7)
        assert pay(box, **{**paid, "amount": "999999999.00"}).status_code == 200
        pay(box, **sample_payment(8))
        ask(box, "start_checkout")
        ask(box, "enquire_account_v3")
        ask(box, "transfer_v3")
        until(lambda: len(listener.history) == 3)
    told = {one.label: json.loads(one.request_body or b"") for one in listener.history}

    assert {*told} == {"merchant-payment-status", PAY, V3}
    info = told["merchant-payment-status"]["Notification"]["EventInfo"]
    assert info["EndToEndID"] == sample_payment(8)["endToEndId"]


@pytest.mark.parametrize(
    "to",
    [
        "https://127.0.0.1/",
        "http://example.my/",
        "http://10.0.0.1:80/",
        "http://127.0.0.1/\u00e9",
        "x",
        "http://[",
    ],
)
def test_no_other_machine_is_notified(box: Sandbox, to: str) -> None:
    """A sandbox that could be pointed at others would be a tool against them."""
    with pytest.raises(pn.RefusedError, match="own machine only"):
        box.notify(PAY, to=to)


def test_a_kind_that_nobody_knows_is_named(box: Sandbox, listener: pn.Listener) -> None:
    """With those that there are."""
    with pytest.raises(pn.ConfigurationError, match="transfer-v3"):
        box.notify("x", to=listener.url)
    with pytest.raises(pn.ConfigurationError, match="alg-none"):
        box.notify(PAY, to=listener.url, forgery="x")


@pytest.mark.parametrize(
    ("kind", "forgery", "why"),
    [
        *(("merchant-payment-status", one, "is not known; give rep") for one in FORGED),
        *(
            (kind, "other-message", "names no message; give repeated, other-body")
            for kind in ("pay-checkout", PAY, "pay-consent", "pay-refund-status")
        ),
    ],
)
def test_what_cannot_be_forged_is_not_sent(
    box: Sandbox, listener: pn.Listener, kind: str, forgery: str, why: str
) -> None:
    """A genuine one in place of a forged one would be taken for a listener's fault."""
    with pytest.raises(pn.ConfigurationError, match=why) as told:
        box.notify(kind, to=listener.url, forgery=forgery)

    assert f"{kind} cannot be forged as '{forgery}'" in str(told.value)
    assert len(listener.history) == 0


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("GET", {}, b"", 405),
        ("POST", {"Host": "example.my"}, b"{}", 421),
        ("POST", {"Host": "example.my:80"}, b"{}", 421),
        ("POST", {}, b"", 404),
        ("POST", {}, b"[" * 100_000, 404),
        ("POST", {"Authorization": "Bearer a.b.c"}, b'{"checkoutId": 1}', 400),
        ("POST", {"Authorization": "Bearer"}, b'{"refundId": null}', 400),
    ],
)
def test_what_is_no_notification_is_refused(
    listener: pn.Listener, method: str, headers: Any, body: bytes, status: int
) -> None:
    """And ends in no traceback."""
    answer = requests.request(
        method, listener.url, headers=headers, data=body, timeout=TIMEOUT_S
    )

    assert answer.status_code == status
    assert "Traceback" not in answer.text


def test_no_token_of_a_notification_is_kept(
    box: Sandbox, httpserver: HTTPServer, listener: pn.Listener
) -> None:
    """Whoever had it could send it again."""
    seen: list[str] = []

    def watch(request: Request) -> Response:
        seen.append(request.headers["Authorization"].partition(" ")[2])
        return Response()

    httpserver.expect_request("/pay").respond_with_handler(watch)
    box.notify(PAY, to=httpserver.url_for("/pay"))
    box.notify(PAY, to=listener.url, forgery="repeated")
    signature = seen[0].rpartition(".")[2]
    shown = repr(listener.history[0].request_headers) + repr(box.notifications)

    assert "[token #" in shown
    assert signature not in shown + listener.history._repr_html_()
