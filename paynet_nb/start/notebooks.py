"""The guided notebooks: copied to a folder of the user's, and opened in JupyterLab."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO, NamedTuple

from paynet_nb.errors import ConfigurationError

FIRST = "00_start_here.ipynb"
# Warnings and above, and the address, which the server writes whatever the level is.
_QUIET = ("--ServerApp.log_level=WARN", "--LabApp.log_level=WARN")


class Copied(NamedTuple):
    """What became of the notebooks, each list in their order.

    Attributes:
        new: Names of the files that were written.
        kept: Names of the user's files whose cells differ from ours, outputs apart, and
            were left alone.
    """

    new: list[str]
    kept: list[str]


def notebooks() -> list[Path]:
    """List the guided notebooks as they are installed, in their order."""
    package = Path(__file__).parents[1]
    inside = package / "notebooks"
    # An editable install has them where the repository has them.
    folder = inside if inside.is_dir() else package.parent / "notebooks"
    return sorted(folder.glob("*.ipynb"))


def copy_notebooks(folder: Path) -> Copied:
    """Copy the guided notebooks to *folder*; no file that is there is ever written to.

    Raises:
        ConfigurationError: The folder cannot be made or written to.
    """
    copied = Copied([], [])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for notebook in notebooks():
            content, target = notebook.read_bytes(), folder / notebook.name
            try:
                # Mode x: looking first and writing then could hit a file made between.
                with target.open("xb") as file:
                    _write_whole(file, content, target)
                copied.new.append(notebook.name)
            except FileExistsError:
                if _sources(target.read_bytes()) != _sources(content):
                    copied.kept.append(notebook.name)
    except OSError as error:
        problem = (error.strerror or type(error).__name__).lower()
        raise ConfigurationError(
            f"the notebooks cannot be copied to {folder}: {problem}; "
            "name another folder: paynet-nb lab FOLDER"
        ) from None
    return copied


def _sources(content: bytes) -> object:
    """Give what a person can change in a notebook's cells; a run changes none of it."""
    try:
        cells = json.loads(content)["cells"]
        return [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (ValueError, KeyError, TypeError):
        return content


def _write_whole(file: BinaryIO, content: bytes, path: Path) -> None:
    """Write all of *content*, or leave no half of it that the next copy would keep."""
    try:
        file.write(content)
        file.flush()
    except OSError:
        path.unlink()
        raise


def start(folder: Path, *, browser: bool) -> int:
    """Run JupyterLab in *folder* on the first notebook, until it is shut down.

    Args:
        folder: Where it starts, and what it shows.
        browser: Whether it opens a browser, or only prints its address.

    Returns:
        JupyterLab's exit code.
    """
    # Not `-m jupyter lab`: that takes the first jupyter-lab on the PATH, which may be
    # of another Python, without this package.
    first = f"--LabApp.default_url=/lab/tree/{FIRST}"
    python = [sys.executable, "-W", "ignore::DeprecationWarning"]
    command = [*python, "-m", "jupyterlab", first, *_QUIET]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # In a container one is root; it listens on this machine only, behind a token.
        command.append("--allow-root")
    with subprocess.Popen(command, cwd=folder) as server:  # noqa: S603  # our own words

        def hand_on(_number: int, _frame: object) -> None:
            server.terminate()

        # `kill`, a service manager and a closed terminal reach this process alone.
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), hand_on)
        while server.poll() is None:
            # Ctrl-C reaches both: JupyterLab asks whether to stop, so wait on.
            with contextlib.suppress(KeyboardInterrupt):
                server.wait()
    return server.returncode
