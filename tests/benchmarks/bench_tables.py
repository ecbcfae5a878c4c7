"""Time `tables` against pandas' own ways, side by side in one run.

    python -m tests.benchmarks.bench_tables

JSON text to tables without loss, and back, against `json.loads` and
`pd.json_normalize`, which leaves lists as they are and has no way back: 10,000
payments, and 20,000 records of differing names. Then `columns_to_frame` against pandas
told the same types, for a history of 1,000,000 rows. The ratio of the medians is what
counts.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator

import pandas as pd

from paynet_nb.frames import columns_to_frame, rebuild, tables
from paynet_nb.wire import parse_json
from tests.benchmarks.rows import Row, lines

ROUNDS = 9
DTYPES = {
    "sent_at": "datetime64[us, UTC]",
    "status": "Int64",
    "elapsed_ms": "float64",
    "request_bytes": "int64",
    "response_bytes": "int64",
    "attempt": "int64",
}


def payment(number: int) -> dict[str, object]:
    """Make up a payment: objects in objects, and a list."""
    return {
        "endToEndId": f"20261123TESTMYKL861ORM{number:08d}",
        "amount": {"value": f"{number / 100:.2f}", "currency": "MYR", "fee": 0.25},
        "debtor": {
            "name": f"Debtor {number}",
            "account": {"id": f"{number:012d}", "type": "SVGS"},
        },
        "status": {"code": "ACSP", "reason": None, "final": number % 2 == 0},
        "items": [
            {"sku": f"S{item}", "quantity": item, "price": number / 8}
            for item in range(1 + number % 2)
        ],
        "sequence": number,
    }


def ragged(number: int) -> dict[str, object]:
    """Make up a record of three names out of two hundred."""
    return {f"field{(number * step) % 200}": number for step in (1, 7, 11)}


def medians(*works: Callable[[], object]) -> list[float]:
    """Do each work in turn, many rounds, and give the median seconds of each."""
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, seconds, strict=True):
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in seconds]


def history(rows: int) -> dict[str, list[object]]:
    """Make up the columns of a history of calls."""
    constants = ("kind", "environment", "method", "code", "reason", "token", "error")
    columns: dict[str, list[object]] = {name: [name] * rows for name in constants}
    columns["url"] = [f"https://host/banks/{row % 100}" for row in range(rows)]
    columns["message_id"] = [f"M{row:08d}" for row in range(rows)]
    columns["sent_at"] = [1.7e9 + row / 4 for row in range(rows)]
    columns["status"] = [None if row % 50 == 0 else 200 for row in range(rows)]
    columns["elapsed_ms"] = [row / 7 for row in range(rows)]
    columns["request_bytes"] = columns["attempt"] = [1] * rows
    columns["response_bytes"] = [1000 + row % 500 for row in range(rows)]
    return columns


def rows() -> Iterator[Row]:
    """Measure tables and frames against pandas, in seconds."""
    shapes = {
        "payments": [payment(number) for number in range(10_000)],
        "ragged records": [ragged(number) for number in range(20_000)],
    }
    for what, records in shapes.items():
        yield from json_tables(what, json.dumps(records))

    columns = history(1_000_000)
    ours, theirs = medians(
        lambda: columns_to_frame(columns, DTYPES),
        lambda: pd.DataFrame(
            {
                name: pd.Series(cells, dtype=DTYPES.get(name, "object"))
                for name, cells in columns.items()
            }
        ),
    )
    yield Row("a frame of 1,000,000 rows", ours, theirs)


def json_tables(what: str, text: str) -> Iterator[Row]:
    """Tell how tables of a text and the way back compare with pandas' own table."""
    laid_out = tables(parse_json(text))
    there, back, theirs = medians(
        lambda: tables(parse_json(text)),
        lambda: rebuild(laid_out),
        lambda: pd.json_normalize(json.loads(text)),
    )
    yield Row(f"tables of {len(text) / 1e6:.1f} MB, {what}", there, theirs)
    yield Row(f"rebuild of {len(text) / 1e6:.1f} MB, {what}", back, theirs)


if __name__ == "__main__":
    print("\n".join(lines(rows())))
