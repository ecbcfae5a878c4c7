"""A journal of an older version, and files that are no journals."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import paynet_nb as pn
from paynet_nb.history.store import schema
from tests.helpers.records import call_of

# As version 1 of the journal made its file.
VERSION_1 = """
PRAGMA journal_mode = WAL;
BEGIN;
CREATE TABLE calls (
    id INTEGER PRIMARY KEY, sent_at_s REAL NOT NULL, kind TEXT NOT NULL,
    environment TEXT NOT NULL, method TEXT NOT NULL, url TEXT NOT NULL,
    request_headers TEXT NOT NULL, request_body BLOB, status INTEGER,
    headers TEXT NOT NULL, body BLOB NOT NULL, elapsed_s REAL NOT NULL,
    request_bytes INTEGER NOT NULL, response_bytes INTEGER NOT NULL,
    attempt INTEGER NOT NULL, token TEXT, error TEXT, label TEXT NOT NULL
);
INSERT INTO calls VALUES (
    1, 1760000000.5, 'call', 'test', 'GET', 'https://api.example.my/', '[["A", "b"]]',
    NULL, 200, '[["Content-Type", "application/json"]]', X'7B7D', 0.25, 0, 2, 1,
    '1a2b3c4d', NULL, 'old'
);
PRAGMA application_id = 1349406306;
PRAGMA user_version = 1;
COMMIT;
"""
OLD = call_of(
    request_headers={"A": "b"},
    status=200,
    headers={"Content-Type": "application/json"},
    body=b"{}",
    response_bytes=2,
    token="1a2b3c4d",
    label="old",
)


def make(path: Path, script: str) -> None:
    """Make an SQLite file."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def folder(path: Path) -> dict[str, bytes]:
    """Give all files beside *path*, with what is in them."""
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}


def test_a_journal_of_version_1_is_brought_up_to_date(tmp_path: Path) -> None:
    """Its calls are there, new ones come behind, and the version in the file is new."""
    path = tmp_path / "calls.sqlite"
    make(path, VERSION_1)

    history = pn.History(path, max_body_bytes=2)
    history.append(call_of(label="new", body=b"12345"))

    assert list(pn.History(path)) == [OLD, *history[1:]]
    assert history[1].body_cut == 3
    assert path.read_bytes()[60:64] == schema.VERSION.to_bytes(4, "big")


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    """It is one transaction: half of the columns would fit no version."""
    path = tmp_path / "calls.sqlite"
    make(path, VERSION_1)
    make(path, "ALTER TABLE calls ADD COLUMN body_cut INTEGER")

    with pytest.warns(UserWarning, match="duplicate column"):
        assert len(pn.History(path)) == 0

    with contextlib.closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name FROM pragma_table_info('calls')")
        assert ("request_body_cut",) not in found.fetchall()
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


NO_JOURNALS = {
    "another program's": "CREATE TABLE calls (id); PRAGMA application_id = 42;",
    "an unmarked one": "CREATE TABLE calls (id); INSERT INTO calls VALUES (1);",
    "one in WAL mode": "PRAGMA journal_mode = WAL; CREATE TABLE other (id);",
    "a newer one": f"{VERSION_1} PRAGMA user_version = {schema.VERSION + 1};",
    "a wrong version": f"{VERSION_1} PRAGMA user_version = 0;",
}


@pytest.mark.parametrize("script", NO_JOURNALS.values(), ids=NO_JOURNALS)
def test_another_sqlite_file_is_refused_and_untouched(
    tmp_path: Path, script: str
) -> None:
    """Not a byte of it changes, its mode stays, and there is no file beside it."""
    path = tmp_path / "data.sqlite"
    make(path, script)
    path.chmod(0o644)
    before = folder(path)

    with pytest.raises(pn.ConfigurationError, match="name another file") as caught:
        pn.History(path)

    assert "\n" not in str(caught.value)
    assert folder(path) == before
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    "content", [b"x", b"SQLite format 3\0", b"id,name\n" * 1000, bytes(8192)]
)
def test_a_file_that_is_not_sqlite_is_refused_and_untouched(
    tmp_path: Path, content: bytes
) -> None:
    """It may be a person's table, or a file that was cut off."""
    path, log = tmp_path / "calls.csv", tmp_path / "calls.csv-wal"
    path.write_bytes(content)
    log.write_bytes(b"no log")

    with pytest.raises(pn.ConfigurationError, match=r"calls\.csv is not a journal"):
        pn.History(path)

    assert folder(path) == {"calls.csv": content, "calls.csv-wal": b"no log"}


def test_half_of_another_sqlite_file_is_refused_and_untouched(tmp_path: Path) -> None:
    """No file is made beside one that was cut off, though it was in WAL mode."""
    path = tmp_path / "data.sqlite"
    make(path, NO_JOURNALS["one in WAL mode"])
    os.truncate(path, path.stat().st_size // 2)
    before = folder(path)

    with pytest.raises(pn.ConfigurationError, match="is not a journal"):
        pn.History(path)

    assert folder(path) == before


def test_a_newer_version_that_is_in_the_log_only_is_refused(tmp_path: Path) -> None:
    """As a newer paynet_nb that was killed leaves it; file and log stay as they are."""
    path, found = tmp_path / "calls.sqlite", tmp_path / "found"
    history = pn.History(path)  # while it is open, the log stays a log
    make(path, f"PRAGMA user_version = {schema.VERSION + 1}")
    found.mkdir()
    names = [path.name, f"{path.name}-wal"]
    for name in names:
        shutil.copy(tmp_path / name, found)
    before = folder(found / path.name)
    del history

    with pytest.raises(pn.ConfigurationError, match=f"version {schema.VERSION + 1}"):
        pn.History(found / path.name)

    for name in names:
        assert (found / name).read_bytes() == before[name]


def test_a_folder_is_no_journal(tmp_path: Path) -> None:
    """Nor is a file in a folder that is not there."""
    with pytest.raises(pn.ConfigurationError, match="is not a file"):
        pn.History(tmp_path)
    with pytest.raises(pn.ConfigurationError, match="there is no folder"):
        pn.History(tmp_path / "nowhere" / "calls.sqlite")


@pytest.mark.parametrize("name", ["a\0b", "a\0b/c", "\ud800"])
def test_a_name_that_no_file_can_have_is_refused(name: str, tmp_path: Path) -> None:
    """In one line, and nothing more is heard when what was begun goes."""
    with pytest.raises(pn.ConfigurationError, match="no file can be named") as caught:
        pn.History(tmp_path / name)

    assert str(caught.value).isprintable()
    gc.collect()


READS = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1])
other.execute("SELECT count(*) FROM calls").fetchone()
other.close()
"""


def test_looking_at_a_file_leaves_the_locks_of_others_alone(tmp_path: Path) -> None:
    """A second history of the kernel must not let another process take the log away."""
    path = tmp_path / "calls.sqlite"
    first = pn.History(path)
    first.append(call_of(label="a"))
    schema.check(path)

    # The last one who closes a file removes its log; this process is not the last.
    subprocess.run([sys.executable, "-c", READS, path], check=True, timeout=60)

    assert (tmp_path / "calls.sqlite-wal").exists()
    first.append(call_of(label="b"))
    assert [call.label for call in pn.History(path)] == ["a", "b"]


def test_what_is_no_file_is_refused_and_keeps_its_mode(tmp_path: Path) -> None:
    """An empty thing that is no file, as /dev/null is, is not made a journal."""
    path = tmp_path / "pipe"
    os.mkfifo(path, 0o644)
    mode = path.stat().st_mode

    with pytest.raises(pn.ConfigurationError, match="is not a file"):
        pn.History(path)

    assert path.stat().st_mode == mode


def test_the_log_of_a_removed_journal_is_not_taken_over(tmp_path: Path) -> None:
    """Calls that somebody removed do not come back; what is left is named and stays."""
    path = tmp_path / "calls.sqlite"
    log = path.with_name("calls.sqlite-wal")
    history = pn.History(path)
    history.append(call_of(label="removed"))
    left = log.read_bytes()
    del history
    path.unlink()
    log.write_bytes(left)

    with pytest.raises(pn.ConfigurationError, match=r"calls\.sqlite-wal is left"):
        pn.History(path)

    assert folder(path) == {log.name: left}
