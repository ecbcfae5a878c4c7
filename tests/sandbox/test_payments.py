from __future__ import annotations

import json
from typing import Any

import pytest

from paynet_nb.paynet import sample_payment
from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import (
    PAYMENT,
    call,
    outcome,
    pay,
    payment_status,
)

ACCEPTED = (200, "ACSP", "U000")


def test_a_payment_goes_from_received_to_cleared(box: Sandbox) -> None:
    """The first look says RECEIVED, the next ones CLEARED."""
    paid = pay(box)
    looks = [payment_status(box, PAYMENT["endToEndId"]) for _ in range(3)]

    assert outcome(paid) == ACCEPTED
    assert paid.json()["endToEndId"] == PAYMENT["endToEndId"]
    assert len(paid.json()["endToEndIdSignature"]) == 344
    states = [look.json()["transactionStatus"] for look in looks]
    assert states == ["RECEIVED", "CLEARED", "CLEARED"]
    assert looks[0].json()["originalTransactionId"] == PAYMENT["transactionId"]


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("0.00", "U111"),
        (0, "U111"),
        ("0.01", "U000"),
        (10, "U000"),
        (1234.5, "U000"),
        ("99999.98", "U000"),
        (99999.99, "U112"),
        ("100000", "U112"),
    ],
)
def test_an_amount_out_of_bounds_is_refused_in_a_200(
    box: Sandbox, amount: object, reason: str
) -> None:
    """A business refusal is RJCT with HTTP status 200."""
    answer = pay(box, amount=amount)

    code = "ACSP" if reason == "U000" else "RJCT"
    assert outcome(answer) == (200, code, reason)
    assert ("endToEndIdSignature" in answer.json()) is (code == "ACSP")


def test_a_message_id_serves_once(box: Sandbox) -> None:
    """The same message again is U149, and the first payment stands."""
    first, second = pay(box), pay(box, amount="0.00")

    assert outcome(first) == ACCEPTED
    assert outcome(second) == (200, "RJCT", "U149")
    looked = payment_status(box, PAYMENT["endToEndId"])
    assert looked.json()["transactionStatus"] == "RECEIVED"


@pytest.mark.parametrize(
    ("amount", "state", "cause"),
    [(PAYMENT["amount"], "CLEARED", "U000"), ("0.00", "REJECT", "U111")],
)
def test_a_payments_name_serves_once(
    box: Sandbox, amount: str, state: str, cause: str
) -> None:
    """A new message with the old endToEndId is U149: what was decided stays so."""
    other = {**sample_payment(8, day="20260102"), "endToEndId": PAYMENT["endToEndId"]}
    pay(box, amount=amount)
    looks = [payment_status(box, PAYMENT["endToEndId"]) for _ in range(2)]
    again = pay(box, **other)
    late = payment_status(box, PAYMENT["endToEndId"]).json()

    assert looks[-1].json()["transactionStatus"] == state
    assert outcome(again) == (200, "RJCT", "U149")
    assert (late["transactionStatus"], late["header"]["status"]["reason"]) == (
        state,
        cause,
    )
    assert late["originalTransactionId"] == PAYMENT["transactionId"]


def test_a_refused_payment_stays_refused(box: Sandbox) -> None:
    """Its status is REJECT."""
    pay(box, amount="0.00")

    looked = payment_status(box, PAYMENT["endToEndId"])

    assert looked.json()["transactionStatus"] == "REJECT"


def test_an_unknown_payment_is_u106(common: Sandbox) -> None:
    """Asking for a payment that was never made is refused in a 200."""
    assert outcome(payment_status(common, "nothing")) == (200, "RJCT", "U106")


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"amount": None}, "API.005", "amount"),
        ({"customer": {"bankType": "RET"}}, "API.005", "customer.name"),
        ({"customer": "Made Up"}, "API.002", "customer"),
        ({"amount": "1.234"}, "API.002", "amount"),
        ({"amount": "-1"}, "API.002", "amount"),
        ({"amount": True}, "API.002", "amount"),
        ({"amount": {"value": "1"}}, "API.002", "amount"),
        ({"sourceOfFunds": []}, "API.002", "sourceOfFunds"),
        ({"sourceOfFunds": "[01]"}, "API.002", "sourceOfFunds"),
        ({"currency": "USD"}, "API.004", "currency"),
        ({"transactionId": "1"}, "API.003", "transactionId"),
    ],
)
def test_a_wrong_body_is_refused_with_its_field(
    common: Sandbox, changes: dict[str, Any], reason: str, field: str
) -> None:
    """The first field at fault is named by its path."""
    answer = pay(common, **changes)

    assert outcome(answer) == (400, "RJCT", reason)
    text = answer.json()["header"]["status"]["description"]
    assert text.startswith(f"data.{field} - ")


@pytest.mark.parametrize("depth", [300, 900, 20_000])
def test_a_field_that_is_deep_is_refused(common: Sandbox, depth: int) -> None:
    """Whatever Python can read of it, and can write no more."""
    deep = "[" * depth + "1" + "]" * depth
    body = json.dumps({**PAYMENT, "messageId": "@"}).replace('"@"', deep)
    headers = {"Content-Type": "application/json"}

    answer = call(
        common, "POST", "/merchants/v1/payments/redirect", data=body, headers=headers
    )

    assert answer.status_code == 400
