"""The tables of a journal file: make them, know them again, bring them up to date."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from paynet_nb.errors import ConfigurationError

APPLICATION_ID = 0x506E4E62  # "PnNb"; `file` and other tools see whose file it is
VERSION = 4
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

# What may be long stands last: SQLite reads a row up to the last column asked for.
_CALLS = """
CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    sent_at_s REAL NOT NULL,  -- Unix time
    kind TEXT NOT NULL,
    environment TEXT NOT NULL,
    method TEXT NOT NULL,
    url TEXT NOT NULL,
    status INTEGER,
    elapsed_s REAL NOT NULL,
    request_bytes INTEGER NOT NULL,
    response_bytes INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    token TEXT,
    error TEXT,
    label TEXT NOT NULL,
    request_body_cut INTEGER NOT NULL DEFAULT 0,
    body_cut INTEGER NOT NULL DEFAULT 0,
    signature TEXT NOT NULL DEFAULT '',  -- the verdict on the answer's
    message_id TEXT,
    code TEXT,
    reason TEXT,
    is_read INTEGER NOT NULL DEFAULT 0,  -- whether the three above are in it
    request_headers TEXT NOT NULL,  -- JSON
    headers TEXT NOT NULL,  -- JSON
    request_body BLOB,
    body BLOB NOT NULL
)
"""
_MIGRATIONS = {
    # Before version 2 no body was cut.
    1: (
        "ALTER TABLE calls ADD COLUMN request_body_cut INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE calls ADD COLUMN body_cut INTEGER NOT NULL DEFAULT 0",
    ),
    # Before version 3 no answer's signature was verified.
    2: ("ALTER TABLE calls ADD COLUMN signature TEXT NOT NULL DEFAULT ''",),
    # Before version 4 each look for PayNet's codes read the body.
    3: (
        "ALTER TABLE calls ADD COLUMN message_id TEXT",
        "ALTER TABLE calls ADD COLUMN code TEXT",
        "ALTER TABLE calls ADD COLUMN reason TEXT",
        "ALTER TABLE calls ADD COLUMN is_read INTEGER NOT NULL DEFAULT 0",
    ),
}


def create(path: Path) -> None:
    """Make an empty journal, unless something is there; nobody sees half of one.

    Only its owner can read it (mode 0600), whatever the umask. SQLite gives the files
    beside it the same mode.

    Raises:
        ConfigurationError: The log of a journal that was removed is still there.
        OSError, sqlite3.Error: It cannot be made there.
    """
    log = log_of(path)
    is_left = log.exists()
    if path.exists():
        if path.is_file() and path.stat().st_size == 0:
            _fill(path)
        return
    # Asked before the file itself: another notebook may just begin.
    if is_left:
        raise ConfigurationError(
            f"{log} is left of a journal that was removed, and SQLite would put its "
            "calls into the new one; remove it, too"
        )
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        _fill(Path(name))
        # Unlike a rename it takes nobody's place: two notebooks may begin at once.
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)


def log_of(path: Path) -> Path:
    """Give the file beside a journal in which its last calls are."""
    return Path(f"{path}-wal")


def _fill(path: Path) -> None:
    path.chmod(0o600)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as made:
        prepare(made, path)


def check(path: Path) -> None:
    """Refuse a file that is no journal, or one of a newer version; touch nothing.

    Raises:
        ConfigurationError: It is refused.
        OSError, sqlite3.Error: It cannot be read.
    """
    if not path.is_file():
        raise ConfigurationError(f"{path} is not a file; name another one")
    if not os.access(path, os.R_OK):
        raise PermissionError(13, "it may not be read", str(path))
    owner, version = _marks(path)
    if owner != APPLICATION_ID:
        raise ConfigurationError(
            f"{path} is not a journal of paynet_nb and was left as it is; "
            "name another file"
        )
    _check_version(version, path)
    if log_of(path).exists():
        # What a newer paynet_nb wrote last may be in there only.
        with _looking(path, "mode=ro") as looking:
            _check_version(_version(looking), path)


def code_of(error: Exception) -> int | None:
    """Give SQLite's result code (sqlite.org/rescode.html), if it is an error of its."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def is_locked(error: Exception) -> bool:
    """Tell whether another program has locked the file, which may pass."""
    return code_of(error) in _LOCKED


@contextlib.contextmanager
def told_of_damage(path: Path) -> Iterator[None]:
    """Refuse a journal whose table cannot be found; it stays as it is.

    Raises:
        ConfigurationError: What is done with it fails because it is damaged.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        is_gone = str(error).startswith("no such")
        if code_of(error) not in _DAMAGED and not is_gone:
            raise
        raise ConfigurationError(
            f"{path} is a damaged journal ({error}) and was left as it is; name "
            "another file, and get what is left of it with `sqlite3 FILE .recover`"
        ) from error


def close_to_others(path: Path) -> None:
    """Let only the owner read a journal, and the files beside it, as copies may be.

    Raises:
        OSError: They are another's.
    """
    for file in (path, log_of(path), Path(f"{path}-shm")):
        # Another notebook may just have removed it.
        with contextlib.suppress(FileNotFoundError):
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)


def _marks(path: Path) -> tuple[int, int]:
    """Read whose file it is, and its version; 0 and 0: it is not SQLite's."""
    try:
        # Immutable: no lock is taken, and no file is made beside it.
        with _looking(path, "mode=ro&immutable=1") as looking:
            # Else SQLite refuses a file that is shorter than it says. A journal is so
            # while its log is copied to it, and where a kill or a full disk broke that
            # off.
            looking.execute("PRAGMA writable_schema = ON")
            (owner,) = looking.execute("PRAGMA application_id").fetchone()
            return owner, _version(looking)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return 0, 0


def _looking(path: Path, how: str) -> contextlib.closing[sqlite3.Connection]:
    # By SQLite: if this process opened and closed the file by itself, the locks of its
    # other connections would be gone (sqlite.org/howtocorrupt.html, section 2.2).
    uri = f"{path.as_uri()}?{how}"
    return contextlib.closing(sqlite3.connect(uri, uri=True))


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables or bring them up to date, in one transaction; have a log (WAL).

    Raises:
        ConfigurationError: The file is of a newer version.
        sqlite3.Error: It cannot be changed.
    """
    if _version(connection) != VERSION:
        connection.execute("BEGIN IMMEDIATE")
        try:
            _migrate(connection, path)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        # `check` reads the version in the file itself.
        connection.execute("PRAGMA wal_checkpoint")
    connection.execute("PRAGMA journal_mode = WAL")


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    # Asked again: another notebook may have been quicker.
    version = _version(connection)
    if version == 0:
        # Also where a kill broke this off, and SQLite has just undone it.
        connection.execute(_CALLS)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        version = VERSION
    for before in range(_check_version(version, path), VERSION):
        for change in _MIGRATIONS[before]:
            connection.execute(change)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _version(connection: sqlite3.Connection) -> int:
    version: int
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return version


def _check_version(version: int, path: Path) -> int:
    if version not in {*_MIGRATIONS, VERSION}:
        raise ConfigurationError(
            f"{path} is a journal of version {version}, this paynet_nb knows up to "
            f"{VERSION}; upgrade paynet_nb or name another file"
        )
    return version
