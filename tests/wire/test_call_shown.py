"""A call as a notebook shows it."""

from __future__ import annotations

import re

import pytest

from tests.helpers.records import call_of


def test_a_record_is_shown_field_by_field() -> None:
    """A field is a row with its name as heading, so that none is out of sight."""
    page = call_of(status=200, body=b'{"a": {"b": "007"}, "c": null}')._repr_html_()

    assert page.count("<th ") == page.count('<th scope="row"') == 3  # and the URL
    assert ">a.b</th>" in page
    assert ">007</td>" in page


def test_a_list_is_shown_as_a_table() -> None:
    """Its records are rows below the names of their fields."""
    page = call_of(
        status=200, body=b'{"l": [{"a": "007"}, {"a": "008"}]}'
    )._repr_html_()

    assert re.search(r'<th scope="col"[^>]*>a</th>', page)


def test_a_message_that_is_all_of_an_answer_is_told_once() -> None:
    """Above the advice; only the folded answer has it once more."""
    busy = call_of(status=429, body=b'{"message": "rate limit exceeded"}')

    shown, folded = busy._repr_html_().split("<details>", 1)

    assert shown.count("rate limit exceeded") == 1
    assert folded.count("rate limit exceeded") == 1


def test_what_is_no_json_is_shown_as_text() -> None:
    """Markup in it is text."""
    page = call_of(status=200, body=b"<b>Sign in</b>")._repr_html_()

    assert ">&lt;b&gt;Sign in&lt;/b&gt;</p>" in page


@pytest.mark.parametrize("blanks", [b"", b" " * 10_000], ids=["short", "long"])
def test_a_name_that_stands_twice_is_told(blanks: bytes) -> None:
    """An amount may be one of the two, and which one counts is left open by JSON."""
    call = call_of(body=b'{"amount": "1.00", "amount": "2.00"}' + blanks)

    with pytest.warns(UserWarning, match="GET / has 'amount' twice in one obj"):
        frame = call.to_frame()
    with pytest.warns(UserWarning, match="call.text has all"):
        call.tables()

    assert frame["amount"].to_list() == ["2.00"]
