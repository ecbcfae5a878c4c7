"""Exports of a long history: little memory, a bar, and nothing half where one stops."""

from __future__ import annotations

import io
import os
import signal
import sys
import tracemalloc
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb.credentials import Secret
from paynet_nb.history.exports import clean_file
from paynet_nb.history.exports.bar import with_bar
from tests.helpers.records import call_of
from tests.helpers.terminal import Terminal

ENDINGS = ("csv", "html", "jsonl", "har")
FOLDER = str(Path(clean_file.__file__).parent)
STEP = 1_500  # exchanges


def write(history: pn.History, path: Path) -> None:
    """Write a file of any kind."""
    (history.report if path.suffix == ".html" else history.save)(path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_export_takes_at_most_640_bytes_an_exchange(
    tmp_path: Path, ending: str
) -> None:
    """That is 64 MB of 100,000, whose file has 200 MB."""
    history, path, peaks = pn.History(), tmp_path / f"calls.{ending}", []
    for _ in range(2):
        for number in range(STEP):
            url = f"https://api.example.my/?id={number:0170d}"
            body = b"%09d, " % number * 100
            history.append(call_of(url=url, body=body, status=200))
        history.to_frame()  # what is kept for the next time is not the export's
        tracemalloc.start()
        write(history, path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        peaks.append(peak)

    # The first is as much as the pieces in which a file is looked through.
    assert (peaks[1] - peaks[0]) / STEP < 640


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_stop_button_leaves_no_half_file(tmp_path: Path, ending: str) -> None:
    """At whatever line it comes: the file is that of before, or the whole new one."""
    history, path = pn.History(), tmp_path / f"calls.{ending}"
    for number in range(3):
        history.append(call_of(label=str(number), status=200, body=b"{}"))
    write(history, path)
    files = {path.read_bytes()}
    path.write_bytes(b"before")
    files.add(b"before")
    stopped: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, _: object) -> Any:
        place = (frame.f_code.co_filename, frame.f_lineno)
        if not place[0].startswith(FOLDER):
            return None
        if event == "line" and place not in stopped:
            stopped.add(place)
            os.kill(os.getpid(), signal.SIGINT)
        return trace

    count, own = -1, sys.gettrace()
    while len(stopped) > count:
        count = len(stopped)
        sys.settrace(trace)
        try:
            write(history, path)
        except KeyboardInterrupt:
            pass
        finally:
            sys.settrace(own)
        assert [file.name for file in tmp_path.iterdir()] == [path.name]
        assert path.read_bytes() in files

    assert count > 25


def test_a_secret_in_two_pieces_of_a_file_is_found(tmp_path: Path) -> None:
    """A file is looked through in pieces, each with the end of the one before."""
    secret = "s3cr3t-canary-0123456789"
    line = b"x" * 99 + b"\n"
    text = line * 10_000 + b"x" * 87 + secret[:12].encode() + b"\n"
    text += secret[12:].encode() + b"\n" + line * 20

    def write_text(part: Path) -> None:
        part.write_bytes(text)

    with pytest.raises(pn.RefusedError, match="a secret that is in use"):
        clean_file.publish(
            tmp_path / "calls",
            write_text,
            lambda part: clean_file.pieces(part, str),
            secrets=[Secret("another-canary-9876543210"), Secret(secret)],
        )

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("screen", "after_s", "is_shown"),
    [(Terminal, 0, True), (Terminal, 1e6, False), (io.StringIO, 0, False)],
)
def test_a_bar_is_shown_of_what_takes_long(
    monkeypatch: pytest.MonkeyPatch,
    screen: type[io.StringIO],
    after_s: float,
    is_shown: bool,
) -> None:
    """In a terminal, after a time, with how far it is; in a log never."""
    stderr = screen()
    monkeypatch.setattr(sys, "stderr", stderr)

    done = [*with_bar("abc", 3, "writing", after_s=after_s)]

    assert done == ["a", "b", "c"]
    assert ("writing:" in stderr.getvalue()) == is_shown
    assert ("/3" in stderr.getvalue()) == is_shown
