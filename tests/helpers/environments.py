"""Python environments of their own, made in seconds by uv."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import uv

from tests.helpers.programs import TIMEOUT_S
from tests.house.repo import ROOT

# As it was before the tests took proxies and certificates out: uv may need them.
ENVIRONMENT = dict(os.environ)


def environment_with(folder: Path, *wanted: str) -> Path:
    """Make an environment of this Python in *folder*; give where its programs are.

    Args:
        folder: Where; it is made.
        wanted: What is installed, as words of `pip install` in the repository.
    """
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    uv_ = uv.find_uv_bin()
    python = ["--quiet", "--python"]
    for command in (
        [uv_, "venv", *python, sys.executable, str(folder)],
        [uv_, "pip", "install", *python, str(programs / "python"), *wanted],
    ):
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            timeout=10 * TIMEOUT_S,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return programs
