"""Message IDs: made so that none comes twice, and taken apart."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from paynet_nb.auth.signing import sequence
from paynet_nb.auth.signing.message_id import new_message_id, parse_message_id
from paynet_nb.errors import ConfigurationError
from tests.helpers.programs import TIMEOUT_S

FORM = re.compile(r"\d{8}[A-Z0-9]{8}\d{3}[OHR][A-Z]{2}\d{8}")
PUBLISHED = [
    "20230412BOEEMYK1000ORB00000001",
    "20240119M0000201864OBW00000004",
    "20240119HBMBMYKL070ORB00000007",
    "20240927M0000201861OBW00000001",
    "20260313PICAMYK1520OQR93208585",
    "20260313RPPEMYKL520HQR68305064",
    "20250709TESTMYKL630ORM00000060",
    "20260314MBBEMYKL011ORB95535834",
    "20251228RPPEMYKL010HRM30218865",
    "20181016SCBLMYKX510ORB00004133",
]
LAST_SECOND_UTC = 1_800_028_799.5  # 2027-01-15 23:59:59.5 in Kuala Lumpur
MAKER = """
import sys
from paynet_nb.auth.signing.message_id import new_message_id
for _ in range(20):
    print(new_message_id("MBBEMYKL", "520", channel="QR", state=sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """Forget the last time: a test's clock runs ahead of all others'."""
    sequence.CLOCKED.drop()


def made(**options: object) -> str:
    """Make an ID of a bank."""
    return new_message_id("MBBEMYKL", "520", channel="QR", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", PUBLISHED)
def test_a_published_sample_is_read_without_a_finding(text: str) -> None:
    """All its parts have a meaning."""
    frame = parse_message_id(text)

    assert "".join(frame["value"]) == text
    assert [*frame["part"]] == [
        *("date", "party", "code", "originator", "channel", "sequence")
    ]
    assert all(frame["meaning"])
    assert not any(frame["finding"])


def test_a_transaction_id_has_no_originator_and_channel() -> None:
    """27 characters: the merchant APIs' form."""
    message_id = new_message_id("M0000001", "861", channel="BW")
    frame = parse_message_id(message_id.transaction_id)

    assert len(message_id.transaction_id) == 27
    assert [*frame["part"]] == ["date", "party", "code", "sequence"]
    assert frame["value"].iloc[-1] == message_id[22:]
    assert not any(frame["finding"])


@pytest.mark.parametrize(
    ("text", "part", "told"),
    [
        ("20231312MBBEMYKL520OQR00000001", "date", "no date"),
        ("29990101MBBEMYKL520OQR00000001", "date", "in the future"),
        ("20230412mbbemykl520OQR00000001", "party", "capital"),
        ("20230412MBBEUSKL520OQR00000001", "party", "neither"),
        ("20230412MBBEMYKL999OQR00000001", "code", "no code"),
        ("20230412MBBEMYKL520XQR00000001", "originator", "not O, H or R"),
        ("20230412MBBEMYKL520OZZ00000001", "channel", "no channel"),
        ("20230412MBBEMYKL520OQR0000000X", "sequence", "not 8 digits"),
        ("20230412MBBEMYKL520OQR0000001", "whole", "29 characters"),
        (" 20230412MBBEMYKL520OQR00000001", "whole", "white space"),
        ("", "date", "no date"),
    ],
)
def test_what_is_odd_is_told_at_its_part(text: str, part: str, told: str) -> None:
    """Any text is read; what is wrong stands in its row."""
    frame = parse_message_id(text)

    assert told in frame.loc[frame["part"] == part, "finding"].iloc[-1]


@pytest.mark.parametrize("with_file", [True, False])
def test_no_two_threads_make_the_same(tmp_path: Path, *, with_file: bool) -> None:
    """Eight at once."""
    state = tmp_path / "numbers.sqlite" if with_file else None
    found: list[str] = []

    def many() -> None:
        found.extend(made(state=state) for _ in range(15))

    threads = [threading.Thread(target=many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT_S)

    assert len(found) == len({*found}) == 120
    assert all(FORM.fullmatch(text) for text in found)


def test_no_two_processes_make_the_same(tmp_path: Path) -> None:
    """They count in one file, and go on after a restart."""
    state = tmp_path / "numbers.sqlite"
    words = [sys.executable, "-c", MAKER, str(state)]
    runs = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in "1234"]
    found = [
        line for run in runs for line in run.communicate(timeout=TIMEOUT_S)[0].split()
    ]
    found.append(made(state=state))

    numbers = [text[22:] for text in found]
    assert [run.returncode for run in runs] == [0] * 4
    assert sorted(numbers) == [f"{number:08}" for number in range(1, 82)]


def test_each_day_and_each_party_has_numbers_of_its_own(tmp_path: Path) -> None:
    """The day is Malaysia's: at 16:00 UTC the next one begins."""
    state = tmp_path / "numbers.sqlite"
    found = [
        made(state=state, clock=lambda: LAST_SECOND_UTC),
        made(state=state, clock=lambda: LAST_SECOND_UTC),
        made(state=state, clock=lambda: LAST_SECOND_UTC + 1),
        new_message_id(
            "M0000001", "861", channel="BW", state=state, clock=lambda: LAST_SECOND_UTC
        ),
    ]

    assert found == [
        "20270115MBBEMYKL520OQR00000001",
        "20270115MBBEMYKL520OQR00000002",
        "20270116MBBEMYKL520OQR00000001",
        "20270115M0000001861OBW00000001",
    ]


def test_without_a_file_the_number_is_the_time() -> None:
    """The millisecond of Malaysia's day: a restart cannot repeat one."""
    times = iter(
        [LAST_SECOND_UTC + 1e6, LAST_SECOND_UTC + 1e6, LAST_SECOND_UTC + 1e6 + 1]
    )
    first = made(clock=lambda: next(times))
    second = made(clock=lambda: next(times))

    assert first == "20270127MBBEMYKL520OQR49599500"
    assert second == "20270127MBBEMYKL520OQR49600500"


def test_a_clock_that_is_set_back_makes_no_id_twice() -> None:
    """It goes on from where it was, waits for no hour, and its date is today's."""
    start = LAST_SECOND_UTC + 1e7
    found = [
        made(clock=lambda: start),
        *(made(clock=lambda: start - 3600) for _ in "12"),
        made(clock=lambda: start + 86_400),
        made(clock=lambda: start - 3600),
    ]

    assert len({*found}) == 5
    assert [text[:8] for text in found] == [*(["20270511"] * 3), "20270512", "20270511"]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (("mbbemykl", "520", "QR", "O"), "party"),
        (("MBBEMYK", "520", "QR", "O"), "party"),
        (("MBBEMYKL", "52", "QR", "O"), "code"),
        (("MBBEMYKL", "520", "qr", "O"), "channel"),
        (("MBBEMYKL", "520", "QR", "X"), "originator"),
    ],
)
def test_a_part_of_another_form_is_refused(
    parts: tuple[str, str, str, str], told: str
) -> None:
    """PayNet would refuse the message."""
    party, code, channel, originator = parts
    with pytest.raises(ConfigurationError, match=told):
        new_message_id(party, code, channel=channel, originator=originator)


def test_a_file_that_counts_nothing_is_refused(tmp_path: Path) -> None:
    """A folder, and a file of another kind."""
    (tmp_path / "notes.txt").write_text("no database, but a text of some length" * 9)
    for path in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(ConfigurationError, match="state="):
            made(state=path)
