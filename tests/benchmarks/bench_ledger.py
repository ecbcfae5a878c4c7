"""Measure the history: append, the journal, the table, the memory, and to open again.

    python -m tests.benchmarks ledger

The calls have PayNet's lengths: a URL of 185 characters that differs from row to row,
six headers of which three differ, an answer of 170 bytes with codes and a message ID.
Beside each the least that does the same: a list of dictionaries, SQLite with a column a
field, pandas of ready typed columns (it is slow on object arrays: it looks whether all
are texts), and SQLite reading what a table shows, with the codes out of each body.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from requests.structures import CaseInsensitiveDict

import paynet_nb as pn
from tests.benchmarks.rows import Row

CALLS, ROUNDS = 50_000, 5
URL = (
    "https://certification.api.developer.inet.paynet.my/merchants/v1/payments/lists/"
    "bank?clientId=M0000001&messageId=20260101M0000001650OBW{0:08d}"
    "&transactionId=20260101M00000016500{0:08d}"
)
BODY = (
    b'{"header":{"status":{"code":"ACSP","reason":"U000"},'
    b'"messageId":"20260101M0000001650OBW%08d"},'
    b'"banks":[{"code":"TESTMYKL","name":"Test Bank","active":true}],"page":1}'
)
SENT = {
    "User-Agent": "python-requests/2.32.4",
    "Accept-Encoding": "gzip, deflate",
    "Accept": "*/*",
    "Connection": "keep-alive",
    "Authorization": "Bearer [token #1a2b3c4d]",
}
# What a table shows, but for the codes, which stand in the body.
SHOWN = (
    "sent_at_s, kind, environment, method, url, status, elapsed_s, request_bytes, "
    "response_bytes, attempt, token, error, label"
)
KEPT = (*SHOWN.split(", "), "request_headers", "headers", "request_body", "body")


def made(number: int) -> pn.Call:
    """Make up a call as the client makes it."""
    headers: Mapping[str, str] = CaseInsensitiveDict(
        {
            "Content-Type": "application/json",
            "Date": f"Mon, 23 Nov 2026 08:{number // 60 % 60:02d}:00 GMT",
            "Server": "gateway",
            "X-Request-Id": f"0f8fad5b-d9cb-469f-a165-{number * 7919 % 10**12:012d}",
            "Content-Length": "170",
            "Connection": "keep-alive",
        }
    )
    body = BODY % number
    return pn.Call(
        kind="call",
        environment="certification",
        method="GET",
        url=URL.format(number),
        request_headers={**SENT},
        request_body=None,
        status=200 if number % 50 else 404,
        headers=headers,
        body=body,
        sent_at_s=1.76e9 + number / 7,
        elapsed_s=0.1 + number % 97 / 997,
        request_bytes=0,
        response_bytes=len(body),
        token="1a2b3c4d",
        label="",
    )


def fields(call: pn.Call) -> dict[str, Any]:
    """Give what a person would keep of a call by hand."""
    told = {name: getattr(call, name) for name in KEPT}
    return told | {name: dict(told[name]) for name in ("request_headers", "headers")}


def cpu_s(work: Callable[[], object]) -> float:
    """Give the CPU seconds of some work; to free what came is not counted."""
    begun = time.process_time()
    made = work()
    taken = time.process_time() - begun
    del made
    return taken


def medians(ways: Mapping[str, Callable[[], object]]) -> tuple[float, ...]:
    """Give the CPU seconds of each way, the median of rounds in turn."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            taken[name].append(cpu_s(way))
    return tuple(statistics.median(times) for times in taken.values())


def filled(calls: Iterable[pn.Call], path: Path | None = None) -> pn.History:
    """Append calls to a new history."""
    history = pn.History(path)
    for call in calls:
        history.append(call)
    return history


def listed(calls: Iterable[pn.Call]) -> list[dict[str, Any]]:
    """Keep calls by hand."""
    return [fields(call) for call in calls]


def write_by_hand(calls: Iterable[pn.Call], path: Path) -> None:
    """Write calls to SQLite, each in a transaction of its own, as a journal does."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        file.execute(f"CREATE TABLE calls (id INTEGER PRIMARY KEY, {', '.join(KEPT)})")
        write = f"INSERT INTO calls VALUES (NULL, {', '.join('?' * len(KEPT))})"  # noqa: S608  # names from the code
        for call in calls:
            told = fields(call)
            for name in ("request_headers", "headers"):
                told[name] = json.dumps(told[name])
            file.execute(write, [*told.values()])


def read_by_hand(path: Path) -> list[tuple[Any, ...]]:
    """Read what a table shows out of a journal, the codes out of each body."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        rows = file.execute(f"SELECT {SHOWN}, body FROM calls ORDER BY id").fetchall()  # noqa: S608  # names from the code
    found = []
    for *shown, body in rows:
        header = json.loads(body)["header"]
        status = header["status"]
        found.append((*shown, header["messageId"], status["code"], status["reason"]))
    return found


def held_bytes(keep: Callable[[Iterable[pn.Call]], object]) -> float:
    """Give the bytes that one way to keep them takes for a call."""
    tracemalloc.start()
    held = keep(map(made, range(CALLS // 5)))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del held
    return size / (CALLS // 5)


def rows() -> Iterator[Row]:
    """Measure each beside its peer."""
    calls = [*map(made, range(CALLS))]
    for call in calls:
        call.outcome  # noqa: B018  # the client asks for it; a call keeps it
    ours, theirs = medians(
        {"ours": lambda: filled(calls), "hand": lambda: listed(calls)}
    )
    scale = 1e6 / CALLS
    yield Row("ledger: append, us; dictionary", ours * scale, theirs * scale)
    yield Row("ledger: bytes a call", held_bytes(filled), held_bytes(listed))
    history = filled(calls)
    frame = history.to_frame()
    lists = {name: (frame[name].tolist(), None, frame[name].dtype) for name in frame}
    yield Row(
        "ledger: table, s; pandas of lists",
        *medians(
            {
                "ours": history.to_frame,
                "pandas": lambda: pd.DataFrame(
                    {name: pd.Series(*cell) for name, cell in lists.items()}
                ),
            }
        ),
    )
    yield from journal_rows(calls)


def journal_rows(calls: list[pn.Call]) -> Iterator[Row]:
    """Measure what is written to a file, and read from it."""
    with tempfile.TemporaryDirectory() as folder:
        paths = (Path(folder) / f"{number}.sqlite" for number in range(CALLS))
        some = calls[: CALLS // 5]
        ours, theirs = medians(
            {
                "ours": lambda: filled(some, next(paths)),
                "hand": lambda: write_by_hand(some, next(paths)),
            }
        )
        scale = 1e6 / len(some)
        yield Row("ledger: append, journal, us; SQLite", ours * scale, theirs * scale)
        path = next(paths)
        filled(calls, path)
        yield Row(
            "ledger: open, first table, s; SQLite",
            *medians(
                {
                    "ours": lambda: pn.History(path).to_frame(),
                    "hand": lambda: read_by_hand(path),
                }
            ),
        )
