"""The calls of the contract: found by method and path, with samples of today."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from paynet_nb.paynet.contract import (
    Operation,
    find_operation,
    operations,
    sample,
    webhooks,
)

KNOWN = [one for one in operations() if one.known]


def found(method: str, path: str) -> Operation:
    """Find a call that is there."""
    one = find_operation(method, path)
    assert one is not None
    return one


@pytest.mark.parametrize("operation", KNOWN, ids=lambda one: one.id)
def test_a_call_is_found_however_it_is_written(operation: Operation) -> None:
    """Below the base, with the base's path, as a whole URL, with query and slash."""
    path = sample(operation).path
    for way in (
        path,
        path.strip("/"),
        operation.base + path,
        f"{operation.servers[0]}{path}/?a=b#c",
    ):
        assert find_operation(operation.method.lower(), way) is operation


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/merchants/v1/payments/lists/bank"),
        ("GET", "/merchants/v1/payments/lists"),
        ("GET", "/merchants/v1/payments/lists/bank/x"),
        ("POST", "/pay-guard/v3/payments/transfer-xc"),
        ("GET", "/banks/nad/v2/resolution/MBNO"),
        ("GET", "/banks/nad/v2/resolution/MBNO/1/2"),
        ("GET", ""),
        ("GET", "http://["),
    ],
)
def test_what_the_contract_does_not_have_is_not_found(method: str, path: str) -> None:
    """Another method, a part of a path, another product's base: none of these."""
    assert find_operation(method, path) is None


def test_a_call_that_nobody_describes_is_found_as_such() -> None:
    """Its path is enough, with any method where none is told."""
    assert not found("POST", "/merchants/v1/payments/payment/cancel").known
    assert find_operation("GET", "/merchants/v1/payments/payment/cancel") is None
    assert not found("GET", "/merchants/v1/consents/status").known
    assert not found("PUT", "/merchants/v1/consents/status").known


def test_a_merchant_call_says_what_is_signed() -> None:
    """The fields of the text to sign are data, in their order."""
    assert found("GET", "/merchants/v1/payments/payment/status").signed == (
        "clientId",
        "'RPPEMYKL'",
        "messageId",
        "transactionId",
        "endToEndId",
        "endToEndId",
    )


def test_a_call_says_how_often_and_what_is_good_news() -> None:
    """Pages publish 30 seconds between two polls; a sign-on is told ACTC."""
    paced = {one.path: one.pace_s for one in operations() if one.pace_s}

    assert paced == {
        "/v1/bw/rtp": 30,
        "/v2/bw/checkout-status": 30,
        "/v1/bw/consent/request": 30,
    }
    assert {one.path for one in operations() if one.accepted == ("ACTC",)} == {
        "/v3/admin/sign-on",
        "/v3/admin/sign-off",
        "/v3/admin/echo",
    }


def test_a_sample_is_of_today_in_malaysia() -> None:
    """IDs and times bear the day of Kuala Lumpur, or the one that is asked for."""
    operation = found("POST", "/v3/payments/transfer-xc")
    today = datetime.now(ZoneInfo("Asia/Kuala_Lumpur"))

    moved = sample(operation, "20270102").body["appHeader"]
    assert moved["businessMessageId"].startswith("20270102")
    assert moved["creationDateTime"].startswith("2027-01-02T")
    assert abs((read_day(sample(operation).body) - today.date()).days) <= 1


def read_day(body: dict[str, dict[str, str]]) -> date:
    """Read the day that a message is of."""
    return datetime.fromisoformat(body["appHeader"]["creationDateTime"]).date()


def test_a_sample_has_what_is_required_and_exact_amounts() -> None:
    """Amounts keep their two decimals; headers that sign are not made up."""
    payment = sample(found("POST", "/merchants/v1/payments/redirect"))
    proxy = sample(found("GET", "/banks/nad/v2/resolution/MBNO/0100000001"))
    token = sample(found("POST", "/auth/token"))

    assert payment.body["amount"] == "10.00"
    assert set(payment.headers) == {"X-Gps-Coordinates", "X-Ip-Address"}
    assert proxy.path == "/banks/nad/v2/resolution/MBNO/0100000001"
    assert (proxy.body, proxy.media_type) == (None, "")
    assert token.media_type == "application/x-www-form-urlencoded"


def test_calls_of_paynet_to_others_are_apart() -> None:
    """Webhooks are listed with the address's end where it is known."""
    paths = [one.path for one in webhooks()]

    assert [path for path in paths if path] == [
        "/RPP/MY/Notification/PaymentStatus",
        "/webhooks/v3/accounts/enquire-xc",
        "/webhooks/v3/payments/transfer-xc",
        "/webhooks/v3/payments/reverse",
        "/webhooks/v3/admin/event",
    ]
    assert sum(one.family == "duitnow-pay" for one in webhooks()) == 4
    assert {one.id for one in webhooks()}.isdisjoint({one.id for one in operations()})


@pytest.mark.parametrize("name", ["transfer_v2", "transfer_v3", "echo_v3"])
def test_a_samples_header_bears_the_id_of_its_body(name: str) -> None:
    """PayNet holds one against the other."""
    one = next(one for one in operations() if one.id == name)
    example = sample(one)
    head = example.body.get("appHeader") or example.body["data"]

    assert example.headers["X-Business-Message-Id"] == head["businessMessageId"]
