"""The checks that are programs of their own run with the tests: one command for all."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.helpers.programs import TIMEOUT_S
from tests.house.repo import ROOT


@pytest.mark.parametrize(
    "command", ["ruff format --check --quiet .", "ruff check --quiet ."]
)
def test_a_check_finds_nothing(command: str) -> None:
    """Formatter and linter, as set up in pyproject.toml, are content."""
    found = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=10 * TIMEOUT_S,
    )

    assert found.returncode == 0, found.stdout + found.stderr
