"""The participants' calls: one QR payment from its enquiry to its reversal, proxies."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest
import requests

from paynet_nb.display import KUALA_LUMPUR
from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import TIMEOUT_S, ask, code_in

ENQUIRE, PAY, LOOK = "enquire_account_v3", "transfer_v3", "enquire_transaction_v3"


def day(days: int = 0) -> str:
    """Write a day in Malaysia, YYYY-MM-DD."""
    return f"{datetime.now(KUALA_LUMPUR) + timedelta(days=days):%Y-%m-%d}"


def message_id(number: int, code: str = "030", *, date: str | None = None) -> str:
    """Make a message ID of a number of its own."""
    return f"{(date or day()).replace('-', '')}CTOHMYK1{code}OQR{number:08}"


def send(
    box: Sandbox, name: str, number: int, changes: dict[str, Any] | None = None
) -> requests.Response:
    """Make a sample call under an ID of its own."""
    own = message_id(number)
    given = {"appHeader.businessMessageId": own, **(changes or {})}
    sent = given["appHeader.businessMessageId"]
    return ask(box, name, given, headers={"X-Business-Message-Id": sent})


def look(box: Sandbox, number: int) -> str:
    """Ask what became of the sample payment: its status and reason."""
    told = send(box, LOOK, number).json()["data"]["transaction"]
    return f"{told['status']} {told['reason']['code']}"


def test_a_payment_wants_its_enquiry(box: Sandbox) -> None:
    """U300 before, U000 after; another QR wants one of its own."""
    id_of = "appHeader.transactionId"
    assert code_in(send(box, PAY, 1, {id_of: "other"})) == "U300"
    assert code_in(send(box, ENQUIRE, 2)) == "U000"
    assert code_in(send(box, PAY, 3)) == "U000"
    assert code_in(send(box, PAY, 4, {"qr.code": "another", id_of: "x"})) == "U300"


def test_an_answer_is_signed_and_bears_ids_of_its_own(box: Sandbox) -> None:
    """JWS in Authorization, over the body as it came, by the key that is published."""
    answer = send(box, ENQUIRE, 2)
    jwks = requests.get(f"{box.url}/.well-known/jwks.json", timeout=TIMEOUT_S).json()
    token = answer.headers["Authorization"].removeprefix("Bearer ")
    key = jwt.PyJWK({**jwks["keys"][0], "alg": "RS512"})
    claims = jwt.decode(token, key, algorithms=["RS512"])

    assert claims["ds"] == hashlib.sha256(answer.content).hexdigest()
    own = answer.json()["appHeader"]["businessMessageId"]
    assert own == claims["jti"] == answer.headers["X-Business-Message-Id"]
    assert own == f"{message_id(2)[:8]}RPPEMYKL030HQR00000002"
    assert answer.json()["appHeader"]["originalBusinessMessageId"] == message_id(2)
    assert answer.headers["X-Client-Id"] == "CTOHMYK1"
    assert json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))["kid"]


def test_a_message_id_serves_once(box: Sandbox) -> None:
    """U149, for the same payment under another ID too."""
    send(box, ENQUIRE, 1)

    assert code_in(send(box, ENQUIRE, 1)) == "U149"
    assert code_in(send(box, PAY, 2)) == "U000"
    assert code_in(send(box, PAY, 3)) == "U149"


def test_the_date_is_that_of_creation_and_today_in_malaysia(box: Sandbox) -> None:
    """U305: ID and creation differ; U115: the creation is not today."""
    old = message_id(1, date="2026-01-02")
    time_of = "appHeader.creationDateTime"
    id_of = "appHeader.businessMessageId"
    answers = [
        send(box, ENQUIRE, 1, {id_of: old}),
        send(box, ENQUIRE, 2, {time_of: f"{day(-1)}T10:00:00.000+08:00"}),
        send(
            box,
            ENQUIRE,
            3,
            {
                id_of: message_id(3, date=day(-1)),
                time_of: f"{day(-1)}T10:00:00.000+08:00",
            },
        ),
    ]

    assert [*map(code_in, answers)] == ["U305", "U305", "U115"]


def test_three_ids_that_differ_are_refused(box: Sandbox) -> None:
    """The header's and the body's are one."""
    answer = ask(box, ENQUIRE, headers={"X-Business-Message-Id": message_id(9)})

    assert code_in(answer) == "API.004"
    reason = answer.json()["resp"]["reason"]
    assert reason["errorLocation"] == "appHeader.businessMessageId"


@pytest.mark.parametrize(
    ("amount", "paid", "looks"),
    [
        (10, "U000", ["ACSP U000", "ACSP U000"]),
        (0, "U111", ["RJCT U111"]),
        (99999.99, "U112", ["RJCT U112"]),
        (8155, "U155", ["RJCT U155"]),
        (8002, "U002", ["ACTC U002", "ACSP U000", "ACSP U000"]),
        (9301, "U000", ["ACSP U000", "RJCT D301", "RJCT D301"]),
    ],
)
def test_an_amount_decides_how_a_payment_ends(
    box: Sandbox, amount: float, paid: str, looks: list[str]
) -> None:
    """Limits, a code of one's choice, store and forward, a refusal that comes later."""
    send(box, ENQUIRE, 1)
    answer = send(box, PAY, 2, {"interbankSettlementAmount.value": amount})

    assert code_in(answer) == paid
    assert [look(box, 10 + at) for at in range(len(looks))] == looks


def test_a_repeat_is_answered_if_known_and_dropped_if_not(box: Sandbox) -> None:
    """As PayNet's page on repeats has it; the gateway's time-out is what follows."""
    repeat = {"appHeader.possibleDuplicate": True}
    send(box, ENQUIRE, 1)
    send(box, PAY, 2)

    assert code_in(send(box, PAY, 2, repeat)) == "U000"
    unknown = {**repeat, "appHeader.transactionId": "unknown"}
    dropped = send(box, PAY, 3, unknown)
    assert (dropped.status_code, code_in(dropped)) == (408, "API.008")


def test_a_payment_is_reversed_once(box: Sandbox) -> None:
    """Not a refused one (U107), not for more than it was (U112), not twice (U149)."""
    assert code_in(send(box, "reverse_v3", 1)) == "API.010"
    send(box, ENQUIRE, 2)
    send(box, PAY, 3)
    more = {"interbankSettlementAmount.value": 11}

    assert code_in(send(box, "reverse_v3", 4, more)) == "U112"
    assert code_in(send(box, "reverse_v3", 5)) == "U000"
    assert code_in(send(box, "reverse_v3", 6)) == "U149"


def test_a_refused_payment_cannot_be_reversed(box: Sandbox) -> None:
    """No money has moved."""
    send(box, PAY, 1)

    assert code_in(send(box, "reverse_v3", 2)) == "U107"


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (LOOK, {"appHeader.transactionId": "nothing"}),
        (ENQUIRE, {"creditorAccount.id": "0000"}),
    ],
)
def test_an_unknown_record_is_api_010(
    common: Sandbox, name: str, changes: dict[str, Any]
) -> None:
    """404, with its place in the message."""
    answer = send(common, name, 1, changes)

    assert (answer.status_code, code_in(answer)) == (404, "API.010")
    reason = answer.json()["resp"]["reason"]
    assert reason["name"] == "RESOURCE_NOT_FOUND"
    assert reason["errorLocation"] == next(iter(changes))


def test_who_signed_off_sends_no_payment(box: Sandbox) -> None:
    """U122 until the sign-on; the echo works all the time."""
    assert send(box, "sign_off_v3", 1).json()["resp"] == {"status": "ACTC"}
    assert code_in(send(box, ENQUIRE, 2)) == "U122"
    assert send(box, "echo_v3", 3).json()["resp"] == {"status": "ACTC"}
    send(box, "sign_on_v3", 4)
    assert code_in(send(box, ENQUIRE, 5)) == "U000"


@pytest.mark.parametrize(
    ("proxy", "reason"),
    [("0120000000", "U000"), ("0120008804", "U804"), ("0120008805", "U805")],
)
def test_a_proxy_is_found_unknown_or_suspended(
    common: Sandbox, proxy: str, reason: str
) -> None:
    """Its end says which."""
    answer = ask(common, "resolve_proxy_v2", secondaryIdType="MBNO", secondaryId=proxy)

    assert code_in(answer) == reason


def test_version_2_knows_the_same_rules(box: Sandbox) -> None:
    """A text is an amount there, too."""
    first = ask(box, "transfer_v2", {"data.interbankSettlementAmount": "0.00"})
    again = ask(box, "transfer_v2")
    other = {"X-Business-Message-Id": message_id(5)}
    differing = ask(box, "look_up_account_v2", headers=other)

    assert [*map(code_in, (first, again, differing))] == ["U111", "U149", "API.004"]
