"""A client that another tool makes of the served document makes a payment by itself."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from paynet_nb.paynet import message_ids
from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import TIMEOUT_S

NAME = "client_of_another_tool"
PLACE = {"x_gps_coordinates": "0", "x_ip_address": "0"}


@pytest.fixture(scope="module")
def seeded() -> Iterator[Sandbox]:
    """Serve a sandbox whose time stands still: no midnight falls between two calls."""
    with Sandbox(seed=13) as serving:
        yield serving


@pytest.fixture(scope="module")
def told(seeded: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Have openapi-python-client read the served document; give what it says."""
    if not os.environ.get("CI"):
        pytest.importorskip("openapi_python_client")
    folder = tmp_path_factory.mktemp("generated")
    config = folder / "config.yaml"
    config.write_text("post_hooks: []\n")  # it need not be formatted
    made = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("openapi-python-client")), "generate"),
            *("--url", f"{seeded.url}/openapi.json", "--output-path", folder / NAME),
            *("--meta", "none", "--config", config, "--fail-on-warning"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    sys.path.insert(0, str(folder))
    yield f"{made.returncode} {made.stdout} {made.stderr}"
    sys.path.remove(str(folder))
    for module in [one for one in sys.modules if one.partition(".")[0] == NAME]:
        del sys.modules[module]


def part(path: str) -> Any:
    """Import a module of the client."""
    return importlib.import_module(f"{NAME}.{path}")


def test_the_document_is_read_without_a_complaint(told: str) -> None:
    """Not one call, schema or parameter is left out."""
    assert told.startswith("0 Generating ")
    assert "arning" not in told
    assert "rror" not in told


def test_a_generated_client_makes_a_payment(seeded: Sandbox, told: str) -> None:
    """Token, banks, payment and its status, all by what it made of the document."""
    models, api = part("models"), "api.merchant_v1"
    keys = seeded.credentials
    asked = models.TokenRequest(
        grant_type=models.TokenRequestGrantType.CLIENT_CREDENTIALS,
        client_id=keys.client_id,
        client_secret=keys.client_secret.reveal(),
    )
    with part("client").Client(base_url=seeded.url, timeout=TIMEOUT_S) as open_to_all:
        token = part("api.token.get_token").sync(client=open_to_all, body=asked)
    body = seeded.example("payment", 7)
    ids = {"client_id": body["clientId"], "transaction_id": body["transactionId"]}
    numbers = [
        message_ids("650", number, day="20260701")["messageId"] for number in (8, 9, 10)
    ]
    with part("client").AuthenticatedClient(
        base_url=seeded.url, token=token.access_token, timeout=TIMEOUT_S
    ) as client:
        banks = part(f"{api}.list_banks").sync(
            client=client, message_id=numbers[0], **ids, **PLACE
        )
        paid = part(f"{api}.start_payment").sync(
            client=client, body=models.MerchantPayment.from_dict(body), **PLACE
        )
        states = [
            part(f"{api}.payment_status").sync(
                client=client,
                message_id=number,
                end_to_end_id=paid.end_to_end_id,
                **ids,
                **PLACE,
            )
            for number in numbers[1:]
        ]

    assert isinstance(banks, models.BankList)
    assert len(banks.banks) == 50
    assert isinstance(paid, models.MerchantPaymentAnswer)
    assert (paid.end_to_end_id, paid.header.status.reason) == (
        body["endToEndId"],
        "U000",
    )
    assert [one.transaction_status.value for one in states] == ["RECEIVED", "CLEARED"]
    # The sandbox finds nothing wrong with what it sent but that it is not signed.
    wrong = {fault.location for one in seeded.requests for fault in one.faults}
    assert {one for one in wrong if not one.startswith(("signature.", "pace"))} == set()
