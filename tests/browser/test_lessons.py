"""The lessons in JupyterLab on a small laptop: what the text points at is in sight."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from paynet_nb.course import EXERCISES
from tests.browser.lab import Lab
from tests.browser.lessons import (
    HIGHEST,
    LAPTOP,
    complaints,
    of_widgets,
    run_all,
    walk,
    write,
)
from tests.browser.notebook import Notebook, clear
from tests.house.repo import notebooks


@pytest.fixture
def laptop(desk: Page) -> Iterator[Page]:
    """Lend the page with the size of a small laptop's."""
    before = desk.viewport_size or LAPTOP
    desk.set_viewport_size(LAPTOP)
    yield desk
    desk.set_viewport_size(before)


def test_all_that_a_lesson_shows_is_in_sight(laptop: Page, lab: Lab) -> None:
    """No output is too high, and Shift+Enter leaves its first line in the window.

    One kernel for all: each start of one costs more than the cells of a lesson.
    """
    kernel, wrong, heights = None, [], []
    for path in notebooks():
        cells = write(lab, path)
        with complaints(laptop) as told:
            kernel = Notebook(laptop, lab, path.name, kernel=kernel).kernel
            shown = list(walk(laptop, cells))
            clear(laptop)
        bad = [one for one in shown if one.waiting or not one.fits]
        wrong += [f"{path.stem}: {what}" for what in (*bad, *of_widgets(told))]
        heights.append(max(one.height for one in shown))

    assert "\n".join(wrong) == ""
    assert min(heights) > HIGHEST / 4  # so something was shown and measured


def test_a_lesson_is_solved_fails_in_few_lines_and_is_opened_again(
    desk: Page, lab: Lab
) -> None:
    """Run All with solutions and a mistake; later, without its kernel, pictures."""
    path = notebooks()[1]
    write(lab, path, solved=True, mistaken=True)
    with complaints(desk) as told:
        notebook = Notebook(desk, lab, path.name)
        error = run_all(desk).locator(".jp-OutputArea-output")
        expect(error).to_contain_text("%tb shows the rest")
        lines = error.inner_text().strip().split("\n")
        notebook.save()
    cells = desk.locator(".jp-CodeCell")

    assert of_widgets(told) == []
    assert [line.partition(": ")[0].strip() for line in lines] == [
        "ConfigurationError",
        "cell In[11], line 1",
        "%tb shows the rest",
    ]
    for exercise in EXERCISES.values():
        if exercise.lesson == path.stem[:2]:
            expect(cells.filter(has_text=exercise.why)).to_have_count(1)
    lab.shut_down(notebook.kernel)
    lab.forget_widgets(path.name)
    clear(desk)
    Notebook(desk, lab, path.name)
    still = cells.locator(".paynet-still")
    expect(still.first).to_contain_text("No form here? Run this cell to show it.")
    for picture in still.all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()
