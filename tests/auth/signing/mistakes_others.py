"""Mistakes in calls of merchants, of reports and of DuitNow Pay."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes

from paynet_nb.auth.signing.key import SigningKey
from tests.auth.signing.kinds import KINDS, Keys, Kind, Request, kind
from tests.auth.signing.mistakes import (
    CLIENT_ID,
    NOW,
    b64url,
    compact,
    mac,
    merchant_request,
    merchant_values,
    pay_request,
    pss,
    quoted,
    reports_request,
    rs512,
    sign,
    texts_of,
)

# --- merchant


def _merchant(
    change: Callable[[list[str], dict[str, Any]], list[str]] = lambda texts, _: texts,
    *,
    joined: Callable[[list[str]], bytes] = lambda texts: "".join(texts).encode(),
    write: Callable[[bytes], str] = lambda data: base64.b64encode(data).decode(),
    key_id: Callable[[str], str | None] = lambda serial: serial,
    make: Callable[[SigningKey, bytes], bytes] = sign,
    **headers: str,
) -> Kind:
    def build(rng: random.Random, keys: Keys) -> Request:
        values = merchant_values(rng)
        signed = joined(change(texts_of(values), values))
        signature = write(make(keys.right, signed))
        serial = key_id(keys.right.serial or "")
        return merchant_request(values, signature or None, serial, **headers)

    return build


def _put(at: int, text: str | Callable[[str], str]) -> Any:
    def change(texts: list[str], _values: dict[str, Any]) -> list[str]:
        made = text if isinstance(text, str) else text(texts[at])
        return [*texts[:at], made, *texts[at + 1 :]]

    return change


def _swap(texts: list[str], _values: dict[str, Any]) -> list[str]:
    return [*texts[:2], texts[3], texts[2], *texts[4:]]


def _client_twice(texts: list[str], _values: dict[str, Any]) -> list[str]:
    return [CLIENT_ID, *texts[1:-1], CLIENT_ID]


def _before(text: str) -> str:
    return f"{text[:22]}{int(text[22:]) - 1:08}"


MERCHANT: dict[str, tuple[str, Kind]] = {
    "the OAuth Client ID": ("client_id", _merchant(_client_twice)),
    "the OAuth Client ID once": ("client_id", _merchant(_put(0, CLIENT_ID))),
    "10.0 for 10.00": ("amount", _merchant(_put(6, lambda t: repr(float(t))))),
    "cents": ("amount", _merchant(_put(6, lambda t: t.replace(".", "")))),
    "no BIC of PayNet": ("missing_field", _merchant(lambda t, _: [t[0], *t[2:]])),
    "a field missing": ("missing_field", _merchant(lambda t, _: [*t[:3], *t[4:]])),
    "two fields swapped": ("field_order", _merchant(_swap)),
    "a field for another": (
        "wrong_field",
        _merchant(lambda t, v: [*t[:5], v["productId"], *t[6:]]),
    ),
    "a comma between": (
        "separator",
        _merchant(joined=lambda texts: ",".join(texts).encode()),
    ),
    "a line break of echo": (
        "line_break",
        _merchant(joined=lambda texts: "".join(texts).encode() + b"\n"),
    ),
    "a byte-order mark": (
        "bom",
        _merchant(joined=lambda texts: b"\xef\xbb\xbf" + "".join(texts).encode()),
    ),
    "the body": ("body_signed", _merchant(lambda _, v: [compact(v).decode()])),
    "base64url": ("encoding_of_signature", _merchant(write=b64url)),
    "hex": ("hex_signature", _merchant(write=bytes.hex)),
    "base64 of base64": (
        "double_base64",
        _merchant(write=lambda d: base64.b64encode(base64.b64encode(d)).decode()),
    ),
    "escaped for a URL": (
        "encoding_of_signature",
        _merchant(write=lambda d: quoted(base64.b64encode(d)).decode()),
    ),
    "SHA-512": ("alg_mismatch", _merchant(make=rs512)),
    "SHA-1": (
        "other_hash",
        _merchant(make=lambda key, data: sign(key, data, hashes.SHA1())),  # noqa: S303
    ),
    "PSS": ("pss", _merchant(make=pss)),
    "the hash signed in hex": (
        "hashed_twice",
        _merchant(make=lambda k, d: sign(k, hashlib.sha256(d).hexdigest().encode())),
    ),
    "the message before": ("other_message", _merchant(_put(2, _before))),
    "a capital serial number": ("key_id_form", _merchant(key_id=str.upper)),
    "a serial number with colons": (
        "key_id_form",
        _merchant(key_id=lambda s: ":".join(s[i : i + 2] for i in range(0, len(s), 2))),
    ),
    "a decimal serial number": (
        "key_id_form",
        _merchant(key_id=lambda serial: str(int(serial, 16))),
    ),
    "another certificate": (
        "key_id_of_another",
        _merchant(key_id=lambda _: "1a2b3c4d"),
    ),
    "no X-Signature-Key": ("no_key_id", _merchant(key_id=lambda _: None)),
    "no X-Signature": ("no_signature", _merchant(write=lambda _: "")),
    "no token": ("no_token", _merchant(Authorization="")),
    "a comma and the Client ID": (
        "client_id",
        _merchant(_client_twice, joined=lambda texts: ",".join(texts).encode()),
    ),
    "10.0 and a field missing": (
        "amount",
        _merchant(
            lambda t, _: [*t[:3], *t[4:6], repr(float(t[6])), t[7]],
        ),
    ),
}
for _name, (_cause, _kind) in MERCHANT.items():
    KINDS[f"merchant: {_name}"] = (_cause, _kind)


@kind("other_key", "merchant: another key at hand")
def _merchant_of_other_key(rng: random.Random, keys: Keys) -> Request:
    values = merchant_values(rng)
    signature = base64.b64encode(sign(keys.other, "".join(texts_of(values)).encode()))
    return merchant_request(values, signature.decode(), keys.right.serial)


# --- reports


def _reports(make: Callable[[str], str], stamp: Callable[[int], str] = str) -> Kind:
    def build(rng: random.Random, _keys: Keys) -> Request:
        sent = stamp(NOW - rng.randrange(60))
        return reports_request(sent, make(sent) or None)

    return build


def _plain(text: str) -> str:
    return mac(text.encode()).hex()


REPORTS: dict[str, tuple[str, Kind]] = {
    "capital hex": ("hex_case", _reports(lambda t: _plain(t).upper())),
    "base64": (
        "ds_base64",
        _reports(lambda t: base64.b64encode(mac(t.encode())).decode()),
    ),
    "SHA-512": ("other_hash", _reports(lambda t: mac(t.encode(), name="sha512").hex())),
    "milliseconds signed": ("milliseconds", _reports(lambda t: _plain(t + "417"))),
    "milliseconds sent": (
        "milliseconds",
        _reports(_plain, lambda now: str(now * 1000 + 5)),
    ),
    "another second": ("other_timestamp", _reports(lambda t: _plain(str(int(t) - 2)))),
    "a line break": ("line_break", _reports(lambda t: _plain(t + "\n"))),
    "the body": ("hmac_of_more", _reports(lambda _: _plain('{"report_type":"S01"}'))),
    "timestamp and body": (
        "hmac_of_more",
        _reports(lambda t: _plain(t + '{"report_type":"S01"}')),
    ),
    "ISO time": ("timestamp_form", _reports(_plain, lambda now: f"{now}.0")),
    "stale": ("stale", _reports(_plain, lambda now: str(now - 900))),
    "the secret with a line break": (
        "secret_form",
        _reports(lambda t: mac(t.encode(), b"s3cr/t+canary &= %:x\n").hex()),
    ),
    "the Client ID as secret": (
        "secret_form",
        _reports(lambda t: mac(t.encode(), CLIENT_ID.encode()).hex()),
    ),
    "another secret": (
        "unknown_secret",
        _reports(lambda t: mac(t.encode(), b"another secret").hex()),
    ),
    "no X-Signature": ("no_signature", _reports(lambda _: "")),
}
for _name, (_cause, _kind) in REPORTS.items():
    KINDS[f"reports: {_name}"] = (_cause, _kind)


# --- pay

_PAY = b'{"checkoutId":"c","amount":"10.00"}'


def _pay(data: Any, method: str = "POST", **claims: Any) -> Kind:
    return lambda _rng, keys: pay_request(keys.right, _PAY, data, method, **claims)


_DATA = json.loads(_PAY)
PAY: dict[str, tuple[str, Kind]] = {
    "another amount": ("data_differs", _pay({**_DATA, "amount": "10.0"})),
    "no data": ("data_missing", _pay(...)),
    "a number for a text": ("data_differs", _pay({**_DATA, "amount": 10})),
    "a constant jti": ("jti_no_uuid", _pay(_DATA, jti="checkout-1")),
    "RS512": ("alg_not_allowed", _pay(_DATA, alg="RS512")),
    "no sub": ("missing_claim", _pay(_DATA, sub=...)),
    "ended": ("expired", _pay(_DATA, iat=NOW - 999, exp=NOW - 99)),
}
for _name, (_cause, _kind) in PAY.items():
    KINDS[f"pay: {_name}"] = (_cause, _kind)
