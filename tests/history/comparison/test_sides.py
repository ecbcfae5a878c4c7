"""`compare`: what it takes, calls, tokens and texts, and what it keeps of secrets."""

from __future__ import annotations

import re
import traceback
from decimal import Decimal
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb.history import compare
from tests.helpers.jwts import CLAIMS, NOW, changed, written

OPAQUE = "opaque-canary-0123456789"


def call(
    status: int | None = 200, body: bytes = b'{"n": 10.0}', **more: Any
) -> pn.Call:
    """Make up a call."""
    return pn.Call(
        kind="call",
        environment="test",
        method="GET",
        url="https://api.example.my/x",
        request_headers={},
        request_body=None,
        status=status,
        body=body,
        sent_at_s=NOW,
        elapsed_s=0.1,
        request_bytes=0,
        **more,
    )


def rows(a: object, b: object, **options: Any) -> list[tuple[Any, ...]]:
    """List path, change, left and right of each difference."""
    frame = compare(a, b, **options)
    return [tuple(row) for row in frame.to_numpy()[:, :4].tolist()]


def test_calls_differ_in_status_and_body() -> None:
    """The answer counts, not its headers or the token that was used."""
    assert rows(call(), call(headers={"Date": "now"}, token="f00d")) == []
    assert rows(call(), call(404, b'{"n": "10.0", "error": null}')) == [
        ("HTTP status", "changed", 200, 404),
        ("n", "changed", Decimal("10.0"), "10.0"),
        ("error", "added", None, None),
    ]


def test_headers_are_compared_when_asked() -> None:
    """Their names compare without case; times and IDs of requests are volatile."""
    left = call(headers={"Date": "x", "X-Request-Id": "1", "Server": "a"})
    right = call(headers={"date": "y", "x-request-id": "2", "Via": "b"})

    frame = compare(left, right, headers=True)

    assert frame["path"].tolist() == [
        "HTTP header date",
        "HTTP header x-request-id",
        "HTTP header server",
        "HTTP header via",
    ]
    assert frame["volatile"].tolist() == [True, True, False, False]


def test_calls_without_json_can_be_compared() -> None:
    """No answer, an empty one and a web page differ as what they are."""
    page = call(502, b"<html>")

    assert rows(call(None, b"", error="timed out"), page) == [
        ("no answer", "removed", "timed out", None),
        ("HTTP status", "added", None, 502),
        ("whole value", "added", None, "<html>"),
    ]
    assert rows(call(), page)[1:] == [
        ("whole value", "changed", {"n": Decimal("10.0")}, "<html>")
    ]


def test_a_call_can_be_compared_with_what_was_expected() -> None:
    """Of a call and JSON, parsed or as text, only the body is compared."""
    assert rows(call(), {"n": 10.0}) == []
    assert rows('{"n": 10.00}', call()) == [
        ("n", "changed", Decimal("10.00"), Decimal("10.0"))
    ]


def test_tokens_are_compared_by_what_they_say() -> None:
    """However a token is given; the next one has new times, which are volatile."""
    later = written(changed(exp=NOW + 90000, jti="ff", aud=["x"]), header={"alg": "no"})

    frame = compare(written(), f"Bearer {later}")

    assert rows(pn.inspect_token(written()), written()) == []
    assert frame[["path", "change"]].to_numpy().tolist() == [
        ["header.kid", "removed"],
        ["header.alg", "changed"],
        ["payload.exp", "changed"],
        ["payload.jti", "changed"],
        ["payload.aud", "changed"],
    ]
    assert frame["volatile"].tolist() == [False, False, True, True, False]
    assert frame["right"].tolist()[2:] == [NOW + 90000, "ff", ["x"]]


def test_a_token_object_is_compared_by_what_it_says() -> None:
    """A `Token` is as good as its text."""

    class Token:
        access_token = written()

    assert rows(Token(), written(changed(scope="x"))) == [
        ("payload.scope", "changed", CLAIMS["scope"], "x")
    ]


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (
            OPAQUE,
            pn.ClaimsError,
            "b: the token cannot be read as a JWT: it has no dots",
        ),
        (f'{{"a": "{OPAQUE}"', pn.ConfigurationError, "b: the text cannot be read as"),
    ],
)
def test_a_text_that_cannot_be_read_is_not_quoted(
    text: str, error: type[Exception], message: str
) -> None:
    """The error says which side it is and why; no traceback holds the text."""
    with pytest.raises(error, match=message) as raised:
        compare({}, text)

    frames = traceback.TracebackException.from_exception(
        raised.value, capture_locals=True
    )
    ours = [x for x in frames.stack if "paynet_nb" in x.filename]
    assert len(ours) > 1
    assert OPAQUE not in "".join(str(x.locals) for x in ours) + str(raised.value)
    assert raised.value.__context__ is None


def test_secrets_in_json_are_masked() -> None:
    """That a secret changed can be seen, but not what it is; nor in what was added."""
    left: dict[str, Any] = {
        "access_token": OPAQUE,
        "id_token": written(),
        "users": [{"token": OPAQUE, "n": 1}, {"token": f"{OPAQUE}2", "n": 2}],
    }
    right: dict[str, Any] = {
        "access_token": f"{OPAQUE}1",
        "id_token": written(changed(jti="2")),
        "users": [{"token": f"{OPAQUE}2", "n": 3}, {"token": OPAQUE, "n": 4}],
        "more": {"keys": [{"client_secret": OPAQUE}], "note": f"it is {written()}"},
        written(): 1,
    }

    frame = compare(left, right)

    shown = str(frame.to_dict()) + repr(frame) + frame._repr_html_()
    assert {"access_token", "id_token", "more"} < {*frame["path"]}
    assert OPAQUE not in shown
    assert "eyJ" not in shown
    assert left["access_token"] == OPAQUE
    assert frame["left"][0] == frame["right"][0] == "[redacted]"
    assert re.fullmatch(r"\[jwt #[0-9a-f]{8}\]", frame["left"][1])
    assert frame["left"][1] != frame["right"][1]


def test_the_fingerprints_in_a_call_stay() -> None:
    """What was masked when it was captured is not masked again."""
    found = rows(
        call(body=b'{"access_token": "[token #00000001]"}'),
        call(body=b'{"access_token": "[token #00000002]"}'),
    )

    assert found[0][2:] == ("[token #00000001]", "[token #00000002]")


def test_the_frame_holds_none_of_the_callers_data() -> None:
    """Who changes a cell does not change the answer that was compared."""
    data = {"a": [{"b": 1}]}

    frame = compare({}, data)
    frame["right"][0][0]["b"] = 2

    assert data == {"a": [{"b": 1}]}
