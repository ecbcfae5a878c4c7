"""A shown call says in one line what the contract finds wrong with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb.paynet import CERTIFICATION, contract, operations, sample
from tests.helpers.gateway import Gateway
from tests.helpers.records import call_of

BANKS = "/merchants/v1/payments/lists/bank"
PAY = "/merchants/v1/payments/redirect"
LINE = "not as the contract wants: "
DESCRIBED = [one for one in operations() if one.family != "token" and one.known]


def of_bank_list(query: str, **fields: Any) -> pn.Call:
    """Make a record of a bank list."""
    url = f"https://sandbox.api.paynet.my{BANKS}?{query}"
    return call_of(url=url, **{"status": 200, **fields})


def of_payment(body: dict[str, Any], **fields: Any) -> pn.Call:
    """Make a record of a payment."""
    url = f"https://sandbox.api.paynet.my{PAY}"
    return call_of(
        method="POST", url=url, request_body=json.dumps(body).encode(), **fields
    )


def told(call: pn.Call) -> str:
    """Give the line of a shown call; it must be in repr and card alike."""
    _, _, line = repr(call).removesuffix(">").partition(LINE)
    assert (LINE + line in call._repr_html_()) == bool(line)
    assert "\n" not in repr(call)
    return line


def test_a_get_is_sent_and_says_what_the_contract_wants(gateway: Gateway) -> None:
    """A call is never refused for it; what is wrong stands in the call and record."""
    client = gateway.client()
    call = client.get(BANKS, params={"clientId": "hunter2"})

    assert len(gateway.api_requests) == 1
    assert told(call) == told(client.history[-1])
    assert told(call) == "query clientId, query messageId, query transactionId"
    assert "hunter2" not in repr(call)


@pytest.mark.parametrize("operation", DESCRIBED, ids=lambda one: one.id)
def test_a_sample_says_nothing(operation: contract.Operation) -> None:
    """What the contract shows as an example has no line."""
    example = sample(operation)
    body = None if example.body is None else contract.written(example.body).encode()
    query = "&".join(f"{name}={value}" for name, value in example.query.items())
    call = call_of(
        method=operation.method,
        url=f"https://sandbox.api.paynet.my{operation.base}{example.path}?{query}",
        request_headers=dict(example.headers),
        request_body=body,
    )

    assert told(call) == ""


def test_no_more_than_three_places_are_named() -> None:
    """The line stays one; `client.check` has all."""
    line = told(of_payment({"amount": "secret"}))

    places = line.split(", ")
    assert len(places) == 4
    assert places[-1].endswith(" more")
    assert "secret" not in line


def test_what_was_masked_or_cut_is_not_at_fault() -> None:
    """A mask has not the form of what stood there; a body that was cut is not read."""
    ids = "messageId=20260701M0000001650OBW00000001"
    ids += "&transactionId=20260701M000000165000000001"
    assert told(of_bank_list(f"{ids}&clientId=%5Bredacted%5D")) == ""
    assert told(of_bank_list(f"{ids}&clientId=M1")) == "query clientId"

    assert "body" in told(of_payment({}))
    assert "body" not in told(of_payment({}, request_body_cut=5))


def test_what_is_no_json_is_told_as_the_body() -> None:
    """Where the contract wants an object."""
    url = f"https://sandbox.api.paynet.my{PAY}"
    call = call_of(method="POST", url=url, request_body=b"amount=1.00", status=200)

    assert told(call) == "body"


def test_a_header_that_the_gateway_did_without_is_left_to_the_check() -> None:
    """The first calls of every lesson send none; a 400 may be for want of one."""
    example = sample(next(one for one in operations() if one.path == BANKS))
    client = pn.Client(None, environment=CERTIFICATION)
    table = client.check("GET", BANKS, params=example.query)
    query = "&".join(f"{name}={value}" for name, value in example.query.items())

    assert set(table["part"]) == {"headers"}
    assert told(of_bank_list(query)) == ""
    refused = told(of_bank_list(query, status=400))
    assert refused == "headers x-gps-coordinates, headers x-ip-address"


def test_a_call_that_is_not_known_and_a_token_request_say_nothing() -> None:
    """There is nothing to hold them to; the form of a token request is masked."""
    url = f"{CERTIFICATION.token_url}"

    assert told(call_of()) == ""
    assert told(call_of(kind="token", method="POST", url=url)) == ""
