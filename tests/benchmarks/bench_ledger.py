"""Time and measure the history: append, the journal's price, the table, the memory.

    python tests/benchmarks/bench_ledger.py [rows]

The calls have PayNet's lengths: a URL of 185 characters that differs from row to row,
six headers of which three differ, an answer of 170 bytes with codes and a message ID.
Appending is timed beyond making the record. The table is timed the first time, answers
as they came, or with few URLs and message IDs; beside it, pandas builds a frame of
ready typed columns. It is slow on object arrays: it looks whether all are texts.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
from requests.structures import CaseInsensitiveDict

import paynet_nb as pn

ROUNDS, CALLS = 41, 100
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


def append_us(rows: int) -> tuple[pn.History, float, float]:
    """Append *rows* calls; give the mean and the median microseconds of one."""
    history, taken = pn.History(), []
    for number in range(rows):
        call = made(number)
        started = time.perf_counter()
        history.append(call)
        taken.append(time.perf_counter() - started)
    return history, statistics.fmean(taken) * 1e6, statistics.median(taken) * 1e6


def journal_us() -> float:
    """Give the median microseconds that a journal adds to an append, of rounds."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {"memory": pn.History(), "file": pn.History(Path(folder) / "c.sqlite")}
        extra = []
        for turn in range(ROUNDS):
            calls = [made(turn * CALLS + number) for number in range(CALLS)]
            taken = {}
            for name, history in kept.items():
                started = time.perf_counter()
                for call in calls:
                    history.append(call)
                taken[name] = time.perf_counter() - started
            extra.append((taken["file"] - taken["memory"]) / CALLS * 1e6)
        return statistics.median(extra)


def held_bytes(rows: int) -> float:
    """Give the bytes per row that a history holds beside the bodies."""
    tracemalloc.start()
    history, bodies = pn.History(), 0
    for number in range(rows):
        call = made(number)
        bodies += len(call.body)
        history.append(call)
    del call
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"  held in all: {held / rows:.0f} bytes a row, bodies {bodies / rows:.0f}")
    return (held - bodies) / rows


def seconds(work: Callable[[], object]) -> float:
    """Time once; to free what came is not counted."""
    started = time.perf_counter()
    made = work()
    taken = time.perf_counter() - started
    del made
    return taken


def table(history: pn.History) -> None:
    """Time the table, and pandas on ready columns of the same types."""
    first = seconds(history.to_frame)
    frame = history.to_frame()
    series = {name: frame[name].copy() for name in frame}
    arrays = {name: column.array for name, column in series.items()}
    lists = {name: column.tolist() for name, column in series.items()}
    dtypes = {name: str(column.dtype) for name, column in series.items()}
    del frame

    def from_lists() -> object:
        typed = {name: pd.Series(x, dtype=dtypes[name]) for name, x in lists.items()}
        return pd.DataFrame(typed)

    taken: dict[str, list[float]] = {}
    for _ in range(7):
        for name, work in {
            "ours": history.to_frame,
            "Series, copied": lambda: pd.DataFrame(series),
            "arrays": lambda: pd.DataFrame(arrays),
            "lists, types told": from_lists,
        }.items():
            taken.setdefault(name, []).append(seconds(work))
    ours = statistics.median(taken.pop("ours"))
    print(f"a table: the first {first * 1000:.0f} ms, later {ours * 1000:.0f} ms")
    for name, times in taken.items():
        theirs = statistics.median(times)
        print(f"  pandas of {name}: {theirs * 1000:.0f} ms, {ours / theirs:.2f}x")


def main(rows: int) -> None:
    """Print all figures."""
    history, mean, median = append_us(rows)
    print(f"append beyond the record: mean {mean:.1f} us, median {median:.1f} us")
    print(f"a journal adds {journal_us():.0f} us to an append")
    print(f"{rows:,} rows, each with a URL and a message ID of its own")
    table(history)
    again = pn.History()
    for number in range(rows):
        again.append(replace(made(number % 100), sent_at_s=1.76e9 + number))
    print(f"{rows:,} rows, 100 URLs and message IDs again and again")
    table(again)
    print(f"held beside the bodies: {held_bytes(min(rows, 100_000)):.0f} bytes a row")


if __name__ == "__main__":
    warnings.simplefilter("error")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
