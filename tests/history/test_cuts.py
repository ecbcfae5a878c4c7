"""`History(max_body_bytes=...)`: what is cut off says so, and misleads nobody."""

from __future__ import annotations

import pickle
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Response

import paynet_nb as pn
from tests.helpers.gateway import Gateway, answer
from tests.helpers.records import call_of


def test_a_body_is_cut_and_says_so(gateway: Gateway) -> None:
    """The caller has it whole; the history tells how much it left out."""
    gateway.api = lambda _: answer({"banks": ["x" * 50]})
    client = pn.Client(None, gateway.environment, pn.History(max_body_bytes=20))

    call = client.post("/x", json={"name": "y" * 50})
    kept = client.history[-1]

    assert call.body_cut == call.request_body_cut == 0
    assert call.json() == {"banks": ["x" * 50]}
    assert kept.body == call.body[:20]
    assert kept.body_cut == len(call.body) - 20
    assert kept.text.endswith(f"[cut: {kept.body_cut} more bytes]")
    assert "more bytes]" in kept._repr_html_()
    assert kept.response_bytes == call.response_bytes


@pytest.mark.parametrize("look", ["json", "tables", "to_frame"])
def test_a_cut_answer_gives_no_table(look: str) -> None:
    """Not even where the rest happens to be JSON: 12 is not 1234."""
    history = pn.History(max_body_bytes=2)
    history.append(call_of(body=b"1234"))

    with pytest.raises(pn.CallError, match=r"cut at 2 bytes .*\(2 more.*max_body_byte"):
        getattr(history[0], look)()


@pytest.mark.parametrize("write", ["to_curl", "to_python", "to_http"])
def test_a_cut_request_is_not_written_to_be_sent_again(write: str) -> None:
    """It would be another request."""
    history = pn.History(max_body_bytes=3)
    history.append(call_of(method="POST", request_body=b"amount=100"))

    with pytest.raises(pn.CallError, match="cut at 3 bytes"):
        getattr(history[0], write)()


def test_a_cut_does_not_halve_a_character() -> None:
    """The rest stays text."""
    history = pn.History(max_body_bytes=4)
    history.append(call_of(body="ab\N{SNOWMAN}c".encode()))

    assert history[0].body == b"ab"
    assert history[0].body_cut == 4


@pytest.mark.parametrize("most", [-1, 1e6, "1000"])
def test_a_cap_that_is_no_size_is_refused(most: Any) -> None:
    """At once, and not at the first long answer; 0 is a size, and keeps no bodies."""
    with pytest.raises(pn.ConfigurationError, match="max_body_bytes is"):
        pn.History(max_body_bytes=most)


@pytest.mark.parametrize("most", [0, 30])
def test_a_cut_changes_neither_outcome_nor_codes(
    gateway: Gateway, tmp_path: Path, most: int
) -> None:
    """The answer had them when it came; kept, packed, in a journal or in a pickle."""
    bodies = {
        "/no": b'{"header": {"status": {"code": "RJCT", "reason": "U112"}}}',
        "/good": b'{"banks": ["a long list of banks that has no codes"]}',
        "/page": b"<html>a page of a proxy, which says nothing of codes</html>",
    }
    gateway.api = lambda asked: Response(bodies[asked.path])
    client = pn.Client(None, gateway.environment)
    body = {"messageId": "20260701X", "name": "y" * 50}
    calls = [client.get(path) for path in bodies]
    calls += [client.post(path, json=body) for path in bodies]
    packed = pn.History(max_body_bytes=most)
    for _ in range(100):
        for call in calls:
            packed.append(call)
    journal = pn.History(tmp_path / "calls.sqlite", max_body_bytes=most)
    for call in calls:
        journal.append(call)
    pickled = pickle.loads(pickle.dumps(journal))  # noqa: S301
    told = [(call.outcome, call.code, call.reason, call.message_id) for call in calls]

    for history in (packed, journal, pn.History(tmp_path / "calls.sqlite"), pickled):
        flat = islice(history.flat(), len(calls))
        for kept in (history[: len(calls)], [one.call() for one in flat]):
            assert all(call.body_cut for call in kept)
            of_calls = [
                (call.outcome, call.code, call.reason, call.message_id) for call in kept
            ]
            assert of_calls == told
        names = ("outcome", "code", "reason", "message_id")
        columns = history.cells(*names)
        cells = [*zip(*(columns[name] for name in names), strict=True)]
        assert cells[: len(calls)] == told
    outcomes = ["refused", "good", "good", "refused", "good", "unknown"]
    assert [outcome for outcome, *_ in told] == outcomes
    assert {message_id for *_, message_id in told[3:]} == {"20260701X"}


def test_a_cut_answer_whose_codes_nobody_read_is_no_good_payment() -> None:
    """It may have been refused; what is left of its answer cannot tell."""
    told = b'{"header": {"status": {"code": "RJCT"'

    kept = call_of(method="POST", status=200, body=told, body_cut=9)

    assert kept.outcome == "unknown"
    assert "unknown, 200 OK, cut in the history" in repr(kept)
