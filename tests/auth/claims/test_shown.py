"""`inspect_token` and `compare_tokens`: how a person sees what they found."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb.auth.claims import SAMPLE_TOKEN
from paynet_nb.display import both_clocks
from tests.helpers.jwts import CLAIMS, HEADER, NOW, changed, written


def rows(frame: Any) -> list[tuple[Any, ...]]:
    """List a frame's rows."""
    return [tuple(row) for row in frame.to_numpy().tolist()]


def test_the_frame_has_one_row_for_each_field() -> None:
    """Header first, then payload; a time is a number, its meaning has both clocks."""
    frame = pn.inspect_token(SAMPLE_TOKEN).to_frame()

    assert list(frame.columns) == ["part", "name", "value", "meaning"]
    assert frame["part"].tolist() == ["header"] * 2 + ["payload"] * 7
    assert " ".join(frame["name"]) == "kid alg sub nbf scope iss exp iat jti"
    assert rows(frame)[6] == (
        "payload",
        "exp",
        1649727395,
        "ends 2022-04-12 01:36:35 UTC, 09:36:35 Kuala Lumpur",
    )
    assert rows(frame)[1][3] == "how it is signed: RSA with SHA-256"


def test_values_keep_their_kind_in_the_frame() -> None:
    """Numbers, truth values and null stay; objects and lists are JSON text."""
    claims: dict[str, Any] = {
        "big": 2**63 + 1,
        "half": 0.5,
        "yes": True,
        "null": None,
        "zeros": "00123",
        "list": ["\u674e", 1],
        "object": {"a": {"b": []}},
    }

    frame = pn.inspect_token(written(claims, header={})).to_frame()

    values = frame["value"].tolist()
    assert values[:5] == [2**63 + 1, 0.5, True, None, "00123"]
    assert [type(value) for value in values[:3]] == [int, float, bool]
    assert values[5:] == ['["\u674e", 1]', '{"a": {"b": []}}']


def test_a_token_without_fields_has_an_empty_frame() -> None:
    """A header and a payload that are empty objects give the columns and no row."""
    frame = pn.inspect_token(written({}, header={})).to_frame()

    assert list(frame.columns) == ["part", "name", "value", "meaning"]
    assert len(frame) == 0


@pytest.mark.parametrize("form", [str, lambda report: report._repr_html_()])
def test_card_and_text_show_all_that_was_found(form: Any) -> None:
    """Fields, meanings, both clocks, findings and the verdict stand in words."""
    token = written({"exp": "1", "iat": "1", "sub": "Ali", "scope": "rpp:merchant"})
    report = pn.inspect_token(token)

    shown = re.sub("<[^>]*>", " ", form(report)).replace("&#x27;", "'")

    assert "NOT verified: no key was given" in shown
    for _, name, value, meaning in rows(report.to_frame()):
        assert [x for x in (name, str(value), meaning) if x not in shown] == []
    assert len(report.findings) == 4
    for finding in report.findings:
        assert finding.message in shown
        assert finding.severity in shown


def test_the_repr_is_one_short_line() -> None:
    """One line says what matters, however odd the token is."""
    report = pn.inspect_token(written(header={"alg": "x\n" * 500}), now=NOW)

    assert repr(pn.inspect_token(SAMPLE_TOKEN)) == (
        "<TokenInspection RS256, 7 claims, NOT verified, "
        "findings: expired, issuer_not_url, no_audience>"
    )
    assert len(repr(report).splitlines()) == 1
    assert len(repr(report)) < 100


def test_what_a_token_says_cannot_act_on_the_page() -> None:
    """HTML in names and values is escaped; control and reordering marks are visible."""
    evil = "<script>alert(1)</script>"
    report = pn.inspect_token(
        written(
            {evil: evil, "iss": f"{evil}\u202e\x1b[31m\x00", "scope": [evil]},
            header={"alg": evil, "kid": "\ud800".encode("utf-8", "replace").decode()},
        )
    )

    page, text = report._repr_html_(), str(report)

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    for form in (page, text):
        assert not {"\u202e", "\x1b", "\x00"} & {*form}
        assert "\\u202e" in form


def test_a_lone_surrogate_can_be_shown_and_saved() -> None:
    r"""A claim with half a character (\ud800) does not stop a notebook from saving."""
    report = pn.inspect_token(written(b'{"sub": "\\ud800", "a": ["\\udfff"]}'))

    assert "\\ud800" in str(report).encode("utf-8").decode()
    assert "\\ud800" in report._repr_html_().encode("utf-8").decode()


def test_the_card_uses_no_fixed_colour_and_no_script() -> None:
    """The card inherits the theme's colours, and a screen reader finds its heading."""
    page = pn.inspect_token(SAMPLE_TOKEN)._repr_html_()

    assert not re.search(r"[;\"]color:(?!color-mix)|<script|onclick", page)
    assert 'role="heading"' in page
    assert '<th scope="col"' in page


def test_two_tokens_are_compared_field_by_field() -> None:
    """What stays and what changes between a token and the next one is one table."""
    later = changed(exp=NOW + 90000, jti="ff", aud=..., azp="x", scope=["rpp:merchant"])

    frame = pn.compare_tokens(written(), f"Bearer {written(later)}")

    assert list(frame.columns) == ["part", "name", "change", "left", "right"]
    assert [row[:3] for row in rows(frame)] == [
        ("header", "kid", "same"),
        ("header", "alg", "same"),
        ("payload", "sub", "same"),
        ("payload", "nbf", "same"),
        ("payload", "scope", "changed"),
        ("payload", "iss", "same"),
        ("payload", "exp", "changed"),
        ("payload", "iat", "same"),
        ("payload", "jti", "changed"),
        ("payload", "aud", "removed"),
        ("payload", "azp", "added"),
    ]
    assert rows(frame)[6][3:] == (CLAIMS["exp"], NOW + 90000)
    assert rows(frame)[4][4] == '["rpp:merchant"]'
    assert rows(frame)[9][4] is None


def test_values_are_compared_as_json_has_them() -> None:
    """True is not 1, NaN is NaN, and the order of an object's names has no meaning."""
    left = {"a": True, "b": math.nan, "c": {"x": 1, "y": 2}, "d": 1}
    right = {"a": 1, "b": math.nan, "c": {"y": 2, "x": 1}, "d": 1.0}

    frame = pn.compare_tokens(written(left), written(right))

    changes = [row[2] for row in rows(frame) if row[0] == "payload"]
    assert changes == ["changed", "same", "same", "changed"]


def test_the_token_that_cannot_be_compared_is_named() -> None:
    """The error says which of the two texts is no JWT."""
    with pytest.raises(pn.ClaimsError, match="the second token cannot be read"):
        pn.compare_tokens(written(), "opaque")

    with pytest.raises(pn.ClaimsError, match="the first token cannot be read"):
        pn.compare_tokens("opaque", written(HEADER))


def test_a_time_is_shown_on_both_clocks_whatever_it_is() -> None:
    """No number in a time claim stops the card; what is no time is said to be none."""
    for value in (
        1e300,
        -1e300,
        10**400,
        math.nan,
        math.inf,
        -1,
        1.5,
        10**15,
        True,
        "1",
    ):
        report = pn.inspect_token(written({"exp": value}))

        meaning = rows(report.to_frame())[2][3]
        known = both_clocks(value) if value in (-1, 1.5) else "not a time in seconds"
        assert meaning == f"ends {known}"
        assert meaning in str(report)


def test_a_missing_signature_is_not_called_redacted() -> None:
    """A token that nobody signed has nothing to withhold."""
    page = pn.inspect_token(written(signature=""))._repr_html_()

    assert "redacted" not in page
    assert "anyone could have written this" in page
