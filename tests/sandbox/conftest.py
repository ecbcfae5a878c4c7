from __future__ import annotations

from collections.abc import Iterator

import pytest

from paynet_nb.sandbox import Sandbox


@pytest.fixture
def box(common: Sandbox) -> Sandbox:
    """Lend the sandbox to one test, which finds it as new, but with the same keys.

    To make its keys and its routes takes a tenth of a second of a core.
    """
    _its_answers_are_as_the_contract_has_them(common)
    common.reset()
    return common


@pytest.fixture(scope="module")
def common() -> Iterator[Sandbox]:
    """Serve a sandbox for tests that leave nothing behind in it."""
    with Sandbox() as serving:
        yield serving
        _its_answers_are_as_the_contract_has_them(serving)


def _its_answers_are_as_the_contract_has_them(box: Sandbox) -> None:
    assert [one.answer_faults for one in box.requests if one.answer_faults] == []
