"""Searching a history: what is found, and by how much work."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

import paynet_nb as pn
from tests.helpers.locked import Locked, lockable
from tests.helpers.records import call_of

BLOCK = 512
E_ACUTE = "\N{LATIN SMALL LETTER E WITH ACUTE}"
KINDS = (
    {"body": b'{"name": "Bank of Kinabalu"}', "status": 200},
    {"body": json.dumps({"name": f"Caf{E_ACUTE}"}).encode(), "status": 200},
    {"body": f"Caf{E_ACUTE}".encode(), "status": 404},
    {"body": "Kinabalu".encode("utf-16"), "status": 200,
     "headers": {"Content-Type": "text/plain; charset=utf-16"}},
    {"request_body": b"sent Kinabalu", "body": b"x" * 5_000, "status": 200},
    {"body": b"y" * 40_000 + b"kinabalu", "status": 200},
    {"error": "Kinabalu did not answer"},
    {"url": "https://api.example.my/KINABALU", "label": "some label", "status": 500},
)  # fmt: skip
FOUND = {
    "kinabalu": [0, 3, 4, 5, 6, 7],
    f"caf{E_ACUTE}": [1, 2],
    "internal server": [7],
    "SOME LABEL": [7],
    "nobody": [],
}


def found(history: pn.History, text: str) -> list[int]:
    """Search to the end."""
    steps = history.search(text, 0, len(history))
    return [place for _, places in steps for place in places]


@pytest.mark.parametrize("kept", ["in memory", "in a journal", "read from a journal"])
def test_a_text_is_found_wherever_exchanges_are_kept(tmp_path: Path, kept: str) -> None:
    """Packed, as they came, in a file; in each encoding; in their order."""
    history = pn.History(None if kept == "in memory" else tmp_path / "calls.sqlite")
    count = BLOCK + 100
    for number in range(count):
        history.append(call_of(**KINDS[number % len(KINDS)]))
    if kept == "read from a journal":
        history = pn.History(tmp_path / "calls.sqlite")

    for text, kinds in FOUND.items():
        wanted = [place for place in range(count) if place % len(KINDS) in kinds]
        assert found(history, text) == wanted, text
    some = history.search("kinabalu", BLOCK - 3, BLOCK + 2)
    assert [places for _, places in some] == [
        [BLOCK - 3, BLOCK - 2, BLOCK - 1],
        [BLOCK],
    ]


PAGE = b"<html>the gateway is busy</html>"
CODED = b'{"more": "%s", "header": {"status": {"code": "RJCT", "reason": "U112"}}}'
MOST = 2_000  # bytes of a body
ANSWERED: tuple[dict[str, Any], ...] = (
    {"method": "POST", "status": 200, "body": PAGE},
    {"method": "GET", "status": 200, "body": PAGE},  # its row says no more than 200 OK
    {"method": "POST", "status": 200, "body": PAGE * 100},
    {"method": "POST", "status": 200, "body": CODED % b"7"},
    {"method": "POST", "status": 200, "body": CODED % (b"7" * MOST)},
    {"method": "POST", "status": 504, "body": b""},
    {"method": "POST", "status": 504, "body": PAGE},
)
SHOWN = {
    "cut in the history": [2],  # first: before somebody read the codes
    "200 OK, not json": [0],
    "not JSON": [0, 6],
    "CUT": [2],
    "u112": [3, 4],
}


@pytest.mark.parametrize("kept", ["in memory", "in a journal", "read from a journal"])
def test_what_a_row_tells_of_a_body_is_found(tmp_path: Path, kept: str) -> None:
    """A page where JSON was wanted, a body that was cut, and its codes."""
    path = None if kept == "in memory" else tmp_path / "calls.sqlite"
    history = pn.History(path, max_body_bytes=MOST)
    count = BLOCK + 100
    for number in range(count):
        history.append(call_of(**ANSWERED[number % len(ANSWERED)]))
    if kept == "read from a journal":
        history = pn.History(path)

    for text, kinds in SHOWN.items():
        wanted = [place for place in range(count) if place % len(ANSWERED) in kinds]
        assert found(history, text) == wanted, text
        rows = [history[place] for place in wanted]
        shown = [f"{row.answer_in_words} {row.codes_in_words}" for row in rows]
        assert all(text.casefold() in row.casefold() for row in shown)


ESCAPED = (
    {"body": b'{"a": "Caf\\u00C9 M\\u00fcller \\uD83D\\ude00 \\u0041b"}'},
    {"body": "{\"a\": \"Café \\u00e9 x\"}".encode()},
    {"body": b'{"a": "say \\"no\\" + 1~2"}'},
    {"body": b"+AMk-t+AOk- +2D3eAA-",
     "headers": {"Content-Type": "text/plain; charset=utf-7"}},
    {"body": b"~{VPND~}", "headers": {"Content-Type": "text/plain; charset=hz"}},
    {"request_body": b'{"b": "\\u00c9"}', "body": b"{}"},
    {"body": b'{"a": "by \\"\\u00e9t\\u00E9\\""}'},
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("CAFé mÜlLER", [0]),
        ("\N{GRINNING FACE}", [0, 3]),
        ("café é", [1]),
        ("ab", [0]),
        ('say "NO"', [2]),
        ('by "Été"', [6]),
        ("Été", [3, 6]),
        ("é", [0, 1, 3, 5, 6]),
        ("\N{CJK UNIFIED IDEOGRAPH-4E2D}", [4]),
        ("+1", []),
    ],
)
def test_capitals_and_escapes_do_not_matter(text: str, wanted: list[int]) -> None:
    """Each letter as it is or as JSON, UTF-7 or HZ write it in ASCII."""
    history = pn.History()
    for fields in ESCAPED:
        history.append(call_of(**fields))

    assert found(history, text) == wanted


def test_a_locked_journal_is_told_and_searched_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody could look into was not looked into: to find nothing would say so."""
    lockable(monkeypatch)
    path, saved = tmp_path / "calls.sqlite", tmp_path / "calls.jsonl"
    pn.History(path).append(call_of(body=b"word"))
    history = pn.History(path)
    assert len(history) == 1

    monkeypatch.setattr(Locked, "words", ("body",))
    with pytest.raises(pn.ConfigurationError, match="another program has locked it"):
        found(history, "word")
    with pytest.raises(pn.ConfigurationError, match="another program has locked it"):
        history.save(saved)
    monkeypatch.setattr(Locked, "words", ())

    assert not saved.exists()
    assert found(history, "word") == [0]


def test_a_damaged_exchange_hides_no_other(tmp_path: Path) -> None:
    """A body that is no bytes, or gone, is found by its address still."""
    path = tmp_path / "calls.sqlite"
    history = pn.History(path)
    for number in range(100):
        history.append(call_of(url=f"https://api.example.my/{number}", body=b"word"))
    with sqlite3.connect(path) as journal:
        journal.execute("UPDATE calls SET body = 7 WHERE id = 4")
        journal.execute("DELETE FROM calls WHERE id = 9")
    journal.close()

    again = pn.History(path)

    assert found(again, "word") == [0, 1, 2, *range(4, 99)]
    assert found(again, "my/3") == [3, *range(29, 39)]


def test_a_search_takes_far_less_than_reading_all_exchanges() -> None:
    """No object is made of an exchange to look into it."""
    history = pn.History()
    for number in range(4 * BLOCK):
        history.append(call_of(body=b'{"text": "%d"}' % number * 60))

    def cpu_s(work: Any) -> float:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    ratios = []
    for _ in range(5):
        read = cpu_s(lambda: [*history])
        ratios.append(cpu_s(lambda: found(history, "no such text")) / read)
    assert min(ratios) < 0.5
