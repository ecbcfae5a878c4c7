"""The page of a history: a search goes on where it was stopped."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import paynet_nb as pn
from paynet_nb.widgets import history_page
from tests.helpers.records import call_of

BLOCK = 512  # what one step of a search reads


def test_a_search_that_is_stopped_goes_on_where_it_was() -> None:
    """At whatever line the stop button comes: none is found twice, none is missed."""
    history = pn.History()
    for number in range(2 * BLOCK + 5):
        history.append(call_of(label="odd" if number % 2 else "even"))
    wanted = [*range(1, len(history), 2)]
    stopped: set[int] = set()
    while True:
        matches, before = history_page.Matches(history, "odd"), len(stopped)

        def trace(frame: FrameType, event: str, _: object) -> Any:
            if frame.f_code.co_filename != history_page.__file__:
                return None
            if event == "line" and frame.f_lineno not in stopped:
                stopped.add(frame.f_lineno)
                raise KeyboardInterrupt
            return trace

        own = sys.gettrace()
        sys.settrace(trace)
        try:
            matches.page("all", 0)
        except KeyboardInterrupt:
            pass
        finally:
            sys.settrace(own)
        assert matches.page("all", 0)["found"] == len(wanted)
        if len(stopped) == before:
            break
    assert len(stopped) > 10
