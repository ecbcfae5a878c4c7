"""`History.report`: one page that a person can hand on."""

from __future__ import annotations

import re
import stat
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import FrameType

import pytest

import paynet_nb as pn
from tests.helpers.gateway import Gateway, answer
from tests.helpers.records import call_of

# Those that have no end tag.
VOID = {"meta"}
LOADS = {"src", "href", "srcset", "data", "action", "background", "poster"}


class Page(HTMLParser):
    """A page: its texts, and what is wrong with its tags."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        """Note a tag and its attributes."""
        self.tags.append(tag)
        # A link to a place in the page loads nothing.
        self.names |= {name for name, text in attributes if (text or "")[:1] != "#"}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Match an end with its start."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += f"{data.strip()}\n" if data.strip() else ""


def reported(history: pn.History, folder: Path) -> Page:
    """Write the report and read it; its tags must be whole and load nothing."""
    path = folder / "report.html"
    history.report(path)
    page = Page(path.read_text("utf-8"))
    assert page.open == []
    assert page.names & LOADS == set()
    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(page.tags)
    return page


def test_a_report_says_what_was_exchanged(gateway: Gateway, tmp_path: Path) -> None:
    """Environment, outcomes in words, timings, each request and its answer."""
    status = {"code": "RJCT", "reason": "U804"}
    gateway.api = lambda _: answer({"header": {"status": status}}, 404, X_Id="id-1")
    client = gateway.client()
    client.put("/nad", params={"q": "1"}, json={"amount": "10.00"}, label="case 7")

    page = reported(client.history, tmp_path)

    lines = page.text.splitlines()
    assert lines[lines.index("environment") + 1] == "test"
    assert lines[lines.index("addresses") + 1] == gateway.url
    title = "2. PUT /nad: failed, 404 Not Found, RJCT refused, U804 "
    assert any(line.startswith(title) for line in lines)
    assert lines[lines.index("label") + 1] == "case 7"
    assert f"{gateway.url}/nad?q=1" in lines
    assert '{"amount":"10.00"}' in lines
    assert lines[lines.index("X-Id") + 1] == "id-1"
    assert '{"header": {"status": {"code": "RJCT", "reason": "U804"}}}' in lines
    assert any(f"paynet_nb {pn.__version__}" in line for line in lines)
    assert page.text.count("Kuala Lumpur") == 5
    assert "PUT /nad" in lines
    assert stat.S_IMODE((tmp_path / "report.html").stat().st_mode) == 0o600


def test_what_a_server_says_stays_text(gateway: Gateway, tmp_path: Path) -> None:
    """Tags, quotes and characters that turn the reading around act nowhere."""
    evil = "<script src=x>alert(1)</script>\"'&amp;\u202e\x1b]0;"
    history = pn.History()
    call = call_of(
        method="GET<b>",
        url=f"https://api.example.my/{evil}",
        environment=evil,
        label=evil,
        error=evil,
        request_headers={evil: evil},
        request_body=evil.encode(),
        headers={evil: evil},
        body=evil.encode(),
    )
    history.append(call)
    history.append(replace(call, status=200))

    page = reported(history, tmp_path)

    assert "<script src=x>alert(1)</script>\"'&amp;\\u202e\\x1b]0;" in page.text
    assert "b" not in page.tags


def test_position_and_address_are_masked_unless_asked_for(
    gateway: Gateway, tmp_path: Path
) -> None:
    """A report goes to people who need not know where the payer was."""
    place = "3.1390, 101.6869"
    client = gateway.client()
    client.get("/x", headers={"X-Gps-Coordinates": place})

    page = reported(client.history, tmp_path)
    client.history.report(tmp_path / "whole.html", personal=True)

    assert place not in page.text
    assert "[personal]" in page.text
    assert place in (tmp_path / "whole.html").read_text("utf-8")


def test_a_call_that_comes_meanwhile_shows_nobodys_address(tmp_path: Path) -> None:
    """It is left out, or masked as all others: an address stands in its URL, too."""
    history, address = pn.History(), "203.0.113.77"
    history.append(call_of(request_headers={"X-IP-Address": "203.0.113.5"}))
    late = call_of(
        url=f"https://api.example.my/x?from={address}",
        request_headers={"X-IP-Address": address},
    )

    def append(frame: FrameType, event: str, _: object) -> None:
        if event == "return" and frame.f_code.co_name in {"personal_in", "cells"}:
            history.append(late)

    sys.setprofile(append)
    try:
        history.report(tmp_path / "report.html")
    finally:
        sys.setprofile(None)

    assert len(history) > 2
    assert address not in (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize(("count", "title"), [(0, "0 exchanges"), (1, "1 exchange\n")])
def test_a_short_history_gives_a_page(tmp_path: Path, count: int, title: str) -> None:
    """An empty one, too."""
    history = pn.History()
    for _ in range(count):
        history.append(call_of(status=200, elapsed_s=0.0))

    assert f"PayNet API: {title}" in reported(history, tmp_path).text


def test_a_long_history_is_cut_and_the_page_says_so(tmp_path: Path) -> None:
    """500 exchanges, the 30 paths used most, 100,000 characters of a body."""
    history = pn.History()
    history.append(call_of(status=404, label="early-failure"))
    for number in range(1200):
        url = f"https://api.example.my/{number % 40}"
        history.append(call_of(status=200, url=url, label=f"n{number}-"))
    history.append(call_of(status=200, body=b"x" * 100_001 + b"end"))

    page = reported(history, tmp_path)

    title = "PayNet API: 1,202 exchanges, 500 shown: what is not good, and the last"
    assert title in page.text
    assert "1. GET /: failed, 404 Not Found\nIs money moving?" in page.text
    assert page.text.index("early-failure") < page.text.index("Outcomes")
    assert "n701-" not in page.text
    assert "n702-" in page.text
    assert "1202. GET /" in page.text
    assert "11 other paths are left out." in page.text
    assert "more characters]" in page.text
    assert "xend" not in page.text


def test_a_ticket_of_200_calls_is_small_and_begins_with_what_is_not_good(
    tmp_path: Path,
) -> None:
    """Under 500 kB with answers of 12 kB each; good ones of an endpoint are folded."""
    history = pn.History()
    answered = b'{"header": {"status": {"code": "RJCT", "reason": "U112"}}}'
    headers = {f"X-Header-{number}": "x" * 30 for number in range(10)}
    for number in range(200):
        history.append(call_of(status=200, body=b'{"a": "b"}' * 1200, headers=headers))
        if number % 50 == 0:
            history.append(call_of(method="POST", status=200, body=answered))

    page = reported(history, tmp_path)

    assert (tmp_path / "report.html").stat().st_size < 500_000
    assert page.text.count("Is money moving?") == 4
    assert page.text.index("Is money moving?") < page.text.index("GET /: 200 good")
    source = (tmp_path / "report.html").read_text("utf-8")
    links = re.findall(r'href="#(exchange-\d+)"', source)
    assert links == ["exchange-2", "exchange-53", "exchange-104", "exchange-155"]
    assert all(f'id="{link}"' in source for link in links)


def test_a_report_has_the_calls_that_are_chosen(tmp_path: Path) -> None:
    """By an outcome, by labels, by rows of the table; the others are not in it."""
    history = pn.History()
    for status, label in ((200, "one-"), (404, "two-"), (200, "three-")):
        history.append(call_of(status=status, label=label))
    frame = history.to_frame()
    path = tmp_path / "report.html"

    def has(calls: object) -> list[str]:
        history.report(path, calls)  # type: ignore[arg-type]
        text = Page(path.read_text("utf-8")).text
        return [label for label in ("one-", "two-", "three-") if label in text]

    assert has("failed") == ["two-"]
    assert has("three-") == ["three-"]
    assert has(["failed", "one-"]) == ["one-", "two-"]
    assert has(frame[frame["status"] == 200]) == ["one-", "three-"]
    with pytest.raises(pn.ConfigurationError, match="label 'four'; outcomes: good"):
        history.report(path, calls="four")
