"""Looks at a payment: the first leaves it to the payer, the second decides."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from paynet_nb.paynet import sample_payment
from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import TIMEOUT_S, ask, pay
from tests.sandbox.test_bank_page import opened, pressed, state_of


@pytest.mark.parametrize(
    ("decision", "state"),
    [("approve", ("CLEARED", "U000")), ("refuse", ("REJECT", "D104"))],
)
def test_a_look_leaves_the_decision_to_the_payer(
    box: Sandbox, decision: str, state: tuple[str, str]
) -> None:
    """Who was told RECEIVED once can press, at the page and by a program."""
    paid, other = pay(box), sample_payment(8)
    pay(box, **other)
    name = other["endToEndId"]
    first = [state_of(box)[0], state_of(box, name)[0]]
    said = pressed(opened(paid.links["payment"]["url"]), decision)
    by_program = box.press(name, decision)

    assert first == ["RECEIVED", "RECEIVED"]
    assert said.status_code == 200
    assert by_program == state[0]
    assert [state_of(box), state_of(box, name)] == [state, state]


@pytest.mark.parametrize(
    ("start", "changes", "look", "decision", "states"),
    [
        ("start_checkout", {}, "get_checkout_status", "refuse", ["REJECTED"] * 2),
        (
            "start_checkout",
            {"transactionFlow": "02"},
            "get_checkout_status",
            "approve",
            ["PENDAUTH", "CLEARED"],
        ),
        ("start_consent", {}, "get_consent_status", "refuse", ["CANC"] * 2),
    ],
)
def test_a_look_at_duitnow_pay_leaves_it_to_the_payer(
    box: Sandbox, start: str, changes: Any, look: str, decision: str, states: list[str]
) -> None:
    """A company's approval begins with the press, so that the next look tells of it."""
    made = ask(box, start, changes).json()["data"]
    before = ask(box, look).json()["data"]["transactionStatus"]
    ended = box.press(made["endToEndId"], decision)
    looks = [ask(box, look).json()["data"]["transactionStatus"] for _ in "12"]

    assert before in {"RECEIVED", "PDNG"}
    assert [ended, looks] == [states[0], states]


def test_head_opens_no_page(box: Sandbox) -> None:
    """A link that a program only probes leaves the payment to the looks."""
    page = pay(box).links["payment"]["url"]
    head = requests.head(page, timeout=TIMEOUT_S)
    looks = [state_of(box) for _ in "12"]

    assert (head.status_code, head.content) == (200, b"")
    assert looks == [("RECEIVED", "U000"), ("CLEARED", "U000")]
