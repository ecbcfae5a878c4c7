"""`paynet-nb` as a process of its own, for tests."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TIMEOUT_S = 120  # on a busy machine; of what builds or installs ten times as long


@contextlib.contextmanager
def limited(process: subprocess.Popen[Any]) -> Iterator[None]:
    """Kill *process* if the block takes too long, so that no read in it is for ever."""
    clock = threading.Timer(TIMEOUT_S, process.kill)
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


@contextlib.contextmanager
def running(*words: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `paynet-nb` in *folder*; it and what it started end with the block."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "paynet_nb", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def openssl(folder: Path, *words: str) -> bytes:
    """Run openssl in *folder*; give what it printed."""
    return subprocess.run(
        ["openssl", *words],  # noqa: S607  # the one that is installed
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=TIMEOUT_S,
    ).stdout
