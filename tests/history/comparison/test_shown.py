"""`compare`: how a person sees what differs, on a page and in a terminal."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from paynet_nb.history import compare


@pytest.mark.parametrize("form", [repr, lambda frame: frame._repr_html_()])
def test_both_forms_say_in_words_what_differs(form: Any) -> None:
    """Kinds of values can be told apart, and so can null and absent."""
    frame = compare(
        {"n": 1, "gone": None, "iat": 1, "list": [Decimal("1.0")]},
        {"n": "1", "iat": 2, "list": [], "new": {"a": [True]}},
        hide_volatile=True,
    )

    shown = re.sub("<[^>]*>|\\s+", " ", form(frame).replace("<wbr>", "")).replace(
        "&quot;", '"'
    )

    words = " ".join(shown.split())
    assert "Differences: 1 added, 2 removed, 1 changed; 1 of IDs" in words
    assert 'n changed 1 "1"' in words
    assert "gone removed null (absent)" in words
    assert "list[0] removed 1.0 (absent)" in words
    assert 'new added (absent) {"a": [true]}' in words


def test_no_difference_is_said_so() -> None:
    """An empty frame is not an empty page."""
    frame = compare([1, 2], [2, 1])

    assert repr(frame) == "Differences: none"
    assert "Differences: none" in frame._repr_html_()
    assert "order in lists is not compared" in frame._repr_html_()
    assert "<table" not in frame._repr_html_()


def test_the_page_shows_where_long_texts_differ() -> None:
    """The part that two long texts share is cut, not the part that differs."""
    same = "0123456789" * 50

    page = compare({"x": f"{same}left"}, {"x": f"{same}right"})._repr_html_()

    assert "...01234567890123456789left" in page.replace("&quot;", "")
    assert "right" in page


def test_the_page_is_read_from_the_left_and_breaks_long_words() -> None:
    """JupyterLab sets all cells to the right, and a long word hid the other side."""
    page = compare({"x": "a" * 500}, {"x": "b"})._repr_html_()

    cells = re.findall("<(?:td|th scope=.col.)[^>]*>", page)
    assert len(cells) == 8
    assert all("text-align:left" in cell for cell in cells)
    assert page.count("overflow-wrap:anywhere") == 4  # heading, path, both sides


def test_that_only_ids_and_times_differ_is_said_so() -> None:
    """They always do; another difference is told as before."""
    old, new = {"messageId": "20260101A", "n": 1}, {"messageId": "20260101B", "n": 1}

    for frame in (compare(old, new), compare(old, new, hide_volatile=True)):
        assert "No difference but IDs and times (1)" in repr(frame)
    for form in (repr(compare(old, new)), compare(old, new)._repr_html_()):
        assert "new each time" in form
        assert "volatile" not in form
        assert "No difference but IDs and times (1)" in frame._repr_html_()
    assert "Differences: 2 changed" in repr(compare(old, {**new, "n": 2}))


def test_what_was_compared_cannot_act_on_the_page() -> None:
    """Names, values and keys are escaped; marks that reorder text are visible."""
    evil = "<script>\u202e\x1b[31m"
    frame = compare(
        {evil: evil, "l": [{"code": evil, "n": 1}]}, {"l": [{"code": evil, "n": 2}]}
    )

    page, text = frame._repr_html_(), repr(frame)

    assert "<script" not in page
    assert not {"\u202e", "\x1b"} & {*page, *text}


def test_a_filtered_frame_shows_itself_in_the_same_way() -> None:
    """What pandas makes of the frame is as readable, or a plain frame."""
    frame = compare({"a": 1, "b": 1}, {"a": "1"})

    assert "1 removed" in frame[frame["change"] == "removed"]._repr_html_()
    assert "Differences" not in frame[["path"]]._repr_html_()
    assert repr(frame[["path"]]) == repr(pd.DataFrame({"path": ["a", "b"]}, dtype="O"))
