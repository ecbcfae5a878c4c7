"""Lesson 07's exercises: a payment that the payer refuses, before or after a look."""

from __future__ import annotations

import pytest

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from tests.course.test_asking import learner


def test_what_a_listener_took_counts() -> None:
    """Whatever it is called; a notification alone, or an approved one, does not."""
    with pn.Listener() as mine, Sandbox(notify_to=mine.url) as box:
        run = learner(box, mine=mine)
        run("client = pn.Client(pn.ClientCredentialsAuth(box.credentials))\n0")
        states = [
            run(
                f"order = box.example('payment', {number})\n"
                "client.post('/merchants/v1/payments/redirect', json=order)\n"
                f"box.press(order['endToEndId'], '{decision}')\n"
                "check('07.1')"
            )
            for number, decision in ((7, "approve"), (8, "refuse"))
        ]
        right = run(
            "ids = {**box.example('bank list', 9), 'endToEndId': order['endToEndId']}\n"
            "client.get('/merchants/v1/payments/payment/status', params=ids)\n"
            "check('07.1')"
        )

    assert [one.state for one in states] == ["not yet", "not yet"]
    assert "was approved" in states[0].lines[0]
    assert "forged" in states[1].lines[0]
    assert right.state == "right"


@pytest.mark.parametrize("looks", [0, 1, 2, 5])
def test_a_refusal_can_be_practised_after_any_number_of_looks(looks: int) -> None:
    """One look leaves the payer's choice; after more, what to do is told, and works."""
    with pn.Listener() as mine, Sandbox(notify_to=mine.url) as box:
        run = learner(box, mine=mine)
        run("client = pn.Client(pn.ClientCredentialsAuth(box.credentials))\n0")
        start = (
            "order = box.example('payment', {0})\n"
            "client.post('/merchants/v1/payments/redirect', json=order)\n"
            "def look(at):\n"
            "    name = {{'endToEndId': order['endToEndId']}}\n"
            "    ids = {{**box.example('bank list', at), **name}}\n"
            "    client.get('/merchants/v1/payments/payment/status', params=ids)\n"
            "for at in range({1}):\n"
            "    look({0} + at)\n"
            "check('07.1')"
        )
        press = "box.press(order['endToEndId'], 'refuse')\nlook(90)\ncheck('07.1')"
        looked = run(start.format(7, looks))
        if looks > 1:
            with pytest.raises(pn.ConfigurationError, match="start another one"):
                run(press)
            run(start.format(40, 0))
        done = run(press)

    told = "Take another number" if looks > 1 else "the customer refuses it"
    assert told in looked.lines[0]
    assert done.state == "right"
