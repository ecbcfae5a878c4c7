"""A journal of which a part was damaged: the other calls are there, and it is told."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import tracemalloc
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


@pytest.mark.parametrize("lost", [(100, 4096), (2_096, 4096), (103, 105)])
def test_a_journal_whose_table_cannot_be_found_is_refused_and_kept(
    path: Path, lost: tuple[int, int]
) -> None:
    """Its first page tells of the table; an empty history would look like a new one."""
    data = bytearray(path.read_bytes())
    data[slice(*lost)] = bytes(lost[1] - lost[0])
    path.write_bytes(data)

    with pytest.raises(pn.ConfigurationError, match=r"damaged journal .* left as it"):
        pn.History(path)

    assert path.read_bytes() == data


def test_bodies_are_read_when_somebody_looks(path: Path) -> None:
    """A table of all calls is made without: nobody has come upon the damage yet."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE calls SET body = 7, headers = '['")
        connection.commit()
    history = pn.History(path)

    assert list(history.to_frame()["label"]) == [f"call-{n}" for n in range(CALLS)]
    assert history.to_frame()["error"].isna().all()
    assert history.outcomes() == ["good"] * CALLS
    assert "headers, body cannot" in str(history["call-9"].error)
    assert "headers, body cannot be read" in str(history[3].error)
    assert [*history.to_frame()["error"].notna().to_numpy().nonzero()[0]] == [3, 9]


def test_the_codes_of_what_was_written_stand_in_columns_of_their_own(
    tmp_path: Path,
) -> None:
    """So has each call of a journal an outcome, though its answer is not read."""
    path = tmp_path / "codes.sqlite"
    said = '{"header": {"messageId": "M%s", "status": {"code": "%s", "reason": "%s"}}}'
    told = [("1", "ACSP", "U000"), ("2", "RJCT", "U112"), ("3", "ACTC", "U002")]
    calls = [call_of(status=200, body=(said % one).encode()) for one in told]
    calls.append(call_of(method="POST", status=504, body=b"late"))
    calls.append(call_of(status=200, body=(said % told[1]).encode() + b" " * 99_000))
    first = pn.History(path)
    for call in calls:
        first.append(call)

    history = pn.History(path)

    assert history.outcomes() == [call.outcome for call in calls]
    for name in ("message_id", "code", "reason"):
        column = history.to_frame()[name].astype(object)
        assert [*column.where(column.notna(), None)] == [
            getattr(c, name) for c in calls
        ]


def test_opening_takes_no_more_room_for_long_bodies(tmp_path: Path) -> None:
    """Of 300 calls, with 10 bytes or with 10 kB each."""
    peaks = []
    for size in (10, 10_000):
        path = tmp_path / f"{size}.sqlite"
        history = pn.History(path)
        for number in range(300):
            history.append(call_of(body=b"%09d\n" % number * (size // 10)))
        del history
        pn.History(path).to_frame()  # what is loaded late is there
        tracemalloc.start()
        pn.History(path).to_frame()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < 1.2 * peaks[0]


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
