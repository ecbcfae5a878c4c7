"""Signed calls of merchants, and what all schemes share."""

from __future__ import annotations

import base64
import itertools
import json
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt

import paynet_nb as pn
from paynet_nb import (
    JwsAuth,
    MerchantSignature,
    PayJwtAuth,
    ReportsAuth,
    SigningError,
    SigningKey,
)
from tests.client.batch.test_elsewhere import Listening
from tests.helpers.gateway import Gateway, answer
from tests.helpers.programs import TIMEOUT_S, openssl
from tests.helpers.signing import (
    BODY,
    ID,
    MERCHANT_ID,
    ids,
    private_of,
    public,
    signed,
)

DIGEST = ("dgst", "-sha256")


@pytest.fixture(scope="module")
def key() -> SigningKey:
    """One throw-away key for all."""
    return SigningKey.generate().self_signed("tests")


@pytest.fixture
def merchant(gateway: Gateway, key: SigningKey) -> MerchantSignature:
    """Sign as a merchant of the gateway."""
    return MerchantSignature(gateway.credentials, key)


@pytest.mark.parametrize(
    ("method", "path", "more", "text"),
    [
        (
            "GET",
            "lists/bank",
            {},
            f"M0000001RPPEMYKL{MERCHANT_ID}{'T' * 27}{MERCHANT_ID}M0000001",
        ),
        (
            "POST",
            "redirect",
            {"amount": 10.5},
            f"M0000001RPPEMYKL{MERCHANT_ID}{'T' * 27}RPPEMYKL{'E' * 30}10.50M0000001",
        ),
        (
            "GET",
            "payment/status",
            {},
            f"M0000001RPPEMYKL{MERCHANT_ID}{'T' * 27}{'E' * 30}{'E' * 30}",
        ),
    ],
)
def test_openssl_verifies_a_merchant_signature(
    gateway: Gateway,
    merchant: MerchantSignature,
    key: SigningKey,
    tmp_path: Path,
    method: str,
    path: str,
    more: dict[str, Any],
    text: str,
) -> None:
    """`openssl dgst` takes what came over the wire, and makes the same signature."""
    url = f"{gateway.url}/merchants/v1/payments/{path}"
    place: dict[str, Any] = {"params" if method == "GET" else "json": {**ids(), **more}}
    requests.request(method, url, auth=merchant, timeout=TIMEOUT_S, **place)
    (request,) = gateway.api_requests
    (tmp_path / "text").write_text(text)
    (tmp_path / "public.pem").write_text(key.public_pem())
    signature = base64.b64decode(request.headers["X-Signature"], validate=True)
    (tmp_path / "signature").write_bytes(signature)
    key.save(tmp_path / "private.pem")

    verify = "-verify public.pem -signature signature text"
    assert b"Verified OK" in openssl(tmp_path, *DIGEST, *verify.split())
    assert openssl(tmp_path, *DIGEST, "-sign", "private.pem", "text") == signature
    assert request.headers["X-Signature-Key"] == key.serial
    assert request.headers["Authorization"] == "Bearer opaque-token-0001"


@pytest.mark.parametrize(
    ("amount", "text"),
    [("10", "10.00"), ('"10.0"', "10.00"), ("1E+1", "10.00"), ("0.1", "0.10")],
)
def test_an_amount_is_signed_with_two_decimals(
    merchant: MerchantSignature, gateway: Gateway, amount: str, text: str
) -> None:
    """However it is written in the body, in JSON."""
    body = f'{json.dumps(ids())[:-1]}, "amount": {amount}}}'
    request = signed(
        merchant, "POST", f"{gateway.url}/merchants/v1/payments/redirect", data=body
    )
    whole = f"M0000001RPPEMYKL{MERCHANT_ID}{'T' * 27}RPPEMYKL{'E' * 30}{text}M0000001"

    merchant.key.public_key.verify(
        base64.b64decode(request.headers["X-Signature"]),
        whole.encode(),
        PKCS1v15(),
        SHA256(),
    )


@pytest.mark.parametrize(
    ("method", "path", "parts", "told"),
    [
        ("POST", "payment/cancel", {"json": ids()}, "field list not published"),
        ("GET", "redirect", {"params": ids()}, "field list not published"),
        ("GET", "lists/bank", {"params": ids(messageId="")}, "messageId is missing"),
        ("GET", "lists/bank", {"params": [*ids().items()] * 2}, "twice"),
        ("POST", "redirect", {"json": ids()}, "amount is missing"),
        ("POST", "redirect", {"json": {**ids(), "amount": "0.001"}}, "parts of a cent"),
        ("POST", "redirect", {"json": {**ids(), "amount": True}}, "amount is missing"),
        *(
            ("POST", "redirect", {"json": {**ids(), "amount": text}}, "no number")
            for text in ("1_0", " 10", "10\n", "1e1", "-10", ".5", "\uff11\uff10")
        ),
        ("POST", "redirect", {"json": [1]}, "one JSON object"),
        ("POST", "redirect", {"data": "no JSON"}, "one JSON object"),
        ("POST", "redirect", {"data": iter([b"{}"])}, "is a stream"),
    ],
)
def test_what_a_merchant_cannot_sign_is_not_sent(
    gateway: Gateway,
    merchant: MerchantSignature,
    method: str,
    path: str,
    parts: dict[str, Any],
    told: str,
) -> None:
    """One line says what is missing, and not even a token is asked for."""
    url = f"{gateway.url}/merchants/v1/payments/{path}"

    with pytest.raises(SigningError, match=told) as caught:
        requests.request(method, url, auth=merchant, timeout=TIMEOUT_S, **parts)

    assert len(str(caught.value).splitlines()) == 1
    assert gateway.token_requests == gateway.api_requests == []


def test_a_key_without_a_certificate_needs_an_id(gateway: Gateway) -> None:
    """PayNet finds the certificate by it."""
    key = SigningKey.generate()

    with pytest.raises(SigningError, match="no certificate stands beside"):
        MerchantSignature(gateway.credentials, key)
    with pytest.raises(SigningError, match="but str"):
        MerchantSignature(gateway.credentials, "key")  # type: ignore[arg-type]

    assert MerchantSignature(gateway.credentials, key, "1a2b").key_id == "1a2b"


def test_two_auths_share_one_token(gateway: Gateway, key: SigningKey) -> None:
    """An auth that has a token already serves as credentials."""
    auth = gateway.auth()
    for scheme in (MerchantSignature(auth, key), ReportsAuth(auth)):
        url = f"{gateway.url}/merchants/v1/payments/lists/bank"
        requests.get(url, params=ids(), auth=scheme, timeout=TIMEOUT_S)

    assert len(gateway.token_requests) == 1
    assert [*map(len, (gateway.api_requests, gateway.token_requests))] == [2, 1]


def test_nothing_goes_over_plain_http_to_another_machine(key: SigningKey) -> None:
    """What is signed could be read and sent once more."""
    with pytest.raises(pn.RefusedError, match="plain http"):
        signed(JwsAuth(key, iss="I"), "POST", "http://api.example.my/x", json=BODY)


def test_a_renewed_token_gets_a_new_signature(
    gateway: Gateway, key: SigningKey
) -> None:
    """A replay after 401 signs anew, in plain requests and by a client."""
    start, ticks = time.time(), itertools.count()
    auth = ReportsAuth(gateway.auth(), clock=lambda: start + next(ticks) % 20)
    client = pn.Client(auth)
    requests.get(f"{gateway.url}/x", auth=auth, timeout=TIMEOUT_S)
    gateway.revoke_all()
    requests.get(f"{gateway.url}/x", auth=auth, timeout=TIMEOUT_S)
    gateway.revoke_all()
    call = client.get("/x")

    stamps = [request.headers["X-Timestamp"] for request in gateway.api_requests]
    assert call.status == 200
    assert call.attempt == 2
    assert len(stamps) == len({*stamps}) == 5
    assert len(gateway.token_requests) == 3


def test_a_client_takes_each_scheme(gateway: Gateway, key: SigningKey) -> None:
    """Its calls are signed, and its history keeps neither signature nor token."""
    calls = [
        pn.Client(auth, environment=gateway.environment).post(path, json=body)
        for auth, path, body in (
            (JwsAuth(key, iss="MBBEMYKL"), "/v3/x", BODY),
            (PayJwtAuth(key, iss="I", sub="M"), "/pay-guard/v1/x", {"a": 1}),
            (
                MerchantSignature(gateway.credentials, key),
                "/merchants/v1/payments/redirect",
                {**ids(), "amount": "10.00"},
            ),
            (ReportsAuth(gateway.credentials), "/v1/reports/download", {"a": 1}),
        )
    ]
    sent = [
        value.removeprefix("Bearer ")
        for request in gateway.api_requests
        for name, value in request.headers.items()
        if name in ("X-Signature", "Authorization")
    ]

    assert [call.status for call in calls] == [200] * 4
    assert len(sent) == 6
    shown = repr([(call, call.request_headers, call.request_body) for call in calls])
    assert [value for value in sent if value in shown] == []


def test_each_row_is_signed_and_no_worker_gets_the_key(
    gateway: Gateway, key: SigningKey
) -> None:
    """A token of its own for each row, whose ID it has; what is pickled is signed."""
    rows = [{"id": f"{ID[:22]}{number:08}"} for number in range(8)]
    body = {"appHeader": {"businessMessageId": "{id}"}}
    client = pn.Client(JwsAuth(key, iss="I"), environment=gateway.environment)
    wire = Listening()
    for executor in (None, wire):
        client.call_many(
            rows, "PUT", "/v3/x", json=body, executor=executor, progress=False
        )
    tokens = [
        jwt.decode(request.headers["Authorization"][7:], public(key)).claims
        for request in gateway.api_requests
    ]
    numbers = private_of(key).private_numbers()

    assert sorted(claims["jti"] for claims in tokens) == sorted(
        row["id"] for row in rows * 2
    )
    assert len(wire.sent) == 8
    secret = numbers.d.to_bytes(256, "big")
    assert not any(secret in each or b"PRIVATE" in each for each in wire.sent)


@pytest.mark.parametrize("off_s", [-95, 95])
@pytest.mark.parametrize("by_client", [True, False])
def test_the_clock_is_corrected_by_the_server(
    gateway: Gateway, key: SigningKey, off_s: int, *, by_client: bool
) -> None:
    """It warns once, and the call that the clock spoiled is signed and sent anew."""
    gateway.api = lambda request: answer(
        {},
        401 if abs(issued(request) - time.time()) > 30 else 200,
    )
    auth = JwsAuth(key, iss="I", clock=lambda: time.time() + off_s)
    client = pn.Client(auth, environment=gateway.environment)
    headers = {"X-Business-Message-Id": ID}

    def status() -> int | None:
        if by_client:
            return client.get("/v3/x", headers=headers).status
        return requests.get(
            f"{gateway.url}/v3/x", auth=auth, headers=headers, timeout=TIMEOUT_S
        ).status_code

    side = "ahead of" if off_s > 0 else "behind"
    with pytest.warns(UserWarning, match=f"1 min 3[3-7] s {side}") as warned:
        found = [status(), status()]

    assert found == [200, 200]
    assert len(gateway.api_requests) == 3
    assert len(warned) == 1


def claims_of(token: str) -> dict[str, Any]:
    """Read a JWT's claims."""
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return claims


def issued(request: Any) -> int:
    """Give `iat` of a request that arrived."""
    return int(claims_of(request.headers["Authorization"])["iat"])


def test_a_clock_that_is_right_stays(gateway: Gateway, key: SigningKey) -> None:
    """30 s are tolerated, and a payment is not sent twice for a 401 of another kind."""
    gateway.api = lambda _: answer({}, 401)
    auth = JwsAuth(key, iss="I", clock=lambda: time.time() - 25)
    for _ in range(2):
        requests.post(f"{gateway.url}/v3/x", json=BODY, auth=auth, timeout=TIMEOUT_S)

    assert len(gateway.api_requests) == 2
    # The second one, too, was signed by the clock here.
    assert time.time() - issued(gateway.api_requests[1]) >= 25


def test_a_payment_is_not_sent_again_unless_asked_for(
    gateway: Gateway, key: SigningKey
) -> None:
    """After a 401 over the clock a POST goes out once more only with replay_unsafe."""
    gateway.api = lambda _: answer({}, 401)
    for unsafe in (False, True):
        auth = JwsAuth(
            key, iss="I", clock=lambda: time.time() - 600, replay_unsafe=unsafe
        )
        with pytest.warns(UserWarning, match="min.* behind"):
            requests.post(
                f"{gateway.url}/v3/x", json=BODY, auth=auth, timeout=TIMEOUT_S
            )

    assert len(gateway.api_requests) == 3
