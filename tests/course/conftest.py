"""For all tests of the course."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test keep its progress in a folder of its own."""
    monkeypatch.chdir(tmp_path)
