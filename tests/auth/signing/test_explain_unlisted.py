"""Mistakes that `explain_signature` was not written for: the first cause is right."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

import paynet_nb as pn
from paynet_nb.auth import explain_signature
from tests.helpers.signing import BODY, ID, ids

Claims = dict[str, Any]
NOW = int(time.time())
SENT = json.dumps(BODY, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def key() -> pn.SigningKey:
    """One throw-away key for all."""
    return pn.SigningKey.generate().self_signed("tests")


def base64url(data: bytes) -> str:
    """Encode as JOSE does."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jws(
    key: pn.SigningKey, change: Callable[[Claims], object], path: str = "/v3/x"
) -> Any:
    """Sign a JWS whose claims were changed before."""
    claims: Claims = {"iat": NOW, "exp": NOW + 900, "iss": "MBBEMYKL", "jti": ID}
    claims |= {"key": str(key.serial), "ds": hashlib.sha256(SENT).hexdigest()}
    change(claims)
    return sent(key.jws(json.dumps(claims).encode()), path)


def sent(token: str, path: str = "/v3/x") -> Any:
    """Send the body with a token."""
    headers = {"Authorization": f"Bearer {token}", "X-Business-Message-Id": ID}
    return requests.Request(
        "POST", f"https://api.example.my{path}", data=SENT, headers=headers
    ).prepare()


def merchant(key: pn.SigningKey, text: str) -> Any:
    """Ask for the banks, signed over *text*."""
    headers = {
        "Authorization": "Bearer opaque",
        "X-Signature": base64.b64encode(key.sign(text.encode())).decode(),
        "X-Signature-Key": str(key.serial),
    }
    path = "/merchants/v1/payments/lists/bank"
    return requests.Request(
        "GET", f"https://api.example.my{path}", params=ids(), headers=headers
    ).prepare()


def joined() -> str:
    """Join the values that the list of banks signs."""
    own = ids()
    start = own["clientId"] + "RPPEMYKL" + own["messageId"] + own["transactionId"]
    return start + own["messageId"] + own["clientId"]


def detached(key: pn.SigningKey) -> Any:
    """Leave the claims out, as RFC 7515 appendix F does."""
    head, _, signature = key.jws(b"{}").split(".")
    return sent(f"{head}..{signature}")


def other_alg(key: pn.SigningKey) -> Any:
    """Name RS384 in the header."""
    _, claims, signature = key.jws(b'{"ds":"x"}').split(".")
    head = base64url(b'{"alg":"RS384","typ":"JWT"}')
    return sent(f"{head}.{claims}.{signature}")


UNLISTED: dict[str, tuple[set[str], Callable[[pn.SigningKey], Any]]] = {
    "claims left out": ({"not_a_jws"}, detached),
    "five parts": ({"not_a_jws"}, lambda k: sent(k.jws(b"{}") + ".a.b")),
    "RS384": ({"alg_not_allowed"}, other_alg),
    "exp as a date": (
        {"claim_type"},
        lambda k: jws(k, lambda c: c.update(exp="2027-01-15T10:00:00Z")),
    ),
    "key as a number": ({"claim_type"}, lambda k: jws(k, lambda c: c.update(key=7))),
    "ds with a prefix": (
        {"hex_case"},
        lambda k: jws(k, lambda c: c.update(ds=f"sha256:{c['ds']}")),
    ),
    "ds of the body reversed": (
        {"other_message"},
        lambda k: jws(k, lambda c: c.update(ds=hashlib.sha256(SENT[::-1]).hexdigest())),
    ),
    "jti null": ({"missing_claim"}, lambda k: jws(k, lambda c: c.update(jti=None))),
    "the hash of the string signed": (
        {"hashed_twice"},
        lambda k: merchant(k, hashlib.sha256(joined().encode()).hexdigest()),
    ),
    "a separator at the end": (
        {"signature_of_other_text", "separator"},
        lambda k: merchant(k, joined() + "|"),
    ),
    "PayNet's BIC twice": (
        {"signature_of_other_text", "wrong_field"},
        lambda k: merchant(k, joined().replace("RPPEMYKL", "RPPEMYKLRPPEMYKL")),
    ),
}


@pytest.mark.parametrize("name", UNLISTED)
def test_the_first_cause_is_right(name: str, key: pn.SigningKey) -> None:
    """By name; what is no mistake known here is said to be none."""
    causes, build = UNLISTED[name]
    report = explain_signature(build(key), key)

    assert report.verdict == "wrong"
    assert report.cause in causes


@pytest.mark.parametrize(
    "build",
    [
        lambda k: jws(k, lambda c: c.update(more="a claim")),
        lambda k: jws(k, lambda c: c.update(dict(reversed(list(c.items()))))),
        lambda k: jws(k, lambda c: c.update(exp=c["iat"] + 3600)),
        lambda k: merchant(k, joined()),
    ],
)
def test_a_good_one_of_another_form_is_not_accused(
    build: Callable[[pn.SigningKey], Any], key: pn.SigningKey
) -> None:
    """More claims, another order, the longest life."""
    assert explain_signature(build(key), key).verdict == "good"
