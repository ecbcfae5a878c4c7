"""Python environments of their own, made in seconds by uv."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import uv

from tests.helpers.programs import TIMEOUT_S
from tests.house.repo import ROOT

# As it was before the tests took proxies and certificates out: uv may need them.
_ENVIRONMENT = dict(os.environ)


def environment_with(folder: Path, *wanted: str) -> Path:
    """Make an environment of this Python in *folder*; give where its programs are.

    Args:
        folder: Where; it is made.
        wanted: What is installed, as words of `pip install` in the repository.
    """
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    uv_ = uv.find_uv_bin()
    python = ["--quiet", "--python"]
    run(uv_, "venv", *python, sys.executable, folder, cwd=ROOT)
    run(uv_, "pip", "install", *python, programs / "python", *wanted, cwd=ROOT)
    _share_compiled(folder)
    return programs


def _share_compiled(folder: Path) -> None:
    """Give an environment what this one has compiled; Python takes it of equal sources.

    Each has its source's time and size, and uv installs the same file in both. To
    compile JupyterLab and pandas anew takes five seconds of a core.
    """
    here = Path(sysconfig.get_path("purelib"))
    there = folder / here.relative_to(sys.prefix)
    for compiled in here.glob("**/__pycache__/*.pyc"):
        copy = there / compiled.relative_to(here)
        source = copy.parents[1] / f"{compiled.name.partition('.')[0]}.py"
        if source.is_file() and not copy.exists():
            copy.parent.mkdir(exist_ok=True)
            with contextlib.suppress(OSError):  # on another disk each compiles its own
                copy.hardlink_to(compiled)


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program and give what it printed; show all that it said if it fails."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=10 * TIMEOUT_S,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
