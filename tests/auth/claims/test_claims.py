"""`inspect_token`: what it reads, what it refuses, how it shows what it read."""

from __future__ import annotations

import json
import pickle
import traceback
from dataclasses import dataclass
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb.auth.claims import SAMPLE_TOKEN, unverified_claims
from tests.helpers.jwts import CLAIMS, HEADER, NOW, SIGNATURE, part, written

TOKEN = written()
BASE64URL_MARKS = [
    {"sub": f"{name}{'~?>' * size}", "note": "\u00ff\u00fe" * size, "n": size}
    for name in ("", "Ali", "Bin\u00e9", "\u674e\u660e", "\u0623\u062d\u0645\u062f",
                 "\u0b95\u0b9f\u0bb2\u0bcd", "\U0001f512")
    for size in range(1, 11)
]  # fmt: skip


@dataclass
class HeldToken:
    """What other packages' tokens look like to `inspect_token`."""

    access_token: str
    expires_in: float | None = 86400.0
    scope: str | None = "rpp:merchant"


def codes(report: pn.TokenInspection) -> list[str]:
    """List the codes of a report's findings."""
    return [finding.code for finding in report.findings]


def test_the_published_sample_is_read_whole() -> None:
    """The page's token shows its kid, RS256 and the seven claims in their order."""
    report = pn.inspect_token(SAMPLE_TOKEN)

    assert report.header == {"kid": "f0aeb62c6a3c42d8b047f82d66f95068", "alg": "RS256"}
    assert list(report.claims) == ["sub", "nbf", "scope", "iss", "exp", "iat", "jti"]
    assert report.claims["iss"] == "https=//api.uat.inet.paynet.my/auth"
    assert report.verified is None


def test_the_published_sample_has_exactly_three_findings() -> None:
    """It ended on 2022-04-12, its issuer is no URL, and it names no audience."""
    expired, issuer, audience = pn.inspect_token(SAMPLE_TOKEN).findings

    assert (expired.code, expired.severity) == ("expired", "error")
    assert "2022-04-12 01:36:35 UTC, 09:36:35 Kuala Lumpur" in expired.message
    assert (issuer.code, issuer.severity) == ("issuer_not_url", "warning")
    assert "https=//api.uat.inet.paynet.my/auth is not a URL" in issuer.message
    assert (audience.code, audience.severity) == ("no_audience", "info")


def test_the_samples_environment_changes_nothing() -> None:
    """An issuer that is no URL has no host that could differ."""
    report = pn.inspect_token(SAMPLE_TOKEN, environment=pn.CERTIFICATION)

    assert codes(report) == ["expired", "issuer_not_url", "no_audience"]


@pytest.mark.parametrize(
    "text",
    [
        f"Bearer {TOKEN}",
        f"bearer {TOKEN}",
        f"BEARER\t{TOKEN}",
        f"Authorization: Bearer {TOKEN}",
        f"authorization:bearer {TOKEN}",
        f"AUTHORIZATION = Bearer {TOKEN}",
        f"--header 'Authorization: Bearer {TOKEN}'",
        f'"Authorization": "Bearer {TOKEN}",',
        f"  {TOKEN}\r\n",
        f"{TOKEN[:30]}\n{TOKEN[30:80]}\r\n  {TOKEN[80:]}",
        f"{TOKEN[:30]}\\\n{TOKEN[30:]}",
        f'"{TOKEN[:50]}"\n    "{TOKEN[50:]}"',
        f"\u201c{TOKEN}\u201d",
        f"`{TOKEN}`;",
        f"\ufeff{TOKEN[:9]}\u200b{TOKEN[9:]}\u00a0",
        TOKEN.replace(".", "==.", 1),
        TOKEN.replace(".", "=.") + "==",
        json.dumps({"access_token": TOKEN, "token_type": "bearer"}),
        json.dumps({"access_token": f"Bearer {TOKEN}"}, indent=4),
        f"Bearer%20{TOKEN}",
        f"Authorization%3A%20Bearer%20{TOKEN}",
        f"Bearer+{TOKEN}",
        f"access_token={TOKEN}&token_type=bearer&expires_in=86400",
        f"https://app.example/cb#access_token={TOKEN}&token_type=bearer",
        f"https://app.example/cb?state=x&access_token={TOKEN}",
        f"token_type=Bearer&access_token={TOKEN.replace('.', '%2E')}",
        str({"access_token": TOKEN, "expires_in": 86400, "scope": None, "ok": True}),
        str(json.dumps({"access_token": TOKEN}).encode()),
        json.dumps(json.dumps({"access_token": TOKEN})),
        f"curl -H 'Authorization: Bearer {TOKEN}' https://api.example.my/v1/x",
        f'$ curl https://a.my -H "Accept: */*" -H "authorization: bearer {TOKEN}"',
        f'curl.exe "https://a.my" ^\r\n -H "Authorization: Bearer {TOKEN}" ^\r\n -d x',
        f"curl --location 'https://a.my' \\\n--header 'Authorization: Bearer {TOKEN}' "
        '\\\n--data-raw \'{"a": "b"}\'',
        f"curl --oauth2-bearer {TOKEN} https://a.my/",
        f"GET /v1/x HTTP/1.1\nHost: a.my\nAuthorization: Bearer {TOKEN}\nAccept: */*",
        TOKEN.encode(),
        f"JWT {TOKEN}",
        f"export TOKEN={TOKEN}",
        f"2026-01-01 INFO token={TOKEN} taken",
        f"Cookie: session={TOKEN}; Path=/",
        f"<{TOKEN}>",
        f"access_token: {TOKEN}\ntoken_type: bearer",
        f"<r><access_token>{TOKEN}</access_token></r>",
        f"https://jwt.io/#debugger-io?token={TOKEN}",
        f"https://app.example/cb#id_token={TOKEN}",
        json.dumps({"id_token": TOKEN}),
        json.dumps([{"data": {"accessToken": TOKEN}}]),
        str({"Authorization": f"Bearer {TOKEN}"}),
        {"headers": {"Authorization": f"Bearer {TOKEN}"}},
        f"wget --header='Authorization: Bearer {TOKEN}' https://a.my",
        f'fetch("https://a.my", {{"headers": {{"authorization": "Bearer {TOKEN}"}}}})',
        '\ufeff {"access_token": "' + TOKEN[:40] + "\n" + TOKEN[40:] + '"}',
    ],
)
def test_a_token_is_found_in_what_was_pasted(text: Any) -> None:
    """What copying adds around a token and inside of it does not matter."""
    report = pn.inspect_token(text, now=NOW)

    assert (report.header, report.claims) == (HEADER, CLAIMS)
    assert report.findings == []


@pytest.mark.parametrize(
    "token",
    [
        HeldToken(TOKEN, expires_in=3600, scope="other"),
        {"access_token": TOKEN, "expires_in": "3600", "scope": "other"},
        json.dumps({"access_token": TOKEN, "expires_in": 3600, "scope": "other"}),
    ],
)
def test_what_the_answer_said_is_compared_with_the_token(token: Any) -> None:
    """A token object, a token answer and its text are read, what they state too."""
    report = pn.inspect_token(token, now=NOW)

    assert report.claims == CLAIMS
    assert codes(report) == ["lifetime_differs", "scope_differs"]


def test_the_table_of_payloads_holds_what_others_get_wrong() -> None:
    """The 70 payloads have both marks of base64url, and each length of padding."""
    parts = [part(claims) for claims in BASE64URL_MARKS]

    assert len({*parts}) == 70
    assert all("-" in text or "_" in text for text in parts)
    assert sum("-" in text and "_" in text for text in parts) >= 60
    assert {len(text) % 4 for text in parts} == {0, 2, 3}


@pytest.mark.parametrize("claims", BASE64URL_MARKS)
def test_base64url_is_read_right(claims: dict[str, Any]) -> None:
    """A payload comes out as it went in, whatever marks its base64url has."""
    report = pn.inspect_token(written(claims))

    assert report.claims == claims
    assert unverified_claims(f"Bearer {written(claims)}") == claims


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no text"),
        (" \r\n\t", "no text"),
        ("Bearer", "no text"),
        ("Bearer canary-opaque-0123", "no dots"),
        ("7c5df0a1-canary", "no dots"),
        (f"{part(HEADER)}.{part(CLAIMS)}", "2 parts"),
        (f"{TOKEN}.canary", "4 parts"),
        (f"{part(HEADER)}.a2V5.aXY.Y2lwaGVy.dGFn", "JWE"),
        (f"{TOKEN}.a.b.c", "6 parts"),
        ("..", "part 1 of 3 is not a JSON object"),
        (f"{part(HEADER)}..{SIGNATURE}", "a detached signature"),
        (f"{part({**HEADER, 'b64': False, 'crit': ['b64']})}..canary0", "a detached"),
        (f"{part({**HEADER, 'b64': False})}.canary.{SIGNATURE}", "RFC 7797"),
        (written(TOKEN.encode(), {**HEADER, "cty": "JWT"}), "it is nested"),
        (written(TOKEN.encode()), "it is nested"),
        (written(b"\xabcanary", {**HEADER, "zip": "DEF"}), "payload is packed"),
        ({"payload": part(CLAIMS), "signatures": []}, "JWS, RFC 7515"),
        ({"ciphertext": "canary", "iv": "x"}, "JWE in JSON form"),
        ("{'access_token': canary}", "no access_token"),
        ("access_token=canary", "no dots"),
        ("curl -H 'Authorization: Bearer canary' https://a.my/x.y.z", "no dots"),
        (f".{part(CLAIMS)}.{SIGNATURE}", "part 1 of 3 is not a JSON object"),
        (written(b"canary"), "part 2 of 3 is not a JSON object"),
        (written(b"\xff\xfe{}"), "part 2 of 3 is not a JSON object"),
        (written('{"sub": 1}'.encode("utf-16")), "part 2 of 3 is not a JSON object"),
        (written(b'{"sub": "cut'), "part 2 of 3 is not a JSON object"),
        (written(b'{"exp": ' + b"9" * 5000 + b"}"), "part 2 of 3"),
        (written(["canary"]), "part 2 of 3 is not a JSON object"),
        (written("canary"), "part 2 of 3 is not a JSON object"),
        (written(None), "part 2 of 3 is not a JSON object"),
        (written(12), "part 2 of 3 is not a JSON object"),
        (written(b'{"a":' * 5000 + b"1" + b"}" * 5000), "part 2 of 3"),
        (written(b'{"a":' + b"[" * 500 + b"]" * 500 + b"}"), "part 2 of 3"),
        (written(header=["RS256"]), "part 1 of 3 is not a JSON object"),
        (TOKEN.replace(".", "*.", 1), "part 1 of 3 is not base64url"),
        (TOKEN.replace(".", "\u00e9.", 1), "part 1 of 3 is not base64url"),
        (f"{part(HEADER)}.abc+/.{SIGNATURE}", "part 2 of 3 is not base64url"),
        (f"{part(HEADER)}.{part(CLAIMS)}.canar", "part 3 of 3 is not base64url"),
        ('{"error": "invalid_client"}', "no access_token"),
        ('{"access_token": ["canary"]}', "no access_token"),
        ('{"access_token": "cut', "no access_token"),
        ({"access_token": None}, "no access_token"),
        (None, "no access_token"),
        (f"{TOKEN} {TOKEN}x", "several tokens in it"),
        (b"canary", "no dots"),
    ],
)
def test_what_is_no_jwt_is_refused_in_one_line(text: Any, reason: str) -> None:
    """The error says what is wrong; neither it nor its traceback holds the text."""
    with pytest.raises(pn.ClaimsError) as caught:
        pn.inspect_token(text)

    message = str(caught.value)
    inner = traceback.TracebackException.from_exception(
        caught.value, capture_locals=True
    ).stack[1:]
    locals_seen = str([frame.locals for frame in inner])
    assert reason in message
    assert "\n" not in message
    assert caught.value.__context__ is None
    for secret in ("canary", SIGNATURE, part(CLAIMS)):
        assert secret not in message + locals_seen
    assert unverified_claims(text) is None


def test_nothing_shows_or_keeps_the_signature() -> None:
    """The third part is in no form of the report, nor is the token's text."""
    report = pn.inspect_token(f"Bearer {TOKEN}", now=NOW)

    forms = [
        repr(report),
        str(report),
        report._repr_html_(),
        report.to_frame().to_string(),
        repr(vars(report)),
        repr(pickle.dumps(report)),
    ]
    for form in forms:
        assert SIGNATURE not in form
        assert SIGNATURE[:12] not in form
        assert part(CLAIMS) not in form
    assert pickle.loads(pickle.dumps(report)) == report  # noqa: S301  # our own
