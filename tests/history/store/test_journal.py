"""`History(path=...)`: a journal that is there again after a restart."""

from __future__ import annotations

import copy
import os
import pickle
import shutil
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import paynet_nb as pn
from tests.helpers.gateway import CLIENT_ID, Gateway, answer
from tests.helpers.places import betrayed
from tests.helpers.records import call_of

SECRET = "secretAlpha/+secretOmega"
TOKEN = "tokenAlpha-tokenOmega"

ODD = [
    call_of(label="\ud800 half a pair", error="\udfff", status=None),
    call_of(label="nul \0 and 'quotes' \N{SNOWMAN}", url="https://x.my/\0?a=%00"),
    call_of(request_headers={"A": "1", "b": ""}, headers={"Set-Cookie": "é"}),
    call_of(request_body=b"", body=b"", status=204, token="0a1b2c3d"),
    call_of(request_body=b"\x00\xff", body=bytes(range(256)) * 9, response_bytes=7),
    call_of(body=b'{"errorCode": "API.010"}', attempt=2, elapsed_s=0.1 + 0.2),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a journal that is not there yet."""
    return tmp_path / "calls.sqlite"


def files_beside(path: Path) -> dict[str, int]:
    """Give the files of a journal with their modes."""
    return {
        file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()
    }


def test_a_call_is_in_the_file_when_it_returns(gateway: Gateway, path: Path) -> None:
    """Another connection reads it, while the client goes on."""
    client = pn.Client(gateway.auth(), history=pn.History(path))
    call = client.get("/x", label="first")

    with sqlite3.connect(path) as other:
        rows = other.execute("SELECT kind, label, status FROM calls").fetchall()
        (mode,) = other.execute("PRAGMA journal_mode").fetchone()
    other.close()
    assert rows == [("token", "", 200), ("call", "first", 200)]
    assert mode == "wal"
    assert client.history[-1] is call


def test_an_append_never_copies_much_of_the_log(path: Path) -> None:
    """It would wait for it: the log, which grows up to then, stays about a megabyte."""
    history = pn.History(path)
    for number in range(300):
        history.append(call_of(body=b"%d" % number * 4_000))

    log = path.with_name("calls.sqlite-wal")
    assert path.stat().st_size + log.stat().st_size > 3_000_000
    assert log.stat().st_size < 2_000_000


def test_a_restart_continues_where_it_was(gateway: Gateway, path: Path) -> None:
    """All of a history works on the calls of before, and new ones come behind."""
    client = pn.Client(gateway.auth(), history=pn.History(path))
    client.get("/x", label="a")
    client.get("/y", label="b", params={"page": "2"})
    before, frame = list(client.history), client.history.to_frame()

    again = pn.History(path)

    assert list(again) == before
    assert again[-1].headers["content-type"] == before[-1].headers["Content-Type"]
    pd.testing.assert_frame_equal(again.to_frame(), frame)
    assert again.compare("a", "b") is not None
    again.save(path.with_suffix(".har"))
    again.report(path.with_suffix(".html"))
    pn.Client(gateway.auth(), history=again).get("/z", label="c")
    assert [call.label for call in pn.History(path)] == ["", "a", "b", "", "c"]


@pytest.mark.parametrize("call", ODD)
def test_any_call_comes_back_equal(path: Path, call: pn.Call) -> None:
    """Odd texts, bytes, and what is not there."""
    pn.History(path).append(call)

    assert list(pn.History(path)) == [call]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_only_the_owner_can_read_it_whatever_the_umask(path: Path, umask: int) -> None:
    """The file and those beside it have mode 0600."""
    before = os.umask(umask)
    try:
        history = pn.History(path)
        history.append(call_of())
    finally:
        os.umask(before)

    assert files_beside(path) == dict.fromkeys(
        (path.name, f"{path.name}-shm", f"{path.name}-wal"), 0o600
    )


def test_an_empty_file_becomes_a_journal(path: Path) -> None:
    """Its name may have been made before, by `tempfile` for example."""
    path.touch(0o644)

    pn.History(path).append(call_of())

    assert len(pn.History(path)) == 1
    assert files_beside(path) == {path.name: 0o600}


def test_a_copied_journal_is_closed_to_others_again(path: Path) -> None:
    """`cp` gives copies the mode of the umask, also the log with the last calls."""
    first = pn.History(path)
    first.append(call_of())
    copied = path.parent / "copied"
    names = files_beside(path)
    copied.mkdir()
    for name in names:
        shutil.copyfile(path.with_name(name), copied / name)
        (copied / name).chmod(0o644)
    del first

    history = pn.History(copied / path.name)

    assert len(history) == 1
    found = files_beside(copied / path.name)
    assert len(found) == 3
    assert {*found.values()} == {0o600}


def test_the_file_stays_the_same_when_the_folder_of_the_kernel_changes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path is read where the history is made."""
    monkeypatch.chdir(path.parent)
    history = pn.History(path.name)
    monkeypatch.chdir("/")
    history.append(call_of())

    assert len(pn.History(path)) == 1


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_copy_is_in_memory_only(path: Path, how: object) -> None:
    """It has the calls so far; what comes to it is not in the file."""
    history = pn.History(path, max_body_bytes=3)
    history.append(call_of(label="kept"))

    made = how(history)  # type: ignore[operator]
    other = pickle.loads(made) if isinstance(made, bytes) else made  # noqa: S301
    other.append(call_of(label="more", body=b"12345"))

    assert [call.label for call in other] == ["kept", "more"]
    assert other[1].body == b"123"
    assert [call.label for call in pn.History(path)] == ["kept"]


def test_neither_secret_nor_token_is_in_any_of_its_files(
    gateway: Gateway, path: Path
) -> None:
    """What is written is the redacted call and nothing else."""
    gateway.token = lambda _: answer(gateway.token_body(access_token=TOKEN))
    gateway.api = lambda _: answer({"echo": TOKEN, "also": SECRET})
    credentials = pn.Credentials(CLIENT_ID, SECRET, gateway.environment)
    auth = pn.ClientCredentialsAuth(credentials)
    client = pn.Client(auth, history=pn.History(path))
    client.post("/x", json={"secret": SECRET}, params={"q": TOKEN}, label="canary")

    files = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    assert len(files) == 3
    assert any(b"canary" in content for content in files.values())
    shown = {name: content.decode("latin-1") for name, content in files.items()}
    assert betrayed(shown, SECRET, TOKEN) == []


def test_position_and_address_are_kept(gateway: Gateway, path: Path) -> None:
    """The history is the user's own; exports mask them."""
    client = pn.Client(gateway.auth(), history=pn.History(path))
    client.get("/x", headers={"X-IP-Address": "203.0.113.7"})

    call = pn.History(path)[-1]
    assert call.request_headers["x-ip-address"] == "203.0.113.7"
    assert "203.0.113.7" not in call.to_curl()


def test_a_call_may_be_changed_and_added_again(path: Path) -> None:
    """What came out of a journal is a call like any other."""
    history = pn.History(path)
    history.append(call_of(label="a"))
    history.append(replace(pn.History(path)[0], label="b"))

    assert [call.label for call in history] == ["a", "b"]
