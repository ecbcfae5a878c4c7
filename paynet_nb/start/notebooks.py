"""The guided notebooks: copied to a folder of the user's, and opened in JupyterLab."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import NamedTuple

from paynet_nb.errors import ConfigurationError

FIRST = "00_start_here.ipynb"
# Warnings and above, and the address, which the server writes whatever the level is.
_QUIET = ("--ServerApp.log_level=WARN", "--LabApp.log_level=WARN")


# What each lesson was when it was copied, so that an unchanged one can be renewed.
_DELIVERED = ".paynet_lessons.json"
# Each open lesson has a kernel of some 150 MB; a class opens eight, one after another.
CULLED = (
    "--MappingKernelManager.cull_idle_timeout=600",
    "--MappingKernelManager.cull_interval=60",
    "--MappingKernelManager.cull_connected=True",
)


class Copied(NamedTuple):
    """What became of the notebooks, each list in their order.

    Attributes:
        new: Names of the files that were written.
        renewed: Names of the user's files that were as once delivered, outputs apart,
            and are as delivered now.
        kept: Names of the user's files whose cells the user changed; they were left
            alone.
    """

    new: list[str]
    renewed: list[str]
    kept: list[str]


def notebooks() -> list[Path]:
    """List the guided notebooks as they are installed, in their order."""
    package = Path(__file__).parents[1]
    inside = package / "notebooks"
    # An editable install has them where the repository has them.
    folder = inside if inside.is_dir() else package.parent / "notebooks"
    return sorted(folder.glob("*.ipynb"))


def copy_notebooks(folder: Path) -> Copied:
    """Copy the guided notebooks to *folder*; what somebody changed is never written to.

    Raises:
        ConfigurationError: The folder cannot be made or written to.
    """
    copied = Copied([], [], [])
    with _told_in_one_line(folder):
        folder.mkdir(parents=True, exist_ok=True)
        before = _delivered(folder)
        now = dict(before)
        for notebook in notebooks():
            content, name = notebook.read_bytes(), notebook.name
            ours = _fingerprint(content)
            if _write_new(folder / name, content):
                copied.new.append(name)
            else:
                theirs = _fingerprint((folder / name).read_bytes())
                if theirs not in {ours, before.get(name)}:
                    copied.kept.append(name)
                    continue
                if theirs != ours:
                    _replace(folder / name, content)
                    copied.renewed.append(name)
            now[name] = ours
        if now != before:
            _replace(folder / _DELIVERED, json.dumps(now, indent=1).encode())
    return copied


def copy_fresh(folder: Path, wanted: str) -> Path:
    """Write a clean copy of one lesson beside the user's, under a name that is free.

    Args:
        folder: Where the user's lessons are.
        wanted: The lesson's name or how it begins, such as "03".

    Raises:
        ConfigurationError: No lesson, or more than one, is named so; or the folder
            cannot be written to.
    """
    found = [one for one in notebooks() if wanted and one.name.startswith(wanted)]
    if len(found) != 1:
        known = ", ".join(one.stem for one in notebooks())
        raise ConfigurationError(f"--fresh {wanted!r} names no one lesson of: {known}")
    lesson = found[0]
    with _told_in_one_line(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            path = folder / f"{lesson.stem}-fresh{number if number > 1 else ''}.ipynb"
            if _write_new(path, lesson.read_bytes()):
                break
    return path


@contextlib.contextmanager
def _told_in_one_line(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        problem = (error.strerror or type(error).__name__).lower()
        raise ConfigurationError(
            f"the notebooks cannot be copied to {folder}: {problem}; "
            "name another folder: paynet-nb lab FOLDER"
        ) from None


def _delivered(folder: Path) -> dict[str, str]:
    """Read what was delivered here; nothing: then no file counts as unchanged."""
    try:
        found = json.loads((folder / _DELIVERED).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _fingerprint(content: bytes) -> str:
    return sha256(repr(_sources(content)).encode("utf-8", "replace")).hexdigest()


def _sources(content: bytes) -> object:
    """Give what a person can change in a notebook's cells; a run changes none of it."""
    try:
        cells = json.loads(content)["cells"]
        return [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (ValueError, KeyError, TypeError):
        return content


def _write_new(path: Path, content: bytes) -> bool:
    """Write a file that is not there yet; whether it was not."""
    try:
        # Mode x: looking first and writing then could hit a file made between.
        with path.open("xb") as file:
            try:
                file.write(content)
                file.flush()
            except OSError:
                # No half of it, which the next copy would keep.
                path.unlink()
                raise
    except FileExistsError:
        return False
    return True


def _replace(path: Path, content: bytes) -> None:
    """Put all of *content* in a file's place, in one step."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


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
    command = [*python, "-m", "jupyterlab", first, *_QUIET, *CULLED]
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
