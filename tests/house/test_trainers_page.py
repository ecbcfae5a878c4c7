"""The trainer's page: its minutes add up, its picture is the one that is drawn."""

from __future__ import annotations

import re

import pytest

from docs.flow import ALT, FOLDER, THEMES, drawn
from tests.house.repo import notebooks

PAGE = (FOLDER / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("heading", "whole"), [("Two hours", 120), ("Half a day", 240)]
)
def test_a_plan_adds_up(heading: str, whole: int) -> None:
    """Each row begins where the one before ends, and the last one ends in time."""
    table = PAGE.partition(f"## {heading}")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d):(\d\d) \| (\d+) \|", table, re.MULTILINE)
    ends = 0
    for hours, minutes, length in rows:
        assert int(hours) * 60 + int(minutes) == ends
        ends += int(length)

    assert ends == whole


def test_the_page_names_each_lesson_and_five_mistakes() -> None:
    """No lesson is left out, and as many mistakes as its heading says."""
    mistakes = PAGE.partition("## Five mistakes")[2].partition("\n## ")[0]

    assert {path.name for path in notebooks()} <= {*re.findall(r"\((\S+ipynb)\)", PAGE)}
    assert len(re.findall(r"^\d\. \*\*", mistakes, re.MULTILINE)) == 5
    assert mistakes.count("<picture>") == 5


@pytest.mark.parametrize("theme", THEMES)
def test_the_picture_is_the_one_that_is_drawn(theme: str) -> None:
    """`python docs/flow.py` writes it; the page says the same in words."""
    assert (FOLDER / f"flow-{theme}.svg").read_text("utf-8") == drawn(theme)
    assert ALT in PAGE
