"""What the contract finds wrong: all of it, in words, and nothing of what was sent."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet import contract
from paynet_nb.paynet.contract import (
    Operation,
    faults,
    find_operation,
    sample,
)
from paynet_nb.paynet.contract.calls import examples_of, located, resolved
from paynet_nb.paynet.contract.validation import (
    by_jsonschema,
    by_jsonschema_rs,
    compiled,
)

ALL = [one for one in (*contract.operations(), *contract.webhooks()) if one.known]
ODD: list[Any] = [None, True, 7, Decimal("1.001"), "", "x" * 200, "1\n", [], {}]


def operation(path: str, method: str = "POST") -> Operation:
    """Find a call that is there."""
    one = find_operation(method, path)
    assert one is not None
    return one


PAYMENT = operation("/merchants/v1/payments/redirect")


def told(path: str, value: Any, part: str = "body") -> list[tuple[str, str]]:
    """Give where and what is wrong with a part."""
    return [(one.location, one.keyword) for one in faults(operation(path), part, value)]


def changed(value: Any, to: Any) -> Iterator[Any]:
    """Give *value* with each of its members once left out and once put *to* a thing."""
    if isinstance(value, dict | list):
        keys = [*value] if isinstance(value, dict) else range(len(value))
        for key in keys:
            one = deepcopy(value)
            del one[key]
            yield one
            one = deepcopy(value)
            one[key] = to
            yield one
            for inner in changed(value[key], to):
                one = deepcopy(value)
                one[key] = inner
                yield one


@pytest.mark.parametrize("called", ALL, ids=lambda one: one.id)
def test_each_example_is_as_its_schema_wants_it(called: Operation) -> None:
    """Parameters, bodies and answers of the examples have no faults."""
    _, described = located(called)
    for name, answer in described["responses"].items():
        for content in resolved(answer).get("content", {}).values():
            status = 599 if name == "default" else int(name)
            for example in examples_of(content):
                assert faults(called, "answer", example, status=status) == []
    for content in described.get("requestBody", {}).get("content", {}).values():
        for example in examples_of(content):
            assert faults(called, "body", example) == []
    if called in contract.operations():
        values = sample(called)
        assert faults(called, "query", values.query) == []
        assert faults(called, "headers", values.headers) == []


def test_an_example_that_is_wrong_would_be_noticed() -> None:
    """A body that is no answer at all has faults under each status."""
    for status in (200, 400, 599):
        assert faults(operation("/v3/admin/echo"), "answer", {}, status=status)


def test_all_faults_are_told_with_their_places() -> None:
    """Not the first fault only, each with what is wanted and how sure that is."""
    body = sample(PAYMENT).body
    del body["messageId"]
    body.update(amount=Decimal("10.001"), currency="USD", clientId="m1")
    body["customer"] = {"name": 5}
    body["sourceOfFunds"] = ["01", "09"]

    found = faults(PAYMENT, "body", body)

    assert [(one.location, one.keyword) for one in found] == [
        ("amount", "multipleOf"),
        ("clientId", "minLength"),
        ("clientId", "pattern"),
        ("currency", "enum"),
        ("customer.bankType", "required"),
        ("customer.name", "type"),
        ("messageId", "required"),
        ("sourceOfFunds[1]", "enum"),
    ]
    by_place = {one.location: one for one in found}
    assert by_place["currency"].wanted == "MYR"
    assert by_place["currency"].got_kind == "a text of 3 characters"
    assert by_place["messageId"].got_kind == "nothing"
    assert by_place["messageId"].wanted == "this field, of type string"
    assert by_place["clientId"].sure == "observed"
    assert by_place["customer.name"].sure == "assumption"
    assert by_place["sourceOfFunds[1]"].source.endswith("/payment-intent")


def test_what_was_sent_is_in_no_fault() -> None:
    """A fault says what kind of thing was there; a secret may have been in it."""
    body = dict.fromkeys(sample(PAYMENT).body, "hunter2-secret")

    found = faults(PAYMENT, "body", body)

    assert len(found) > 8
    assert "hunter2" not in repr(found)


def test_amounts_are_exact() -> None:
    """A Decimal of any size is looked at digit by digit; a float as it shows."""
    body = sample(PAYMENT).body
    for good in (Decimal("10.00"), Decimal("99999999999999999.99"), 10, 19.99, 1.1):
        assert faults(PAYMENT, "body", {**body, "amount": good}) == []
    for bad in (Decimal("10.001"), Decimal("99999999999999999.999"), 1.001, "10.001"):
        assert len(faults(PAYMENT, "body", {**body, "amount": bad})) == 1
    assert faults(PAYMENT, "body", {**body, "amount": Decimal("NaN")})


def test_what_a_value_of_one_field_demands_of_another_is_looked_at() -> None:
    """Saving a payment method wants a consent, a payment wants an amount."""
    body = sample(operation("/v1/payment/intent")).body
    without = {name: value for name, value in body.items() if name != "amount"}

    assert told("/v1/payment/intent", without) == [("amount", "required")]
    assert told("/v1/payment/intent", {**without, "dataType": "02"}) == [
        ("consent", "required")
    ]


def test_headers_are_known_in_any_case() -> None:
    """The names of headers are compared without their case; missing ones are told."""
    called = operation("/v3/accounts/enquire-xc")
    headers = sample(called).headers

    assert faults(called, "headers", {n.upper(): v for n, v in headers.items()}) == []
    assert [one.location for one in faults(called, "headers", {})] == [
        "x-api-version",
        "x-business-message-id",
        "x-client-id",
    ]


def test_the_headers_that_sign_are_a_part_by_themselves() -> None:
    """What proves who calls is looked at for its form, apart from the rest."""
    good = {
        "Authorization": "Bearer a.b.c",
        "X-Timestamp": "1",
        "X-Signature": "0" * 64,
    }
    called = operation("/v1/reports/download")

    assert faults(called, "signature", good) == []
    assert [
        (one.location, one.keyword)
        for one in faults(called, "signature", {**good, "X-Signature": "A" * 64})
    ] == [("x-signature", "pattern")]
    assert [one.location for one in faults(PAYMENT, "signature", {})] == [
        "authorization",
        "x-signature",
        "x-signature-key",
    ]
    assert faults(operation("/auth/token"), "signature", {}) == []


def test_parts_without_rules_have_no_faults() -> None:
    """No body is wanted of a GET, nothing is known of some answers and calls."""
    banks = operation("/v2/bw/banks", "GET")
    unknown = operation("/merchants/v1/payments/payment/cancel")

    assert faults(banks, "body", {"any": "thing"}) == []
    assert faults(unknown, "body", {"any": "thing"}) == []
    with pytest.raises(
        ValueError, match="no part of a message: bodies; there are path"
    ):
        faults(banks, "bodies", {})


@pytest.mark.parametrize("called", ALL, ids=lambda one: one.id)
def test_two_validators_find_the_same(called: Operation) -> None:
    """Whatever is changed in an example, both find the same faults there."""
    form = contract.schema(called, "body")
    looked = 0
    if form is not None:
        fast, slow = by_jsonschema_rs(form), by_jsonschema(form)
        _, described = located(called)
        contents = [*described["requestBody"]["content"].values()]
        for odd in ODD:
            for body in changed(examples_of(contents[0])[0], odd):
                looked += 1
                assert places(fast(body)) == places(slow(body)), body
    assert looked or called.method in {"GET", "DELETE"} or called.id == "make_jws"


def places(found: Iterator[Any]) -> list[str]:
    """Give what two validators must agree on."""
    return sorted(f"{[*at]} {way[-1]} {missing}" for at, way, missing in found)


def test_without_the_fast_validator_the_other_one_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where jsonschema-rs is not there the same list comes; without any, an error."""
    body = {**sample(PAYMENT).body, "currency": 1, "customer": {}}
    form = contract.schema(PAYMENT, "body")
    assert form is not None
    with_both = places(compiled(form)(body))

    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    assert places(compiled(form)(body)) == with_both
    assert sorted(one.rsplit("] ")[1].split()[0] for one in with_both) == [
        "enum",
        "required",
        "required",
        "type",
    ]

    monkeypatch.setitem(sys.modules, "jsonschema", None)
    with pytest.raises(ConfigurationError, match="no validator is installed"):
        compiled(form)
