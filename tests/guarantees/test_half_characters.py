"""Half of a character (a lone surrogate) stops nothing, wherever it stands."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb import frames
from paynet_nb.wire import Call
from tests.helpers.records import call_of

HALF = "\ud83d"
SHOWN = "a\N{REPLACEMENT CHARACTER}\N{GRINNING FACE}"
TEXT = f"a{HALF}\N{GRINNING FACE}"
AS_JSON = {"Content-Type": "application/json"}
AS_UTF_7 = {"Content-Type": "text/plain; charset=utf-7"}
# As other programs write it: in JSON by its escape, in bytes as if it were UTF-8.
JSON = json.dumps({"header": {"messageId": TEXT, "status": {"code": TEXT}}}).encode()
RAW = TEXT.encode("utf-8", "surrogatepass")
PLACES: dict[str, dict[str, Any]] = {
    "label": {"label": TEXT},
    "method": {"method": TEXT},
    "path": {"url": f"https://api.example.my/{TEXT}?q={TEXT}"},
    "environment": {"environment": TEXT},
    "error": {"error": TEXT, "status": None},
    "JSON sent": {"request_body": JSON, "request_headers": AS_JSON},
    "bytes sent": {"request_body": RAW},
    "JSON that came": {"body": JSON, "headers": AS_JSON},
    "bytes that came": {"body": RAW},
    "text that came": {"body": b"a+2D0-", "headers": AS_UTF_7},
    "header sent": {"request_headers": {"X-Business-Message-Id": TEXT}},
    "header that came": {"headers": {"X-Any": TEXT, "Location": TEXT}},
}


@pytest.fixture(params=PLACES)
def call(request: pytest.FixtureRequest) -> Call:
    """Make a call with half of a character in one place."""
    return call_of(**{"status": 200, **PLACES[request.param]})


@pytest.fixture
def history(call: Call) -> pn.History:
    """Keep it beside one that has none."""
    history = pn.History()
    history.append(call)
    history.append(call_of(status=200))
    return history


def unescaped(*texts: str) -> str:
    """Write JSON with its characters in the place of escapes."""
    return json.dumps([*map(json.loads, texts)], ensure_ascii=False)


@pytest.mark.parametrize(
    ("ending", "read"),
    [
        ("csv", lambda path: path.read_text("utf-8-sig")),
        ("xlsx", frames.xlsx_texts),
        ("parquet", frames.parquet_texts),
        ("har", lambda path: unescaped(path.read_text("ascii"))),
        ("jsonl", lambda path: unescaped(*path.read_text("ascii").splitlines())),
    ],
)
def test_each_file_holds_whole_characters(
    history: pn.History, tmp_path: Path, ending: str, read: Callable[[Path], str]
) -> None:
    """Any reader of UTF-8 can read it; the whole character beside the half stays."""
    history.save(tmp_path / f"calls.{ending}")

    text = read(tmp_path / f"calls.{ending}")

    text.encode()
    if history[0].label:
        assert SHOWN in text


def test_the_report_is_a_page(history: pn.History, tmp_path: Path) -> None:
    """It is UTF-8."""
    history.report(tmp_path / "page.html")

    page = html.unescape((tmp_path / "page.html").read_text("utf-8"))
    assert "2 exchanges" in page
    if history[0].label:
        assert SHOWN in page


def test_the_journal_gives_the_call_back(call: Call, tmp_path: Path) -> None:
    """After a restart it is the same, and nobody was warned."""
    pn.History(tmp_path / "calls.sqlite").append(call)

    assert list(pn.History(tmp_path / "calls.sqlite")) == [call]


def test_all_tables_and_pages_are_text(history: pn.History) -> None:
    """They can be printed and kept in a notebook."""
    frame = history.to_frame()

    for shown in (frame, history.summary()):
        shown.to_csv().encode()
    (history._repr_html_() + history[0]._repr_html_()).encode()
    repr(history[0]).encode()
    assert len(frame) == history.summary()["count"].sum() == 2


def test_all_snippets_are_text(call: Call) -> None:
    """Where an .http file cannot hold the request, it is refused and says what can."""
    call.to_curl().encode()
    compile(call.to_python(), "snippet", "exec")
    try:
        call.to_http().encode()
    except pn.ConfigurationError as error:
        assert "to_curl() or to_python()" in str(error)  # noqa: PT017  # or no error


def test_json_of_a_live_call_is_as_it_came() -> None:
    """What the caller parses is not changed, and its tables give it back."""
    data = call_of(body=JSON).json()

    assert data["header"]["messageId"] == TEXT
    assert pn.rebuild(pn.tables(data)) == data
