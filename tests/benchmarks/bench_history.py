"""Time what a long history is asked for, beside the least that must be done for it.

    python -m tests.benchmarks

A search against reading every call; a file against `json.dumps` of the same bodies.
CPU seconds, of 20,000 exchanges with answers of 170 bytes.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import paynet_nb as pn
from tests.benchmarks.bench_ledger import made
from tests.benchmarks.rows import Row

EXCHANGES = 20_000


def cpu_s(work: Callable[[], object]) -> float:
    """Give the CPU seconds of some work."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def rows() -> Iterator[Row]:
    """Measure a search and each kind of file."""
    history = pn.History()
    for number in range(EXCHANGES):
        history.append(made(number))
    read = cpu_s(lambda: [*history])
    find = cpu_s(lambda: [*history.search("no such text", 0, EXCHANGES)])
    yield Row("history: search, reading all", find, read)
    dumped = cpu_s(lambda: [json.dumps(call.body.decode()) for call in history])
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("csv", "html", "jsonl", "har"):
            path = Path(folder) / f"calls.{ending}"
            write = history.report if ending == "html" else history.save
            taken = cpu_s(lambda write=write, path=path: write(path))  # type: ignore[misc]
            yield Row(f"history: .{ending}, reading and dumping", taken, dumped)
