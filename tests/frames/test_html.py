"""A frame on a page: escaped, readable to a screen reader, of bounded size."""

from __future__ import annotations

from html.parser import HTMLParser

import pandas as pd
import pytest

from paynet_nb.frames import record_texts, to_html

EVIL = "<script>alert('&amp;')</script>"


class Cells(HTMLParser):
    """Reads a page's tags with their attributes, and the text in its table."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and what it is the heading of."""
        self.tags.append((tag, dict(attrs).get("scope")))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if data.strip():
            self.text.append(data)


def test_server_text_is_escaped() -> None:
    """Neither a cell nor a column's name becomes markup."""
    page = Cells(to_html(pd.DataFrame({EVIL: [EVIL]}), max_rows=5))

    assert "script" not in [tag for tag, _ in page.tags]
    assert page.text == [EVIL, "0", EVIL]


def test_each_heading_says_what_it_heads() -> None:
    """Headings of columns and rows have a scope; the empty corner is no heading."""
    page = Cells(to_html(pd.DataFrame({"a": [1], "b": [2]}), max_rows=5))

    assert [scope for tag, scope in page.tags if tag == "th"] == ["col", "col", "row"]
    assert ("caption", None) not in page.tags


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 119 + "\N{HORIZONTAL ELLIPSIS}"),
        ("a\u202eb\ud800", "a\\u202eb\\ud800"),
        ("$5 and $6", "$5 and $6"),
        (None, "None"),
        (pd.NA, "<NA>"),
    ],
)
def test_a_cell_is_short_and_all_of_it_is_seen(cell: object, text: str) -> None:
    """Long text is cut; what acts unseen is shown as its code."""
    frame = pd.DataFrame({"a": [cell]}, dtype="object")

    page = to_html(frame, max_rows=5)

    assert Cells(page).text == ["a", "0", text]


def test_a_heading_is_short_and_all_of_it_is_seen() -> None:
    """A column's name comes from the server too."""
    page = to_html(pd.DataFrame({f"\u202e{'x' * 500}": [1]}), max_rows=5)

    assert Cells(page).text[0] == f"\\u202e{'x' * 118}\N{HORIZONTAL ELLIPSIS}"


def test_fractions_have_one_decimal() -> None:
    """A time of 12.345 ms is shown as 12.3."""
    page = to_html(pd.DataFrame({"ms": [12.345, 1.0]}), max_rows=5)

    assert Cells(page).text == ["ms", "0", "12.3", "1", "1.0"]


def test_dollar_signs_are_money() -> None:
    """MathJax is told to leave the table alone."""
    page = to_html(pd.DataFrame({"a": ["$5"]}), max_rows=5)

    assert "mathjax_ignore" in page


def test_a_large_frame_is_shown_in_part_and_says_so() -> None:
    """The middle of many rows and columns is left out, and their true number stands."""
    frame = pd.DataFrame({f"c{i}": range(1000) for i in range(100)})

    page = to_html(frame, max_rows=6)

    assert len(page) < 10_000
    assert "1000 rows" in page
    assert "100 columns" in page


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame(index=range(2))])
def test_an_empty_frame_has_a_page_too(frame: pd.DataFrame) -> None:
    """A frame without columns or rows is a table without cells."""
    assert "<table" in to_html(frame, max_rows=5)


def test_a_record_is_written_field_by_field() -> None:
    """Names and values are text in which nothing acts unseen; long values are cut."""
    texts = record_texts(pd.DataFrame({"a\u202e": ["007"], "b": ["x" * 500]}))

    assert texts == {"a\\u202e": "007", "b": "x" * 119 + "\N{HORIZONTAL ELLIPSIS}"}


def test_a_record_of_many_fields_says_how_many_are_left_out() -> None:
    """30 fields are shown, and the others counted."""
    texts = record_texts(pd.DataFrame({f"f{number}": [1] for number in range(100)}))

    assert len(texts) == 31
    assert [*texts.items()][29:] == [
        ("f29", "1"),
        ("\N{HORIZONTAL ELLIPSIS}", "70 more"),
    ]
