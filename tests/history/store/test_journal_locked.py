"""A journal that another program locks: what was not written is, once it lets go."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import paynet_nb as pn
from tests.helpers.locked import Locked, lockable
from tests.helpers.records import call_of

ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a journal of a history that waits for nobody: its own 30 s are long."""

    def connect(*names: object, **options: object) -> sqlite3.Connection:
        return real(*names, **{**options, "timeout": 0.0})

    real: partial[sqlite3.Connection] = partial(sqlite3.connect)
    monkeypatch.setattr(sqlite3, "connect", connect)
    return tmp_path / "calls.sqlite"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[sqlite3.Connection]:
    """Lock a journal as a program does that writes much at once."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield other
        other.execute("COMMIT")


def labels(history: pn.History) -> list[str]:
    """Read the labels of its calls."""
    return [call.label for call in history]


@pytest.mark.parametrize("looks", [False, True])
def test_what_was_not_written_is_written_in_order(path: Path, *, looks: bool) -> None:
    """By the next call, or by the next look at the history; it is told once."""
    history = pn.History(path)
    history.append(call_of(label="0"))
    with locked(path), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for number in range(1, 700):
            history.append(call_of(label=str(number)))
            assert number % 100 or len(history) == number + 1
    if not looks:
        history.append(call_of(label="700"))
    wanted = [*map(str, range(700 if looks else 701))]

    assert labels(history) == wanted
    assert labels(pn.History(path)) == wanted
    history.append(call_of(label="last"))
    assert labels(pn.History(path)) == labels(history) == [*wanted, "last"]
    (line,) = [str(one.message) for one in told]
    assert line.startswith(f"{path} is locked by another program; calls are kept in")
    assert "\n" not in line


def test_what_another_one_wrote_meanwhile_is_seen_once(path: Path) -> None:
    """In the file it comes before; here behind what was here before."""
    history, other = pn.History(path), pn.History(path)
    history.append(call_of(label="a"))
    with locked(path), pytest.warns(UserWarning, match="locked"):
        history.append(call_of(label="b"))
    other.append(call_of(label="x"))
    other.append(call_of(label="y"))

    history.append(call_of(label="c"))

    assert labels(history) == ["a", "b", "x", "y", "c"]
    assert labels(other) == labels(pn.History(path)) == ["a", "x", "y", "b", "c"]
    other.append(call_of(label="z"))
    assert labels(history) == ["a", "b", "x", "y", "c", "z"]


def test_a_look_at_a_locked_journal_does_not_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is here is shown; what others wrote is, once the lock is gone."""
    lockable(monkeypatch)
    history, other = (pn.History(tmp_path / "calls.sqlite") for _ in range(2))
    history.append(call_of(label="a"))
    monkeypatch.setattr(Locked, "words", ("SELECT", "BEGIN", "INSERT"))
    with pytest.warns(UserWarning, match="locked"):
        assert labels(other) == []
    assert labels(other) == []
    monkeypatch.setattr(Locked, "words", ())

    other.append(call_of(label="b"))

    assert labels(history) == labels(other) == ["a", "b"]


def test_what_waits_when_the_history_goes_is_written(path: Path) -> None:
    """Its last look at the journal."""
    history = pn.History(path)
    with locked(path), pytest.warns(UserWarning, match="locked"):
        history.append(call_of(label="a"))

    del history

    assert labels(pn.History(path)) == ["a"]


END = """
import contextlib, functools, sqlite3, sys
sys.path.insert(0, sys.argv[2])
sqlite3.connect = functools.partial(sqlite3.connect)
real = sqlite3.connect
sqlite3.connect = lambda *names, **options: real(*names, **{**options, "timeout": 0.0})
import paynet_nb as pn
from tests.helpers.records import call_of
history = pn.History(sys.argv[1])
other = real(sys.argv[1], isolation_level=None)
other.execute("BEGIN EXCLUSIVE")
history.append(call_of(label="a"))
history.append(call_of(label="b"))
other.execute("COMMIT")
"""


def test_what_waits_when_the_kernel_ends_is_written(tmp_path: Path) -> None:
    """Nobody looks, and nothing more is called."""
    path = tmp_path / "calls.sqlite"

    done = subprocess.run(
        [sys.executable, "-c", END, path, ROOT],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )

    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Warning") == 1
    assert labels(pn.History(path)) == ["a", "b"]


def test_a_lock_and_then_another_fault_is_told_and_loses_no_call(path: Path) -> None:
    """Nothing waits any more for a file whose table is gone."""
    history = pn.History(path)
    history.append(call_of(label="a"))
    with locked(path) as other:
        with pytest.warns(UserWarning, match="is locked by"):
            history.append(call_of(label="b"))
        other.execute("DROP TABLE calls")

    with pytest.warns(UserWarning, match="cannot be written to"):
        history.append(call_of(label="c"))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert labels(history) == ["a", "b", "c"]
