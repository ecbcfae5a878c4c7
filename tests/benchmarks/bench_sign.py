"""What signing costs beside bare `cryptography`, and what an explanation costs.

    python -m tests.benchmarks sign

Of each pair of the same bytes the shortest times are compared, as `timeit` advises:
what is longer is what else the machine does. Both run by turns, and as in `timeit` the
garbage collector does not start.
"""

from __future__ import annotations

import functools
import gc
import time
from collections.abc import Callable, Iterator
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

import paynet_nb as pn
from paynet_nb.auth.signing.explaining.explain import explain_signature
from paynet_nb.auth.signing.jws_auth import JwsAuth
from paynet_nb.auth.signing.key import SigningKey
from paynet_nb.auth.signing.merchant_signature import MerchantSignature
from paynet_nb.auth.signing.pay_jwt_auth import PayJwtAuth
from tests.benchmarks.rows import Row

ROUNDS = 2_000
MOST_MS = 5
ID = "20270115MBBEMYKL520OQR00000001"
BODY = (
    b'{"appHeader":{"businessMessageId":"%s"},"interbankSettlementAmount":'
    b'{"value":10.00,"currency":"MYR"},"debtor":{"id":"1234567890"}}' % ID.encode()
)
VALUES = (
    b'{"clientId":"M0000001","messageId":"20270115M0000001861OBW00000001",'
    b'"transactionId":"20270115M000000186100000001",'
    b'"endToEndId":"20270115M0000001861OBW00000001","amount":10.00}'
)


def post(path: str, body: bytes) -> requests.PreparedRequest:
    """Prepare a request without a signature."""
    return requests.Request(
        "POST", f"https://api.example.my{path}", data=body
    ).prepare()


def by_turns(
    ours: Callable[[], object], bare: Callable[[], object]
) -> tuple[float, float]:
    """Give the least microseconds that each takes."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for work, its in zip((ours, bare), times, strict=True):
            started = time.perf_counter()
            work()
            its.append(time.perf_counter() - started)
    mine, plain = map(min, times)
    return mine * 1e6, plain * 1e6


def rows() -> Iterator[Row]:
    """Measure each scheme beside the bare signature, and an explanation."""
    gc.disable()
    try:
        yield from measured()
    finally:
        gc.enable()


def measured() -> Iterator[Row]:
    """Measure without the collector."""
    key = SigningKey.generate().self_signed("bench")
    private: Any = load_pem_private_key(key.reveal().encode(), None)
    environment = pn.Environment(
        name="bench",
        base_url="https://api.example.my",
        token_url="https://api.example.my/token",
        stage="sandbox",
    )
    credentials = pn.Credentials("0" * 32, "a secret of a benchmark", environment)

    def bare(signed: bytes) -> Callable[[], object]:
        return lambda: private.sign(signed, PKCS1v15(), SHA256())

    for name, auth, request in (
        ("JwsAuth", JwsAuth(key, iss="MBBEMYKL"), post("/v3/x", BODY)),
        ("PayJwtAuth", PayJwtAuth(key, iss="I", sub="M"), post("/pay-guard/x", BODY)),
        (
            "MerchantSignature",
            MerchantSignature(credentials, key),
            post("/merchants/v1/payments/redirect", VALUES),
        ),
    ):
        auth.sign(request)
        token = str(request.headers.get("Authorization", "")).rpartition(".")[0]
        signed = token.removeprefix("Bearer ").encode() or b"x" * 130
        sign = functools.partial(auth.sign, request)
        yield Row(f"sign: {name}, us; bare", *by_turns(sign, bare(signed)))
    steps = post("/v3/x", BODY)
    JwsAuth(key, iss="MBBEMYKL").sign(steps)
    started = time.perf_counter()
    for _ in range(ROUNDS):
        report = explain_signature(steps, key, search=False)
    each_ms = (time.perf_counter() - started) / ROUNDS * 1_000
    assert report.verdict == "good"
    yield Row("sign: explained unsearched, ms; most", each_ms, MOST_MS)
