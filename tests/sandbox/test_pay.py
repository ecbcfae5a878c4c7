"""DuitNow Pay and the reports at the sandbox: their states, one look after another."""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from paynet_nb.display import KUALA_LUMPUR
from paynet_nb.paynet import sample
from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import OPERATIONS, TIMEOUT_S, ask, code_in

UUIDS = [f"0b8f5a0e-5a0e-4c1d-9a1b-{number:012}" for number in range(5)]
STATUS, CONSENT = "get_checkout_status", "get_consent_status"


def states(box: Sandbox, name: str, looks: int = 3) -> list[str]:
    """Look at the sample checkout several times."""
    found = [ask(box, name).json()["data"] for _ in range(looks)]
    return [str(one["transactionStatus"]) for one in found]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["RECEIVED", "CLEARED", "CLEARED"]),
        ({"amount": "9301.00"}, ["RECEIVED", "REJECTED", "REJECTED"]),
        ({"transactionFlow": "02"}, ["RECEIVED", "PENDAUTH", "CLEARED"]),
    ],
)
def test_a_checkout_moves_on_when_it_is_looked_at(
    box: Sandbox, changes: dict[str, str], expected: list[str]
) -> None:
    """Cleared, refused with its cause, or waiting for a company's approval."""
    started = ask(box, "start_checkout", changes)

    assert len(started.json()["data"]["endToEndIdSignature"]) == 344
    assert states(box, STATUS) == expected
    last = ask(box, STATUS).json()
    assert last["message"] == ("D301" if "amount" in changes else "U000")


def test_a_checkout_is_found_by_its_end_to_end_id(box: Sandbox) -> None:
    """Payment and consent each have IDs of their own."""
    paid = ask(box, "start_checkout").json()["data"]["endToEndId"]
    other = {"checkoutId": UUIDS[1]}
    agreed = ask(box, "start_consent", other).json()["data"]["endToEndId"]

    found = [ask(box, "get_checkout", endToEndId=one).json() for one in (paid, agreed)]
    assert found[0]["data"]["rtpEndToEndId"] == paid
    assert found[1]["data"]["consentEndToEndId"] == agreed
    assert code_in(ask(box, "get_checkout", endToEndId="none")) == "API.010"


def test_a_checkout_id_serves_once(box: Sandbox) -> None:
    """U149, and limits as everywhere."""
    assert code_in(ask(box, "start_checkout", {"amount": "0.00"})) == "U111"
    ask(box, "start_checkout")
    assert code_in(ask(box, "create_intent")) == "U149"


def test_a_consent_comes_into_force_is_debited_and_ended(box: Sandbox) -> None:
    """PDNG, PDAU, ACTV, CANC; a debit only while ACTV and up to its amount."""
    ask(box, "start_consent")
    consent = ask(box, CONSENT).json()["data"]["consentId"]
    debit = {"consentId": consent, "checkoutId": UUIDS[2]}
    early = ask(box, "autodebit", debit)
    following = states(box, CONSENT, 2)
    above = ask(box, "autodebit", {**debit, "amount": "50.01"})
    debited = ask(box, "autodebit", debit)
    looked = ask(box, STATUS, paymentMethod="02", checkoutId=UUIDS[2])
    ended = ask(box, "end_consent", consentId=consent)
    late = ask(box, "autodebit", {**debit, "checkoutId": UUIDS[3]})
    told = ask(box, "get_consent", consentId=consent).json()["data"]["consent"]

    assert following == ["PDAU", "ACTV"]
    assert [*map(code_in, (early, above, debited, ended, late))] == [
        *("U286", "U287", "U000", "U000", "U286")
    ]
    assert looked.json()["data"]["paymentMethod"] == "02"
    assert told["consentStatus"] == "CANC"
    assert code_in(ask(box, "get_consent", consentId="M0")) == "U223"


def test_a_refund_is_pending_then_accepted(box: Sandbox) -> None:
    """Once for each refund ID, up to the payment's amount, of what was paid."""
    assert code_in(ask(box, "start_refund")) == "API.010"
    ask(box, "start_checkout")
    states(box, STATUS, 2)
    assert code_in(ask(box, "start_refund", {"amount": "10.01"})) == "U112"
    started = ask(box, "start_refund").json()
    again = ask(box, "start_refund")
    looks = [ask(box, "get_refund").json()["data"]["refundStatus"] for _ in "12"]

    assert (started["data"]["refundStatus"], started["message"]) == (
        "REFUND_PENDING",
        "OK",
    )
    assert looks == ["REFUND_PENDING", "REFUND_ACCEPTED"]
    assert code_in(again) == "U149"


@pytest.mark.parametrize(
    ("changes", "looks", "code"),
    [
        ({}, 0, "U108"),
        ({}, 1, "U108"),
        ({"transactionFlow": "02"}, 2, "U108"),
        ({"amount": "9301.00"}, 2, "U107"),
    ],
)
def test_what_was_never_cleared_is_not_refunded(
    box: Sandbox, changes: dict[str, str], looks: int, code: str
) -> None:
    """There is no money to give back; nor is there after 90 days (U118)."""
    ask(box, "start_checkout", changes)
    states(box, STATUS, looks)
    assert code_in(ask(box, "start_refund")) == code
    assert code_in(ask(box, "get_refund")) == "API.010"

    box.clock.forward(days=91)
    late = states(box, STATUS)[-1] == "CLEARED"
    assert code_in(ask(box, "start_refund")) == ("U118" if late else code)


def test_refunds_are_together_no_more_than_the_payment(box: Sandbox) -> None:
    """What was refused counts for nothing, nor does what came twice."""
    ask(box, "start_checkout")
    states(box, STATUS, 2)
    asked = [(1, "6.00"), (1, "6.00"), (2, "4.01"), (3, "4.00"), (4, "0.01")]
    codes = [
        code_in(ask(box, "start_refund", {"refundId": UUIDS[number], "amount": amount}))
        for number, amount in asked
    ]

    assert codes == ["OK", "U149", "U112", "OK", "U112"]


def test_the_hosted_page_has_an_address_of_its_own(box: Sandbox) -> None:
    """The checkout that it makes has a status."""
    made = ask(box, "create_intent").json()["data"]

    page = f"{box.url}/RPP/MY/Redirect/RTP?session={made['id']}"
    assert made["redirectUrl"] == page
    assert states(box, STATUS, 1) == ["RECEIVED"]


def yesterday() -> str:
    """Write the day of which there are reports."""
    return f"{datetime.now(KUALA_LUMPUR) - timedelta(days=1):%Y-%m-%d}"


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({"Authorization": "Bearer no"}, "Access to this resource is forbidden"),
        ({"X-Timestamp": None}, "Timestamp is required"),
        ({"X-Signature": None}, "Signature is required"),
        ({"X-Timestamp": "1000000000"}, "Timestamp not within valid range"),
        ({"X-Signature": "A" * 64}, "Invalid signature"),
    ],
)
def test_reports_refuse_in_their_own_words(
    common: Sandbox, headers: dict[str, str | None], text: str
) -> None:
    """400 with one of the texts that the page has."""
    answer = ask(common, "list_report_types", headers=headers)

    assert (answer.status_code, answer.json()) == (400, {"message": text})


def test_a_report_wants_to_know_whose_it_is(common: Sandbox) -> None:
    """Where the institution is missing, in the page's words, too."""
    answer = ask(common, "query_reports", headers={"X-Fiid": None})

    assert (answer.status_code, answer.json()) == (
        400,
        {"message": "X-Fiid is required"},
    )


def test_a_report_s_file_serves_once(box: Sandbox) -> None:
    """Its address needs no token; the file is gzip."""
    url = ask(box, "download_report", {"date": yesterday()}).json()["url"]
    first, second = (requests.get(url, timeout=TIMEOUT_S) for _ in "12")

    assert gzip.decompress(first.content).startswith(b"id,amount")
    assert first.headers["Content-Disposition"].endswith('"AIR02.csv.gz"')
    assert second.status_code == 404


def test_an_itemised_report_is_ready_at_the_third_call(box: Sandbox) -> None:
    """A summary at once; a fault is an E-code in a 200."""
    wanted = {"product": "RPP", "report": "I01", "date": yesterday(), "fields": ["id"]}

    def query(**changes: object) -> dict[str, Any]:
        input_of = {"variables": {"input": {**wanted, **changes}}}
        answer = ask(box, "query_reports", input_of)
        assert answer.status_code == 200
        told: dict[str, Any] = answer.json()
        return told

    looks = [query()["data"] for _ in range(3)]
    assert [one["Report"]["status"] for one in looks] == ["new", "processing", "ready"]
    assert "ready" in str(query(report="D01"))
    for changes, code in (
        ({"date": "2020-01-01"}, "E0001"),
        ({"date": "2999-01-01"}, "E0002"),
        ({"date": "1 July"}, "E0005"),
        ({"fields": []}, "E0006"),
        ({"report": 5}, "E0004"),
    ):
        assert code in str(query(**changes)["errors"])


def test_the_centre_s_helpers_make_an_id_and_a_jws(box: Sandbox) -> None:
    """Their texts can be used as they are: here for a transfer."""
    made = ask(box, "make_business_message_id").text
    body = sample(OPERATIONS["transfer_v2"]).body["data"]
    body = {"data": {**body, "businessMessageId": made}}
    jws = ask(box, "make_jws", body, businessMessageId=made).text

    assert len(made) == 30
    headers = {"X-Business-Message-Id": made, "Authorization": jws}
    assert code_in(ask(box, "transfer_v2", body, headers=headers)) == "U000"
