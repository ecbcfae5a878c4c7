"""A journal of which a part was damaged: the other calls are there, and it is told."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

import paynet_nb as pn
from tests.helpers.records import call_of

CALLS = 40


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make a journal of forty calls, each of them larger than a page."""
    path = tmp_path / "calls.sqlite"
    history = pn.History(path)
    for number in range(CALLS):
        history.append(
            call_of(
                label=f"call-{number}",
                url=f"https://api.example.my/v1/{number}",
                headers={"Content-Type": "text/plain"},
                status=200,
                body=b"body " * 900,
            )
        )
    del history
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def shown(history: pn.History) -> list[str]:
    """Look at all that shows a history; give the labels."""
    history.to_frame()
    history.summary()
    history._repr_html_()
    assert all(repr(call) and call._repr_html_() for call in history)
    return [call.label for call in history]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("headers", '[["Content-'),
        ("headers", "[1, 2]"),
        ("headers", b"\xff"),
        ("request_headers", "{}["),
        ("request_headers", "[" * 50_000),
        ("url", "https://[api"),
        ("method", b"\xff\xfe"),
        ("sent_at_s", 1e300),
        ("sent_at_s", "yesterday"),
        ("status", "OK"),
        ("status", -200),
        ("elapsed_s", float("inf")),
        ("attempt", "first"),
        ("body", 7),
        ("body_cut", -1),
    ],
)
def test_a_damaged_field_is_told_and_takes_no_other_with_it(
    path: Path, field: str, value: Any
) -> None:
    """The other rows, and the other fields of this one, are read."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE calls SET {field} = ? WHERE id = 7", (value,))  # noqa: S608
        connection.commit()
    history = pn.History(path)

    assert shown(history) == [f"call-{number}" for number in range(CALLS)]
    (damaged,) = [call for call in history if call.error]
    told = f"row 7 of the journal is damaged: {field} cannot be read"
    assert (damaged.label, damaged.error) == ("call-6", told)
    assert told in repr(damaged)
    assert told in list(history.to_frame()["error"])


def test_a_damaged_page_takes_its_own_rows_only(path: Path) -> None:
    """The page is full of zeros, as after a fault of the disk."""
    data = bytearray(path.read_bytes())
    at = data.index(b"https://api.example.my/v1/20") // 4096 * 4096
    data[at : at + 4096] = bytes(4096)
    path.write_bytes(data)
    history = pn.History(path)

    labels = [call.label for call in history if not call.error]

    assert shown(history)
    assert len(labels) >= CALLS - 8
    assert {"call-0", f"call-{CALLS - 1}"} <= {*labels}
    damaged = [call for call in history if call.error]
    assert damaged
    assert all("nothing of it can be read" in str(call.error) for call in damaged)


@pytest.mark.filterwarnings("ignore:.*cannot be written to")
def test_no_random_damage_breaks_what_shows_a_history(path: Path) -> None:
    """Some bits or bytes are others: what can be read is, or the file is refused."""
    whole, draw = path.read_bytes(), random.Random(7)  # noqa: S311  # no secret
    rows = []
    for turn in range(60):
        data = bytearray(whole)
        at = draw.randrange(len(data))
        data[at : at + turn] = draw.randbytes(turn)
        other = path.with_name(f"{turn}.sqlite")
        other.write_bytes(data)
        with contextlib.suppress(pn.ConfigurationError):
            history = pn.History(other)
            rows.append(len(shown(history)))

    assert len(rows) > 50
    assert sum(rows) > 50 * (CALLS - 8)
