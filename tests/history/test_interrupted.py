"""The stop button while a call is added: what the history tells stays right."""

from __future__ import annotations

import shutil
import sys
from copy import copy
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb.history.store import store
from tests.helpers.records import call_of

FOLDER = str(Path(store.__file__).parent)

Place = tuple[str, int]


def is_interrupted(history: pn.History, call: pn.Call, places: set[Place]) -> bool:
    """Add a call; stop at the first line that is not in *places*, and note it there."""

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
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def labels(history: pn.History) -> list[str]:
    """Give the labels of all calls."""
    return [call.label for call in history]


@pytest.mark.parametrize("has_journal", [False, True])
def test_an_interrupt_at_any_line_leaves_the_history_whole(
    tmp_path: Path, *, has_journal: bool
) -> None:
    """No call is there twice, none is lost, and the table has the same ones."""
    path = tmp_path / "whole.sqlite"
    whole = pn.History(path)
    for number in range(511):  # with the next one the first block is packed
        whole.append(call_of(label=str(number)))
    before = labels(whole)
    whole = copy(whole)  # and the file is closed, its log in it
    places: set[Place] = set()
    interrupted = True
    while interrupted:
        history = copy(whole)
        if has_journal:
            history = pn.History(shutil.copy(path, tmp_path / str(len(places))))
        assert len(history) == len(before)
        interrupted = is_interrupted(history, call_of(label="stopped"), places)

        after = labels(history)
        assert after in (before, [*before, "stopped"])
        history.append(call_of(label="next"))
        assert history.to_frame()["label"].tolist() == [*after, "next"]
        assert [call.label for call in history[505:]] == [*after[505:], "next"]
        assert history[-1].label == "next"

    assert len(places) > 40
