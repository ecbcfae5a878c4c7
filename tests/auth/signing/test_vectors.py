"""What PayNet publishes of its signatures, and vectors computed by other programs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from joserfc import jws
from joserfc.jwk import RSAKey

from paynet_nb import SAMPLE_TOKEN
from paynet_nb.auth.signing.explaining.explain import explain_signature
from paynet_nb.auth.signing.json_bytes import minified
from paynet_nb.auth.signing.jws_auth import JwsAuth
from paynet_nb.auth.signing.key import SigningKey
from paynet_nb.auth.signing.message_id import parse_message_id
from tests.auth.signing.mistakes import NOW, merchant_request, texts_of
from tests.helpers.gateway import Gateway
from tests.helpers.programs import openssl

# Of PayNet's page on message signatures.
V1 = b'{"data":{"businessMessageId":"20230412BOEEMYK1000ORB00000001",\
"clientMessage":"Client hello"}}'
V1_HASH = "8fc1f5ed05596aa2952e68ac221f31ee8a87641315c7b091f0bd41266d380739"
V1_PRETTY = "bde310aafa300474db6fa5f477d984db658090fe2a0125bd730733acfbb63e6f"
V1_LINE_BREAK = "aada15bfa4633a4accd85251e8c6c63bd61115762e6857933bfbec3921a8e359"
V3 = '{"appHeader":{"businessMessageId":"20260314MBBEMYKL030OQR00057310"},\
"interbankSettlementAmount":{"value":%s,"currency":"MYR"}}'


@pytest.fixture(scope="module")
def key() -> SigningKey:
    """One throw-away key for all."""
    return SigningKey.generate().self_signed("vectors")


def signed(
    key: SigningKey, body: bytes | str, method: str = "POST"
) -> dict[str, object]:
    """Sign a body by `JwsAuth`; give the claims, read by joserfc."""
    headers = (
        {} if body else {"X-Business-Message-Id": "20230412BOEEMYK1000ORB00000001"}
    )
    request = requests.Request(
        method,
        "https://api.example.my/v3/x",
        data=body,
        headers=headers,
        auth=JwsAuth(key, iss="BOEEMYK1"),
    ).prepare()
    token = str(request.headers["Authorization"]).removeprefix("Bearer ")
    read = jws.deserialize_compact(token, RSAKey.import_key(key.public_pem()))
    claims: dict[str, object] = json.loads(read.payload or b"")
    return claims


def test_v1_the_published_hash(key: SigningKey) -> None:
    """However it is laid out, the body is minified and hashed as the page has it."""
    pretty = json.dumps(json.loads(V1), indent=2)

    assert hashlib.sha256(pretty.encode()).hexdigest() == V1_PRETTY
    assert hashlib.sha256(V1 + b"\n").hexdigest() == V1_LINE_BREAK
    for body in (V1, pretty.encode(), V1 + b"\n"):
        claims = signed(key, body)
        assert claims["ds"] == V1_HASH
        assert claims["jti"] == "20230412BOEEMYK1000ORB00000001"


@pytest.mark.parametrize(
    ("ds", "cause"), [(V1_PRETTY, "pretty_printed"), (V1_LINE_BREAK, "line_break")]
)
def test_v1_the_wrong_hashes_are_explained(
    key: SigningKey, ds: str, cause: str
) -> None:
    """A pretty body and a line break are named by the hash alone."""
    claims = {"iat": NOW, "exp": NOW + 900, "iss": "BOEEMYK1", "key": "x", "ds": ds}
    claims["jti"] = "20230412BOEEMYK1000ORB00000001"
    token = key.jws(json.dumps(claims).encode())
    request = requests.Request(
        "POST",
        "https://api.example.my/v3/x",
        data=V1,
        headers={"Authorization": f"Bearer {token}"},
    ).prepare()

    assert explain_signature(request, key, at=NOW).cause == cause


def test_v2_the_hash_of_nothing(key: SigningKey) -> None:
    """Empty, {} and null are three different hashes."""
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    object_ = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    null = "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"

    assert signed(key, b"", "GET")["ds"] == empty
    assert hashlib.sha256(minified(b" { } ")).hexdigest() == object_
    assert hashlib.sha256(minified(b"null\n")).hexdigest() == null


@pytest.mark.parametrize(
    ("value", "start"),
    [
        ("10.00", "2182ec028a3982e0"),
        ("10.0", "17c07b1578d52e05"),
        ("10", "985cb13ca4f2f3ba"),
        ('"10.00"', "dade281964a1da85"),
    ],
)
def test_v3_a_number_is_hashed_as_it_is_written(
    key: SigningKey, value: str, start: str
) -> None:
    """10.00, 10.0, 10 and "10.00" are four different bodies."""
    assert str(signed(key, V3 % value)["ds"])[:16] == start


def test_v4_the_hmac_of_the_sample_secret(tmp_path: Path) -> None:
    """Python and openssl agree, both ways."""
    due = "d21a14882d7cb3107ae340b6920ad74d3b12ba4abc6d9a4139fe2a49a7309190"
    (tmp_path / "text").write_text("1700000000")
    words = "dgst -sha256 -hmac my_client_secret text"

    assert hmac.digest(b"my_client_secret", b"1700000000", "sha256").hex() == due
    assert openssl(tmp_path, *words.split()).decode().split()[-1] == due


def test_v5_a_token_of_paynets_form_is_read(key: SigningKey) -> None:
    """The facts of one that PayNet signed: RS512, `kid` a serial, a life of 900 s."""
    claims: dict[str, Any] = {
        "iat": 1_773_375_307,
        "iss": "RPPEMYKL",
        "jti": "20260313RPPEMYKL520HQR10710668",
        "exp": 1_773_375_307 + 900,
        "key": "RPPEMYKL",
        "ds": hashlib.sha256(V1).hexdigest(),
    }
    header = {"kid": "64feb7f8", "typ": "JWT"}
    private = RSAKey.import_key(key.reveal())
    token = jws.serialize_compact(
        {**header, "alg": "RS512"}, json.dumps(claims), private, algorithms=["RS512"]
    )
    request = requests.Request(
        "POST",
        "https://bank.example.my/webhooks/v3/x",
        data=V1.replace(b"20230412BOEEMYK1000ORB00000001", claims["jti"].encode()),
        headers={"Authorization": f"Bearer {token}"},
    ).prepare()
    report = explain_signature(request, key, at=claims["iat"] + 5)

    assert report.cause == "other_message"
    assert not any(parse_message_id(str(claims["jti"]))["finding"])
    assert [step.agrees for step in report.steps if step.step == "signature"] == [True]
    with pytest.raises(jwt.DecodeError):
        jwt.decode(token[:-20] + token[-20:][::-1], key.public_key, ["RS512"])
    with pytest.raises(jwt.InvalidAlgorithmError):
        jwt.decode(token, key.public_key, ["RS256"])
    with pytest.raises(jwt.ExpiredSignatureError):
        jwt.decode(token, key.public_key, ["RS512"])


def test_v6_the_published_access_token_is_no_signature_of_a_call(
    key: SigningKey,
) -> None:
    """Sent in the place of a JWS it is named."""
    request = requests.Request(
        "POST",
        "https://api.example.my/v3/x",
        data=V1,
        headers={"Authorization": f"Bearer {SAMPLE_TOKEN}"},
    ).prepare()
    claims = jwt.decode(SAMPLE_TOKEN, options={"verify_signature": False})

    assert claims["exp"] - claims["iat"] == 86_400
    assert len(base64.urlsafe_b64decode(SAMPLE_TOKEN.split(".")[2] + "==")) == 256
    assert explain_signature(request, key, at=NOW).cause == "oauth_for_jws"


@pytest.mark.parametrize("alg", ["RS256", "RS512"])
def test_a_jws_of_joserfc_is_good(key: SigningKey, alg: str) -> None:
    """Made by another library it verifies here; `JwsAuth`'s verify there."""
    claims = {
        "iat": NOW,
        "exp": NOW + 900,
        "iss": "BOEEMYK1",
        "key": "1a2b3c4d",
        "jti": "20230412BOEEMYK1000ORB00000001",
        "ds": V1_HASH,
    }
    private = RSAKey.import_key(key.reveal())
    token = jws.serialize_compact(
        {"alg": alg, "typ": "JWT"}, json.dumps(claims), private, algorithms=[alg]
    )
    request = requests.Request(
        "POST",
        "https://api.example.my/v3/x",
        data=V1,
        headers={"Authorization": f"Bearer {token}"},
    ).prepare()

    assert explain_signature(request, key, at=NOW).verdict == "good"


def test_a_signature_of_openssl_is_good(key: SigningKey, tmp_path: Path) -> None:
    """`openssl dgst -sign` and `base64` by hand, as a merchant may try it."""
    values = {
        "clientId": "M0000201",
        "messageId": "20240927M0000201861OBW00000001",
        "transactionId": "20240927M000020186100000001",
        "endToEndId": "20240927M0000201861OBW00000001",
        "amount": "10.00",
    }
    key.save(tmp_path / "private.pem")
    (tmp_path / "text").write_text("".join(texts_of(values)))
    made = openssl(tmp_path, *["dgst", "-sha256", "-sign", "private.pem", "text"])
    request = merchant_request(values, base64.b64encode(made).decode(), key.serial)

    report = explain_signature(request, key, at=NOW)
    assert report.verdict == "good", report
    assert report.steps[0].must_be == "".join(texts_of(values))


def test_a_call_of_reports_by_hand_is_good(gateway: Gateway, tmp_path: Path) -> None:
    """`openssl dgst -hmac` of the timestamp."""
    (tmp_path / "text").write_text(str(NOW))
    secret = gateway.credentials.client_secret.reveal()
    words = f"dgst -sha256 -mac HMAC -macopt hexkey:{secret.encode().hex()} text"
    made = openssl(tmp_path, *words.split()).decode().split()[-1]
    request = requests.Request(
        "GET",
        "https://api.example.my/v1/reports/types",
        headers={
            "X-Timestamp": str(NOW),
            "X-Signature": made,
            "Authorization": "Bearer opaque",
        },
    ).prepare()

    assert explain_signature(request, gateway.credentials, at=NOW).verdict == "good"
