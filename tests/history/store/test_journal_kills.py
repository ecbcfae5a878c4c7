"""A journal whose process is killed, or forks: no call that was answered is lost."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import struct
import subprocess
import sys
from pathlib import Path

import pytest

import paynet_nb as pn
from tests.helpers.gateway import Gateway
from tests.helpers.records import call_of

ROOT = Path(__file__).parents[3]
TIMEOUT_S = 120

# One warm process starts the others, so that none has to import anything.
KILLED_AT_RANDOM = """
import contextlib, json, os, random, signal, sqlite3, sys, time
import paynet_nb as pn
url, folder, kills = sys.argv[1], sys.argv[2], int(sys.argv[3])
here = pn.Environment(name="x", base_url=url, token_url=url, stage="sandbox")

def make_calls(path, turn, out):
    client = pn.Client(None, here, history=pn.History(path=path))
    for number in range(10_000):
        label = f"{turn}-{number}"
        client.get("/x", label=label)
        os.write(out, f"{label}\\n".encode())

pn.Client(None, here).get("/x")  # all is imported now
told, lost, broken = {}, [], []
for turn in range(kills):
    # Most kills hit one long journal, behind some answers, however long these take;
    # some hit one that is just being made.
    is_new = turn % 5 == 0
    path = os.path.join(folder, f"{turn % 25 * is_new}-calls.sqlite")
    into, out = os.pipe()
    child = os.fork()
    if not child:
        make_calls(path, turn, out)
    os.close(out)
    text, least = b"", 0 if is_new else turn % 4
    while text.count(b"\\n") < least and (more := os.read(into, 65536)):
        text += more
    time.sleep(random.uniform(0, 0.12 if is_new else 0.02))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(into, 65536):
        text += more
    os.close(into)
    told.setdefault(path, []).extend(text.decode().split())
    history = pn.History(path=path)
    labels = [call.label for call in history]
    lost += [label for label in told[path] if label not in labels]
    del history
    with contextlib.closing(sqlite3.connect(path)) as looking:
        if looking.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            broken.append(path)
print(json.dumps([sum(map(len, told.values())), lost, broken]))
"""

FORKS = """
import os, sys, threading, warnings
sys.path.insert(0, sys.argv[2])
import paynet_nb as pn
from tests.helpers.records import call_of
path, other = sys.argv[1], sys.argv[1] + "-other"
history = pn.History(path)
history.append(call_of(label="before"))
# A history warns, once its file is gone, while it holds its lock.
removed, held = pn.History(other), threading.Event()
def hold(*_, **__):
    held.set()
    threading.Event().wait()
warnings.simplefilter("always")
warnings.showwarning = hold
os.unlink(other)
threading.Thread(target=removed.append, args=(call_of(),), daemon=True).start()
held.wait()
child = os.fork()
if not child:
    removed.append(call_of())
    for number in range(50):
        history.append(call_of(label=f"child-{number}"))
    files = "/proc/self/fd"
    opened = [os.path.realpath(f"{files}/{name}") for name in os.listdir(files)]
    # Its own beside its parent's, which it must not close.
    os._exit([len(removed), len(history), opened.count(path)] != [2, 51, 2])
print(os.waitpid(child, 0)[1])
again = pn.History(sys.argv[1])
again.append(call_of(label="after"))
print(len(again), again[0].label, again[-1].label)
sys.stdout.flush()
os._exit(0)
"""

FORKS_WHILE_ANOTHER_THREAD_WRITES = """
import os, signal, sqlite3, sys, threading, time, warnings
sys.path.insert(0, sys.argv[2])
import paynet_nb as pn
from tests.helpers.records import call_of
history = pn.History(sys.argv[1])
busy = sqlite3.connect(sys.argv[1], isolation_level=None)
busy.execute("BEGIN IMMEDIATE")
writing = threading.Thread(target=history.append, args=(call_of(label="parent"),))
writing.start()
while sys._current_frames()[writing.ident].f_code.co_name != "write":
    time.sleep(0.01)
child = os.fork()
if not child:
    signal.alarm(20)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        history.append(call_of(label="child"))
    (warning,) = told
    assert "forked while another thread used it" in str(warning.message)
    os._exit([call.label for call in history] != ["child"])
print(os.waitpid(child, 0)[1])
busy.execute("COMMIT")
writing.join()
print(*(call.label for call in pn.History(sys.argv[1])))
"""

needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")


def run(code: str, *words: object) -> str:
    """Run *code* in a process of its own, which may fork as it likes."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_fork
def test_fifty_kills_lose_no_call_that_was_answered(
    gateway: Gateway, tmp_path: Path
) -> None:
    """`kill -9` at a random moment; the file is whole, and all is in it."""
    told, lost, broken = json.loads(run(KILLED_AT_RANDOM, gateway.url, tmp_path, 50))

    assert told >= 60  # turn by turn 0 to 3, but for those with a new journal
    assert (lost, broken) == ([], [])


@needs_fork
def test_a_fork_writes_by_a_connection_of_its_own(tmp_path: Path) -> None:
    """Even where another thread of its parent holds a lock at that moment."""
    told = run(FORKS, tmp_path / "calls.sqlite", ROOT)

    assert told == "0\n52 before after\n"


@needs_fork
def test_a_fork_in_the_middle_of_a_write_goes_on_in_memory(tmp_path: Path) -> None:
    """SQLite's notes of who has locked the file are those of its parent for ever."""
    told = run(FORKS_WHILE_ANOTHER_THREAD_WRITES, tmp_path / "calls.sqlite", ROOT)

    assert told == "0\nparent\n"


def test_a_making_that_was_broken_off_is_begun_anew(tmp_path: Path) -> None:
    """The file was empty; its pages were written, but not committed."""
    path = tmp_path / "calls.sqlite"
    pn.History(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    # To go back to no page: sqlite.org/fileformat.html, section 3, rollback journal.
    head = bytes.fromhex("d9d505f920a163d7") + struct.pack(">5I", 0, 1, 0, 512, 4096)
    (tmp_path / "calls.sqlite-journal").write_bytes(head.ljust(512, b"\0"))

    pn.History(path).append(call_of(label="first"))

    assert [call.label for call in pn.History(path)] == ["first"]
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_copy_from_log_to_file_that_was_broken_off_is_no_loss(tmp_path: Path) -> None:
    """Then the file alone says that it is longer than it is."""
    path, found = tmp_path / "calls.sqlite", tmp_path / "found"
    history = pn.History(path)
    for number in range(9):
        history.append(call_of(label=str(number), body=bytes(9_000)))
    found.mkdir()
    # As the process left them that was killed, or whose disk was full.
    for file in (path, tmp_path / "calls.sqlite-wal"):
        shutil.copy(file, found)
    with (found / path.name).open("r+b") as broken:
        broken.seek(28)  # the file's length in pages (sqlite.org/fileformat.html)
        broken.write((30).to_bytes(4, "big"))

    assert list(pn.History(found / path.name)) == list(history)
