"""Mistakes in a JWS: what is hashed, header, claims, signature."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable
from typing import Any

from paynet_nb.auth.signing.key import SigningKey
from tests.auth.signing.kinds import KINDS, Keys, Kind, Request, kind
from tests.auth.signing.mistakes import (
    BIC,
    CLIENT_ID,
    NOW,
    Parts,
    b64url,
    body_of,
    claims_of,
    dumps,
    jws_request,
    message_id,
    pss,
    quoted,
    rs512,
    sign,
)

# --- jws: what is hashed in place of the body that is sent

Change = Callable[[dict[str, Any], bytes], bytes]


def _over(change: Change, **parts: Any) -> Kind:
    def build(rng: random.Random, keys: Keys) -> Request:
        id_ = message_id(rng)
        body = body_of(rng, id_)
        sent = dumps(body)
        made = Parts(sent, change(body, sent), **parts)
        claims = claims_of(id_, made.ds(made.hashed))
        return jws_request(made._replace(claims=claims), keys.right, id_)

    return build


def _money_as(write: Callable[[str], str]) -> Change:
    def change(body: dict[str, Any], sent: bytes) -> bytes:
        text = body["interbankSettlementAmount"]["value"].text
        return sent.replace(
            f'"value":{text}'.encode(), f'"value":{write(text)}'.encode()
        )

    return change


def _shorter(text: str) -> str:
    return text.rstrip("0").rstrip(".")


def _swapped_members(body: dict[str, Any], _sent: bytes) -> bytes:
    header = dict(reversed(body["appHeader"].items()))
    return dumps({**body, "appHeader": header})


def _without(name: str) -> Change:
    return lambda body, _: dumps({k: v for k, v in body.items() if k != name})


def _other_id(body: dict[str, Any], sent: bytes) -> bytes:
    id_ = body["appHeader"]["businessMessageId"]
    other = f"{id_[:22]}{int(id_[22:]) - 1:08}"
    return sent.replace(id_.encode(), other.encode())


def _escaped(body: dict[str, Any], _sent: bytes) -> bytes:
    return dumps({**body, "debtor": {"id": "1", "name": "José"}}, ensure_ascii=True)


BODIES: dict[str, tuple[str, Change]] = {
    "pretty, 2 blanks": ("pretty_printed", lambda b, _: dumps(b, indent=2)),
    "pretty, 4 blanks": (
        "pretty_printed",
        lambda b, _: dumps(b, indent=4, separators=(",", ": ")),
    ),
    "pretty, tabs": (
        "pretty_printed",
        lambda b, _: dumps(b, indent="\t", separators=(",", ": ")),
    ),
    "Python's blanks": ("blanks", lambda b, _: dumps(b, separators=(", ", ": "))),
    "sorted names": ("key_order", lambda b, _: dumps(b, sort_keys=True)),
    "two names in another order": ("key_order", _swapped_members),
    "10.0 for 10.00": ("number", _money_as(lambda text: repr(float(text)))),
    "10 for 10.00": ("number", _money_as(_shorter)),
    "a number as a text": ("number_as_text", _money_as(lambda text: f'"{text}"')),
    "a line break at the end": ("line_break", lambda _, s: s + b"\n"),
    "a Windows line break": ("line_break", lambda _, s: s + b"\r\n"),
    "a byte-order mark": ("bom", lambda _, s: b"\xef\xbb\xbf" + s),
    "UTF-16": ("encoding", lambda _, s: s.decode().encode("utf-16-le")),
    "URL-escaped": ("url_escaped", lambda _, s: quoted(s)),
    "base64 of the body": ("base64", lambda _, s: base64.b64encode(s)),
    "a text in JSON": ("json_text", lambda _, s: json.dumps(s.decode()).encode()),
    "escaped slashes": ("escapes", lambda _, s: s.replace(b"/", b"\\/")),
    "a field left out": ("missing_field", _without("debtorAgent")),
    "the header alone": ("part_only", lambda b, _: dumps(b["appHeader"])),
    "wrapped in data": ("wrapped", lambda b, _: dumps({"data": b})),
    "the body of the message before": ("other_message", _other_id),
    "nothing": ("empty", lambda *_: b""),
    "an empty object": ("empty", lambda *_: b"{}"),
    "the query": ("url_hashed", lambda *_: b"x=1"),
    "pretty and sorted": (
        "pretty_printed",
        lambda b, _: dumps(b, indent=2, separators=(",", ": "), sort_keys=True),
    ),
    "10.0 and a line break": (
        "number",
        lambda b, s: _money_as(lambda text: repr(float(text)))(b, s) + b"\n",
    ),
    "pretty and a line break": (
        "pretty_printed",
        lambda b, _: dumps(b, indent=2, separators=(",", ": ")) + b"\n",
    ),
    "a field left out, Python's blanks": (
        "missing_field",
        lambda b, _: dumps(
            {k: v for k, v in b.items() if k != "qr"}, separators=(", ", ": ")
        ),
    ),
}
for _name, (_cause, _change) in BODIES.items():
    KINDS[f"jws: {_name}"] = (_cause, _over(_change))

HASHES: dict[str, tuple[str, Callable[[bytes], str]]] = {
    "capital hex": ("hex_case", lambda d: hashlib.sha256(d).hexdigest().upper()),
    "base64 hash": (
        "ds_base64",
        lambda d: base64.b64encode(hashlib.sha256(d).digest()).decode(),
    ),
    "SHA-512": ("other_hash", lambda d: hashlib.sha512(d).hexdigest()),
    "MD5": ("other_hash", lambda d: hashlib.md5(d).hexdigest()),  # noqa: S324
    "hashed twice": (
        "hashed_twice",
        lambda d: hashlib.sha256(hashlib.sha256(d).hexdigest().encode()).hexdigest(),
    ),
}
for _name, (_cause, _ds) in HASHES.items():
    KINDS[f"jws: {_name}"] = (_cause, _over(lambda _, sent: sent, ds=_ds))


# --- jws: header, claims, signature


def _token(
    cause_claims: Callable[[dict[str, Any]], Any] | None = None, **parts: Any
) -> Kind:
    def build(rng: random.Random, keys: Keys) -> Request:
        id_ = message_id(rng)
        sent = dumps(body_of(rng, id_))
        claims = claims_of(id_, hashlib.sha256(sent).hexdigest())
        if cause_claims:
            claims = cause_claims(dict(claims))
        made = Parts(sent, sent, claims=claims, **parts)
        return jws_request(made, keys.right, id_)

    return build


def _prehashed(key: SigningKey, data: bytes) -> bytes:
    return sign(key, hashlib.sha256(data).digest())


def _padded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _resorted(_f: str, _s: str, header: bytes, claims: bytes) -> bytes:
    """Sign the claims in another order than they are sent in."""
    other = json.dumps(json.loads(claims), sort_keys=True, separators=(",", ":"))
    return f"{b64url(header)}.{b64url(other.encode())}".encode()


TOKENS: dict[str, tuple[str, Kind]] = {
    "RS512 under the name RS256": ("alg_mismatch", _token(make=rs512)),
    "alg HS256": ("alg_not_allowed", _token(header={"alg": "HS256", "typ": "JWT"})),
    "alg none": ("alg_not_allowed", _token(header={"alg": "none", "typ": "JWT"})),
    "PS256 under the name RS256": ("pss", _token(make=pss)),
    "the hash signed": ("hashed_twice", _token(make=_prehashed)),
    "padded parts": ("padding", _token(encode=_padded)),
    "a padded signature": ("encoding_of_signature", _token(write=_padded)),
    "a signature in hex": ("hex_signature", _token(write=bytes.hex)),
    "a signature cut short": (
        "cut_signature",
        _token(write=lambda data: b64url(data[:-3])),
    ),
    "a signature backwards": (
        "reversed_signature",
        _token(write=lambda data: b64url(data[::-1])),
    ),
    "padded parts signed, others sent": (
        "padding",
        _token(signed=lambda _f, _s, h, c: f"{_padded(h)}.{_padded(c)}".encode()),
    ),
    "the claims alone signed": (
        "part_only",
        _token(signed=lambda _f, second, _h, _c: second.encode()),
    ),
    "JSON signed": ("part_only", _token(signed=lambda _f, _s, h, c: h + b"." + c)),
    "a line break signed": (
        "line_break",
        _token(signed=lambda f, s, _h, _c: f"{f}.{s}\n".encode()),
    ),
    "claims sent in another order": ("claims_changed", _token(signed=_resorted)),
    "no Bearer": ("not_bearer", _token(token=lambda token: token)),
    "Bearer twice": ("not_bearer", _token(token=lambda t: f"Bearer Bearer {t}")),
    "a quoted token": (
        "line_break_in_token",
        _token(token=lambda token: f'Bearer "{token}"'),
    ),
    "milliseconds": (
        "milliseconds",
        _token(lambda c: {**c, "iat": NOW * 1000, "exp": NOW * 1000 + 900}),
    ),
    "a clock that is behind": (
        "expired",
        _token(lambda c: {**c, "iat": NOW - 1800, "exp": NOW - 900}),
    ),
    "a clock that is ahead": (
        "clock_ahead",
        _token(lambda c: {**c, "iat": NOW + 600, "exp": NOW + 1500}),
    ),
    "a life of a day": (
        "life_too_long",
        _token(lambda c: {**c, "exp": NOW + 86_400}),
    ),
    "no key claim": (
        "missing_claim",
        _token(lambda c: {k: v for k, v in c.items() if k != "key"}),
    ),
    "exp as a text": ("claim_type", _token(lambda c: {**c, "exp": str(c["exp"])})),
    "jti of another message": (
        "jti_differs",
        _token(lambda c: {**c, "jti": f"20270115{BIC}520OQR99999999"}),
    ),
    "another X-Client-Id": ("iss_differs", _token(headers={"X-Client-Id": "CIBBMYKL"})),
    "an OAuth token": (
        "oauth_for_jws",
        _token(lambda _: {"sub": CLIENT_ID, "scope": "rpp:merchant", "iat": NOW}),
    ),
}
for _name, (_cause, _kind) in TOKENS.items():
    KINDS[f"jws: {_name}"] = (_cause, _kind)


@kind("other_key", "jws: another key at hand")
def _jws_of_other_key(rng: random.Random, keys: Keys) -> Request:
    return _token()(rng, Keys(keys.other, keys.right))
