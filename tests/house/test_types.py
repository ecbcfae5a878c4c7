"""What a type checker says, of this repository and to the people who use it."""

from __future__ import annotations

import subprocess
import sys

from tests.helpers.programs import TIMEOUT_S
from tests.house.repo import ROOT


def test_the_types_fit() -> None:
    """Package and tests are clean under mypy, and `typed.py` means what it says.

    There a mistyped name or stage is an error, and the way to the token is none.
    """
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--warn-unused-ignores"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=10 * TIMEOUT_S,
    )

    assert found.returncode == 0, found.stdout + found.stderr
