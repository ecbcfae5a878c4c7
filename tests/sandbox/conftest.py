from __future__ import annotations

from collections.abc import Iterator

import pytest

from paynet_nb.sandbox import Sandbox


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """Serve a sandbox for one test."""
    with Sandbox() as serving:
        yield serving
        _its_answers_are_as_the_contract_has_them(serving)


@pytest.fixture(scope="module")
def common() -> Iterator[Sandbox]:
    """Serve a sandbox for tests that leave nothing behind in it."""
    with Sandbox() as serving:
        yield serving
        _its_answers_are_as_the_contract_has_them(serving)


def _its_answers_are_as_the_contract_has_them(box: Sandbox) -> None:
    assert [one.answer_faults for one in box.requests if one.answer_faults] == []
