"""The contract: a valid OpenAPI document, each element with its source, no more."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from paynet_nb.paynet import contract
from paynet_nb.paynet.contract import reader

FOLDER = Path(contract.__file__).parent
PARTS = [FOLDER / f"{name}.json" for name in ("common", *contract.FAMILIES)]

# What is published, observed or seen in clients; each with the words for its scheme.
CALLS = """
none          POST   /auth/token
none          POST   /token
merchant-rsa  GET    /merchants/v1/payments/lists/bank
merchant-rsa  POST   /merchants/v1/payments/redirect
merchant-rsa  GET    /merchants/v1/payments/payment/status
jws           POST   /banks/duitnow-payment/v2/account-lookup
jws           POST   /banks/duitnow-payment/v2/initiate
jws           GET    /banks/nad/v2/resolution/{secondaryIdType}/{secondaryId}
jws           POST   /v3/accounts/enquire-xc
jws           POST   /v3/payments/transfer-xc
jws           POST   /v3/transactions/enquire
jws           POST   /v3/payments/reverse
jws           POST   /v3/admin/sign-on
jws           POST   /v3/admin/sign-off
jws           POST   /v3/admin/echo
pay-jwt       POST   /v1/payment/intent
pay-jwt       GET    /v2/bw/banks
pay-jwt       POST   /v1/bw/checkout
pay-jwt       GET    /v1/bw/checkout
pay-jwt       GET    /v1/bw/rtp
pay-jwt       GET    /v2/bw/checkout-status
pay-jwt       POST   /v1/bw/consent
pay-jwt       GET    /v1/bw/consent
pay-jwt       DELETE /v1/bw/consent
pay-jwt       GET    /v1/bw/consent/request
pay-jwt       POST   /v1/bw/autodebit
pay-jwt       POST   /v1/bw/refund
pay-jwt       GET    /v1/bw/refund
reports-hmac  GET    /v1/reports/types
reports-hmac  POST   /v1/reports/download
reports-hmac  POST   /v2/reports/query
none          GET    /test/helper/business-message-id
none          POST   /test/helper/jws-token
token         PUT    /echo
"""
NOT_DESCRIBED = """
/merchants/v1/payments/payment/cancel
/merchants/v1/consents/redirect
/merchants/v1/consents/consent
/merchants/v1/consents/status
/merchants/v1/consents/cancel
/merchants/v1/consents/terminate
/merchants/v1/consents/directdebit
/banks/nad/v2/register
"""


def objects(
    value: Any, way: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Give each object of the document but those in examples, and the way to it."""
    if isinstance(value, dict):
        yield way, value
        for name, member in value.items():
            if name not in {"example", "examples"}:
                yield from objects(member, (*way, name))
    elif isinstance(value, list):
        for at, member in enumerate(value):
            yield from objects(member, (*way, at))


def examples() -> Iterator[Any]:
    """Give each example of the document."""
    for _, element in objects(contract.document()):
        yield from [element["example"]] if "example" in element else []
        yield from element.get("examples", {}).values()


def operations_as_written() -> Iterator[dict[str, Any]]:
    """Give each operation of the document, webhooks too."""
    whole = contract.document()
    for section in ("paths", "webhooks"):
        for item in whole[section].values():
            yield from item.values()


@pytest.mark.parametrize("server", [None, "http://127.0.0.1:8080"])
def test_it_is_a_valid_openapi_document(server: str | None) -> None:
    """The document is OpenAPI 3.1, as a validator of others reads it."""
    from openapi_spec_validator import validate  # half a second for who needs it

    text = contract.written(contract.document(server))

    validate(json.loads(text))


def test_each_operation_and_component_says_how_sure_it_is() -> None:
    """What stands by itself has a source of its own; the rest has the one around it."""
    components = contract.document()["components"]
    named = [
        (section, name)
        for section, entries in components.items()
        for name, entry in entries.items()
        if "x-source" not in entry
    ]

    assert named == []
    unknown = contract.document()["x-calls-not-described"]
    operations = [*operations_as_written(), *unknown]
    assert [one for one in operations if "x-source" not in one] == []
    assert [one for one in operations if set(one["x-source"]) != {"sure", "page"}] == []


def source(element: dict[str, Any]) -> tuple[str, str]:
    """Read a source as it is written."""
    return element["x-source"]["sure"], element["x-source"]["page"]


def test_a_source_is_one_of_five_kinds_and_names_a_place() -> None:
    """Each `x-source` names a degree and a source of the list; each is used."""
    told = [source(e) for _, e in objects(contract.document()) if "x-source" in e]
    with FOLDER.with_name("all_codes.tsv").open(encoding="utf-8") as lines:
        of_codes = {line["source"] for line in csv.DictReader(lines, delimiter="\t")}

    assert len(told) > 200
    assert {sure for sure, _ in told} == set(contract.SURE)
    assert {page for _, page in told} | of_codes == {*reader.sources()}


def test_an_element_without_a_source_has_that_around_it() -> None:
    """The innermost source on the way to an element is its own."""
    way = ("components", "schemas", "MerchantPayment", "properties")
    around = contract.source_of((*way, "productId"))

    assert around.sure == "third-party"
    assert "duitnow-java" in around.page
    assert contract.source_of((*way, "recipientReference")).sure == "assumption"
    with pytest.raises(LookupError):
        contract.source_of((*way, "nothing"))


def test_every_call_that_is_known_is_there_with_its_scheme() -> None:
    """The calls of the document are those of the list, each signed as listed."""
    known = [one for one in contract.operations() if one.known]

    listed = [" ".join(line.split()) for line in CALLS.strip().split("\n")]
    assert [f"{o.scheme} {o.method} {o.path}" for o in known] == listed
    assert {one.family for one in known} == set(contract.FAMILIES)


def test_calls_that_nobody_describes_are_named_and_have_no_bodies() -> None:
    """What is known by its path only is in a list, and not among the paths."""
    unknown = [one for one in contract.operations() if not one.known]
    paths = contract.document()["paths"]

    assert [one.path for one in unknown] == [*NOT_DESCRIBED.split(), ""]
    assert [one for one in unknown if one.path in paths or not one.missing] == []
    with pytest.raises(LookupError, match="does not describe this call: POST /banks/"):
        contract.schema(unknown[-2], "body")


def test_each_operation_is_signed_as_its_security_says() -> None:
    """`x-signing` and the security of the document tell the same."""
    schemes = {
        "none": set(),
        "token": {"access-token"},
        "merchant-rsa": {
            "access-token",
            "merchant-signature",
            "merchant-signature-key",
        },
        "jws": {"participant-jws"},
        "pay-jwt": {"pay-jwt"},
        "reports-hmac": {"reports-token", "reports-timestamp", "reports-signature"},
    }

    for operation in operations_as_written():
        security = {name for one in operation["security"] for name in one}
        assert security == schemes[operation["x-signing"]["scheme"]]


def test_examples_name_nobody_real() -> None:
    """Addresses in examples end in `.example` (RFC 2606), and dates are of one day."""
    text = "\n".join(contract.written(example) for example in examples())

    assert set(re.findall(r"https?://([^/\"]+)", text)) == {
        "bank-contoh.example",
        "pay.example",
        "reports.example",
    }
    assert set(re.findall(r"\b20\d{6}(?=[A-Z])", text)) == {"20260701"}


def test_the_files_have_one_layout() -> None:
    """A file is written as `written` writes it: a change is as small as its fact."""
    assert [
        path.name
        for path in PARTS
        if contract.written(contract.parsed(path.read_text("utf-8")))
        != path.read_text("utf-8")
    ] == []
    assert {*PARTS} == {*FOLDER.glob("*.json")}


def test_numbers_keep_their_text() -> None:
    """What is read and written again has the digits that it had."""
    text = '{"a": [10.00, 1, 1E+2, "ü"]}\n'

    assert contract.written(contract.parsed(text)) == text


def test_parts_do_not_overwrite_each_other() -> None:
    """A name that two files have is an error, not the last one's."""
    whole: dict[str, Any] = {"paths": {"/a": 1}, "components": {"schemas": {"A": 1}}}

    reader.add_part(whole, {"components": {"schemas": {"B": 2}}}, "more")
    assert whole["components"]["schemas"] == {"A": 1, "B": 2}
    with pytest.raises(ValueError, match=r"more\.json: schemas has A a second time"):
        reader.add_part(whole, {"components": {"schemas": {"A": 2}}}, "more")


def test_the_document_is_the_callers_own() -> None:
    """Who changes the document that was given changes nobody else's."""
    contract.document()["paths"].clear()

    assert contract.document()["paths"]


def test_a_server_of_ones_own_has_the_paths_of_paynets_servers() -> None:
    """For a sandbox the paths start as on PayNet's hosts, and one server is named."""
    whole = contract.document("http://127.0.0.1:8080")

    assert whole["servers"] == [{"url": "http://127.0.0.1:8080"}]
    assert "/v1/picasso-guard/v3/payments/transfer-xc" in whole["paths"]
    assert "/pay-guard/v1/bw/refund" in whole["paths"]
    assert "/merchants/v1/payments/redirect" in whole["paths"]
    assert len(whole["paths"]) == len(contract.document()["paths"])
    assert not [
        call
        for item in whole["paths"].values()
        for call in item.values()
        if "servers" in call
    ]
