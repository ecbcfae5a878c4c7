"""A report in a browser: on a narrow screen, and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import paynet_nb as pn
from tests.helpers.records import call_of


@pytest.fixture
def report(page: Page, tmp_path: Path) -> Page:
    """Open the report of a call with long names."""
    body = b'{"header": {"status": {"code": "RJCT", "reason": "API.001"}}}'
    history = pn.History()
    history.append(
        call_of(status=404, url=f"https://api.example.my/{'x' * 3000}", body=body)
    )
    history.report(tmp_path / "report.html")
    page.goto((tmp_path / "report.html").as_uri())
    return page


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_makes_the_page_wider_than_the_screen(report: Page, width: int) -> None:
    """Neither a long path nor a table: it breaks, or scrolls by itself."""
    report.set_viewport_size({"width": width, "height": 700})

    assert report.evaluate("document.documentElement.scrollWidth") == width


def test_what_is_folded_on_the_screen_is_printed(report: Page) -> None:
    """A ticket may take a PDF, in which nobody can open anything."""
    answer = report.get_by_text('"reason": "API.001"')
    expect(answer).not_to_be_visible()

    report.emulate_media(media="print")

    expect(answer).to_be_visible()
