"""The sandbox and the contract: it serves the document, and answers as that says."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from paynet_nb.paynet import contract
from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import TIMEOUT_S

KNOWN = [one for one in contract.operations() if one.known]


def served(box: Sandbox) -> dict[str, Any]:
    """Get the document as a tool would, without a token."""
    answer = requests.get(f"{box.url}/openapi.json", timeout=TIMEOUT_S)
    assert answer.headers["Content-Type"] == "application/json"
    document: dict[str, Any] = answer.json()
    return document


def test_the_contract_is_served(common: Sandbox) -> None:
    """It is a valid OpenAPI document of this address, with each call that is known."""
    from openapi_spec_validator import validate  # half a second for who needs it

    document = served(common)

    validate(document)
    assert document["servers"] == [{"url": common.url}]
    assert document == json.loads(contract.written(contract.document(common.url)))
    methods = [method for item in document["paths"].values() for method in item]
    assert len(methods) == len(KNOWN) > 30


def test_a_scenario_does_not_touch_the_document(common: Sandbox) -> None:
    """Who reads what there is does not meet the fault that is practised on."""
    with common.scenario("api-503", times=1):
        assert served(common)["openapi"].startswith("3.1")


def test_each_call_that_is_known_is_served(common: Sandbox) -> None:
    """The contract says so of each, and a form or a frame that reads it offers it."""
    assert {one.sandbox for one in KNOWN} == {"also", "only"}


def test_a_call_nobody_describes_is_refused(common: Sandbox) -> None:
    """It is PayNet's, and no answer to it is made up."""
    url = f"{common.url}/merchants/v1/payments/payment/cancel"
    answer = requests.post(url, json={}, timeout=TIMEOUT_S)

    assert answer.status_code == 404
    assert "PayNet has this call, this sandbox has not" in answer.text


def test_a_call_at_another_place_is_told_the_right_one(common: Sandbox) -> None:
    """A path without its server's base is the mistake of 404 that is made most."""
    answer = requests.post(f"{common.url}/v3/admin/echo", json={}, timeout=TIMEOUT_S)

    assert answer.status_code == 404
    assert "this call is at /v1/picasso-guard/v3/admin/echo" in answer.text


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/v3/none", "API.009"),
        ("/v1/picasso-guard/v3/payments/none", "API.009"),
        ("/merchants/v1/none", "API.001"),
    ],
)
def test_an_unknown_path_has_the_code_of_its_family(
    common: Sandbox, path: str, shape: str
) -> None:
    """A bad URL is API.009 in version 3, and API.001 elsewhere."""
    headers = {"X-Business-Message-Id": "x" * 99}
    answer = requests.post(common.url + path, headers=headers, timeout=TIMEOUT_S)

    assert answer.status_code == 404
    body = answer.json()
    if shape == "API.009":
        assert body["resp"]["reason"]["code"] == shape
        assert body["appHeader"]["originalBusinessMessageId"] == "x" * 35
    else:
        assert body["header"]["status"]["reason"] == shape
