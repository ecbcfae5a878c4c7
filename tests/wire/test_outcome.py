"""`call.outcome`: what came of a call, on a server and without one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Response

import paynet_nb as pn
from paynet_nb.paynet import sample_payment
from paynet_nb.sandbox import Sandbox
from tests.helpers.gateway import Gateway, answer
from tests.helpers.raw import Script, cut_short, hang, raw_server, reset
from tests.helpers.records import call_of

REDIRECT = "/merchants/v1/payments/redirect"


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """Run a sandbox."""
    with Sandbox() as box:
        yield box


def test_a_payment_that_paynet_refuses_is_refused(box: Sandbox) -> None:
    """The sandbox answers RJCT; PayNet may do so under 200 OK."""
    client = pn.Client(pn.ClientCredentialsAuth(box.credentials))

    call = client.post(REDIRECT, json={**sample_payment(), "amount": "999999999.00"})

    assert (call.status, call.code, call.reason) == (200, "RJCT", "U112")
    assert call.outcome == "refused"
    assert repr(call).startswith(
        f"<Call POST {REDIRECT}: refused, 200 OK, RJCT refused"
    )
    page = call._repr_html_()
    assert page.index("! refused".replace("! ", "!\ufe0e ")) < page.index("200 OK")
    assert f"Is money moving? {call.explain().money_moving.capitalize()}" in page


def test_a_code_that_nobody_knows_is_said_to_be_so(gateway: Gateway) -> None:
    """An outcome that cannot be judged is no good one."""
    told = json.dumps({"header": {"status": {"code": "ACSP", "reason": "Q999"}}})
    gateway.api = lambda _: Response(told, content_type="application/json")

    call = gateway.client().get("/x")

    assert call.outcome == "unknown"
    assert "unknown, 200 OK, ACSP accepted" in repr(call)
    assert "Q999 is not known here" in repr(call)
    assert "Not before you have asked PayNet" in call._repr_html_()


GOOD = {"header": {"messageId": "m1", "status": {"code": "ACSP", "reason": "U000"}}}


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({"data": {"code": "RJCT", "reason": "U112"}}, ("RJCT", "U112")),
        ({"transactionStatus": "REJECTED"}, ("REJECTED", None)),
        ({"data": {"refundStatus": "REFUND_REJECTED"}}, ("REFUND_REJECTED", None)),
    ],
)
def test_a_refusal_beside_a_good_code_is_refused_wherever_it_is_shown(
    gateway: Gateway,
    tmp_path: Path,
    more: dict[str, Any],
    codes: tuple[str, str | None],
) -> None:
    """In the line, the card, all tables, filters and files, packed or in a journal."""
    gateway.api = lambda _: answer({**GOOD, **more})
    journal = tmp_path / "calls.sqlite"
    client = pn.Client(gateway.auth(), history=pn.History(journal))

    call = client.get("/status")
    rows = client.call_many([{"path": "/status"}] * 2, progress=False)

    assert (call.outcome, call.code, call.reason) == ("refused", *codes)
    assert ": refused, 200 OK, " in repr(call)
    assert f"{codes[0]} " in repr(call)
    assert "good" not in call._repr_html_()
    assert call.explain().happened.startswith("refused, 200 OK")
    packed = pn.History()
    for _ in range(600):
        packed.append(call)
    for history in (client.history, pn.History(journal), packed):
        kept = history.to_frame().query("kind == 'call'")
        assert {*kept["outcome"]} == {"refused"}
        assert {*kept["code"]} == {codes[0]}
        assert {*kept["reason"].fillna("")} == {codes[1] or ""}
        assert history.summary()["refused"].sum() == len(kept)
        assert history[-1].outcome == "refused"
    assert {*rows["outcome"], *rows["code"]} == {"refused", codes[0]}
    client.history.save(tmp_path / "calls.jsonl")
    last = json.loads((tmp_path / "calls.jsonl").read_text().splitlines()[-1])
    assert (last["outcome"], last["code"], last["reason"]) == ("refused", *codes)


@pytest.mark.parametrize(
    ("method", "outcome"),
    [
        ("GET", "failed"),
        ("OPTIONS", "failed"),
        ("POST", "unknown"),
        ("PATCH", "unknown"),
    ],
)
@pytest.mark.parametrize("script", [hang, reset, cut_short])
def test_what_nobody_answered_may_have_been_done(
    gateway: Gateway, script: Script, method: str, outcome: str
) -> None:
    """Unless nothing can have been: by a safe method (RFC 9110 section 9.2.1)."""
    with raw_server(script) as (url, _):
        client = client_of(gateway, url)
        with suppress(pn.CallError):
            client.call(method, "/x")

    call = client.history[-1]
    assert (call.status, call.outcome) == (None, outcome)
    assert client.history.to_frame()["outcome"].iloc[-1] == outcome
    assert client.history.summary()[outcome].sum() == 1


def test_what_was_never_sent_is_not_unknown(gateway: Gateway) -> None:
    """Nothing listens there, so no payment can have been made."""
    with raw_server(reset) as (url, _):
        pass
    client = client_of(gateway, url)

    with pytest.raises(pn.CallError, match="nothing listens"):
        client.post("/x", json={"amount": "10.00"})

    assert client.history[-1].outcome == "failed"


def test_a_token_request_without_an_answer_failed(gateway: Gateway) -> None:
    """It moves no money: it may be made again."""
    with raw_server(reset) as (url, _):
        client = client_of(gateway, url, token_url=f"{url}/token")
        with pytest.raises(pn.TokenError):
            client.get("/x")

    assert {call.outcome for call in client.history} == {"failed"}


def test_a_history_keeps_it(tmp_path: Path) -> None:
    """Packed, in a journal, and in its files."""
    history = pn.History(tmp_path / "calls.sqlite")
    lost = "https://api.example.my was reached but did not answer in time"
    closed = "nothing listens at https://api.example.my (connection refused)"
    for _ in range(200):
        history.append(call_of(status=200))
        history.append(call_of(status=200, body=b'{"errorCode": "API.007"}'))
        history.append(call_of(method="POST", error=lost))
        history.append(call_of(method="POST", error=closed))
    outcomes = ["good", "refused", "unknown", "failed"] * 200

    assert history.to_frame()["outcome"].to_list() == outcomes
    again = pn.History(tmp_path / "calls.sqlite")
    assert [call.outcome for call in again] == outcomes
    history.save(tmp_path / "calls.jsonl")
    lines = (tmp_path / "calls.jsonl").read_text().splitlines()
    assert [json.loads(line)["outcome"] for line in lines] == outcomes
    history.report(tmp_path / "page.html")
    assert "unknown, no answer" in (tmp_path / "page.html").read_text()


def client_of(gateway: Gateway, url: str, **other: str) -> pn.Client:
    """Make a client of a server at *url*, with a token of the gateway's."""
    facts = {"base_url": url, "token_url": gateway.environment.token_url, **other}
    environment = pn.Environment(name="raw", stage="sandbox", **facts)
    auth = pn.ClientCredentialsAuth(pn.Credentials("id", "no-secret", environment))
    return pn.Client(auth, timeout=(2.0, 0.2))


@pytest.mark.parametrize(
    "body", [b"<html>Sign in</html>", b'{"header": {"status": {"code": "RJ', b"\xe9"]
)
def test_a_payment_whose_answer_cannot_be_read_is_unknown(
    gateway: Gateway, tmp_path: Path, body: bytes
) -> None:
    """A proxy's page or half an answer, under 200 OK, tells of no payment."""
    gateway.api = lambda _: Response(body, content_type="application/json")
    journal = tmp_path / "calls.sqlite"
    client = pn.Client(gateway.auth(), history=pn.History(journal))

    call, looked = client.post(REDIRECT, json=sample_payment()), client.get("/x")

    assert (call.outcome, call.code, looked.outcome) == ("unknown", None, "good")
    assert "unknown, 200 OK, not JSON" in repr(call)
    assert call.explain().money_moving.startswith("perhaps")
    for history in (client.history, pn.History(journal)):
        kept = history.to_frame().iloc[1:]
        assert kept["outcome"].to_list() == ["unknown", "good"]
        assert kept["code"].isna().all()


@pytest.mark.parametrize("answer", [b"", b"{}", b"[]"])
def test_money_moves_for_sure_only_where_a_code_says_so(
    gateway: Gateway, answer: bytes
) -> None:
    """An answer without a code says nothing of the payment."""
    gateway.api = lambda _: Response(answer, content_type="application/json")

    told = gateway.client().post(REDIRECT, json=sample_payment()).explain()

    assert told.money_moving == "perhaps: the answer has none of PayNet's codes"
    assert told.what_to_do == "Read call.text"
