"""What holds for every redaction: for any secret, any text, and at any length."""

from __future__ import annotations

import base64
import html
import json
from typing import Any
from urllib.parse import quote, quote_plus

from hypothesis import assume, example, given, settings, strategies as st

from paynet_nb.wire import Redactor, is_ordinary
from tests.helpers.jwts import written

MASK = "[client secret]"
unhurried = settings(max_examples=60, deadline=None)  # each secret has its patterns
JWT = written()

# Printable ASCII (RFC 6749 appendix A), half of the time only what encoders change.
secrets = (
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=5)
    | st.text("/+&= %:\"\\<>'u0aA25c;#x~", min_size=5)
).filter(lambda text: not is_ordinary(text.strip()))
names = st.sampled_from(["client_secret", "token_type", "name", "access_token", "n"])
fragments = st.lists(
    names
    | st.text(max_size=3)
    | st.sampled_from([MASK, JWT, "[redacted]", "Bearer ", "Basic eDp5eg==", "//u:p@"])
    | st.sampled_from(
        [*"=:\"'\\ &?#{}[],;@%<\n", '\\"', "%3D", "&quot;", "\\u00", "abc12"]
    )
).map("".join)


def forms(secret: str) -> set[str]:
    """Write a secret in every form that PayNet, a server or a library may give it."""
    escaped = json.dumps(secret)[1:-1]
    plain = {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        quote(quote(secret, safe=""), safe=""),
        quote(quote_plus(secret), safe=""),
        escaped,
        escaped.replace("/", "\\/"),
        escaped.replace("<", "\\u003c").replace("&", "\\u0026").replace("'", "\\u0027"),
        json.dumps(escaped)[1:-1],
        quote(escaped, safe=""),
        html.escape(secret),
        html.escape(secret).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),
        html.escape(escaped),
        html.escape(html.escape(secret)),
        quote(html.escape(secret), safe=""),
        json.dumps(html.escape(secret))[1:-1].replace("&", "\\u0026"),
    }
    encoded = {
        encode(before + value.encode()).decode().rstrip("=")
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
        for before in (b"", b"i:", b"id:", b"i%3A:")
        for value in (secret, quote_plus(secret))
    }
    return plain | encoded | {quote(text, safe="") for text in encoded}


def hidden(text: str) -> str:
    """Take out the masks, which may hold a word that is the secret."""
    return text.replace(MASK, "\0").replace("[redacted]", "\0")


def texts_of(value: Any) -> list[str]:
    """Give all texts of a JSON document, names included."""
    if isinstance(value, dict):
        return [*value, *(text for part in value.values() for text in texts_of(part))]
    if isinstance(value, list):
        return [text for part in value for text in texts_of(part)]
    return [value] if isinstance(value, str) else []


def shape_of(value: Any) -> Any:
    """Give the structure of a JSON document, without what stands in it."""
    if isinstance(value, dict):
        return {name: shape_of(part) for name, part in value.items()}
    return [shape_of(part) for part in value] if isinstance(value, list) else None


def kept(redactor: Redactor, body: str, content_type: str = "") -> str:
    """Redact a body and read it."""
    return (redactor.body(body, content_type) or b"").decode("utf-8", "surrogatepass")


@unhurried
@given(secrets, st.sampled_from(["{}", "(a {} b)", "<p>{}</p>", "q?x={}&y=1", "'{}'"]))
def test_no_form_of_any_secret_survives(secret: str, place: str) -> None:
    """Not in a text, a URL, a form or a page, whatever characters the secret has."""
    redactor = Redactor({secret: MASK})
    written_forms = {form for form in forms(secret.strip()) if form not in place}

    for form in written_forms:
        text = place.format(form)
        for result in (
            redactor.text(text),
            redactor.url(text),
            kept(redactor, text, "application/x-www-form-urlencoded"),
        ):
            left = hidden(result)
            assert not [found for found in written_forms if found in left], form


@unhurried
@given(secrets, st.data())
def test_json_stays_json_of_the_same_structure(
    secret: str, data: st.DataObject
) -> None:
    """Only texts change, and the secret is in none of them."""
    secret = secret.strip()
    leaves = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=9)
        | st.sampled_from(
            [secret, f"a{secret}b", json.dumps({"client_secret": secret})]
        )
    )
    document = data.draw(
        st.recursive(
            leaves,
            lambda part: st.lists(part) | st.dictionaries(st.sampled_from("abc"), part),
            max_leaves=20,
        ).map(lambda part: [part])
    )
    body = json.dumps(document, ensure_ascii=data.draw(st.booleans()))

    redacted = json.loads(kept(Redactor({secret: MASK}), body))

    assert not [text for text in texts_of(redacted) if secret in hidden(text)]
    assert shape_of(redacted) == shape_of(document)


@example('client_secret=client_secret"#', "s3cr3t")
@unhurried
@given(fragments, st.sampled_from(["s3cr3t-v4lue", "secret", "redacted", 'a b&"c']))
def test_what_was_redacted_is_not_changed_again(text: str, secret: str) -> None:
    """A mask stays the mask it is, in every place."""
    redactor = Redactor({secret: MASK}).knowing("abc12", "[token #00000000]")

    def in_all_places(text: str) -> list[str]:
        return [
            redactor.text(text),
            redactor.url(text),
            kept(redactor, text),
            kept(redactor, text, "x-www-form-urlencoded"),
            redactor.headers({"X": text})["X"],
            redactor.headers({"Authorization": text})["Authorization"],
        ]

    once = in_all_places(text)

    assert [in_all_places(result)[place] for place, result in enumerate(once)] == once


@unhurried
@given(st.binary() | fragments.map(lambda text: text.encode("utf-16", "surrogatepass")))
def test_any_bytes_can_be_redacted(body: bytes) -> None:
    """What is not UTF-8 neither fails nor hides a secret."""
    redacted = Redactor({"s3cr3t": MASK}).body(body + "s3cr3t".encode("utf-16-le"))

    assert redacted is not None
    assert b"s3cr3t" not in redacted.replace(b"\0", b"")


@unhurried
@given(secrets, st.sampled_from(['{"error":"%"}', '["%", "%"]', '{"%":1}', '{"a":%}']))
def test_a_server_that_forgets_to_escape_shows_nothing(secret: str, body: str) -> None:
    """The secret may then change what the JSON says, or pass for JSON itself."""
    secret = secret.strip()
    assume(secret not in body)

    redacted = kept(Redactor({secret: MASK}), body.replace("%", secret))

    assert secret not in hidden(redacted)
