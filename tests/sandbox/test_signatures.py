"""The sandbox checks signatures: by curl and openssl, and by this project's auths."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
import requests

import paynet_nb as pn
from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet import sample
from paynet_nb.sandbox import Sandbox
from tests.helpers.places import shown_by_error
from tests.sandbox.helpers import (
    OPERATIONS,
    PAYMENT,
    TIMEOUT_S,
    ask,
    code_in,
    own_token,
    pay,
    token_of,
)

ID = "20260701CTOHMYK1520OQR00000001"
PARTICIPANT = {
    "X-Business-Message-Id": ID,
    "X-Client-Id": "CTOHMYK1",
    "X-Api-Version": "v3",
    "Content-Type": "application/json",
}
ECHO, BANKS = (
    OPERATIONS[name].base + OPERATIONS[name].path
    for name in ("echo_v3", "list_pay_banks")
)
CHECK = "X-Sandbox-Signature-Check"


def openssl(*arguments: str, given: bytes) -> bytes:
    """Run openssl on what is given."""
    program = shutil.which("openssl") or "openssl"
    return subprocess.run(
        [program, *arguments],
        input=given,
        capture_output=True,
        check=True,
        timeout=TIMEOUT_S,
    ).stdout


def curl(url: str, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Make a call with curl: status and answer."""
    printed = subprocess.run(
        [
            shutil.which("curl") or "curl",
            "-sS",
            "-m",
            str(TIMEOUT_S),
            "-w",
            "\n%{http_code}",
            *arguments,
            url,
        ],
        capture_output=True,
        check=True,
        text=True,
        timeout=2 * TIMEOUT_S,
    ).stdout
    body, _, status = printed.rpartition("\n")
    return int(status), json.loads(body)


def base64url(data: bytes) -> str:
    """Encode as JOSE does."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jws_by_hand(key: str, claims: dict[str, Any], alg: str = "RS256") -> str:
    """Write header and claims, and have openssl sign them."""
    header = json.dumps({"alg": alg, "typ": "JWT"}).encode()
    signed = f"{base64url(header)}.{base64url(json.dumps(claims).encode())}"
    digest = "-sha256" if alg == "RS256" else "-sha512"
    signature = openssl("dgst", digest, "-sign", key, given=signed.encode())
    return f"{signed}.{base64url(signature)}"


@pytest.fixture(scope="module")
def key_file(common: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The sandbox's key as a file, for openssl."""
    file = tmp_path_factory.mktemp("key") / "key.pem"
    return str(common.merchant_key.save(file))


def headers(given: dict[str, str]) -> list[str]:
    """Give headers as curl wants them."""
    return [part for name, text in given.items() for part in ("-H", f"{name}: {text}")]


def test_a_payment_signed_by_openssl(common: Sandbox, key_file: str) -> None:
    """X-Signature by `openssl dgst -sign`, sent by curl; one letter more is refused."""
    body = {**PAYMENT, "endToEndId": "20260102M0000001861OBW00000077"}
    values = (
        *(body["clientId"], "RPPEMYKL", body["messageId"], body["transactionId"]),
        *("RPPEMYKL", body["endToEndId"], "10.00", body["clientId"]),
    )
    body["amount"] = 10
    seen = []
    for text in ("".join(values), "".join(values) + "\n"):
        signature = openssl("dgst", "-sha256", "-sign", key_file, given=text.encode())
        sent = {
            "Authorization": f"Bearer {token_of(common)}",
            "Content-Type": "application/json",
            "X-Signature": base64.b64encode(signature).decode(),
            "X-Signature-Key": str(common.merchant_key.serial),
        }
        status, answer = curl(
            f"{common.url}/merchants/v1/payments/redirect",
            *headers(sent),
            *("-d", json.dumps(body)),
        )
        seen.append((status, answer["header"]["status"]["reason"]))

    assert seen == [(200, "U000"), (400, "KMS.001")]
    check = common.requests[-1].signature_check
    assert check["cause"] == "signature_of_other_text"
    assert check["must_be"] == "".join(values)


@pytest.mark.parametrize("alg", ["RS256", "RS512"])
def test_a_jws_signed_by_openssl(common: Sandbox, key_file: str, alg: str) -> None:
    """`ds` by hand; the same JWS with another body is refused."""
    example = sample(OPERATIONS["echo_v3"])
    body = json.dumps(example.body, separators=(",", ":")).encode()
    now, message_id = int(time.time()), example.headers["X-Business-Message-Id"]
    claims = {"iat": now, "exp": now + 900, "iss": "CTOHMYK1", "jti": message_id}
    claims |= {"key": common.participant_key.serial}
    claims |= {"ds": hashlib.sha256(body).hexdigest()}
    token = jws_by_hand(key_file, claims, alg)
    given = {**example.headers, "Content-Type": "application/json"}
    sent = headers({**given, "Authorization": f"Bearer {token}"})

    _, good = curl(common.url + ECHO, *sent, "-d", body.decode())
    changed = body.replace(b"{", b'{"a":1,', 1)
    status, bad = curl(common.url + ECHO, *sent, "-d", changed.decode())

    assert good["resp"]["status"] == "ACTC"
    assert (status, bad["resp"]["reason"]["code"]) == (400, "KMS.001")
    check = common.requests[-1].signature_check
    assert check["must_be"] == hashlib.sha256(changed).hexdigest()
    assert check["was"] == claims["ds"]


def test_a_jwt_of_duitnow_pay_signed_by_openssl(common: Sandbox, key_file: str) -> None:
    """Good once; the same `jti` again is refused."""
    now = int(time.time())
    claims = {"exp": now + 900, "iss": "CTOHMYK1", "sub": "M0000001"}
    claims |= {"jti": str(uuid.uuid4()), "key": common.pay_key.serial}
    sent = {"Authorization": f"Bearer {jws_by_hand(key_file, claims)}"}
    url = common.url + BANKS
    seen = [curl(url, *headers(sent))[1]["message"] for _ in range(2)]

    assert seen[0] != "KMS.001"
    assert seen[1] == "KMS.001"
    assert common.requests[-1].signature_check["cause"] == "jti_used"


def test_an_hmac_made_by_openssl(common: Sandbox) -> None:
    """The HMAC of the timestamp; that of another one is refused in PayNet's words."""
    secret, now = common.credentials.client_secret.reveal(), int(time.time())
    seen = []
    for stamp in (now, now - 1):
        text = openssl("dgst", "-sha256", "-hmac", secret, given=str(stamp).encode())
        sent = {
            "Authorization": f"Bearer {token_of(common)}",
            "X-Timestamp": str(now),
            "X-Signature": text.decode().split()[-1],
        }
        url = f"{common.url}/v1/reports/types"
        answer = requests.get(url, headers=sent, timeout=TIMEOUT_S)
        seen.append((answer.status_code, answer.json()))

    assert seen[0][0] == 200
    assert seen[1] == (400, {"message": "Invalid signature"})
    assert secret not in str(common.requests)


JWS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("alg_not_allowed", "KMS.001", {}),
    ("missing_claim", "KMS.001", {"iss": None}),
    ("claim_type", "KMS.001", {"exp": "1"}),
    ("milliseconds", "API.007", {"iat": 1_900_000_000_000, "exp": 1_900_000_900_000}),
    ("expired", "API.007", {"iat": 1_700_000_000, "exp": 1_700_000_900}),
    ("life_too_long", "API.007", {"exp": 4_000_000_000}),
    ("clock_ahead", "API.007", {"iat": 4_000_000_000, "exp": 4_000_000_900}),
    ("other_message", "KMS.001", {"ds": "0" * 64}),
    ("jti_differs", "API.004", {"jti": "20260701CTOHMYK1520OQR00000002"}),
    ("unknown_key", "KMS.001", {"key": "nobody"}),
)


@pytest.mark.parametrize(("cause", "code", "changes"), JWS)
def test_a_wrong_jws_is_refused(
    common: Sandbox, cause: str, code: str, changes: dict[str, Any]
) -> None:
    """In the family's shape; what was wrong is told beside it."""
    body = b'{"appHeader":{"businessMessageId":"%s"}}' % ID.encode()
    token = own_token(common, "jws", body, PARTICIPANT, **changes)
    if cause == "alg_not_allowed":
        parts = token.split(".")
        token = ".".join([base64url(b'{"alg":"none"}'), *parts[1:]])
    answer = requests.post(
        common.url + ECHO,
        data=body,
        headers={**PARTICIPANT, "Authorization": f"Bearer {token}"},
        timeout=TIMEOUT_S,
    )

    assert answer.json()["resp"]["reason"]["code"] == code
    assert answer.status_code == (401 if code == "API.007" else 400)
    check = json.loads(answer.headers[CHECK])
    assert check["cause"] == cause
    assert ("none that is registered" in check["told"]) is (cause == "unknown_key")


def test_the_auths_are_let_in_and_a_stranger_is_not(common: Sandbox) -> None:
    """Each scheme by `pn.auto` with the sandbox's key, then with an unknown one."""
    for key, good in ((common.merchant_key, True), (_stranger(), False)):
        auth = pn.auto(common.credentials, key=key, iss="CTOHMYK1", sub="M0000001")
        client = pn.Client(auth)
        banks = client.get(
            "/merchants/v1/payments/lists/bank", params=common.example("bank list")
        )
        v3 = {k: v for k, v in PARTICIPANT.items() if k != "Content-Type"}
        echo = client.post(
            ECHO,
            json={"appHeader": {"businessMessageId": ID}},
            headers=v3,
        )
        pay_banks = client.get(BANKS)
        for call in (banks, echo, pay_banks):
            assert ("KMS.001" in call.text) is not good, call.text


def _stranger() -> pn.SigningKey:
    return pn.SigningKey.generate().self_signed("a stranger")


def test_a_key_of_your_own_is_registered(tmp_path: Path) -> None:
    """By itself, by its certificate, by its public half under any name."""
    key = _stranger()
    for given, name in (
        (key, str(key.serial)),
        (key.certificate_pem(), str(key.serial)),
        (key.public_pem(), "any name"),
    ):
        with Sandbox() as box:
            box.register(given)
            auth = pn.MerchantSignature(box.credentials, key, name)
            query = box.example("bank list")
            call = pn.Client(auth).get(
                "/merchants/v1/payments/lists/bank", params=query
            )
            assert call.outcome == "good", call.text


NO_KEY = "-----BEGIN PRIVATE KEY-----\nwho knows"


@pytest.mark.parametrize("given", [NO_KEY, NO_KEY.encode()], ids=["text", "bytes"])
def test_what_is_no_key_is_not_registered(common: Sandbox, given: Any) -> None:
    """One line; no frame shows what was given, which may be a private key's text."""
    with pytest.raises(ConfigurationError, match="RSA key") as caught:
        common.register(given)

    shown = shown_by_error(caught.value)
    assert not [place for place, text in shown.items() if "who knows" in text]


def test_an_unsigned_merchant_call_is_let_in_unless_it_is_demanded(
    common: Sandbox,
) -> None:
    """A scenario has the sandbox insist on X-Signature."""
    assert pay(common, messageId="20260102M0000001861OBW00000078").status_code == 200
    with common.scenario("signature-demanded"):
        refused = pay(common, messageId="20260102M0000001861OBW00000079")
    assert code_in(refused) == "KMS.001"
    assert common.requests[-1].signature_check["cause"] == "no_signature"


def test_blanks_are_no_difference_to_the_hash(common: Sandbox) -> None:
    """Whether PayNet minifies is not known: raw and minified hash are both taken."""
    body = b'{"appHeader": {"businessMessageId": "%s"}}' % ID.encode()
    for hashed in (body, body.replace(b" ", b"")):
        ds = hashlib.sha256(hashed).hexdigest()
        token = own_token(common, "jws", body, PARTICIPANT, ds=ds)
        answer = requests.post(
            common.url + ECHO,
            data=body,
            headers={**PARTICIPANT, "Authorization": f"Bearer {token}"},
            timeout=TIMEOUT_S,
        )
        assert CHECK not in answer.headers, answer.text


@pytest.mark.parametrize(
    ("form", "life_s", "cause"),
    [
        ("{}", 3_600, None),
        ("{{{}}}", 900, "jti_no_uuid"),
        ("urn:uuid:{}", 900, "jti_no_uuid"),
        ("{}", 4_000, "life_too_long"),
        ("{}", -60, "expired"),
    ],
)
def test_a_jwt_without_iat_is_judged_by_its_end(
    common: Sandbox, form: str, life_s: int, cause: str | None
) -> None:
    """PayNet's table of its claims has none; a `jti` is a UUID as it is written."""
    claims = {"exp": int(time.time()) + life_s, "iss": "CTOHMYK1", "sub": "M0000001"}
    claims |= {"jti": form.format(uuid.uuid4()), "key": common.pay_key.serial}
    token = common.pay_key.jws(json.dumps(claims).encode())
    sent = {"Authorization": f"Bearer {token}"}
    answer = requests.get(common.url + BANKS, headers=sent, timeout=TIMEOUT_S)
    check = json.loads(answer.headers.get(CHECK, "{}"))

    assert check.get("cause") == cause


def test_data_is_the_body_digit_by_digit(common: Sandbox) -> None:
    """10.0 in the token is not the 10.00 of the body; a text of the same JSON is."""
    operation = OPERATIONS["start_refund"]
    assert operation.scheme == "pay-jwt"
    wrong = {"data": {"amount": 1}}
    token = own_token(common, "pay-jwt", b"{}", {}, **wrong)
    answer = ask(common, "start_refund", headers={"Authorization": f"Bearer {token}"})

    assert json.loads(answer.headers[CHECK])["cause"] == "data_differs"
    assert CHECK not in ask(common, "start_refund").headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_head_is_looked_at_as_its_get(box: Sandbox, method: str) -> None:
    """Its text to sign is of the query, too (RFC 9110 section 9.3.2)."""
    headers = {
        "Authorization": f"Bearer {token_of(box)}",
        "X-Signature-Key": "nobody's",
        "X-Signature": "bm9uZQ==",
    }
    url = f"{box.url}/merchants/v1/payments/lists/bank"
    ids = box.example("bank list", 1)
    answer = requests.request(
        method, url, params=ids, headers=headers, timeout=TIMEOUT_S
    )

    assert answer.status_code == 400
    assert json.loads(answer.headers[CHECK])["cause"] == "key_id_of_another"
