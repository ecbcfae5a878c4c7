"""Answers that PayNet signs, made here by joserfc; the verdict wherever a call is."""

from __future__ import annotations

import base64
import hashlib
import json
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey
from werkzeug import Request, Response

import paynet_nb as pn
from tests.client.batch.test_elsewhere import Listening
from tests.helpers.gateway import Gateway, answer
from tests.helpers.jwts import OTHER_RSA, RSA, part
from tests.helpers.signing import ID, private_of

ANSWER_ID = "20270115RPPEMYKL520HQR00000009"
ENQUIRE, BANKS = "/v3/accounts/enquire-xc", "/v2/bw/banks"
KID = "64feb7f8"
NOW = int(time.time())
ANY = ["RS256", "RS384", "RS512", "PS256", "HS256"]
HEADERS = {"X-Business-Message-Id": ID}


def pem_of(key: rsa.RSAPrivateKey) -> str:
    """Write the public half."""
    form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return key.public_key().public_bytes(*form).decode()


def jwk_of(key: rsa.RSAPrivateKey, kid: str = KID) -> dict[str, Any]:
    """Write the public half as joserfc does, with a name."""
    return {**RSAKey.import_key(pem_of(key)).as_dict(private=False), "kid": kid}


@dataclass
class Signed:
    """An answer of version 3, or of DuitNow Pay, and what may be wrong with it."""

    pay: bool = False
    alg: str = "RS512"
    key: Any = RSA
    kid: Any = KID
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    spoil: Callable[[str], str] = str
    sent: Callable[[bytes], bytes] = bytes
    status: int = 200

    def __call__(self, _request: Request) -> Response:
        """Answer a request."""
        now = int(time.time())
        head = {"businessMessageId": ANSWER_ID, "originalBusinessMessageId": ID}
        told: dict[str, Any] = {"appHeader": {**head, **self.told}}
        told["resp"] = {"status": "ACSP", "reason": {"code": "U000"}}
        if self.pay:
            told = {"data": [{"retail": []}], "message": "U000"}
        body = json.dumps(told, separators=(",", ":")).encode()
        claims = {"iat": now, "exp": now + 900, "iss": "RPPEMYKL", "jti": ANSWER_ID}
        own = {"data": told} if self.pay else {"ds": hashlib.sha256(body).hexdigest()}
        claims = {**claims, **own, **self.claims}
        claims = {name: value for name, value in claims.items() if value is not ...}
        header = {"alg": self.alg, "typ": "JWT", "kid": self.kid, **self.header}
        header = {name: value for name, value in header.items() if value is not ...}
        made = json.dumps(claims).encode()
        if self.alg == "none":
            token = f"{part(header)}.{part(claims)}."
        else:
            key = self.key
            key = (
                key if isinstance(key, OctKey) else RSAKey.import_key(pem_private(key))
            )
            token = jws.serialize_compact(header, made, key, algorithms=ANY)
        value = self.spoil(f"Bearer {token}")
        headers = {"Authorization": value} if value else {}
        kind = "application/json"
        return Response(self.sent(body), self.status, headers, content_type=kind)


def pem_private(key: rsa.RSAPrivateKey) -> bytes:
    """Write a key for joserfc."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def client_of(gateway: Gateway, keys: Any = None, **other: Any) -> pn.Client:
    """Make a client that signs nothing itself."""
    return pn.Client(None, gateway.environment, answer_keys=keys, **other)


def asked(gateway: Gateway, signed: Any, keys: Any = None) -> pn.Call:
    """Make one call that is answered so."""
    gateway.api = signed
    client = client_of(gateway, jwk_of(RSA) if keys is None else keys)
    if isinstance(signed, Signed) and signed.pay:
        return client.get(BANKS)
    return client.post(ENQUIRE, json={"x": 1}, headers=HEADERS)


@pytest.mark.parametrize("alg", ["RS256", "RS512"])
@pytest.mark.parametrize("pay", [False, True])
def test_what_joserfc_signs_is_good(gateway: Gateway, pay: bool, alg: str) -> None:
    """Of version 3 and of DuitNow Pay."""
    call = asked(gateway, Signed(pay=pay, alg=alg))

    assert (call.signature, call.outcome) == ("good", "good")
    assert "signature good" in call._repr_html_()
    assert "signature" not in repr(call)


@pytest.mark.parametrize(
    "signed",
    [
        Signed(sent=lambda body: body.replace(b",", b" ,\n ")),
        Signed(kid=KID.upper()),
        Signed(claims={"exp": int(time.time()) + 10**6, "iat": ...}),
        Signed(pay=True, claims={"data": '{"message":"U000","data":[{"retail":[]}]}'}),
        Signed(pay=True, claims={"data": [{"retail": []}]}),
        Signed(spoil=lambda value: value.replace("Bearer", "bearer")),
        Signed(told={"originalBusinessMessageId": None}),
    ],
)
def test_a_good_signature_is_not_accused(gateway: Gateway, signed: Signed) -> None:
    """Other blanks, other letters of a name, `data` as a text, no `iat`."""
    call = asked(gateway, signed)

    assert (call.signature, call.outcome) == ("good", "good")


WRONG = {
    "other key": (Signed(key=OTHER_RSA), "another key"),
    "other kid": (Signed(kid="0badc0de"), "kid names no key"),
    "no kid": (Signed(kid=...), "kid names no key"),
    "other body": (Signed(claims={"ds": hashlib.sha256(b"x").hexdigest()}), "body"),
    "no ds": (Signed(claims={"ds": ...}), "another body"),
    "changed on its way": (Signed(sent=lambda body: body + b"x"), "another body"),
    "expired": (Signed(claims={"exp": NOW - 3600, "iat": NOW - 4500}), "expired"),
    "no exp": (Signed(claims={"exp": ...}), "no whole number"),
    "exp as text": (Signed(claims={"exp": str(NOW + 900)}), "no whole number"),
    "to come": (Signed(claims={"iat": NOW + 10**6, "exp": NOW + 10**7}), "to come"),
    "other jti": (Signed(claims={"jti": ID}), "another message"),
    "no jti": (Signed(claims={"jti": ...}), "another message"),
    "sent a second time": (
        Signed(told={"originalBusinessMessageId": ID[:-1] + "7"}),
        "answers another message",
    ),
    "alg none": (Signed(alg="none"), "alg is neither"),
    "HS256": (
        Signed(alg="HS256", key=OctKey.import_key(KID * 8)),
        "alg is neither",
    ),
    "PS256": (Signed(alg="PS256"), "alg is neither"),
    "RS384": (Signed(alg="RS384"), "alg is neither"),
    "crit": (Signed(spoil=lambda value: _with_header(value, crit=["x"])), "crit"),
    "other alg said": (Signed(spoil=lambda v: _with_header(v, alg="RS256")), "key"),
    "padded": (Signed(spoil=lambda value: value + "=="), "no header.claims"),
    "cut": (Signed(spoil=lambda value: value[:-40]), "another key"),
    "no token": (Signed(spoil=lambda _: "Bearer x.y.z"), "no header.claims"),
    "two parts": (Signed(spoil=lambda value: value.rpartition(".")[0]), "no header"),
    "Pay, other body": (Signed(pay=True, claims={"data": {"message": "U000"}}), "data"),
    "Pay, expired": (Signed(pay=True, claims={"exp": NOW - 3600}), "expired"),
    "Pay, other key": (Signed(pay=True, key=OTHER_RSA), "another key"),
}


def _with_header(value: str, **changes: Any) -> str:
    head, rest = value.removeprefix("Bearer ").split(".", 1)
    known = json.loads(base64.urlsafe_b64decode(head + "=="))
    return f"Bearer {part({**known, **changes})}.{rest}"


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_signature_is_loud(gateway: Gateway, name: str) -> None:
    """A payment that is said to be good is not, wherever a person looks."""
    signed, why = WRONG[name]
    call = asked(gateway, signed)

    assert call.signature.startswith("wrong: ")
    assert why in call.signature
    assert (call.status, call.outcome) == (200, "unknown")
    told = f"signature WRONG: {call.signature.removeprefix('wrong: ')}"
    assert f"unknown, 200 OK, {told}" in repr(call)
    assert "signature WRONG" in call._repr_html_()
    assert "Believe nothing in it" in call.explain().what_to_do


def test_a_signature_that_is_missing_is_loud(gateway: Gateway) -> None:
    """Whoever could take it off could else change the answer."""
    call = asked(gateway, Signed(spoil=lambda _: ""))

    assert (call.signature, call.outcome) == ("missing", "unknown")
    assert "unknown, 200 OK, signature MISSING" in repr(call)


@pytest.mark.parametrize("status", [400, 503])
def test_an_error_without_a_signature_is_an_error(
    gateway: Gateway, status: int
) -> None:
    """Whether PayNet signs its errors is not known."""
    call = asked(gateway, Signed(spoil=lambda _: "", status=status))

    assert (call.signature, call.outcome) == ("missing", "failed")
    assert "signature" not in repr(call)


def test_a_forged_refusal_is_unknown(gateway: Gateway) -> None:
    """Who believes it pays twice."""
    assert asked(gateway, Signed(key=OTHER_RSA, status=400)).outcome == "unknown"


def test_a_jwt_that_leaves_the_body_out_is_said_to(gateway: Gateway) -> None:
    """No page tells whether those of DuitNow Pay have it."""
    call = asked(gateway, Signed(pay=True, claims={"data": ...}))

    assert (call.signature, call.outcome) == ("good, without the body", "good")


def test_other_calls_are_not_known_to_be_signed(gateway: Gateway) -> None:
    """Nothing is fetched for them either; a call that is in no contract has none."""
    fetched: list[Request] = []

    def api(request: Request) -> Response:
        fetched.append(request)
        return answer({"ok": True})

    gateway.api = api
    client = client_of(gateway, f"{gateway.url}/keys")
    calls = [
        client.get("/merchants/v1/payments/lists/bank"),
        client.post("/banks/duitnow-payment/v2/initiate", json={}),
        client.get("/x"),
    ]

    known = "not known to be signed"
    assert [call.signature for call in calls] == [known, known, ""]
    assert {call.outcome for call in calls} == {"good"}
    assert len(fetched) == 3


def test_without_keys_nothing_is_checked(gateway: Gateway) -> None:
    """It is said so, and a wrong one passes."""
    gateway.api = Signed(key=OTHER_RSA)
    call = client_of(gateway).post(ENQUIRE, json={}, headers=HEADERS)

    assert (call.signature, call.outcome) == ("not checked: no key", "good")


def test_a_certificate_is_named_by_its_serial_number(
    gateway: Gateway, tmp_path: Path
) -> None:
    """As PayNet's `kid` was seen to be; from a file, too, and among others."""
    key = pn.SigningKey.generate().self_signed("tests")
    signed = Signed(key=private_of(key), kid=key.serial)
    pem = str(key.certificate_pem())
    (tmp_path / "paynet.crt").write_text(pem)

    for keys in (pem, tmp_path / "paynet.crt", [pem_of(OTHER_RSA), pem], iter([pem])):
        assert asked(gateway, signed, keys).signature == "good"
    signed.kid = KID
    assert "kid names no key" in asked(gateway, signed, pem).signature
    assert asked(gateway, signed, key.public_pem()).signature == "good"


def test_keys_are_fetched_once_and_again_for_a_new_name(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the call is sent: nothing comes between an answer and its record."""
    paths, keys, now = [], [jwk_of(OTHER_RSA, "old")], [1000.0]
    signed = Signed()

    def api(request: Request) -> Response:
        paths.append(request.path)
        return answer({"keys": keys}) if request.path == "/keys" else signed(request)

    gateway.api = api
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    client = client_of(gateway, f"{gateway.url}/keys")
    verdicts = []
    for pause in (0, 1, 60, 60):
        now[0] += pause
        call = client.post(ENQUIRE, json={}, headers=HEADERS)
        verdicts.append(call.signature.partition(":")[0])
        keys = [jwk_of(RSA)]

    assert verdicts == ["wrong", "wrong", "good", "good"]
    assert [path for path in paths if path == "/keys"] == ["/keys"] * 2
    assert paths[:2] == ["/keys", ENQUIRE]
    assert len(client.history) == 4


def test_keys_that_cannot_be_had_stop_no_call(gateway: Gateway) -> None:
    """The verdict says why."""

    def api(request: Request) -> Response:
        gone = request.path == "/keys"
        return answer({}, 503) if gone else Signed()(request)

    gateway.api = api
    client = client_of(gateway, f"{gateway.url}/keys")
    call = client.post(ENQUIRE, json={}, headers=HEADERS)

    assert call.signature.startswith("not checked: no keys from ")
    assert "answered 503" in call.signature
    assert call.outcome == "good"


def test_no_keys_are_fetched_in_clear(gateway: Gateway) -> None:
    """Who could change them could sign."""
    gateway.api = Signed()
    client = client_of(gateway, "http://keys.example.my/jwks")
    call = client.post(ENQUIRE, json={}, headers=HEADERS)

    assert call.signature.startswith("not checked: ")
    assert call.outcome == "good"


# --- kept


def two_calls(gateway: Gateway, history: pn.History) -> list[str]:
    """Record a good call and a wrong one; give their verdicts."""
    client = client_of(gateway, jwk_of(RSA), history=history)
    for key in (RSA, OTHER_RSA):
        gateway.api = Signed(key=key)
        client.post(ENQUIRE, json={}, headers=HEADERS)
    verdicts = ["good", "wrong: another key signed it, or it was changed"]
    assert [call.signature for call in history][-2:] == verdicts
    return verdicts


def test_the_verdict_is_kept_wherever_a_call_is(
    gateway: Gateway, tmp_path: Path
) -> None:
    """Pickled, packed, in a journal, in files, and shown of the history."""
    path = tmp_path / "calls.sqlite"
    history = pn.History(path)
    verdicts = two_calls(gateway, history)
    kept = [pickle.loads(pickle.dumps(history)), pn.History(path), history]  # noqa: S301
    for call in [*history] * 300:
        kept[0].append(call)

    for one in kept:
        outcomes = ["good", "unknown"] * (len(one) // 2)
        assert [call.signature for call in one] == verdicts * (len(one) // 2)
        assert one.to_frame()["signature"].to_list() == verdicts * (len(one) // 2)
        assert one.to_frame()["outcome"].to_list() == outcomes
        assert "signature WRONG: another key" in one._repr_html_()
    assert [pickle.loads(pickle.dumps(x)).signature for x in history] == verdicts  # noqa: S301
    for name in ("a.jsonl", "a.har", "a.csv"):
        history.save(tmp_path / name)
        text = (tmp_path / name).read_text()
        assert text.count(verdicts[1]) == 1
    history.report(tmp_path / "a.html")
    assert "signature WRONG" in (tmp_path / "a.html").read_text()


@pytest.mark.parametrize("wire", [None, Listening])
def test_many_calls_are_verified_too(gateway: Gateway, wire: Any) -> None:
    """Here, whoever sent them: a worker gets no key."""
    gateway.api = Signed(key=OTHER_RSA)
    client = client_of(gateway, jwk_of(RSA))
    found = client.call_many(
        [{"path": ENQUIRE, "method": "POST", "headers": HEADERS, "json": {}}] * 3,
        executor=wire and wire(),
        replay_unsafe=True,
        progress=False,
    )

    assert found["outcome"].to_list() == ["unknown"] * 3
    assert {call.signature.partition(":")[0] for call in client.history} == {"wrong"}


def test_httpx_calls_are_verified(gateway: Gateway) -> None:
    """In the history that they are written to."""
    history = pn.History()
    key = pn.SigningKey.generate().self_signed("tests")
    own = pn.JwsAuth(key, iss="MBBEMYKL").for_httpx(history, answer_keys=jwk_of(RSA))
    with httpx.Client(auth=own, base_url=gateway.url, trust_env=False) as client:
        for signer in (RSA, OTHER_RSA):
            gateway.api = Signed(key=signer)
            client.post(ENQUIRE, json={}, headers=HEADERS)

    assert [call.outcome for call in history] == ["good", "unknown"]
