"""Schemes whose signature is a token (JWS, DuitNow Pay), and the HMAC of reports."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc import jws, jwt

from paynet_nb import (
    JwsAuth,
    PayJwtAuth,
    ReportsAuth,
    SigningError,
    SigningKey,
)
from tests.helpers.gateway import SECRET, Gateway
from tests.helpers.programs import TIMEOUT_S, openssl
from tests.helpers.signing import BODY, ID, bearer, public, signed


@pytest.fixture(scope="module")
def key() -> SigningKey:
    """One throw-away key for all."""
    return SigningKey.generate().self_signed("tests")


# --- jws


@pytest.mark.parametrize("alg", ["RS256", "RS512"])
def test_joserfc_verifies_a_jws(gateway: Gateway, key: SigningKey, alg: str) -> None:
    """Header, claims, and `ds` over exactly the bytes that arrived."""
    now = time.time()
    auth = JwsAuth(key, iss="MBBEMYKL", key_id="1a2b3c4d", alg=alg, clock=lambda: now)
    requests.post(f"{gateway.url}/v3/x", json=BODY, auth=auth, timeout=TIMEOUT_S)
    (request,) = gateway.api_requests
    sent = request.get_data()
    token = request.headers["Authorization"].removeprefix("Bearer ")
    read = jws.deserialize_compact(token, public(key), algorithms=[alg])

    assert read.headers() == {"typ": "JWT", "alg": alg}
    assert json.loads(read.payload or b"") == {
        "iat": int(now),
        "iss": "MBBEMYKL",
        "jti": ID,
        "exp": int(now) + 900,
        "key": "1a2b3c4d",
        "ds": hashlib.sha256(sent).hexdigest(),
    }
    assert json.loads(sent) == BODY
    assert sent == json.dumps(BODY, separators=(",", ":")).encode()
    assert request.headers["Content-Length"] == str(len(sent))
    assert request.headers["X-Business-Message-Id"] == ID
    assert "=" not in token


def test_the_body_loses_its_blanks_and_nothing_else(key: SigningKey) -> None:
    """Numbers, names, their order and blanks in texts stay as they are."""
    header = f'"appHeader":{{"businessMessageId":"{ID}"}}'
    body = f'{{ {header} ,\n\t"b": 10.00 , "a":"x \\" y" }}'
    request = signed(JwsAuth(key, iss="I"), "POST", "/v3/x", data=body)
    plain = f'{{{header},"b":10.00,"a":"x \\" y"}}'

    assert request.body == plain.encode()


def test_a_call_without_a_body_signs_the_hash_of_nothing(key: SigningKey) -> None:
    """GET and empty body (assumption of the module's text)."""
    request = signed(
        JwsAuth(key, iss="I"), "GET", "/v3/x", headers={"X-Business-Message-Id": ID}
    )
    claims = jwt.decode(bearer(request), public(key)).claims

    assert claims["ds"] == hashlib.sha256(b"").hexdigest()
    assert request.body is None
    assert "Content-Length" not in request.headers


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"life_s": 3601}, "life_s= wants seconds from 1 to 3600"),
        ({"life_s": 0}, "life_s= wants seconds from 1 to 3600"),
        ({"alg": "HS256"}, "RS256 or RS512"),
        ({"alg": "none"}, "RS256 or RS512"),
        ({"iss": ""}, "iss is empty"),
        ({"key_id": ""}, "no certificate"),
    ],
)
def test_a_jws_that_paynet_cannot_take_is_not_made(
    key: SigningKey, options: dict[str, Any], told: str
) -> None:
    """A life over an hour, another algorithm, no issuer."""
    with pytest.raises(SigningError, match=told):
        JwsAuth(key, **{"iss": "I", **options})


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"json": {}}, "no business message ID"),
        ({"json": BODY, "headers": {"X-Business-Message-Id": "other"}}, "differ"),
        ({"data": iter([b"x"])}, "is a stream"),
    ],
)
def test_a_jws_needs_one_message_id(
    key: SigningKey, parts: dict[str, Any], told: str
) -> None:
    """Header, body and `jti` are one."""
    with pytest.raises(SigningError, match=told):
        signed(JwsAuth(key, iss="I"), "POST", "/v3/x", **parts)


# --- pay


def test_joserfc_verifies_a_pay_jwt(gateway: Gateway, key: SigningKey) -> None:
    """`data` is the body byte for byte, `jti` a new UUID for each call."""
    body = b'{"amount":10.00, "checkoutId":"x","name":"\xc3\xa9"}'
    now = time.time()
    auth = PayJwtAuth(key, iss="I", sub="M0000001", key_id="K", clock=lambda: now)
    for _ in range(2):
        url = f"{gateway.url}/pay-guard/v1/bw/refund"
        requests.post(url, data=body, auth=auth, timeout=TIMEOUT_S)
    tokens = [
        request.headers["Authorization"].removeprefix("Bearer ")
        for request in gateway.api_requests
    ]
    first, second = (jws.deserialize_compact(token, public(key)) for token in tokens)
    claims, other = (json.loads(one.payload or b"") for one in (first, second))

    assert first.headers() == {"typ": "JWT", "alg": "RS256"}
    assert (first.payload or b"").endswith(b',"data":' + body + b"}")
    assert claims["data"] == json.loads(body)
    assert claims["exp"] == claims["iat"] + 900 == int(now) + 900
    assert (claims["iss"], claims["sub"], claims["key"]) == ("I", "M0000001", "K")
    assert uuid.UUID(claims["jti"]).version == 4
    assert claims["jti"] != other["jti"]
    assert [request.get_data() for request in gateway.api_requests] == [body, body]


def test_data_can_be_a_text(key: SigningKey) -> None:
    """As the page's sample may make it."""
    auth = PayJwtAuth(key, iss="I", sub="M0000001", data_as_text=True)
    request = signed(auth, "POST", "/pay-guard/v1/bw/refund", data='{"a": 1.0}')

    assert jwt.decode(bearer(request), public(key)).claims["data"] == '{"a": 1.0}'


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_call_without_a_body_has_no_data(key: SigningKey, method: str) -> None:
    """GET and DELETE."""
    request = signed(PayJwtAuth(key, iss="I", sub="M"), method, "/pay-guard/v1/x")

    assert "data" not in jwt.decode(bearer(request), public(key)).claims


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[1]",
        "x",
        '{"a":',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b'{"a": "\xe9"}',
    ],
)
def test_a_pay_call_without_an_object_is_not_signed(
    key: SigningKey, body: str | bytes
) -> None:
    """There would be nothing for `data`, or nothing that stands inside of JSON."""
    with pytest.raises(SigningError, match="one JSON object"):
        signed(PayJwtAuth(key, iss="I", sub="M"), "POST", "/pay-guard/v1/x", data=body)


# --- reports


def test_openssl_makes_the_same_hmac(gateway: Gateway, tmp_path: Path) -> None:
    """Of the text of the timestamp, under the Client Secret; beside the token."""
    now = time.time()
    auth = ReportsAuth(gateway.auth(), clock=lambda: now)
    url = f"{gateway.url}/v1/reports/types"
    requests.get(url, auth=auth, timeout=TIMEOUT_S)
    (request,) = gateway.api_requests
    stamp = request.headers["X-Timestamp"]
    (tmp_path / "text").write_text(stamp)
    words = f"dgst -sha256 -mac HMAC -macopt hexkey:{SECRET.encode().hex()} text"
    made = openssl(tmp_path, *words.split())

    assert stamp == str(int(now))
    assert made.decode().split()[-1] == request.headers["X-Signature"]
    assert request.headers["Authorization"] == "Bearer opaque-token-0001"
