"""`auto`: each call gets the signature that the contract wants of it."""

from __future__ import annotations

import pytest
import requests

import paynet_nb as pn
from paynet_nb.paynet import operations, sample
from paynet_nb.sandbox import Sandbox
from tests.helpers.gateway import Gateway
from tests.helpers.signing import BODY, ids


@pytest.fixture(scope="module")
def key() -> pn.SigningKey:
    """One throw-away key for all."""
    return pn.SigningKey.generate().self_signed("tests")


def test_each_call_is_signed_as_the_contract_wants(
    gateway: Gateway, key: pn.SigningKey
) -> None:
    """Five families, one client, one token; all in its history."""
    auth = pn.auto(gateway.credentials, key=key, iss="MBBEMYKL", sub="M0000001")
    client = pn.Client(auth)
    client.get("/merchants/v1/payments/lists/bank", params=ids())
    client.post("/v3/payments/transfer-xc", json=BODY)
    client.post("/pay-guard/v1/bw/refund", json={"a": 1})
    client.get("/v1/reports/types")
    client.put("/v1/picasso-guard/echo", json={})
    client.get("/of/no/contract")
    sent = [
        (
            request.headers["Authorization"] == "Bearer opaque-token-0001",
            "X-Signature-Key" in request.headers,
            "X-Timestamp" in request.headers,
        )
        for request in gateway.api_requests
    ]

    assert sent == [
        (True, True, False),
        (False, False, False),
        (False, False, False),
        (True, False, True),
        (True, False, False),
        (True, False, False),
    ]
    assert len(gateway.token_requests) == 1
    assert len(client.history) == 7


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/merchants/v1/payments/lists/bank", "MerchantSignature; give key="),
        ("POST", "/v3/payments/transfer-xc", "JwsAuth; give key= and iss="),
        ("POST", "/pay-guard/v1/bw/refund", "PayJwtAuth; give key=, iss= and sub="),
    ],
)
def test_what_a_call_lacks_is_told_before_it_is_sent(
    gateway: Gateway, method: str, path: str, told: str
) -> None:
    """In one line; with unsigned=True it is sent with the token alone."""
    client = pn.Client(pn.auto(gateway.credentials))

    with pytest.raises(pn.SigningError, match=told) as caught:
        client.call(method, path)
    assert len(str(caught.value).splitlines()) == 1
    assert gateway.api_requests == gateway.token_requests == []

    call = pn.Client(pn.auto(gateway.credentials, unsigned=True)).call(method, path)
    assert call.status == 200
    assert gateway.api_requests[0].headers["Authorization"].startswith("Bearer opaque")


def test_a_refused_token_is_renewed_and_signed_anew(
    gateway: Gateway, key: pn.SigningKey
) -> None:
    """By the scheme that authorized the call."""
    client = pn.Client(pn.auto(gateway.credentials, key=key))
    client.get("/v1/reports/types")
    gateway.revoke_all()
    call = client.get("/v1/reports/types")

    assert (call.status, call.attempt) == (200, 2)
    assert "X-Signature" in gateway.api_requests[-1].headers


def test_a_signature_goes_to_its_own_origin_only(
    gateway: Gateway, key: pn.SigningKey
) -> None:
    """A JWS, too, whose own auth knows of no environment."""
    auth = pn.auto(gateway.credentials, key=key, iss="MBBEMYKL")
    url = "https://elsewhere.example/v3/payments/transfer-xc"

    with pytest.raises(pn.RefusedError, match="nothing was sent"):
        auth(prepared(url))


def prepared(url: str) -> requests.PreparedRequest:
    """Prepare a call of a participant."""
    return requests.Request("POST", url, json=BODY).prepare()


def test_a_clock_that_was_off_is_learned_from_the_401_and_the_call_signed_anew() -> (
    None
):
    """`auto` replays by the scheme that signed: the first JWS had ended there."""
    operation = next(one for one in operations() if one.id == "resolve_proxy_v2")
    example = sample(operation)
    with Sandbox() as box:
        box.clock.forward(1200)
        auth = pn.auto(box.credentials, key=box.participant_key, iss="CTOHMYK1")
        with pytest.warns(UserWarning, match="min .*behind that of"):
            pn.Client(auth).get(operation.base + example.path, headers=example.headers)

        first, second = box.requests
        assert (first.status, first.signature_check["cause"]) == (401, "expired")
        assert second.status != 401
        assert second.signature_check == {}
