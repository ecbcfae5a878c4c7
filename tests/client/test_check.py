"""`client.check`: the contract's word on a call before it is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb.paynet import Operation, operations, path_in, sample
from tests.helpers.gateway import Gateway

PAY = "/merchants/v1/payments/redirect"
HERE = [
    one
    for one in operations()
    if one.family != "token" and path_in(pn.CERTIFICATION, one)
]


def client_of(environment: pn.Environment = pn.CERTIFICATION) -> pn.Client:
    """Make a client that has no keys."""
    return pn.Client(None, environment=environment)


def told(client: pn.Client, *args: Any, **options: Any) -> list[tuple[str, str, str]]:
    """Give part, place and kind of what is there of each fault."""
    table = client.check(*args, **options)
    assert list(table.columns) == [
        *("part", "location", "wanted", "got", "sure", "source")
    ]
    assert len(client.history) == 0
    return list(zip(table["part"], table["location"], table["got"], strict=True))


@pytest.mark.parametrize("operation", HERE, ids=lambda one: one.id)
def test_a_sample_has_no_fault(operation: Operation) -> None:
    """What the contract shows as an example it finds right, by path or whole URL."""
    example = sample(operation)
    place = str(path_in(pn.CERTIFICATION, operation))
    path = place.removesuffix(operation.path) + example.path

    faults = client_of().check(
        operation.method,
        path,
        params=example.query,
        json=example.body,
        headers=example.headers,
    )
    assert faults.empty


def test_all_faults_of_all_parts_are_told(gateway: Gateway) -> None:
    """Missing, of a wrong form, in query, headers and body; and nothing is sent."""
    client = gateway.client()
    headers = {"x-gps-coordinates": "0"}

    assert told(client, "post", PAY, json={"amount": "hunter2"}, headers=headers)[
        :3
    ] == [
        ("headers", "x-ip-address", "nothing"),
        ("body", "amount", "a text of 7 characters"),
        ("body", "clientId", "nothing"),
    ]
    bank_list = told(
        client, "GET", "/merchants/v1/payments/lists/bank", params={"clientId": "M1"}
    )
    assert ("query", "clientId", "a text of 2 characters") in bank_list
    assert ("query", "messageId", "nothing") in bank_list
    assert gateway.token_requests + gateway.api_requests == []


def test_a_body_that_is_not_there_is_told() -> None:
    """The whole body is a fault, no field of it."""
    found = told(client_of(), "POST", "/v3/admin/echo")

    assert [one for one in found if one[0] == "body"] == [("body", "", "null")]


def test_a_name_in_the_path_is_looked_at() -> None:
    """What stands for {secondaryIdType} is one of its values."""
    path = "/banks/nad/v2/resolution/{}/0100000001"
    headers = sample(next(one for one in HERE if "nad" in one.path)).headers
    client = client_of()

    assert told(client, "GET", path.format("MBNO"), headers=headers) == []
    [fault] = told(client, "GET", path.format("PHONE"), headers=headers)
    assert fault == ("path", "secondaryIdType", "a text of 5 characters")


def test_a_call_that_is_not_known_is_told() -> None:
    """It is no fault of the caller's, and there is one row that says so."""
    client = client_of()

    assert told(client, "GET", "/none") == [("path", "", "no such method and path")]
    [(part, _, got)] = told(client, "POST", "/merchants/v1/payments/payment/cancel")
    assert part == "path"
    assert got


def test_production_needs_no_unlocking_for_a_check() -> None:
    """Nothing is sent; what could not be sent is refused as in a call."""
    client = client_of(pn.REPORTS_PRODUCTION)
    body = {"report_type": "S01", "product": "san", "date": Decimal("1"), "window": ""}

    assert client.locked
    assert told(client, "POST", "/v1/reports/download", json=body) == [
        ("body", "date", "a number")
    ]
    with pytest.raises(pn.RefusedError, match="elsewhere"):
        client.check("GET", "https://elsewhere.example/v1/reports/types")
