"""Each call of the contract at the sandbox: good answers, PayNet's codes, callers."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from paynet_nb.paynet import contract
from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import (
    OPERATIONS,
    TIMEOUT_S,
    ask,
    code_in,
    own_token,
    token_of,
)

CLEARED = ["start_checkout", "get_checkout_status", "get_checkout_status"]
# What has to be made before a call has something to tell of.
BEFORE = {
    "payment_status": ["start_payment"],
    "transfer_v3": ["enquire_account_v3"],
    "enquire_transaction_v3": ["enquire_account_v3", "transfer_v3"],
    "reverse_v3": ["enquire_account_v3", "transfer_v3"],
    "get_payment_status_v1": ["start_checkout"],
    "get_checkout_status": ["start_checkout"],
    "get_checkout": ["start_checkout"],
    "get_consent_status": ["start_consent"],
    "get_consent": ["start_consent"],
    "end_consent": ["start_consent"],
    "start_refund": CLEARED,
    "get_refund": [*CLEARED, "start_refund"],
    "autodebit": ["start_consent"],
}
# Of these the sample is refused for a reason that is the platform's, not the form's.
OF_THEIR_OWN = {"autodebit": "U286", "download_report": "E0003"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_contracts_sample_is_answered_as_the_contract_says(
    box: Sandbox, name: str
) -> None:
    """Every call is served, and its answer has no fault."""
    for earlier in BEFORE.get(name, ()):
        assert ask(box, earlier).status_code == 200
    answer = ask(box, name)

    if name in OF_THEIR_OWN:
        assert OF_THEIR_OWN[name] in answer.text
        return
    assert answer.status_code == 200
    seen = box.requests[-1]
    unsigned = [one for one in seen.faults if one.location.startswith("signature.")]
    assert [one for one in seen.faults if one not in unsigned] == []
    assert seen.answer_faults == ()
    value = answer.text
    if answer.headers["Content-Type"] == "application/json":
        value = contract.parsed(answer.text)
    assert contract.faults(OPERATIONS[name], "answer", value) == []


CALLS: dict[str, tuple[str, str, Any, Any]] = {
    "merchant-v1": ("start_payment", "currency", "USD", "messageId"),
    "participant-v2": (
        "transfer_v2",
        "data.debtorAccount.type",
        "NONE",
        "data.businessMessageId",
    ),
    "participant-v3": (
        "enquire_account_v3",
        "debtorAccount.type",
        "NONE",
        "appHeader.businessMessageId",
    ),
    "duitnow-pay": ("start_checkout", "customer.identityValidation", "99", "amount"),
}


@pytest.mark.parametrize("family", CALLS)
def test_the_verdict_is_paynets_code_in_the_familys_shape(
    common: Sandbox, family: str
) -> None:
    """Missing API.005, value .004, type .002, length .003, no token .007."""
    name, enumerated, wrong, limited = CALLS[family]
    answers = {
        "API.005": ask(common, name, {limited: None}),
        "API.004": ask(common, name, {enumerated: wrong}),
        "API.002": ask(common, name, {limited: ["1"]}),
        "API.003": ask(common, name, {limited: "1" * 99}),
        "API.007": ask(common, name, headers={"Authorization": None}),
    }

    for code, answer in answers.items():
        assert code_in(answer) == code
        assert answer.status_code == (401 if code == "API.007" else 400)
        faults = contract.faults(
            OPERATIONS[name], "answer", answer.json(), status=answer.status_code
        )
        assert faults == []
    if family == "participant-v3":
        reason = answers["API.005"].json()["resp"]["reason"]
        assert reason["errorLocation"] == limited
        assert reason["description"] == "Missing mandatory field"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("transfer_v2", "X-Client-Id"),
        ("enquire_account_v3", "X-Api-Version"),
        ("start_checkout", "X-Gps-Coordinates"),
    ],
)
def test_a_missing_header_is_api_005(common: Sandbox, name: str, header: str) -> None:
    """The merchant API apart, what the contract demands of the headers is demanded."""
    assert code_in(ask(common, name, headers={header: None})) == "API.005"


@pytest.mark.parametrize("name", ["enquire_account_v3", "list_pay_banks"])
def test_an_access_token_is_no_signature(common: Sandbox, name: str) -> None:
    """Where a JWS or JWT is due the token is API.007: a mistake that many make."""
    authorization = {"Authorization": f"Bearer {token_of(common)}"}

    answer = ask(common, name, headers=authorization)

    assert (answer.status_code, code_in(answer)) == (401, "API.007")


def test_a_signature_of_another_form_is_kms_001(common: Sandbox) -> None:
    """One that is missing is let pass, so that a lesson can begin without a key."""
    wrong = {"X-Signature": "-_-_", "X-Signature-Key": "00ff"}

    assert code_in(ask(common, "list_banks", headers=wrong)) == "KMS.001"
    assert code_in(ask(common, "list_banks")) == "U000"


@pytest.mark.parametrize("body", ["{", "", "[]"])
def test_a_message_that_cannot_be_read_is_api_001_in_version_3(
    common: Sandbox, body: str
) -> None:
    """Elsewhere it is API.002."""
    operation = OPERATIONS["echo_v3"]
    headers = {
        **contract.sample(operation).headers,
        "Content-Type": "application/json",
    }
    jws = own_token(common, "jws", body.encode(), headers)
    headers["Authorization"] = f"Bearer {jws}"
    answer = requests.post(
        common.url + operation.base + operation.path,
        data=body,
        headers=headers,
        timeout=TIMEOUT_S,
    )

    assert (answer.status_code, code_in(answer)) == (400, "API.001")


def test_polling_faster_than_published_is_told_and_answered(box: Sandbox) -> None:
    """What PayNet answers to it is not known; the next transaction has its own pace."""
    ask(box, "start_checkout")
    first = ask(box, "get_checkout_status")
    told_first = box.requests[-1].faults
    second = ask(box, "get_checkout_status")
    told_second = box.requests[-1].faults

    assert (first.status_code, second.status_code) == (200, 200)
    assert told_first == ()
    assert [fault.location for fault in told_second] == ["pace"]
    assert told_second[0].wanted.startswith("30 s between two calls")
    assert told_second[0].sure == "page"
