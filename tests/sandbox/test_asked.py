"""`box.requests[-1].faults`: all that the contract finds wrong with a request."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from werkzeug import Request
from werkzeug.test import create_environ

from paynet_nb.paynet import Fault
from paynet_nb.sandbox import Sandbox
from paynet_nb.sandbox.asked import Asked
from paynet_nb.sandbox.scenarios import NORMAL
from tests.sandbox.helpers import ask, ask_token, bank_list, call, outcome, pay

PAY = "/merchants/v1/payments/redirect"
# What the contract wants of a merchant's call, and the sandbox does not insist on.
UNSIGNED = [
    *("headers.x-gps-coordinates", "headers.x-ip-address"),
    *("signature.x-signature", "signature.x-signature-key"),
]
SIGNED = {
    "X-Gps-Coordinates": "0",
    "X-Ip-Address": "0",
    "X-Signature": "A" * 342 + "==",
    "X-Signature-Key": "00ff",
}


def faults(box: Sandbox) -> dict[str, Fault]:
    """Give the faults of the last request by their places."""
    return {one.location: one for one in box.requests[-1].faults}


def test_all_faults_are_listed_where_one_is_answered(common: Sandbox) -> None:
    """PayNet tells the first one; the list has each, with what is wanted."""
    answer = pay(common, messageId=None, currency="USD", customer={"name": "Aminah"})

    assert outcome(answer) == (400, "RJCT", "API.005")
    found = faults(common)
    assert [*found] == [
        *UNSIGNED,
        *("body.currency", "body.customer.bankType", "body.messageId"),
    ]
    assert found["body.currency"].wanted == "MYR"
    assert found["body.currency"].got_kind == "a text of 3 characters"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("enquire_account_v3", "appHeader.endToEndId"),
        ("start_checkout", "issuer"),
        ("start_payment", "merchant.name"),
    ],
)
def test_half_a_character_cannot_be_read(box: Sandbox, name: str, place: str) -> None:
    """It is the body's fault, in either half; both together are a letter of a text."""
    halves = [ask(box, name, {place: one}) for one in ("a\ud83d", "\ude00\ud83d")]
    whole = ask(box, name, {place: "a\ud83d\ude00"})

    assert [one.status_code for one in halves] == [400, 400]
    assert whole.status_code == 200


def test_a_call_as_the_contract_wants_it_has_no_faults(common: Sandbox) -> None:
    """Signed and located, in the query and as a form, it leaves nothing to say."""
    ask_token(common)
    assert faults(common) == {}
    bank_list(common, clientId="M1")
    assert [*faults(common)] == ["query.clientId", *UNSIGNED]
    path = "/merchants/v1/payments/lists/bank"
    params = common.example("bank list", 2)
    call(common, "GET", path, params=params, headers=SIGNED)
    assert faults(common) == {}


@pytest.mark.parametrize(
    "body", ["", "{", "[1,", "[" * 900 + "]" * 900, "[" * 20_000 + "]" * 20_000]
)
def test_a_body_that_nobody_reads_is_one_fault(common: Sandbox, body: str) -> None:
    """Nothing, no JSON, or JSON without end: the body itself is at fault."""
    headers = {**SIGNED, "Content-Type": "application/json"}
    answer = call(common, "POST", PAY, data=body, headers=headers)

    assert answer.status_code == 400
    assert [*faults(common)] == ["body"]


def test_what_is_not_in_the_contract_has_no_faults(common: Sandbox) -> None:
    """Nobody knows what such a call would want."""
    call(common, "POST", "/none", json={})

    assert faults(common) == {}


def test_no_fault_holds_what_was_sent(common: Sandbox) -> None:
    """It may be a secret, in a field that is not for it."""
    secret = common.credentials.client_secret.reveal()
    pay(common, currency=secret, customer={"name": 5, secret: secret})

    assert "body.currency" in faults(common)
    assert secret not in repr(common.requests[-1])
    assert secret not in json.dumps([list(one) for one in common.requests[-1].faults])


def test_what_a_stranger_sends_is_bounded(common: Sandbox) -> None:
    """A list of wrong things is one request's, and no million of faults are kept."""
    pay(common, sourceOfFunds=["no"] * 20_000)

    assert len(common.requests[-1].faults) == 100


def test_what_is_kept_until_somebody_looks_is_bounded_too() -> None:
    """A thousand requests wait to be looked at, each with what was found in it."""
    body = {"sourceOfFunds": ["no"] * 2_000}
    request = Request(create_environ(PAY, method="POST", json=body))

    found = Asked(request, datetime.now(UTC), NORMAL).faults_of("body")

    assert len(found) == 100
