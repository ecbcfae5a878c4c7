"""What is known of an environment's endpoints: that it is so, and who says so."""

from __future__ import annotations

import pytest

import paynet_nb as pn
from paynet_nb.paynet import known_endpoints
from paynet_nb.sandbox import Sandbox
from tests.helpers.forms import answer_of, send


def test_what_is_known_of_the_sandbox_is_so() -> None:
    """Each of its endpoints accepts the sample values, sent in their order."""
    with Sandbox() as box:
        client = pn.Client(pn.ClientCredentialsAuth(box.credentials))
        form = pn.RequestForm(client)
        offers = form.get_state()["_endpoints"]
        for offer in offers:
            query = [line.split("=", 1) for line in offer["query"].splitlines()]
            send(form, offer["method"], offer["path"], query=query, json=offer["json"])
            assert answer_of(form)["text"].startswith("200 OK"), offer
            assert "RJCT" not in answer_of(form)["text"], offer

    assert len(offers) == len(known_endpoints(box.environment)) > 1


@pytest.mark.parametrize(
    "environment", [pn.CERTIFICATION, pn.REPORTS_UAT, pn.REPORTS_PRODUCTION]
)
def test_what_is_known_says_from_where(environment: pn.Environment) -> None:
    """Each has a source; what no page of PayNet says is marked."""
    known = known_endpoints(environment)

    assert known
    assert all("assumption" in endpoint.source for endpoint in known)
    mine = pn.Environment(
        name="mine",
        stage="production",
        base_url="https://api.example.my",
        token_url="https://api.example.my/token",
    )
    assert known_endpoints(mine) == ()
