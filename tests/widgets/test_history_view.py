"""`HistoryView` without a browser: what is asked for, what is sent, what is not.

In a browser: tests/browser/test_history_live.py.
"""

from __future__ import annotations

import gc
import json
import pickle
import threading
import time
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import paynet_nb as pn
from paynet_nb.widgets import HistoryView
from tests.helpers.records import call_of
from tests.helpers.views import Browser, rows_of

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def history() -> pn.History:
    """Give a history without calls."""
    return pn.History()


@pytest.fixture
def browser(history: pn.History) -> Browser:
    """Show the history."""
    return Browser(HistoryView(history))


def fill(history: pn.History, count: int, **fields: Any) -> None:
    """Add calls that worked."""
    for number in range(count):
        url = f"https://api.example.my/banks/{number}"
        history.append(call_of(**{"url": url, "status": 200, **fields}))


def numbers(page: dict[str, Any]) -> list[int]:
    """Give the numbers of the calls on a page."""
    return [int(row["number"]) for row in rows_of(page)]


def test_a_row_says_all_in_words(history: pn.History, browser: Browser) -> None:
    """Day and time, method, path, sign and outcome, answer, try, ms, codes, label."""
    body = b'{"header": {"status": {"code": "ACSP", "reason": "U000"}}}'
    history.append(call_of(status=200, body=body, attempt=2, label="my label"))
    history.append(call_of(error="timed out"))
    history.append(call_of(kind="token", method="POST", status=404))

    token, failed, good = rows_of(browser.page())

    assert good == {
        "number": "1",
        "day": "Thursday 9 October 2025",
        "sent": "08:53:20",
        "method": "GET",
        "path": "/",
        "kind": "",
        "outcome": "good",
        "signed": "\N{CHECK MARK}\ufe0e good",
        "answer": "200 OK",
        "tries": "2nd try",
        "ms": "250",
        "codes": "ACSP U000",
        "label": "my label",
    }
    assert failed["signed"] == "\N{BALLOT X}\ufe0e failed"
    assert failed["answer"] == "no answer: timed out"
    assert failed["tries"] == ""
    assert token["method"] == "POST"
    assert token["kind"] == "token request"
    assert token["signed"] == "\N{BALLOT X}\ufe0e failed"
    assert token["answer"] == "404 Not Found"


def test_of_10_000_calls_one_page_is_sent(history: pn.History) -> None:
    """The last 50 come first, in less than 20 kB; older ones when asked for."""
    fill(history, 10_000, url=f"https://api.example.my/{'long' * 500}")
    browser = Browser(HistoryView(history))

    first = browser.page()

    assert numbers(first) == [*range(10_000, 9_950, -1)]
    assert (first["total"], first["found"], first["pages"]) == (10_000, 10_000, 200)
    assert browser.size < 20_000
    assert json.dumps(first).count('"outcome"') == 1  # names go once, not in each row
    assert numbers(browser.page(page=199)) == [*range(50, 0, -1)]
    assert browser.page(page=500)["page"] == 199


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["all", ""], [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        (["failed", ""], [5, 4, 3, 2]),
        (["good", ""], [10, 9, 8, 1]),
        (["refused", ""], [6]),
        (["unknown", ""], [7]),
        (["all", "no answer"], [4]),
        (["all", "401 unauth"], [2]),
        (["all", "BANKS"], [5, 1]),
        (["all", "ID=7"], [1]),
        (["all", "m0000001"], [2]),
        (["all", "duplicate"], [3]),
        (["all", "Timed Out"], [4]),
        (["all", "my test"], [5]),
        (["failed", "SHOP"], [4, 3, 2]),
        (["all", "\ud800"], []),
        (["all", "CAF\N{LATIN SMALL LETTER E WITH ACUTE}"], [10, 9, 8]),
        (["all", "caf\N{LATIN CAPITAL LETTER E WITH ACUTE}"], [10, 9, 8]),
        (["all", "\u9648"], [10, 9]),
        (["all", "STRASSE"], [10]),
        (["all", 'say "x"'], [9]),
    ],
)
def test_a_filter_finds(
    history: pn.History, browser: Browser, wanted: list[str], found: list[int]
) -> None:
    """By outcome, text in address, bodies, label and status."""
    start = "https://api.example.my"
    history.append(call_of(url=f"{start}/banks?id=7", status=200))
    history.append(call_of(url=f"{start}/shop", status=401, request_body=b"M0000001"))
    history.append(call_of(url=f"{start}/shop", status=503, body=b"Duplicate"))
    history.append(call_of(url=f"{start}/shop", error="timed out"))
    history.append(call_of(url=f"{start}/banks", status=302, label="my test"))
    for code in (b"RJCT", b"PNDG"):
        body = b'{"header": {"status": {"code": "%b"}}}' % code
        history.append(call_of(url=f"{start}/pay", status=200, body=body))
    cafe, chen = "caf\N{LATIN SMALL LETTER E WITH ACUTE}", "\u9648"
    latin = {"Content-Type": "text/plain; charset=iso-8859-1"}
    history.append(call_of(status=204, headers=latin, body=cafe.encode("latin-1")))
    escaped = json.dumps(f'{cafe} {chen} say "x"').encode()
    history.append(call_of(status=204, body=escaped))
    plain = f"{cafe.upper()} {chen} Stra\N{LATIN SMALL LETTER SHARP S}e"
    history.append(call_of(status=204, request_body=plain.encode()))

    page = browser.page(*wanted)

    assert numbers(page) == found
    assert (page["total"], page["found"]) == (10, len(found))


def test_all_that_tells_of_outcomes_means_the_same(
    history: pn.History, browser: Browser
) -> None:
    """The filter, the sign of a row, the frame, the summary, the line about it."""
    for status in (None, 200, 204, 302, 400, 404, 599):
        history.append(call_of(status=status))
    for code in (b"ACSP", b"RJCT", b"PNDG", b"ZZZZ"):
        history.append(call_of(status=200, body=b'{"resp": {"status": "%b"}}' % code))
    signs = {"good": "\u2713", "refused": "!", "unknown": "?", "failed": "\u2717"}
    wanted = {
        "good": [8, 3, 2],
        "refused": [9],
        "unknown": [11, 10],
        "failed": [7, 6, 5, 4, 1],
    }

    page = browser.page()
    rows = rows_of(page)
    frame, summary = history.to_frame(), history.summary()
    for outcome, places in wanted.items():
        assert numbers(browser.page(outcome)) == places
        signed = [row for row in rows if row["signed"].startswith(signs[outcome])]
        assert [int(row["number"]) for row in signed] == places
        assert {row["outcome"] for row in signed} == {outcome}
        words = f"{signs[outcome]}\ufe0e {outcome}"
        assert [outcome, words, len(places)] in page["outcomes"]
        assert [*frame.index[frame["outcome"] == outcome] + 1] == places[::-1]
        assert summary[outcome].sum() == len(places)
    counts = "3 good, 1 refused, 2 unknown, 5 failed"
    assert repr(history) == f"<History of 11 exchanges: {counts}>"
    assert history.plot().get_title() == f"11 exchanges: {counts}"


def test_a_view_hears_of_new_calls_some_times_a_second(
    history: pn.History, browser: Browser
) -> None:
    """Threads add 4,000 calls; the view tells of them in a few messages, by itself."""
    browser.page("failed", "")
    before = time.monotonic()
    threads = [threading.Thread(target=fill, args=(history, 1000)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    told = browser.wait_for(4_000)

    assert told["found"] == 0
    assert not told["asked"]
    assert len(browser.got) <= 2 + (time.monotonic() - before) / 0.3


def test_a_view_that_could_not_ask_yet_hears_too(
    history: pn.History, browser: Browser
) -> None:
    """A cell shows the history and goes on: rows come before any is asked for."""
    fill(history, 3)

    told = browser.wait_for(3)

    assert told["view"] == ""
    assert numbers(told) == [3, 2, 1]


def test_nobody_is_told_once_the_table_is_gone(
    history: pn.History, browser: Browser
) -> None:
    """A table that was closed costs nothing more, and the next one hears all."""
    browser.page()
    browser.ask(leave=True)
    fill(history, 2)
    count = len(browser.got)

    next_one = Browser(HistoryView(history))
    fill(history, 1)
    next_one.wait_for(3)

    assert len(browser.got) == count


def test_a_history_does_not_keep_its_watchers_alive(history: pn.History) -> None:
    """An object that watches is told, and forgotten when it is gone."""
    told = []

    class Watcher:
        def hear(self) -> None:
            told.append(len(history))

    watcher = Watcher()
    history.watch(watcher.hear)
    fill(history, 1)
    del watcher
    gc.collect()
    fill(history, 1)

    assert told == [1]


def test_a_history_that_is_shown_can_be_copied(
    history: pn.History, browser: Browser
) -> None:
    """Its copy holds the calls, and what is added to that is not told to the table."""
    fill(history, 1)
    assert browser.page()["total"] == 1
    count = len(browser.got)

    copied = pickle.loads(pickle.dumps(history))  # noqa: S301  # our own
    fill(copied, 1)

    assert (len(copied), len(history)) == (2, 1)
    assert len(browser.got) == count


def test_no_call_is_in_what_a_notebook_saves(history: pn.History) -> None:
    """Rows, bodies and filters are messages; none of it is state of the widget."""
    view = HistoryView(history)
    fill(history, 3, body=b'{"name": "canary"}', request_headers={"X": "canary"})
    other = Browser(view)
    other.page("all", "canary")
    other.ask(part="exchange", number=1)

    assert "canary" not in str(view.get_state())
    assert "canary" in str(other.got)


def test_a_history_shows_itself_once_still_and_once_live(history: pn.History) -> None:
    """HTML and text serve where no widget can be shown; the widget follows them."""
    fill(history, 1, url="https://api.example.my/banks/0?bank=one")
    shell: Any = InteractiveShell.instance()

    with capture_output() as captured:
        shell.display_formatter.format(history)

    still, live = (output.data for output in captured.outputs)
    assert "GET /banks/0</td>" in still["text/html"]
    assert still["text/plain"] == repr(history)
    assert set(live) == {VIEW}
