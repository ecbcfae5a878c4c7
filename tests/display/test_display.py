"""The small pieces of HTML, text and time that cards share."""

from __future__ import annotations

import math
import re
from datetime import datetime
from decimal import Decimal
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from paynet_nb.display import (
    KUALA_LUMPUR,
    both_clocks,
    card,
    details,
    duration,
    escape,
    facts,
    moment,
    plain,
    table,
    visible,
)

EVIL = "<b onclick='x()'>\u202e\x1b[2J\x00\ud800</b>"


class Balance(HTMLParser):
    """Follows a page's tags: what is open, and the names that were seen."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Note an opened tag."""
        del attrs
        self.open.append(tag)
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last, which must be this one."""
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("epoch", "text"),
    [
        (1649727395, "2022-04-12 01:36:35 UTC, 09:36:35 Kuala Lumpur"),
        (1649700000, "2022-04-11 18:00:00 UTC, 2022-04-12 02:00:00 Kuala Lumpur"),
        (0, "1970-01-01 00:00:00 UTC, 08:00:00 Kuala Lumpur"),
        (-0.5, "1969-12-31 23:59:59 UTC, 1970-01-01 07:59:59 Kuala Lumpur"),
        (-62135596800, "0001-01-01 00:00:00 UTC, 08:00:00 Kuala Lumpur"),
        (-62135596801, "not a time between the years 1 and 9999"),
        (253402300799, "not a time between the years 1 and 9999"),
        (10**400, "not a time between the years 1 and 9999"),
        (1e300, "not a time between the years 1 and 9999"),
        (math.inf, "not a time between the years 1 and 9999"),
        (math.nan, "not a time between the years 1 and 9999"),
    ],
)
def test_a_time_is_written_on_both_clocks(epoch: float, text: str) -> None:
    """The day of Kuala Lumpur is written where it differs; no number fails."""
    assert both_clocks(epoch) == text


@pytest.mark.parametrize(
    ("epoch", "text"),
    [
        (1649727395, "Tue 12 Apr 2022 09:36 Kuala Lumpur (01:36 UTC)"),
        (1649700000, "Tue 12 Apr 2022 02:00 Kuala Lumpur (11 Apr 18:00 UTC)"),
        (10**400, "not a time between the years 1 and 9999"),
    ],
)
def test_a_moment_is_written_for_a_person(epoch: float, text: str) -> None:
    """The day, the hour, and no seconds."""
    assert moment(epoch) == text


@pytest.mark.parametrize("year", [1983, 2000, 2026])
def test_the_fixed_offset_is_kuala_lumpurs(year: int) -> None:
    """The time zone that needs no database agrees with the database's."""
    for month in (1, 7):
        noon = datetime(year, month, 1, 12, tzinfo=KUALA_LUMPUR)

        assert noon.replace(tzinfo=ZoneInfo("Asia/Kuala_Lumpur")) == noon


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.9, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (86399, "23 h 59 min"),
        (86400, "1 d"),
        (90061, "1 d 1 h"),
        (86460, "1 d"),
        (145_735_200, "4 y 225 d"),
        (-3661, "1 h 1 min"),
    ],
)
def test_a_length_of_time_has_two_units(seconds: float, text: str) -> None:
    """Two units are enough to act on, and the sign is for the words around it."""
    assert duration(seconds) == text


def test_no_character_acts_unseen() -> None:
    """Control, reordering and half characters become their codes; letters stay."""
    assert visible(EVIL) == "<b onclick='x()'>\\u202e\\x1b[2J\\x00\\ud800</b>"
    assert visible("\u674e\u660e \u0623\u062d\u0645\u062f \U0001f512\n\t") == (
        "\u674e\u660e \u0623\u062d\u0645\u062f \U0001f512\n\t"
    )
    assert visible(None) == "None"


def test_what_is_html_is_escaped_once() -> None:
    """Text is escaped, what was escaped already stays."""
    once = escape("<&\"'>")

    assert once == "&lt;&amp;&quot;&#x27;&gt;"
    assert escape(once) is once
    assert escape(f"{once}!") == "&amp;lt;&amp;amp;&amp;quot;&amp;#x27;&amp;gt;!"


def test_nothing_gets_into_a_card_unescaped() -> None:
    """Whatever place server text takes in a card, none of its tags is one."""
    page = card(
        EVIL,
        EVIL,
        {EVIL: EVIL},
        facts({EVIL: EVIL}),
        table([EVIL], [[EVIL]]),
        details(EVIL, EVIL),
        details("more", table([], [])),
    )

    tags = Balance(page)
    assert tags.open == []
    assert "b" not in tags.seen
    assert "<b" not in page
    assert not {"\u202e", "\x1b", "\x00", "\ud800"} & {*page}
    assert type(page) is str  # marimo takes no subclass


def test_a_card_reads_well_without_sight_or_colour() -> None:
    """Headings are marked as such; a state has its word, and no colour of its own."""
    blocks = {"scope": "a"}, table(["code"], [["x"]]), "a paragraph"
    page = card("Token", *blocks, state="refused")

    heading = r'<div role="heading" aria-level="4"[^>]*><strong>Token</strong></div>'
    assert re.search(heading, page)
    assert '<th scope="row"' in page
    assert '<th scope="col"' in page
    assert re.search(r"<p[^>]*>a paragraph</p>", page)
    assert page.index("!\ufe0e refused") < page.index("Token")
    # Mixed with the text's or the ground's, which are the theme's.
    colours = re.findall(r"[;\"](?:color|background):([^;\"]*)", page)
    assert len(colours) == 2
    mixed = r"color-mix\(.*(currentColor|transparent)\)"
    assert all(re.fullmatch(mixed, colour) for colour in colours)


def test_numbers_stand_at_the_right_and_texts_at_the_left() -> None:
    """So that they can be compared; a number in a text is a text, such as an ID."""
    page = table(["id", "ms"], [["007", 12], ["008", Decimal("3.50")]])

    aligned = re.findall(r"text-align:(\w+)[^>]*>([^<]+)<", page)
    assert [text for side, text in aligned if side == "right"] == ["ms", "12", "3.50"]
    assert [text for side, text in aligned if side == "left"] == ["id", "007", "008"]


def test_a_plain_card_is_aligned() -> None:
    """Names stand in one column, and no value can make up a line."""
    text = plain("Token", {"a": "1", "long": "2\nfake  3", "\x1b": None})

    assert text == "Token\n  a     1\n  long  2\\nfake  3\n  \\x1b     None"
    assert plain("Empty", {}) == "Empty"
