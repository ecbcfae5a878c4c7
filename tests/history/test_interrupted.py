"""The stop button while a call is added: what the history tells stays right."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb.history.store import store
from tests.helpers.records import call_of

FOLDER = str(Path(store.__file__).parent)

FULL = 511  # with the next one the first block is packed

Place = tuple[str, int]


def is_interrupted(history: pn.History, call: pn.Call, places: set[Place]) -> bool:
    """Add a call and count; stop at the first line not in *places*, and note it."""

    def trace(frame: FrameType, event: str, _: object) -> Any:
        place = (frame.f_code.co_filename, frame.f_lineno)
        if not place[0].startswith(FOLDER):
            return None
        if event == "line" and place not in places:
            places.add(place)
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        history.append(call)
        len(history)
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def labels(history: pn.History) -> list[str]:
    """Give the labels of all calls."""
    return [call.label for call in history]


@pytest.mark.parametrize("kept", ["in memory", "in a journal", "read from a journal"])
def test_an_interrupt_at_any_line_leaves_the_history_whole(
    tmp_path: Path, kept: str
) -> None:
    """No call is there twice, none is lost, and the table has the same ones."""
    # What is read from a journal is not packed, and what is written there is as here.
    before = [str(number) for number in range(FULL if kept == "in memory" else 3)]
    calls = [call_of(label=label) for label in before]
    path = tmp_path / "whole.sqlite"
    for call in calls:
        pn.History(path).append(call)
    places: set[Place] = set()
    interrupted = True
    while interrupted:
        own = tmp_path / f"{len(places)}.sqlite"
        if kept == "read from a journal":
            history = pn.History(shutil.copy(path, own))
        else:
            history = pn.History(own if kept == "in a journal" else None)
            for call in calls:
                history.append(call)
        interrupted = is_interrupted(history, call_of(label="stopped"), places)

        after = labels(history)
        assert after in (before, [*before, "stopped"])
        history.append(call_of(label="next"))
        assert history.to_frame()["label"].tolist() == [*after, "next"]
        assert [call.label for call in history[-4:]] == [*after[-3:], "next"]
        assert history[-1].label == "next"

    assert len(places) > (40 if kept == "in memory" else 15)
