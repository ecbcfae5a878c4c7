"""What shows a token or a history may break off; the calls go on."""

from __future__ import annotations

import threading

import pytest

import paynet_nb as pn
from paynet_nb.widgets import HistoryView
from tests.helpers.gateway import Gateway
from tests.helpers.records import call_of
from tests.helpers.views import ALL, Browser


class Broken:
    """A display whose page is gone."""

    def token_changed(self) -> None:
        """Fail, as a closed comm does."""
        raise RuntimeError("the text of an error may quote what it likes")

    hear = token_changed


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Give what the package wrote to the log."""
    return [
        record.getMessage() for record in caplog.records if record.name == "paynet_nb"
    ]


def test_a_display_of_the_token_cannot_fail_a_call(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    """The call that renewed the token has its answer; the log has the error's kind."""
    client, display = gateway.client(), Broken()
    client.auth.watch(display)

    assert client.get("/x").status == 200
    gateway.revoke_all()
    assert client.get("/x").status == 200
    client.auth.forget()
    assert set(said(caplog)) == {"a display of the token broke off: RuntimeError"}


def test_a_display_of_the_history_cannot_fail_a_call(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    """All displays are told, and the token request and the call are in the history."""
    client, broken, told = gateway.client(), Broken(), []

    class Whole:
        def hear(self) -> None:
            told.append(len(client.history))

    whole = Whole()
    client.history.watch(broken.hear)
    client.history.watch(whole.hear)

    assert client.get("/x").status == 200
    assert told == [1, 2]
    assert said(caplog) == ["a display of the history broke off: RuntimeError"] * 2


def test_a_table_can_be_closed_while_others_are_told() -> None:
    """One of two places closes while the first hears of a call: nothing breaks."""
    history = pn.History()
    browser = Browser(HistoryView(history))
    browser.page()
    browser.ask(view="b", page=0, filter=ALL)
    closing = threading.Thread(target=browser.ask, kwargs={"view": "b", "leave": True})
    was_closing = threading.Event()

    def close() -> None:
        closing.start()
        closing.join(0.2)  # or it waits until all are told
        was_closing.set()

    browser.first_told = close
    history.append(call_of(status=200))
    browser.wait_for(1)
    assert was_closing.wait(10)  # another thread tells: it may be at it still
    closing.join()
