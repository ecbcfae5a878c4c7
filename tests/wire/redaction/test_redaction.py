"""What is masked in requests, answers and errors, and what is left as it was."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from paynet_nb.wire import Redactor, knowing_token
from paynet_nb.wire.redaction.redactor import fingerprint
from tests.helpers.jwts import written

SECRET = "s3cr/t+&= %:\"\\<>'v4lue"
TOKEN = "opaque-token_0123456789"
SHOWN = f"[token #{fingerprint(TOKEN)}]"
JWT = written()
CUT_JWT = JWT[: JWT.index(".") + 20]
CHALLENGE = 'Bearer error_description="expired", realm="PayNet"'
KNOWING, _ = knowing_token(Redactor({SECRET: "[client secret]"}), TOKEN)

FORMS: dict[str, Callable[[str], str]] = {
    "raw": lambda value: value,
    "percent": lambda value: quote(value, safe=""),
    "percent, lower case": lambda value: re.sub(
        "%..", lambda code: code[0].lower(), quote(value)
    ),
    "form": quote_plus,
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64url": lambda value: base64.urlsafe_b64encode(
        b"x:" + value.encode()
    ).decode(),
    "JSON": lambda value: json.dumps(value)[1:-1],
    "JSON of PHP": lambda value: json.dumps(value)[1:-1].replace("/", "\\/"),
    "HTML": html.escape,
}
PLACES = {
    "error": "the server said: {} is wrong",
    "page": "<html><p class='x'>{}</p></html>",
    "address": "https://h.example/cb?state={}#x",
    "form": "grant_type=client_credentials&client_secret={}&x=1",
    "basic": "tried Authorization: Basic {}",
    "JSON in JSON": '{{"request": "{{\\"sent\\": \\"{}\\"}}"}}',
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(
    ("value", "mask"), [(SECRET, "[client s"), (TOKEN, "[token #")]
)
def test_a_live_value_is_masked_wherever_and_however_it_is_written(
    value: str, mask: str, form: Callable[[str], str], place: str
) -> None:
    """No encoding of a live value is left in a text, a URL, a body or a header."""
    canary = form(value)
    text = place.format(canary)
    assert canary in text  # else nothing is proved

    results = [
        KNOWING.text(text),
        KNOWING.url(text),
        (KNOWING.body(text) or b"").decode(),
        (KNOWING.body(text, "application/x-www-form-urlencoded") or b"").decode(),
        KNOWING.headers({"Location": text})["Location"],
    ]

    for result in results:
        assert canary not in result
        assert mask in result or "[redacted]" in result


@pytest.mark.parametrize(
    "name",
    [
        *("client_secret", "clientSecret", "client-secret", "Client_Secret", "secret"),
        *("access_token", "refresh_token", "id_token", "id_token_hint", "credentials"),
        *("password", "api_key", "apiKey", "private_key", "client_assertion"),
        *("X-Signature", "authorization", "cookie", "passphrase", "pwd"),
    ],
)
def test_a_value_is_masked_by_its_name(name: str) -> None:
    """In JSON of any kind, in a form, in a URL and in a text, known or not."""
    unknown = "k1nd-of-value"

    results = [
        KNOWING.body(json.dumps({"a": [{name: unknown}]})),
        KNOWING.body(json.dumps({"a": [{name: {"deep": [unknown]}}]}, indent=1)),
        KNOWING.body(json.dumps({"a": json.dumps({name: unknown})})),
        KNOWING.body(f'{{"cut": 1, "{name}" : "{unknown}'),
        KNOWING.body(f"a=1&{name}='a' {unknown},;&b=2", "x-www-form-urlencoded"),
        KNOWING.url(f"https://h.example/cb?a=1&{name}='a' {unknown}#b").encode(),
        KNOWING.url(f"https://h.example/cb#a=1&{name}={unknown}").encode(),
        KNOWING.text(f"sent {name}={unknown} to it").encode(),
        KNOWING.text(repr({name: unknown})).encode(),
    ]

    for result in results:
        assert result is not None
        assert unknown.encode() not in result
        assert b"[redacted]" in result


@pytest.mark.parametrize(
    "body",
    [
        '{"token_type":"bearer","tokenType":"Bearer","expires_in":86400,"scope":"a"}',
        '{"endToEndIdSignature":"AAA+/w==","pageKey":"2","clientId":"f00d","key":"1"}',
        '{"access_token":null,"refresh_token":"","token_required":true}',
        '{"error":"invalid_token","error_description":"Basic or Bearer token expired"}',
        '{"code":"API.007","reason":"KMS.001","status":"RJCT","name":"Token Bank Bhd"}',
        '{"token_endpoint":"https://h","token_endpoint_auth_methods_supported":["x"]}',
        "grant_type=client_credentials&client_id=f00d&token_type_hint=access_token",
        "the Bearer token was refused; client_secret: required, access_token missing",
        "HTTP Basic authentication, Basic 1234567890 savings, U281, mail a@h.example",
    ],
)
def test_what_is_no_secret_comes_back_as_the_same_object(body: str) -> None:
    """Codes, names, signatures of messages and words about tokens are left alone."""
    raw = body.encode()

    assert KNOWING.body(raw) is raw
    assert KNOWING.text(body) == body


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", f"Bearer {TOKEN}", f"Bearer {SHOWN}"),
        ("authorization", "Bearer other", "Bearer [redacted]"),
        ("Authorization", "Basic dXNlcjpwYXNz", "Basic [redacted]"),
        ("Authorization", "just a secret", "[redacted]"),
        ("Proxy-Authorization", "Basic dXNlcjpwYXNz", "Basic [redacted]"),
        ("Cookie", "session=1; a=b", "[redacted]"),
        ("Set-Cookie", "session=1; Path=/", "[redacted]"),
        ("X-Signature", "ab12", "[redacted]"),
        ("X-Api-Key", "ab12", "[redacted]"),
        ("X-Auth-Token", TOKEN, SHOWN),
        (
            "Location",
            f"https://h/#access_token={TOKEN}&state=1",
            f"https://h/#access_token={SHOWN}&state=1",
        ),
        ("Location", "https://u:p@h/x", "https://redacted@h/x"),
        ("X-Echo", "Authorization: Bearer abc123", "Authorization: Bearer [redacted]"),
        ("X-Signature-Key", "4711", "4711"),
        ("X-Client-Id", "f00d", "f00d"),
        ("Vary", "Authorization, Cookie", "Authorization, Cookie"),
        ("Access-Control-Allow-Credentials", "true", "true"),
        ("WWW-Authenticate", CHALLENGE, CHALLENGE),
    ],
)
def test_headers_are_masked_by_name_and_by_value(
    name: str, value: str, shown: str
) -> None:
    """The scheme stays readable, and so does what is public."""
    given = {"Accept": "*/*", name: value}

    masked = KNOWING.headers(given)

    assert masked == {"Accept": "*/*", name: shown}
    assert (masked is given) == (shown == value)
    assert KNOWING.headers({name: value.encode()}) == {name: shown}


def test_one_secret_inside_another_does_not_uncover_it() -> None:
    """The longer one is masked as a whole, in base64 too."""
    redactor = Redactor({"abc1def": "[short]"}).knowing("xx-abc1def-yy", "[long]")
    encoded = base64.b64encode(b"xx-abc1def-yy").decode()

    assert redactor.text(f"xx-abc1def-yy abc1def {encoded}") == "[long] [short] [long]"


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("nt sec", "an incident second", "an incide[client secret]ond"),
        ("redacted", "password=x", "password=[redacted]"),
        ("redacted", "//u:p@h/", "//redacted@h/"),
        ("jwt #", JWT, f"[jwt #{fingerprint(JWT)}]"),
    ],
)
def test_a_mask_is_not_looked_into(secret: str, text: str, shown: str) -> None:
    """It stays whole though a secret be a word of it."""
    assert Redactor({secret: "[client secret]"}).text(text) == shown


def test_a_token_in_a_url_is_shown_by_its_fingerprint() -> None:
    """The # of the mask does not begin a fragment, and the fragment stays."""
    url = "https://h.example/cb?access_token={}&a=1#b"

    assert KNOWING.url(url.format(TOKEN)) == url.format(SHOWN)


def test_a_short_value_is_masked_by_its_name_only() -> None:
    """Three characters stand in many words, so they are not searched for."""
    redactor = Redactor({"abc": "[short]"})

    assert redactor.text("abcdef") == "abcdef"
    assert redactor.body(b'{"client_secret":"abc"}') == b'{"client_secret":"[short]"}'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"got {JWT}.", f"got [jwt #{fingerprint(JWT)}]."),
        (f"x%3D{JWT}&y", f"x%3D[jwt #{fingerprint(JWT)}]&y"),
        (f"cut {CUT_JWT}...", f"cut [jwt #{fingerprint(CUT_JWT)}]..."),
        (f"Bearer {JWT}", f"Bearer [jwt #{fingerprint(JWT)}]"),
        ("Bearer abc123", "Bearer [redacted]"),
        ("bearer%20abc123", "bearer%20[redacted]"),
        ("Basic dXNlcjpwYXNz", "Basic [redacted]"),
        (
            "/?to=%2Fcb%3Faccess_token%3Dab&c=1",
            "/?to=%2Fcb%3Faccess_token%3D[redacted]&c=1",
        ),
        ("proxy http://u:p@ss@h:3128", "proxy http://redacted@h:3128"),
        (
            "X-Signature: ab12\nCookie: a=b; c=d",
            "X-Signature: [redacted]\nCookie: [redacted]",
        ),
        (
            "&quot;client_secret&quot;:&quot;x&quot;",
            "&quot;client_secret&quot;:&quot;[redacted]&quot;",
        ),
        ("{'password': 'x', 'a': 1}", "{'password': '[redacted]', 'a': 1}"),
        ('{\\"password\\": \\"a\\\\\\"b\\"}', '{\\"password\\": \\"[redacted]\\"}'),
        (
            "header value: 'Bearer " + TOKEN + "\\n'",
            f"header value: 'Bearer {SHOWN}\\n'",
        ),
    ],
)
def test_a_secret_is_known_by_its_form(text: str, shown: str) -> None:
    """A JWT, a credential after its scheme, a password in a URL: in any text."""
    assert Redactor({TOKEN: SHOWN}).text(text) == shown


BLOCK = (
    "-----BEGIN {0}PRIVATE KEY-----\n"
    + "MIIEcanary+/" * 40
    + "\n-----END {0}PRIVATE KEY-----"
)


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "ENCRYPTED "])
@pytest.mark.parametrize(
    "form",
    [
        *(FORMS["raw"], FORMS["percent"], FORMS["form"], FORMS["JSON of PHP"]),
        lambda value: value[:300],
        lambda value: repr(value.encode()),
    ],
)
def test_a_private_key_is_known_by_its_form(
    form: Callable[[str], str], kind: str
) -> None:
    """A PEM block (RFC 7468), whole or cut off, wherever it stands."""
    text = f"sent: {form(BLOCK.format(kind))}"
    shown = [Redactor().text(text), Redactor().url(f"https://h/?q={text}")]
    shown += [(Redactor().body(json.dumps({"a": text})) or b"").decode()]

    assert ["canary" in one for one in shown] == [False] * 3
    assert ["[private key]" in one for one in shown] == [True] * 3


def test_a_certificate_and_words_about_keys_are_left_alone() -> None:
    """What is public stays, and so does what only names the form."""
    for text in (
        BLOCK.format("").replace("PRIVATE KEY", "CERTIFICATE"),
        "give the text that begins with -----BEGIN PRIVATE KEY-----, whole",
    ):
        assert Redactor().text(text) == text
