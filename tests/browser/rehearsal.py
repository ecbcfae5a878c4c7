"""Rehearse Binder, without Docker and conda.

    python -m tests.browser.rehearsal

The steps that repo2docker renders are done with what is committed, in an environment of
what the image has by then (repo2docker's own lock; its Python packages alone, from
PyPI). Then the first lesson is opened in a browser, and each lesson is run.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.lab import serving
from tests.browser.notebook import Notebook
from tests.browser.visits import chromium, visiting
from tests.helpers.binder import frozen, rendered, steps
from tests.helpers.environments import environment_with, run
from tests.house.repo import ROOT

_FIRST = "00_start_here.ipynb"


def rehearse(folder: Path) -> None:
    """Do all of it below *folder*, and say how long each step took."""
    home = folder / "home"
    home.mkdir()
    run("git", "archive", "--output", folder / "repository.tar", "HEAD", cwd=ROOT)
    shutil.unpack_archive(folder / "repository.tar", home, filter="data")
    dockerfile = rendered(home)
    image = frozen(dockerfile)
    del image["python"]  # it is the one that rehearses
    wanted = [f"{name}=={version}" for name, version in image.items()]
    programs = environment_with(folder / "image", *wanted)
    variables = [
        f"PATH={programs}:/usr/bin:/bin",
        f"KERNEL_PYTHON_PREFIX={programs.parent}",
        f"REPO_DIR={home}",
        f"HOME={home}",
        "BINDER_SERVICE_HOST=10.0.0.1",
    ]
    for step in (*steps(dockerfile), "pip check"):
        _timed(step, "env", *variables, "bash", "-ec", step, cwd=home)
    began = time.monotonic()
    _open_first(folder / "lab", home / "notebooks", programs / "python")
    _say(f"open {_FIRST} and see a token", began)
    for path in sorted((home / "notebooks").glob("*.ipynb")):
        words = ("jupyter", "execute", path.name)
        _timed(path.name, "env", *variables, *words, cwd=path.parent)


def _open_first(folder: Path, notebooks: Path, python: Path) -> None:
    folder.mkdir()
    with (
        serving(folder, str(python)) as lab,
        chromium() as browser,
        visiting(browser) as page,
    ):
        shutil.copytree(notebooks, folder / "notebooks", dirs_exist_ok=True)
        notebook = Notebook(page, lab, _FIRST)
        notebook.run(0)
        expect(notebook.run(1)).to_contain_text("JSON Web Token")


def _timed(said: str, *command: str | Path, cwd: Path) -> None:
    began = time.monotonic()
    run(*command, cwd=cwd)
    _say(said, began)


def _say(what: str, began: float) -> None:
    sys.stdout.write(f"{time.monotonic() - began:6.1f} s  {what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        rehearse(Path(scratch))
