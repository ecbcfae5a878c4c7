"""`History` in memory: what it keeps, how much room that takes."""

from __future__ import annotations

import pickle
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from requests.structures import CaseInsensitiveDict

import paynet_nb as pn
from tests.helpers.records import call_of

PACKED = 512 * 2  # so many are packed, what comes after is kept as it came
ANSWER = (
    b'{"header": {"status": {"code": "ACSP", "reason": "U000"}, "messageId": "M%d"}}'
)


def made(number: int) -> pn.Call:
    """Make up a call that differs in all fields from the others."""
    body = (ANSWER % number, b"", b"no JSON", b'[{"a": 1.5}]' * 200, bytes(20_000))
    return call_of(
        kind=("token", "call")[number % 2],
        method=("GET", "POST")[number % 2],
        url=f"https://api.example.my/{number}?q=\N{SNOWMAN}",
        request_headers={"Accept": "*/*", "X-Id": str(number)},
        request_body=(None, b"", b"a=%d" % number)[number % 3],
        status=(200, None, 404)[number % 3],
        headers=CaseInsensitiveDict({"Content-Type": "application/json", "n": "\xe9"}),
        body=body[number % 5],
        sent_at_s=1.76e9 + number / 7,
        elapsed_s=number / 997,
        request_bytes=number,
        response_bytes=number * 2**33,
        attempt=1 + number % 2,
        token=(None, f"{number:08x}")[number % 2],
        error=(None, "no way")[number % 2],
        label=f"\ud800{number}" if number % 7 else "",
    )


CALLS = [made(number) for number in range(PACKED + 100)]


@pytest.fixture(scope="module")
def history() -> pn.History:
    """Keep more than one block of calls."""
    history = pn.History()
    for call in CALLS:
        history.append(call)
    return history


def test_all_calls_come_back_equal(history: pn.History) -> None:
    """Packed or not, by iteration, by index and by slice."""
    assert list(history) == CALLS
    assert len(history) == len(CALLS)
    assert [history[i] for i in (0, 511, 512, -1)] == [
        CALLS[i] for i in (0, 511, 512, -1)
    ]
    for part in (slice(500, 530), slice(None, None, -97), slice(-3, None)):
        assert history[part] == CALLS[part]
    assert history[0].headers["content-TYPE"] == "application/json"


@pytest.mark.parametrize("index", [PACKED + 100, -PACKED - 101])
def test_an_index_behind_the_last_call_is_an_error(
    history: pn.History, index: int
) -> None:
    """As in a list, in one line."""
    with pytest.raises(IndexError, match="has 1124 calls; history"):
        history[index]
    with pytest.raises(pn.ConfigurationError, match="empty; make a call first"):
        pn.History()[0]


LONG = "https://api.example.my/" + "x" * 200


@pytest.mark.parametrize(
    "urls",
    [
        [LONG] * 512,
        [LONG, LONG + "/", *[LONG + "/a"] * 510],
        [f"{LONG}/{number}" for number in range(512)],
        [f"https://{number}.my/{'%x' % 7**999}" for number in range(512)],
        ["", *[f"{number % 3}\0\N{SNOWMAN}" for number in range(511)]],
    ],
    ids=["one", "what others begin with", "one start", "long", "odd"],
)
@pytest.mark.parametrize("named", [512, 300, 0])
def test_texts_come_back_whatever_they_have_in_common(
    urls: list[str], named: int
) -> None:
    """URLs and message IDs, in calls and in the frame; some answers have no ID."""
    history = pn.History()
    calls = [
        call_of(url=url, body=ANSWER % number if number < named else b"")
        for number, url in enumerate(urls)
    ]
    for call in calls:
        history.append(call)

    assert list(history) == calls
    frame = history.to_frame()
    assert frame["url"].to_list() == urls
    ids = [f"M{number}" if number < named else None for number in range(512)]
    assert (
        frame["message_id"].astype(object).replace(float("nan"), None).to_list() == ids
    )


def test_the_newest_call_is_the_one_that_was_given(history: pn.History) -> None:
    """What was just made is not made again."""
    assert history[-1] is CALLS[-1]


def test_the_frame_says_the_same_of_packed_calls(history: pn.History) -> None:
    """Cell by cell what the calls say, at the first look and at the next."""
    frame = history.to_frame()

    expected: dict[str, list[Any]] = {
        "url": [call.url for call in CALLS],
        "status": [call.status for call in CALLS],
        "elapsed_ms": [call.elapsed_s * 1000 for call in CALLS],
        "response_bytes": [call.response_bytes for call in CALLS],
        "attempt": [call.attempt for call in CALLS],
        "message_id": [call.message_id for call in CALLS],
        "code": [call.code for call in CALLS],
        "reason": [call.reason for call in CALLS],
        "token": [call.token for call in CALLS],
        "label": [call.label for call in CALLS],
        "outcome": [call.outcome for call in CALLS],
    }
    for name, cells in expected.items():
        shown = frame[name].astype(object)
        assert shown.where(shown.notna(), None).to_list() == cells, name
    pd.testing.assert_frame_equal(history.to_frame(), frame)


def test_the_frame_has_the_promised_types() -> None:
    """With rows and without, packed and not."""
    history = pn.History()
    empty = history.to_frame().dtypes.astype(str).to_dict()
    history.append(CALLS[0])

    assert history.to_frame().dtypes.astype(str).to_dict() == empty
    assert list(empty.values()) == [
        *("datetime64[us, UTC]", "str", "str", "str", "str", "Int64"),
        *("float64", "int64", "int64", "int64", "str", "str", "str"),
        *("str", "str", "str", "str", "str"),
    ]


def test_codes_of_large_answers_are_in_the_frame_too() -> None:
    """They are read when the frame is asked for."""
    history = pn.History()
    for number in range(PACKED):
        history.append(call_of(body=ANSWER % number + b" " * 2_000))

    frame = history.to_frame()

    assert set(frame["code"]) == {"ACSP"}
    assert frame["message_id"].to_list() == [f"M{number}" for number in range(PACKED)]


def test_the_last_call_of_a_label_is_given() -> None:
    """Packed or not; what is known is told where there is none."""
    few = pn.History()
    for number in range(300):
        few.append(call_of(label=str(number % 7), url=f"https://x.my/{number}"))

    assert few["5"].url == "https://x.my/299"
    assert few["6"].url == "https://x.my/293"
    with pytest.raises(pn.ConfigurationError, match="no call has the label 'x'; labe"):
        few["x"]
    with pytest.raises(pn.ConfigurationError, match="there are: none"):
        pn.History()[""]


def test_threads_may_append_and_read_at_once() -> None:
    """No call is lost, and each look is of whole calls."""
    history = pn.History()

    def work(worker: int) -> None:
        for number in range(200):
            history.append(call_of(label=f"{worker}-{number}"))
            if number % 50 == 0:
                assert all(call.label for call in history)
                assert history.to_frame()["label"].all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    labels = sorted(call.label for call in history)
    assert labels == sorted(f"{w}-{n}" for w in range(8) for n in range(200))


def test_a_row_takes_at_most_250_bytes_beside_its_bodies() -> None:
    """With the headers and the long URLs of PayNet's gateway, some of them new each."""
    query = "messageId=20260101M0000001650OBW{0:08d}&transactionId=20260101M000{0:08d}"
    history, rows = pn.History(), 12_000
    tracemalloc.start()
    for number in range(rows):
        headers = CaseInsensitiveDict(
            {
                "Content-Type": "application/json",
                "Date": f"Mon, 23 Nov 2026 08:{number // 60 % 60:02d}:00 GMT",
                "X-Request-Id": f"0f8fad5b-d9cb-469f-{number * 7919 % 10**12:012d}",
            }
        )
        url = f"https://api.example.my/v1/banks?clientId=M1&{query.format(number)}"
        history.append(call_of(url=url, headers=headers, token="0a1b2c3d"))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert held / rows <= 250


LARGE = {
    "again and again": lambda _: b"%09d, " % 7 * 1_000,
    "each another": lambda number: b"%09d, " % number * 9_000,
}


@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE)
def test_large_answers_take_little_room(body: Callable[[int], bytes]) -> None:
    """What comes again is kept once a block, and what is very large is packed."""
    history = pn.History()
    tracemalloc.start()
    for number in range(PACKED):
        history.append(call_of(body=body(number)))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert held < PACKED * 1_500
    assert history[9].body == body(9)


def test_a_pickled_history_has_all_calls(history: pn.History) -> None:
    """Packed ones too."""
    copy = pickle.loads(pickle.dumps(history))  # noqa: S301

    assert list(copy) == CALLS
    assert repr(copy) == repr(history)


def test_a_call_of_a_history_can_be_changed(history: pn.History) -> None:
    """It is a call like any other."""
    assert replace(history[0], label="other").label == "other"
