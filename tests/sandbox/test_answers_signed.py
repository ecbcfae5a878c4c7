"""What the sandbox signs of its answers, and how it forges them at will."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest
import requests
from joserfc import jws
from joserfc.jwk import KeySet

import paynet_nb as pn
from paynet_nb.paynet import sample
from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import OPERATIONS, TIMEOUT_S, ask

V3, PAY = "enquire_account_v3", "list_pay_banks"
# What a learner reads of each; a Pay answer has no ID of the call that it answers.
FORGED = {
    "answer-other-key": "wrong: another key signed it, or it was changed",
    "answer-other-kid": "wrong: its kid names no key that is known here",
    "answer-other-body": "wrong: it is of another body",
    "answer-other-message": "wrong: it is of another message",
    "answer-expired": "wrong: it has expired",
    "answer-alg-none": "wrong: its alg is neither RS256 nor RS512",
    "answer-alg-hs256": "wrong: its alg is neither RS256 nor RS512",
    "answer-unsigned": "missing",
}


def asked(box: Sandbox, name: str) -> pn.Call:
    """Make the contract's sample call with a client."""
    operation = OPERATIONS[name]
    example = sample(operation, f"{box.clock.at:%Y%m%d}")
    auth: pn.JwsAuth | pn.PayJwtAuth
    if operation.scheme == "jws":
        auth = pn.JwsAuth(box.participant_key, iss="CTOHMYK1", clock=box.clock.now)
    else:
        auth = pn.PayJwtAuth(
            box.pay_key, iss="CTOHMYK1", sub="M0000001", clock=box.clock.now
        )
    client = pn.Client(auth, box.environment)
    path = operation.base + example.path
    given = {"json": example.body, "headers": example.headers}
    return client.call(operation.method, path, **given)


@pytest.mark.parametrize(("name", "alg"), [(V3, "RS512"), (PAY, "RS256")])
def test_joserfc_verifies_what_the_sandbox_signs(
    box: Sandbox, name: str, alg: str
) -> None:
    """By the key of the JWKS that `kid` names; the body is in it, or its hash."""
    answer = ask(box, name)
    keys = KeySet.import_key_set(
        requests.get(str(box.environment.jwks_url), timeout=TIMEOUT_S).json()
    )
    scheme, _, token = answer.headers["Authorization"].partition(" ")
    read = jws.deserialize_compact(token, keys, algorithms=[alg])
    claims = json.loads(read.payload or b"")

    assert scheme == "Bearer"
    assert read.headers()["typ"] == "JWT"
    assert claims["exp"] == claims["iat"] + 900
    assert claims["iss"] == claims["key"] == "RPPEMYKL"
    if name == V3:
        assert claims["ds"] == hashlib.sha256(answer.content).hexdigest()
        assert claims["jti"] == answer.json()["appHeader"]["businessMessageId"]
    else:
        assert claims["data"] == answer.json()


@pytest.mark.parametrize("name", [V3, PAY])
def test_a_client_finds_the_sandbox_good(name: str) -> None:
    """By the key that it publishes, at whatever time it is there."""
    with Sandbox(seed=1) as box:
        call = asked(box, name)
        box.clock.set(datetime(2031, 1, 1, tzinfo=UTC))
        later = asked(box, name)

    assert (call.signature, later.signature) == ("good", "good")


@pytest.mark.parametrize("name", [V3, PAY])
@pytest.mark.parametrize("scenario", FORGED)
def test_each_forgery_is_found(box: Sandbox, scenario: str, name: str) -> None:
    """For as long as the scenario is in force."""
    with box.scenario(scenario):
        call = asked(box, name)

    if (scenario, name) == ("answer-other-message", PAY):
        assert call.signature == "good"
    else:
        assert call.signature.startswith(FORGED[scenario])
        assert call.outcome == "unknown"
    assert {one for one in box.scenarios if one.startswith("answer-")} == {*FORGED}
