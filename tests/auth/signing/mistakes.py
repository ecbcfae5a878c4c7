"""Requests that are signed as each scheme wants it, and by each mistake people make.

Nothing here uses the package's own signing: each mistake is made from the bytes up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from paynet_nb.auth.signing.key import SigningKey
from tests.helpers.signing import private_of

NOW = 1_800_000_000
CLIENT_ID = "0123456789abcdef0123456789abcdef"
SECRET = "s3cr/t+canary &= %:x"
BIC = "MBBEMYKL"
ORIGIN = "https://api.example.my"


def sign(
    key: SigningKey, data: bytes, digest: hashes.HashAlgorithm | None = None
) -> bytes:
    """Sign by `cryptography` alone."""
    return private_of(key).sign(data, padding.PKCS1v15(), digest or hashes.SHA256())


def pss(key: SigningKey, data: bytes) -> bytes:
    """Sign by the other padding of RSA."""
    form = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    return private_of(key).sign(data, form, hashes.SHA256())


def rs512(key: SigningKey, data: bytes) -> bytes:
    """Sign with SHA-512."""
    return sign(key, data, hashes.SHA512())


def b64url(data: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value: Any) -> bytes:
    """Write JSON as it should be sent."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class Parts(NamedTuple):
    """What a JWS is made of; a mistake changes one or two of them."""

    body: bytes
    hashed: bytes
    ds: Callable[[bytes], str] = lambda data: hashlib.sha256(data).hexdigest()
    header: Any = {"alg": "RS256", "typ": "JWT"}  # noqa: RUF012  # never changed
    claims: Any = {}  # noqa: RUF012
    signed: Callable[[str, str, bytes, bytes], bytes] = lambda first, second, _h, _c: (
        f"{first}.{second}".encode()
    )
    make: Callable[[SigningKey, bytes], bytes] = sign
    encode: Callable[[bytes], str] = b64url
    write: Callable[[bytes], str] = b64url
    token: Callable[[str], str] = lambda token: f"Bearer {token}"
    headers: Any = {}  # noqa: RUF012


def message_id(rng: random.Random, code: str = "520", party: str = BIC) -> str:
    """Make a message ID."""
    return f"20270115{party}{code}OQR{rng.randrange(100, 99_999_900):08}"


def body_of(rng: random.Random, id_: str) -> dict[str, Any]:
    """Make a body of version 3, of some shape."""
    body: dict[str, Any] = {
        "appHeader": {
            "businessMessageId": id_,
            "creationDateTime": f"2027-01-15T1{rng.randrange(10)}:00:00.000+08:00",
        },
        "debtorAgent": {"id": BIC},
        "interbankSettlementAmount": {
            "value": Money(
                f"{rng.randrange(1, 9_999)}.{rng.choice(['00', '50', '10'])}"
            ),
            "currency": "MYR",
        },
        "debtor": {"id": str(rng.randrange(10**11)), "name": rng.choice(NAMES)},
        "qr": {"code": f"000201{rng.randrange(10**9)}6304", "url": "https://x.my/a&b"},
    }
    for number in range(rng.randrange(4)):
        body[f"extra{number}"] = rng.choice([True, None, "", ["a", 1], {"b": "c"}])
    return body


NAMES = ["Aminah binti Ali", "José", "Tan Ah Kow", "<Kedai> & Co", "Müller / Söhne"]


class Money(float):
    """A number that is written with two decimals."""

    def __new__(cls, text: str) -> Money:
        """Keep the text."""
        made = super().__new__(cls, text)
        made.text = text
        return made

    text: str


def dumps(value: Any, **options: Any) -> bytes:
    """Write JSON with amounts as they are written in their texts."""
    marks: dict[str, str] = {}

    def marked(part: Any) -> Any:
        if isinstance(part, Money):
            mark = f"@@{len(marks)}@@"
            marks[f'"{mark}"'] = part.text
            return mark
        if isinstance(part, dict):
            return {name: marked(one) for name, one in part.items()}
        return [marked(one) for one in part] if isinstance(part, list) else part

    options = {"separators": (",", ":"), "ensure_ascii": False, **options}
    text = json.dumps(marked(value), **options)
    for mark, number in marks.items():
        text = text.replace(mark, number)
    return text.encode()


def jws_request(parts: Parts, key: SigningKey, id_: str) -> requests.PreparedRequest:
    """Build a POST of version 3 of its parts."""
    header, claims = compact(parts.header), compact(parts.claims)
    first, second = parts.encode(header), parts.encode(claims)
    signature = parts.make(key, parts.signed(first, second, header, claims))
    token = f"{first}.{second}.{parts.write(signature)}"
    headers = {"X-Business-Message-Id": id_, "Authorization": parts.token(token)}
    return requests.Request(
        "POST",
        f"{ORIGIN}/v3/transactions/enquire?x=1",
        data=parts.body,
        headers={**headers, **parts.headers},
    ).prepare()


def claims_of(id_: str, ds: str, **more: Any) -> dict[str, Any]:
    """Give the claims of a JWS."""
    found = {
        "iat": NOW,
        "iss": BIC,
        "jti": id_,
        "exp": NOW + 900,
        "key": "1a2b",
        "ds": ds,
    }
    return {name: one for name, one in {**found, **more}.items() if one is not ...}


def merchant_values(rng: random.Random) -> dict[str, Any]:
    """Make the values of a merchant call."""
    party = f"M{rng.randrange(10**7):07}"
    number = f"{rng.randrange(100, 99_999_900):08}"
    other = f"{rng.randrange(100, 99_999_900):08}"
    cents = f"{rng.randrange(1, 99_999)}.{rng.choice(['00', '50', '10'])}"
    return {
        "clientId": party,
        "messageId": f"20270115{party}861OBW{number}",
        "transactionId": f"20270115{party}861{number}",
        "endToEndId": f"20270114{party}861OBW{other}",
        "currency": "MYR",
        "amount": cents,
        "productId": "P00000205",
        "customer": {"name": rng.choice(NAMES), "bankType": "RET"},
    }


def texts_of(values: dict[str, Any]) -> list[str]:
    """Give what a payment signs, in order."""
    names = ("clientId", "", "messageId", "transactionId", "", "endToEndId")
    start = [values[name] if name else "RPPEMYKL" for name in names]
    return [*start, values["amount"], values["clientId"]]


def merchant_request(
    values: dict[str, Any], signature: str | None, key_id: str | None, **headers: str
) -> requests.PreparedRequest:
    """Build a payment."""
    access = ".".join(
        b64url(compact(part))
        for part in ({"alg": "RS256"}, {"sub": CLIENT_ID, "scope": "rpp:merchant"}, {})
    )
    sent = {
        "Authorization": f"Bearer {access}",
        "X-Signature": signature,
        "X-Signature-Key": key_id,
        **headers,
    }
    return requests.Request(
        "POST",
        f"{ORIGIN}/merchants/v1/payments/redirect",
        data=compact(values),
        headers={name: value for name, value in sent.items() if value},
    ).prepare()


def reports_request(stamp: str, signature: str | None) -> requests.PreparedRequest:
    """Build a call of Reports."""
    sent = {"X-Timestamp": stamp, "X-Signature": signature, "Authorization": "Bearer o"}
    return requests.Request(
        "POST",
        f"{ORIGIN}/v1/reports/download",
        data=b'{"report_type":"S01"}',
        headers={name: value for name, value in sent.items() if value},
    ).prepare()


def mac(message: bytes, secret: bytes = SECRET.encode(), name: str = "sha256") -> bytes:
    """Make an HMAC."""
    return hmac.digest(secret, message, name)


def pay_request(
    key: SigningKey, body: bytes, data: Any, method: str = "POST", **claims: Any
) -> requests.PreparedRequest:
    """Build a call of DuitNow Pay."""
    found = {
        "iat": NOW,
        "exp": NOW + 900,
        "iss": "I",
        "sub": "M0000001",
        "jti": str(uuid.UUID(int=7, version=4)),
        "key": "K",
        "data": data,
        **claims,
    }
    alg = found.pop("alg", "RS256")
    kept = {name: one for name, one in found.items() if one is not ...}
    first = b64url(compact({"alg": alg, "typ": "JWT"}))
    signed = f"{first}.{b64url(compact(kept))}"
    token = f"{signed}.{b64url(sign(key, signed.encode()))}"
    return requests.Request(
        method,
        f"{ORIGIN}/pay-guard/v1/bw/refund",
        data=body,
        headers={"Authorization": f"Bearer {token}"},
    ).prepare()


def quoted(data: bytes) -> bytes:
    """Escape for a URL."""
    return quote(data, safe="").encode()
