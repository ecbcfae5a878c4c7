"""The table of PayNet's codes: complete, without doubles, right where it is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple

import pytest

from paynet_nb.paynet import contract
from paynet_nb.paynet.all_codes import code_table, find_code

FAMILIES = {
    "status": 7,
    "gateway": 11,
    "key-management": 2,
    "platform": 248,
    "cross-border": 11,
    "reject": 62,
    "participant": 26,
    "bank": 15,
    "pay": 14,
    "consent": 10,
    "consent-end": 6,
    "report": 11,
}


def test_each_family_has_all_of_its_codes() -> None:
    """The numbers are those of the published list and of the pages."""
    assert Counter(one.family for one in code_table()) == FAMILIES
    reject = [one.code for one in code_table() if one.family == "reject"]
    assert reject == [f"{number:04}" for number in range(1, 63)]


def test_no_code_is_there_twice() -> None:
    """A family has a code once, in order; codes that no list defines are not there."""
    keys = [(one.family, one.code) for one in code_table()]
    platform = [one.code for one in code_table() if one.family == "platform"]

    assert len({*keys}) == len(keys)
    assert platform == sorted(platform)
    for undefined in ("U001", "U109", "U113", "U120", "U127", "U133", "U148"):
        assert find_code(undefined) is None


def test_each_field_is_filled_with_one_of_its_values() -> None:
    """Only what is not told of money is empty."""
    for one in code_table():
        assert all(astuple(one)[:6]), one
        assert one.verdict in {"good", "refused", "unknown"}
        assert one.retry in {"no", "after repair", "later", "ask first"}
        assert one.money_moving in {"yes", "no", "perhaps", ""}
        assert {one.sure, one.advice_sure} <= set(contract.SURE)
        assert one.source


def test_codes_with_a_meaning_tell_codes_of_a_family_apart() -> None:
    """No two codes of the platform say the same."""
    meanings = Counter(o.meaning for o in code_table() if o.family == "platform")

    # One meaning for the two states in which a mandate is not pending.
    assert {text for text, times in meanings.items() if times > 1} == {
        "mandate: not pending"
    }


@pytest.mark.parametrize(
    ("code", "family", "verdict", "retry", "money", "sure", "words"),
    [
        ("U000", "platform", "good", "no", "yes", "page", "accepted"),
        (
            "U002",
            "platform",
            "unknown",
            "ask first",
            "perhaps",
            "page",
            "forwarded later",
        ),
        (
            "U111",
            "platform",
            "refused",
            "after repair",
            "",
            "page",
            "below the minimum",
        ),
        (
            "U112",
            "platform",
            "refused",
            "after repair",
            "",
            "page",
            "above the maximum",
        ),
        ("U115", "platform", "refused", "after repair", "", "page", "not today"),
        ("U149", "platform", "refused", "ask first", "", "page", "duplicate"),
        ("U173", "platform", "unknown", "ask first", "", "third-party", "timed out"),
        (
            "U300",
            "platform",
            "refused",
            "after repair",
            "",
            "page",
            "without an enquiry",
        ),
        (
            "U305",
            "platform",
            "refused",
            "after repair",
            "",
            "third-party",
            "message ID",
        ),
        ("U804", "platform", "refused", "after repair", "", "third-party", "not found"),
        ("U900", "platform", "unknown", "ask first", "", "third-party", "time-out"),
        ("U999", "platform", "refused", "after repair", "", "page", "signature"),
        ("ACSP", "status", "good", "no", "yes", "page", "settlement under way"),
        ("ACTC", "status", "unknown", "ask first", "perhaps", "page", "technically"),
        ("RJCT", "status", "refused", "after repair", "no", "page", "refused"),
        (
            "KMS.001",
            "key-management",
            "refused",
            "after repair",
            "no",
            "transcript",
            "",
        ),
        (
            "KMS.002",
            "key-management",
            "unknown",
            "ask first",
            "perhaps",
            "transcript",
            "",
        ),
        ("API.001", "gateway", "refused", "after repair", "", "transcript", "body"),
        ("API.002", "gateway", "refused", "after repair", "", "page", "wrong format"),
        ("API.003", "gateway", "refused", "after repair", "", "page", "wrong length"),
        ("API.004", "gateway", "refused", "after repair", "", "page", "not allowed"),
        ("API.005", "gateway", "refused", "after repair", "", "page", "missing"),
        ("API.006", "gateway", "refused", "after repair", "", "transcript", "denied"),
        ("API.007", "gateway", "refused", "after repair", "", "page", "not authorised"),
        ("API.008", "gateway", "unknown", "ask first", "", "page", "timed out"),
        ("API.009", "gateway", "refused", "after repair", "", "transcript", "URL"),
        (
            "API.010",
            "gateway",
            "refused",
            "after repair",
            "",
            "transcript",
            "not found",
        ),
        ("E0003", "report", "unknown", "later", "", "page", "not ready"),
        ("D309", "participant", "refused", "no", "", "transcript", "mule"),
        ("0028", "reject", "refused", "ask first", "", "third-party", "duplicate"),
        ("PENDAUTH", "pay", "unknown", "ask first", "no", "page", "authoriser"),
    ],
)
def test_what_is_known_is_right(
    code: str, family: str, verdict: str, retry: str, money: str, sure: str, words: str
) -> None:
    """Codes that pages describe say what they say there."""
    one = find_code(code)

    assert one is not None
    assert one.family == family
    assert (one.verdict, one.retry, one.money_moving) == (verdict, retry, money)
    assert one.sure == sure
    assert words in one.meaning


def test_a_code_of_two_families_is_found_by_family() -> None:
    """PNDG is a status of a message, and of a consent in a mapping table."""
    found = find_code("PNDG", "consent"), find_code("PNDG"), find_code("PNDG", "report")

    assert [one and one.family for one in found] == ["consent", "status", None]
    assert find_code("no such code") is None
