"""Every code of PayNet's that is known: what it says, and what to do about it.

`all_codes.tsv` has one line a code, its meaning in this project's words. What follows
from a code (`verdict`, `retry`, `money_moving`, `what_to_check`) is mostly this
project's reading; `advice_sure` says so. A code that stands in no list has no line.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from paynet_nb.paynet.contract.reader import sources


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """One code of PayNet's.

    Attributes:
        code: As it stands in an answer, such as "U149".
        family: "status", "gateway", "key-management", "platform" (U...),
            "cross-border" (P...), "reject" (0001...), "participant" (D...), "bank" (two
            characters), "pay", "consent", "consent-end" or "report" (E...).
        meaning: In plain words.
        what_to_check: What to look at first.
        verdict: "good"; "refused"; "unknown": what became of the message is not certain
            or not decided yet.
        retry: Whether to send it again: "no"; "after repair" of what was wrong, with a
            new message ID; "later", with a new message ID; "ask first": make a
            transaction enquiry, or ask for the status.
        money_moving: "yes", "no", "perhaps"; "": no source tells.
        sure: How sure the meaning is; one of `contract.SURE`.
        source: Where the meaning was read.
        advice_sure: How sure verdict, retry and money_moving are.
    """

    code: str
    family: str
    meaning: str
    what_to_check: str
    verdict: Literal["good", "refused", "unknown"]
    retry: str
    money_moving: str
    sure: str
    source: str
    advice_sure: str


@cache
def code_table() -> tuple[Code, ...]:
    """List all codes, by family."""
    path = Path(__file__).with_name("all_codes.tsv")
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(_code(line) for line in csv.DictReader(lines, delimiter="\t"))


def _code(line: dict[str, Any]) -> Code:
    return Code(**{**line, "source": sources()[line["source"]]})


def find_code(code: str, family: str | None = None) -> Code | None:
    """Find what is known of a code; None: nothing.

    Args:
        code: As it stands in an answer.
        family: Where to look; default: everywhere, the status codes first.
    """
    found = _by_code().get(code)
    if found is None:
        return None
    if family is None:
        return found[0]
    return next((one for one in found if family == one.family), None)


@cache
def _by_code() -> Mapping[str, list[Code]]:
    by_code: dict[str, list[Code]] = {}
    for one in code_table():
        by_code.setdefault(one.code, []).append(one)
    return by_code
