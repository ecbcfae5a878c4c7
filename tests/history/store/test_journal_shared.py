"""One journal for several histories, threads and processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import paynet_nb as pn
from tests.helpers.records import call_of

TIMEOUT_S = 60


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a journal that is not there yet."""
    return tmp_path / "calls.sqlite"


def test_histories_of_one_file_see_each_others_calls_in_one_order(path: Path) -> None:
    """A cell run again makes a second one, while the first is still in use."""
    one, two = pn.History(path), pn.History(path)
    for number in range(6):
        (one, two)[number % 2].append(call_of(label=str(number)))

    assert [call.label for call in one] == [call.label for call in two] == [*"012345"]
    assert len(one) == len(two.to_frame()) == 6


def test_threads_may_share_a_journal(path: Path) -> None:
    """64 threads append, others read meanwhile; no call is lost or there twice."""
    history = pn.History(path)

    def work(worker: int) -> None:
        for number in range(10):
            history.append(call_of(label=f"{worker}-{number}"))
            assert len(history) >= number

    with ThreadPoolExecutor(64) as pool:
        list(pool.map(work, range(64)))

    labels = [call.label for call in history]
    assert sorted(labels) == sorted(f"{w}-{n}" for w in range(64) for n in range(10))
    assert [call.label for call in pn.History(path)] == labels


WRITES = """
import sys
import paynet_nb as pn
sys.path.insert(0, sys.argv[3])
from tests.helpers.records import call_of
history = pn.History(sys.argv[1])
for number in range(200):
    history.append(call_of(label=f"{sys.argv[2]}-{number}"))
print(len(history))
"""


def test_two_processes_write_to_one_journal(path: Path) -> None:
    """Both begin at the same time, with no file there; no call is lost."""
    root = str(Path(__file__).parents[3])
    started = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", WRITES, path, who, root])
        for who in "ab"
    ]

    assert [process.wait(TIMEOUT_S) for process in started] == [0, 0]
    labels = [call.label for call in pn.History(path)]
    for who in "ab":
        own = [label for label in labels if label.startswith(who)]
        assert own == [f"{who}-{number}" for number in range(200)]
    assert len(labels) == 400


def test_many_who_begin_at_once_begin_one_journal(tmp_path: Path) -> None:
    """None takes the place of the file that another one just made."""
    for turn in range(10):
        path, ready = tmp_path / f"{turn}.sqlite", threading.Barrier(8)

        def begin(path: Path = path, ready: threading.Barrier = ready) -> None:
            ready.wait(TIMEOUT_S)
            pn.History(path).append(call_of())

        with ThreadPoolExecutor(8) as pool:
            for begun in [pool.submit(begin) for _ in range(8)]:
                begun.result()

        assert len(pn.History(path)) == 8
