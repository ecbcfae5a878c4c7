"""`call.explain()`: what an answer means, and what to do next."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from werkzeug import Response

import paynet_nb as pn
from paynet_nb.wire import Call
from tests.helpers.gateway import Gateway
from tests.helpers.records import call_of

PAY = "https://sandbox.api.paynet.my/merchants/v1/payments/redirect"
STATUS = "https://sandbox.api.paynet.my/merchants/v1/payments/payment/status"


def answered(
    code: str, reason: str, *, method: str = "POST", url: str = PAY, status: int = 200
) -> Call:
    """Make a call that PayNet answered with codes."""
    head = {"messageId": "20260701X", "status": {"code": code, "reason": reason}}
    body = json.dumps({"header": head}).encode()
    return call_of(method=method, url=url, status=status, body=body)


@pytest.mark.parametrize(
    ("call", "money", "todo", "again", "sure"),
    [
        (answered("ACSP", "U000"), "yes, or", "Nothing", "no need", "page"),
        (answered("RJCT", "U112"), "no,", "Amount", "once it is put right, ", "page"),
        (answered("RJCT", "U149"), "no,", "20260701X", "not before", "page"),
        (answered("ACTC", "U002"), "perhaps", "20260701X", "not before", "page"),
        (answered("RJCT", "Q999"), "no,", "", "once it is", "page"),
        (answered("ACSP", "Q999"), "perhaps", "20260701X", "not before", "page"),
        (
            answered("ACSP", "U000", status=503),
            *("perhaps", "20260701X, or make a transaction enquiry", "not", "page"),
        ),
        (
            answered("ACSP", "U000", status=400),
            *("perhaps", "20260701X, or make a transaction enquiry", "not", "page"),
        ),
        (answered("RJCT", "U112", status=500), "no,", "Amount", "once it is", "page"),
        (
            answered("RJCT", "U106", method="GET", url=STATUS),
            *("no: this call moves none", "transactionId", "once it", "third-party"),
        ),
        (
            answered("RJCT", "U149", method="GET", url=STATUS),
            *("no: this call moves none", "ID of its own", "once it", "page"),
        ),
    ],
)
def test_a_code_is_explained(
    call: Call, money: str, todo: str, again: str, sure: str
) -> None:
    """Is money moving, what to do, may it be sent again; and how sure that is."""
    told = call.explain()

    assert told.happened == call.status_in_words
    assert told.money_moving.startswith(money)
    assert todo in told.what_to_do
    assert told.send_again.startswith(again)
    assert told.sure == sure
    assert told.source
    assert told.advice_sure


@pytest.mark.parametrize(
    ("fields", "money", "again"),
    [
        ({"status": 200}, "perhaps: the answer has none", "no need"),
        ({"status": 404}, "no,", "once it is put right"),
        ({"status": 429}, "no,", "later"),
        ({"status": 500}, "perhaps", "not before"),
        ({"status": 504}, "perhaps", "not before"),
        ({"error": "no answer within 30 s"}, "perhaps", "not before"),
        ({"status": 503, "method": "GET", "url": STATUS}, "no:", "later"),
        ({"status": 200, "method": "GET", "url": "https://x.my/y"}, "no:", "no need"),
        ({"status": 401, "kind": "token", "url": "https://x.my/token"}, "no:", "once"),
    ],
)
def test_a_call_without_a_code_is_explained(
    fields: dict[str, Any], money: str, again: str
) -> None:
    """By its status alone, which is this project's reading."""
    told = call_of(**{"method": "POST", "url": PAY, **fields}).explain()

    assert told.money_moving.startswith(money)
    assert told.send_again.startswith(again)
    assert told.what_to_do
    assert (told.sure, told.source, told.advice_sure) == ("", "", "assumption")


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_card_of_a_payment_at_which_a_server_failed_says_that_money_may_move(
    gateway: Gateway, status: int
) -> None:
    """Its outcome is "failed", and whoever reads that alone would pay twice."""
    gateway.api = lambda _: Response("no backend", status)
    sent = {"messageId": "20260701X"}

    call = gateway.client().post("/merchants/v1/payments/redirect", json=sent)

    assert call.outcome == "failed"
    for shown in (call._repr_html_(), call.explain().in_short):
        assert "Is money moving? Perhaps: what became of it is not certain" in shown
        assert "Ask for its status by message ID 20260701X, or make a tran" in shown
        assert "Send it again? Not before you have asked PayNet what became" in shown


def test_what_never_arrived_may_be_sent_again() -> None:
    """Nobody listens at the address: no money moves, and asking makes no sense."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    here = pn.Environment(name="x", stage="sandbox", base_url=url, token_url=url)
    with pytest.raises(pn.CallError) as raised:
        pn.Client(None, environment=here).post("/merchants/v1/payments/redirect")

    assert raised.value.call is not None
    told = raised.value.call.explain()
    assert told.money_moving == "no: it was never sent"
    assert told.send_again.startswith("yes")


def test_it_is_shown_as_text_table_and_html() -> None:
    """All three say the same, whatever a server wrote."""
    call = answered("RJCT", "<b>x</b>")
    told = call.explain()

    table = told.to_frame()
    assert list(table.columns) == ["question", "answer"]
    assert len(table) == 6
    assert repr(told).splitlines()[0].startswith("what happened: refused, 200 OK, RJCT")
    assert "<b>x" not in told._repr_html_()
    assert "is money moving" in told._repr_html_()
