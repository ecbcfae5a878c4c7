from __future__ import annotations

from collections.abc import Iterator

import pytest

from paynet_nb.sandbox import Sandbox


@pytest.fixture
def box(common: Sandbox) -> Iterator[Sandbox]:
    """Lend the sandbox to one test, which finds and leaves it as new, keys apart.

    To make its keys and its routes takes a tenth of a second of a core.
    """
    _checked_and_as_new(common)
    yield common
    _checked_and_as_new(common)


@pytest.fixture(scope="module")
def common() -> Iterator[Sandbox]:
    """Serve a sandbox for tests that leave nothing behind in it."""
    with Sandbox() as serving:
        yield serving
        _its_answers_are_as_the_contract_has_them(serving)


def _checked_and_as_new(box: Sandbox) -> None:
    _its_answers_are_as_the_contract_has_them(box)
    box.reset()


def _its_answers_are_as_the_contract_has_them(box: Sandbox) -> None:
    assert [one.answer_faults for one in box.requests if one.answer_faults] == []
