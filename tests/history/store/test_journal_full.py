"""A journal that cannot be written to: one warning, and calls go on in memory."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

import paynet_nb as pn
from tests.helpers.records import call_of

ROOT = Path(__file__).parents[3]
TIMEOUT_S = 60
NOBODY = 65534

# The kernel refuses to let a file grow further, as on a full disk.
FULL = """
import resource, sys, warnings
sys.path.insert(0, sys.argv[2])
import paynet_nb as pn
from tests.helpers.records import call_of
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
history = pn.History(sys.argv[1])
written = 0
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for number in range(200):
        history.append(call_of(label=str(number), body=bytes(5_000)))
        written += not caught
print(len(caught), written, [call.label for call in history] == [*map(str, range(200))])
print(caught[0].message)
"""

READ_ONLY = """
import os, sys, warnings
sys.path.insert(0, sys.argv[2])
import paynet_nb as pn
from tests.helpers.records import call_of
pn.History()  # all is imported now
if os.geteuid() == 0:
    os.setuid(int(sys.argv[3]))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    history = pn.History(sys.argv[1])
    history.append(call_of(label="a"))
    history.append(call_of(label="b"))
print(len(caught), [call.label for call in history])
print(caught[0].message)
"""


def run(code: str, *words: object) -> list[str]:
    """Run *code* in a process of its own; give the lines it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_full_disk_gives_one_warning_and_calls_go_on(tmp_path: Path) -> None:
    """All calls are in memory, and those before the warning in the file."""
    path = tmp_path / "calls.sqlite"
    figures, warning = run(FULL, path, ROOT)

    count, written, whole = figures.split()
    assert (count, whole) == ("1", "True")
    assert int(written) > 10
    assert "kept in memory" in warning
    labels = [call.label for call in pn.History(path)]
    assert labels == [str(number) for number in range(int(written))]
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder that another user can get into: pytest's own are closed."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o755)
    yield path
    path.chmod(0o755)
    shutil.rmtree(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other modes")
@pytest.mark.parametrize("exists", [False, True], ids=["no file", "a file"])
def test_a_read_only_folder_gives_one_warning_and_calls_go_on(
    folder: Path, *, exists: bool
) -> None:
    """A journal of before stays as it was."""
    path = folder / "calls.sqlite"
    if exists:
        pn.History(path).append(call_of(label="old"))
        path.chmod(0o444)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    folder.chmod(0o555)

    figures, warning = run(READ_ONLY, path, ROOT, NOBODY)

    assert figures == "1 ['a', 'b']"
    assert str(path) in warning
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_warning_that_is_an_error_loses_no_call(tmp_path: Path) -> None:
    """The call that could not be written is in memory before anyone is told."""
    path = tmp_path / "calls.sqlite"
    history = pn.History(path)
    history.append(call_of(label="a"))
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE calls")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="no such table"):
            history.append(call_of(label="b"))

    assert [call.label for call in history] == ["a", "b"]
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("by_another", [False, True])
def test_a_journal_removed_in_use_is_told_and_loses_no_call(
    tmp_path: Path,
    by_another: bool,
) -> None:
    """SQLite itself would write on to a file that nobody can open again."""
    path = tmp_path / "calls.sqlite"
    history = pn.History(path)
    history.append(call_of(label="a"))
    for name in os.listdir(tmp_path):
        (tmp_path / name).unlink()
    if by_another:
        pn.History(path)

    with pytest.warns(UserWarning, match="kept in memory only"):
        history.append(call_of(label="b"))
    history.append(call_of(label="c"))

    assert [call.label for call in history] == ["a", "b", "c"]
    assert len(pn.History(path)) == 0
