"""`client.endpoints()`: the contract as a table, and what the request form offers."""

from __future__ import annotations

from typing import Literal

import pandas as pd
import pytest

import paynet_nb as pn
from paynet_nb.paynet import operations
from paynet_nb.sandbox import Sandbox
from tests.helpers.forms import answer_of, send


def mine(
    base_url: str, stage: Literal["sandbox", "production"] = "production"
) -> pn.Environment:
    """Make an environment at an address."""
    return pn.Environment(
        name="mine", stage=stage, base_url=base_url, token_url=f"{base_url}/token"
    )


def endpoints(place: pn.Environment) -> pd.DataFrame:
    """Give the table of a client that has no keys: it asks nobody."""
    client = pn.Client(None, environment=place)
    table = client.endpoints()
    assert len(client.history) == 0
    return table


def paths(place: pn.Environment) -> list[str]:
    """List what can be called in an environment."""
    table = endpoints(place)
    return list(table.loc[table["path"] != "", "path"])


def test_all_calls_are_listed_with_scheme_and_source() -> None:
    """One row a call, those that nobody describes too, each as sure as it is."""
    table = endpoints(pn.CERTIFICATION)

    assert list(table.columns) == [
        *("call", "name", "family", "scheme", "path", "sure", "source", "missing")
    ]
    assert len(table) == len(operations()) > 40
    by_call = table.set_index("call")
    pay = by_call.loc["POST /v1/bw/refund"]
    assert (pay["scheme"], pay["sure"]) == ("pay-jwt", "page")
    assert pay["source"].startswith("https://docs.developer.paynet.my/docs/duitnow-pay")
    cancel = by_call.loc["POST /merchants/v1/payments/payment/cancel"]
    assert cancel["missing"]
    assert (cancel["scheme"], cancel["path"]) == ("", "")
    assert not table[["name", "family", "sure", "source"]].isna().any(axis=None)


def test_a_path_is_what_the_client_takes_here() -> None:
    """Below the base URL, or whole where the product has another base on that host."""
    host = "https://certification.api.developer.inet.paynet.my"

    listed = paths(pn.CERTIFICATION)
    assert "/v3/payments/transfer-xc" in listed
    assert f"{host}/pay-guard/v2/bw/banks" in listed
    assert [path for path in listed if "merchants" in path or "echo" in path] == [
        "/v3/admin/echo"
    ]
    client = pn.Client(None, environment=pn.CERTIFICATION)
    for path in listed:
        assert str(client.build("GET", path).url).startswith(host)


@pytest.mark.parametrize("place", [pn.REPORTS_UAT, pn.REPORTS_PRODUCTION])
def test_reports_have_their_own_calls(place: pn.Environment) -> None:
    """Both hosts have the same."""
    reports = ["/v1/reports/types", "/v1/reports/download", "/v2/reports/query"]
    assert paths(place) == ["/token", *reports]


def test_an_environment_that_no_page_speaks_of_has_none() -> None:
    """Nothing is guessed of an address of a person's own; PayNet's sandbox is known."""
    assert paths(mine("https://api.example.my")) == []
    base = "https://sandbox.api.paynet.my"
    found = paths(mine(base, "sandbox"))
    assert "/merchants/v1/payments/lists/bank" in found
    assert "/v1/picasso-guard/echo" not in found


def test_what_is_offered_of_the_sandbox_is_so() -> None:
    """Each call that the form offers is accepted with its sample, in their order."""
    with Sandbox() as box:
        client = pn.Client(pn.ClientCredentialsAuth(box.credentials))
        form = pn.RequestForm(client)
        offers = form.get_state()["_endpoints"]
        for offer in offers:
            query = [line.split("=", 1) for line in offer["query"].splitlines()]
            send(form, offer["method"], offer["path"], query=query, json=offer["json"])
            assert answer_of(form)["text"].startswith("good, 200 OK"), offer
            assert "RJCT" not in answer_of(form)["html"], offer

        names = [offer["title"].partition(", ")[2] for offer in offers]
        assert names == ["list of banks", "payment", "status of a payment", "echo"]
        assert {offer["path"] for offer in offers} < {*paths(box.environment)}


def test_a_call_at_another_base_is_offered_with_its_sample() -> None:
    """The path is filled in, and its source says how sure it is."""
    form = pn.RequestForm(pn.Client(None, environment=pn.CERTIFICATION))
    offers = {offer["title"]: offer for offer in form.get_state()["_endpoints"]}

    proxy = offers[
        "GET /banks/nad/v2/resolution/{secondaryIdType}/{secondaryId}, "
        "look up a proxy, version 2"
    ]
    assert "{" not in proxy["path"]
    assert "assumed from public programs, not from PayNet" in proxy["source"]
    refund = offers["POST /pay-guard/v1/bw/refund, refund"]
    assert refund["path"].endswith(".paynet.my/pay-guard/v1/bw/refund")
    assert '\n  "amount": "10.00",\n' in refund["json"]
