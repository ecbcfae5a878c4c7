"""JSON text as Python data: exact numbers, errors in words."""

from __future__ import annotations

import gc
import json
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from paynet_nb.wire import parse_json
from tests.helpers.jsons import unhurried

TEXTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
)


@unhurried
@given(TEXTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_what_was_written_is_read(data: object, encoding: str) -> None:
    """Text and bytes, with a byte order mark or without, give the data back."""
    text = json.dumps(data, ensure_ascii=False)

    assert parse_json(text) == parse_json(f"\ufeff{text}") == data
    assert parse_json(text.encode(encoding)) == data


@unhurried
@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_no_number_was_ever_a_float(number: Decimal) -> None:
    """A number keeps each of its digits, the zeros at its end too."""
    text = f"{number:f}"
    as_fraction = text if "." in text else f"{text}.0"

    assert str(parse_json(as_fraction)) == str(Decimal(as_fraction))


@pytest.mark.parametrize("sign", ["", "-"])
def test_an_integer_longer_than_python_reads_is_exact(sign: str) -> None:
    """5,000 digits become a Decimal that holds each of them."""
    digits = f"{sign}{'7' * 5000}"

    number = parse_json(f'{{"n": {digits}, "m": 1}}')

    assert number == {"n": Decimal(digits), "m": 1}
    assert str(number["n"]) == digits


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "expecting value, line 1, column 1"),
        ('{"a": 1,\n "b": nil}', "expecting value, line 2, column 7"),
        ('{"a": 1}}', "extra data, line 1, column 9"),
        ('["\x01"]', "invalid control character, line 1, column 3"),
        (
            '["NaN",\n NaN]',
            "a number is NaN, infinite or beyond a Decimal, line 2, column 2",
        ),
        (
            "[1, -Infinity]",
            "a number is NaN, infinite or beyond a Decimal, line 1, column 5",
        ),
        (
            '["1e99999999999999999999", 1e99999999999999999999]',
            "a number is NaN, infinite or beyond a Decimal, line 1, column 28",
        ),
        (b'["\xff"]', "byte 3 is not utf-8"),
        ("[" * 100_000, "it is nested too deep"),
        ('{"a":' * 100_000, "it is nested too deep"),
    ],
)
def test_an_error_tells_the_place(text: str | bytes, problem: str) -> None:
    """What is not JSON is a ValueError whose message tells what is wrong, and where."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        parse_json(text)

    assert str(caught.value) == f"the text cannot be read as JSON: {problem}"


def test_an_error_carries_nothing_of_the_text() -> None:
    """Neither the error nor what led to it holds the text, which may hold a secret."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        parse_json('{"client_secret": "canary"')

    assert "canary" not in repr(caught.value.__dict__) + str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("blanks", ["", " " * 10_000], ids=["short", "long"])
def test_of_repeated_names_the_last_counts_and_all_are_found(blanks: str) -> None:
    """A name that stands twice in one object is listed; twice in two is nothing odd."""
    text = '[{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}, {"a": 4, "c": 5}]' + blanks
    found: list[str] = []

    data = parse_json(text, on_repeated=found.extend)

    assert data == parse_json(text) == [{"a": 3, "b": {"c": 2}}, {"a": 4, "c": 5}]
    assert sorted(found) == ["a", "c"]


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("text", ["[1]", "[1"])
def test_the_garbage_collector_is_left_as_it_was(text: str, *, enabled: bool) -> None:
    """Parsing, in vain or not, ends with the collector on or off as before."""
    (gc.enable if enabled else gc.disable)()
    try:
        parse_json(text)
    except ValueError:
        pass
    finally:
        left = gc.isenabled()
        gc.enable()

    assert left is enabled


@pytest.mark.parametrize("charset", ["UTF-7", "utf7", "utf-8", "windows-1252"])
def test_json_is_read_in_the_charset_that_is_named(charset: str) -> None:
    """UTF-7 is a form of Unicode that JSON's own detection does not know."""
    body = '{"a": "caf\u00e9"}'.encode(charset)

    assert parse_json(body, f"application/json; Charset={charset}") == {
        "a": "caf\u00e9"
    }
