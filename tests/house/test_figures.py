"""The house stays as simple as it was drawn."""

from __future__ import annotations

import pytest

from tests.house.figures import Figures, measure

MOST_ROOMS = 13
MOST_ARROWS = 80
MOST_ENTERED = 7


@pytest.fixture(scope="module")
def figures() -> Figures:
    """Measure once."""
    return measure()


def test_the_root_has_few_rooms(figures: Figures) -> None:
    """A reader sees them all at once."""
    assert 8 < len(figures.rooms) <= MOST_ROOMS


def test_no_arrow_goes_up_and_there_are_few(figures: Figures) -> None:
    """So there is no circle between rooms; the one look up for types is the errors'."""
    assert 20 < len(figures.arrows) <= MOST_ARROWS
    assert figures.upward == []
    assert {module for module, _ in figures.for_types} <= {"errors"}


def test_a_warm_call_enters_few_rooms(figures: Figures) -> None:
    """What a reader of `client.get` has to open."""
    assert "client" in figures.entered
    assert "wire" in figures.entered
    assert len(figures.entered) <= MOST_ENTERED
