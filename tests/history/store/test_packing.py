"""Packing: no append pays for all the others."""

from __future__ import annotations

import statistics
import time

import paynet_nb as pn
from paynet_nb.wire import collector_paused
from tests.helpers.records import call_of

BLOCK = 512


def test_no_append_waits_for_a_whole_block() -> None:
    """The longest of a block's takes less than a third of the time of all of them."""
    history, shares = pn.History(), []
    body = b'{"header": {"messageId": "20260101M0000001650OBW%08d"}, "text": "%d"}'
    for block in range(5):
        calls = [
            call_of(body=body % (number, block) * 5, status=200)
            for number in range(BLOCK)
        ]
        taken = []
        with collector_paused():  # what it does is not the history's
            for call in calls:
                begun = time.thread_time()
                history.append(call)
                taken.append(time.thread_time() - begun)
        shares.append(max(taken) / sum(taken))

    assert statistics.median(shares) < 1 / 3


def test_large_answers_are_packed_before_they_are_many() -> None:
    """Each by itself: a block of them would take a second."""
    history, taken = pn.History(), []
    for number in range(BLOCK):
        call = call_of(body=b"%09d, " % number * 4_000)
        begun = time.thread_time()
        history.append(call)
        taken.append(time.thread_time() - begun)

    assert max(taken) < sum(taken) / 4
    assert history[9].body == b"%09d, " % 9 * 4_000
