"""`History.compare`: two calls by their labels."""

from __future__ import annotations

import pytest

import paynet_nb as pn
from tests.history.comparison.test_sides import call


def test_the_last_calls_with_the_labels_are_compared() -> None:
    """A call that was made again takes the place of the one before."""
    history = pn.History()
    for body, label in ((b"1", "a"), (b"2", "b"), (b"3", "a"), (b"4", "")):
        history.append(call(body=body, label=label))

    frame = history.compare("a", "b")

    assert (frame["left"][0], frame["right"][0]) == (3, 2)


def test_an_unknown_label_is_answered_with_the_known_ones() -> None:
    """The error helps to find the typing error."""
    history = pn.History()
    history.append(call(label="before"))

    with pytest.raises(pn.ConfigurationError, match=r"'after'; labels .*: 'before'"):
        history.compare("before", "after")


def test_new_times_can_be_left_out() -> None:
    """What is hidden by `compare` is hidden here."""
    history = pn.History()
    history.append(call(body=b'{"iat": 1}', label="a"))
    history.append(call(body=b'{"iat": 2}', label="b"))

    assert len(history.compare("a", "b")) == 1
    assert history.compare("a", "b", hide_volatile=True).empty
