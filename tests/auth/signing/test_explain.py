"""`explain_signature`: the right first cause, proven; never a good one accused."""

from __future__ import annotations

import gc
import hashlib
import random
import time
from pathlib import Path
from typing import Any

import pytest
import requests

import paynet_nb as pn
from paynet_nb.auth.signing.explaining.explain import explain_signature
from paynet_nb.auth.signing.explaining.report import SignatureReport
from paynet_nb.auth.signing.jws_auth import JwsAuth
from paynet_nb.auth.signing.key import SigningKey
from paynet_nb.auth.signing.merchant_signature import MerchantSignature
from paynet_nb.auth.signing.pay_jwt_auth import PayJwtAuth
from paynet_nb.auth.signing.reports_auth import ReportsAuth
from paynet_nb.errors import SigningError
from paynet_nb.sandbox import Sandbox
from tests.auth.signing import mistakes_jws, mistakes_others  # noqa: F401  # fill KINDS
from tests.auth.signing.kinds import KINDS, Keys
from tests.auth.signing.mistakes import (
    CLIENT_ID,
    NOW,
    SECRET,
    Parts,
    body_of,
    claims_of,
    compact,
    jws_request,
    merchant_values,
    message_id,
)
from tests.helpers.gateway import Gateway

# What cannot be proven by verifying: it is about form, time or what is missing.
FORMAL = {
    *("alg_not_allowed", "cut_signature", "not_bearer", "line_break_in_token"),
    *("milliseconds", "expired", "clock_ahead", "life_too_long", "missing_claim"),
    *("claim_type", "jti_differs", "iss_differs", "oauth_for_jws", "padding"),
    *("key_id_form", "key_id_of_another", "no_key_id", "no_signature", "no_token"),
    *("stale", "timestamp_form", "unknown_secret", "data_differs", "data_missing"),
    *("jti_no_uuid", "hex_case", "other_hash"),
}


@pytest.fixture(scope="module")
def keys() -> Keys:
    """Two throw-away keys."""
    made = [SigningKey.generate().self_signed(name) for name in ("right", "other")]
    return Keys(*made)


def seeded(seed: int | str) -> random.Random:
    """Give numbers that are the same each time."""
    return random.Random(seed)  # noqa: S311  # no secret is made of it


def at_hand(keys: Keys) -> list[Any]:
    """Give what a user would check with."""
    environment = pn.Environment(
        name="tests",
        base_url="https://api.example.my",
        token_url="https://api.example.my/token",
        stage="sandbox",
    )
    return [*keys, pn.Credentials(CLIENT_ID, SECRET, environment)]


def explained(request: Any, keys: Keys, **options: Any) -> SignatureReport:
    """Explain a request that was there at NOW."""
    return explain_signature(request, at_hand(keys), **{"at": NOW, **options})


@pytest.mark.parametrize("name", KINDS)
def test_the_first_cause_is_the_mistake(name: str, keys: Keys) -> None:
    """Each kind, with what to do about it and, where it can be, a proof."""
    cause, build = KINDS[name]
    report = explained(build(seeded(name), keys), keys)

    assert report.cause == cause, report
    assert report.verdict == "wrong"
    assert report.fix
    assert report.causes[0].proven or cause in FORMAL


@pytest.mark.parametrize(
    "name", ["merchant: the OAuth Client ID", "jws: pretty, 2 blanks"]
)
def test_a_collector_that_is_slow_ends_no_search_at_its_start(
    name: str, keys: Keys
) -> None:
    """Its pause, in a kernel that holds much, is time of the thread that searches."""
    cause, build = KINDS[name]
    request = build(seeded(name), keys)
    pauses = list[float]()

    def pause(phase: str, _: dict[str, int]) -> None:
        """Take longer than a search may, ten times: one of them is at its start."""
        if phase == "start" and len(pauses) < 10:
            pauses.append(time.thread_time())
            while time.thread_time() < pauses[-1] + 0.2:
                pass

    was = gc.get_threshold()
    gc.callbacks.append(pause)
    try:
        gc.set_threshold(50, *was[1:])
        report = explained(request, keys)
    finally:
        gc.set_threshold(*was)
        gc.callbacks.remove(pause)

    assert pauses
    assert report.cause == cause


def test_mistakes_by_chance_are_found(keys: Keys) -> None:
    """At least 98 % by their first cause, in less than 200 ms each.

    `python -m tests.benchmarks explain` does the same with a thousand.
    """
    wrong, slow = by_chance(keys, 60)

    assert len(wrong) <= 1, wrong
    assert sorted(slow)[-2] < 0.2  # the processor's time: the machine is shared


def by_chance(keys: Keys, many: int) -> tuple[list[Any], list[float]]:
    """Explain mistakes of all kinds; give those not found, and what each took (s)."""
    rng = seeded(20270115)
    wrong, slow = [], []
    for number in range(many):
        name = rng.choice([*KINDS])
        cause, build = KINDS[name]
        request = build(rng, keys)
        started = time.process_time()
        report = explained(request, keys)
        slow.append(time.process_time() - started)
        if report.cause != cause:
            wrong.append((number, name, report.cause))
    return wrong, slow


def good_requests(keys: Keys, gateway: Gateway, rng: random.Random) -> list[Any]:
    """Sign one call of each scheme as it should be."""
    id_ = message_id(rng)
    values = merchant_values(rng)
    url, clock = gateway.url, lambda: float(NOW)
    query = {n: values[n] for n in ("clientId", "messageId", "transactionId")}
    query["endToEndId"] = values["endToEndId"]
    jws = JwsAuth(keys.right, iss="MBBEMYKL", clock=clock)
    rs512 = JwsAuth(keys.right, iss="MBBEMYKL", alg="RS512", clock=clock)
    pay = PayJwtAuth(keys.right, iss="I", sub="M0000001", clock=clock)
    text = PayJwtAuth(keys.right, iss="I", sub="M", data_as_text=True, clock=clock)
    merchant = MerchantSignature(gateway.credentials, keys.right)
    reports = ReportsAuth(gateway.credentials, clock=clock)
    made: list[tuple[str, str, Any, dict[str, Any]]] = [
        ("POST", "/v3/x", jws, {"json": body_of(rng, id_)}),
        (
            "POST",
            "/v3/x",
            rs512,
            {"data": f'{{ "data": {{"businessMessageId":"{id_}"}}}}'},
        ),
        ("GET", "/v3/x", jws, {"headers": {"X-Business-Message-Id": id_}}),
        ("POST", "/pay-guard/v1/bw/refund", pay, {"json": {"a": 10.0, "b": "é"}}),
        ("POST", "/pay-guard/v1/bw/refund", text, {"json": {"a": 10.0, "b": "é"}}),
        ("DELETE", "/pay-guard/v1/bw/consent", pay, {}),
        ("POST", "/merchants/v1/payments/redirect", merchant, {"json": values}),
        ("GET", "/merchants/v1/payments/lists/bank", merchant, {"params": query}),
        ("GET", "/merchants/v1/payments/payment/status", merchant, {"params": query}),
        ("GET", "/v1/reports/types", reports, {}),
    ]
    return [
        requests.Request(method, url + path, auth=auth, **parts).prepare()
        for method, path, auth, parts in made
    ]


def test_a_good_signature_is_never_accused(keys: Keys, gateway: Gateway) -> None:
    """Of any scheme, of any body."""
    rng = seeded(7)
    for _ in range(8):
        for request in good_requests(keys, gateway, rng):
            given = [keys.right, gateway.credentials, keys.other]
            report = explain_signature(request, given, at=NOW)

            assert (report.verdict, report.causes) == ("good", ()), report
            assert report.first_difference == ""
            assert {step.agrees for step in report.steps} <= {True, None}
            unchecked = explain_signature(request, at=NOW)
            assert unchecked.verdict == "unknown"
            assert "as key=" in unchecked.fix


def test_blanks_are_told_and_not_judged(keys: Keys) -> None:
    """No page says what PayNet does with a body that is not minified."""
    _, build = KINDS["jws: pretty, 2 blanks"]
    request = build(seeded(1), keys)
    id_ = str(request.headers["X-Business-Message-Id"])
    body = b'{ "appHeader": {"businessMessageId": "%s"} }' % id_.encode()
    hashed = {"not_minified": body, "blanks_sent": body.replace(b" ", b"")}
    for code, text in hashed.items():
        parts = Parts(body, text)
        claims = claims_of(id_, parts.ds(text))
        report = explained(
            jws_request(parts._replace(claims=claims), keys.right, id_), keys
        )

        assert (report.verdict, report.cause) == ("depends", code)


def test_the_first_difference_is_told_in_words(keys: Keys) -> None:
    """Where it is, what must be there and what was, also where that is unseen."""
    _, build = KINDS["jws: a Windows line break"]
    report = explained(build(seeded(1), keys), keys)
    page = report._repr_html_()

    assert "nothing: the text ends here" in report.first_difference
    assert "a carriage return" in report.first_difference
    assert page.count("[first difference: ") == 2
    assert "what must be signed" in page
    assert "what was signed" in page
    assert "Proven: with this undone, it verifies." in page
    assert report.first_difference in str(report)


def test_a_frame_has_a_row_for_each_step(keys: Keys) -> None:
    """In the order in which a server takes them."""
    _, build = KINDS["jws: 10.0 for 10.00"]
    frame = explained(build(seeded(1), keys), keys).to_frame()

    assert [*frame.columns] == ["step", "input", "must_be", "sent", "agrees"]
    assert [*frame["step"]] == [
        *("algorithm", "claims", "time", "hash of the body (ds)"),
        *("message ID (jti)", "signature"),
    ]
    assert [*frame["agrees"]] == [True, True, True, False, True, True]


@pytest.mark.parametrize("name", KINDS)
def test_no_report_shows_a_secret(name: str, keys: Keys) -> None:
    """Neither the secret, nor a signature, nor a token."""
    request = KINDS[name][1](seeded(3), keys)
    report = explained(request, keys)
    frame = report.to_frame()
    shown = (
        f"{report!r} {report} {report._repr_html_()} {frame.to_csv()} {vars(report)}"
    )
    token = str(request.headers.get("Authorization", "")).rpartition(".")[2]
    signature = str(request.headers.get("X-Signature", ""))

    hidden = [SECRET, signature, token, keys.right.reveal()[100:164]]
    assert [one for one in hidden if len(one) > 12 and one in shown] == []


def test_a_secret_in_a_body_is_masked(keys: Keys) -> None:
    """Both texts are shown, and what their fields name as secret is not."""
    id_ = message_id(seeded(1))
    body = compact(
        {"appHeader": {"businessMessageId": id_}, "password": "canary-of-a-body"}
    )
    parts = Parts(body, body.replace(b",", b", "))
    claims = claims_of(id_, parts.ds(parts.hashed))
    report = explained(
        jws_request(parts._replace(claims=claims), keys.right, id_), keys
    )

    assert report.cause == "blanks"
    assert "businessMessageId" in report._repr_html_()
    assert "canary" not in f"{report} {report._repr_html_()} {vars(report)}"


def test_without_the_search_it_is_quick(keys: Keys) -> None:
    """The steps alone, under 5 ms."""
    _, build = KINDS["jws: 10.0 for 10.00"]
    request = build(seeded(1), keys)
    started = time.process_time()
    for _ in range(20):
        report = explained(request, keys, search=False)

    assert (time.process_time() - started) / 20 < 0.005
    assert report.verdict == "wrong"


def test_the_time_is_that_of_the_answer(keys: Keys, gateway: Gateway) -> None:
    """An answer has the server's `Date`, so an old one is judged by its own time."""
    auth = JwsAuth(keys.right, iss="MBBEMYKL")
    headers = {"X-Business-Message-Id": message_id(seeded(1))}
    response = requests.get(
        f"{gateway.url}/v3/x", auth=auth, headers=headers, timeout=60
    )

    assert explain_signature(response, keys.right).verdict == "good"
    later = explain_signature(response, keys.right, at=time.time() + 1000)
    assert later.cause == "expired"


def test_a_recorded_call_says_what_is_missing(keys: Keys, gateway: Gateway) -> None:
    """The history keeps no signature."""
    auth = JwsAuth(keys.right, iss="MBBEMYKL")
    client = pn.Client(auth, environment=gateway.environment)
    call = client.get("/v3/x", headers={"X-Business-Message-Id": message_id(seeded(1))})
    report = explain_signature(call, keys.right)

    assert report.verdict == "unknown"
    assert "keeps no signatures" in report.fix
    rows = report.to_frame().set_index("step")
    assert rows.loc["hash of the body (ds)", "must_be"] == hashlib.sha256().hexdigest()
    assert "redacted" in str(rows.loc["signature", "sent"])


def test_of_a_record_that_is_masked_in_part_the_hash_is_not_known(
    keys: Keys, gateway: Gateway
) -> None:
    """A hash over masks would accuse a good signature."""
    client = pn.Client(
        JwsAuth(keys.right, iss="MBBEMYKL"), environment=gateway.environment
    )
    header = {"businessMessageId": message_id(seeded(1))}
    body = {"appHeader": header, "password": "canary-of-a-body"}
    kept = client.post("/v3/x", json=body).kept
    rows = explain_signature(kept).to_frame().set_index("step")

    assert "not known" in str(rows.loc["hash of the body (ds)", "must_be"])


def test_a_sandbox_tells_of_a_live_and_of_a_recorded_call(tmp_path: Path) -> None:
    """What it computed itself; the same from the journal, where no signature is."""
    file = tmp_path / "calls.sqlite"
    with Sandbox() as box:
        stranger = pn.SigningKey.generate().self_signed("a stranger")
        auth = pn.MerchantSignature(
            box.credentials, stranger, str(box.merchant_key.serial)
        )
        query = box.example("bank list")
        url = f"{box.url}/merchants/v1/payments/lists/bank"
        live = requests.get(url, params=query, auth=auth, timeout=60)
        history = pn.History(path=file)
        pn.Client(auth, history=history).get(url, params=query)
    kept = pn.History(path=file)[-1]

    due = box.requests[-1].signature_check["must_be"]
    for call in (live, history[-1], kept):
        report = explain_signature(call, box.merchant_key)
        assert report.verdict == "wrong"
        assert report.cause == "unknown_key"
        rows = report.to_frame().set_index("step")
        assert rows.loc["string to sign", "must_be"] == due
        assert rows.loc["what the sandbox found", "must_be"] == due


@pytest.mark.parametrize(
    ("call", "key", "told"),
    [
        (7, None, "not int"),
        (requests.Request("GET", "https://x.my/y").prepare(), None, "not known how"),
        (requests.Request("GET", "https://x.my/v3/y").prepare(), 7, "key is int"),
        (
            requests.Request("POST", "https://x.my/merchants/v1/z").prepare(),
            None,
            "field list not published",
        ),
    ],
)
def test_what_cannot_be_explained_is_refused(call: Any, key: Any, told: str) -> None:
    """In one line."""
    with pytest.raises(SigningError, match=told):
        explain_signature(call, key)
