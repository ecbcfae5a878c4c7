"""A `History` in a page of its own: opened by keyboard, and a deep answer read."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from paynet_nb.widgets import HistoryView
from tests.browser.test_history_live import rows
from tests.helpers.bare_page import BarePage


def client_of(box: Sandbox) -> pn.Client[pn.ClientCredentialsAuth]:
    """Make a client of the sandbox."""
    return pn.Client(pn.ClientCredentialsAuth(box.credentials))


def test_a_call_is_opened_by_keyboard(page: Page, bare: BarePage, box: Sandbox) -> None:
    """Tab stops once in the table, arrows go by row, Enter opens, Esc closes."""
    client = client_of(box)
    for _ in range(2):
        client.put("/v1/picasso-guard/echo", json={"amount": "10.00"})
    view = bare.show(HistoryView(client.history))
    expect(rows(view)).to_have_count(3)

    view.get_by_label("Text contains").focus()
    page.keyboard.press("Tab")
    expect(view.get_by_role("button", name=re.compile("^3, open PUT"))).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    button = view.get_by_role("button", name=re.compile("^2, open PUT"))
    title = view.get_by_role("heading", name="PUT /v1/picasso-guard/echo: good, 200 OK")
    expect(title).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(title).to_have_count(0)
    expect(button).to_be_focused()
    page.keyboard.press("End")
    last = view.get_by_role("button", name=re.compile("^1, open POST"))
    expect(last).to_be_focused()
    # A call that comes now takes the focus from nobody.
    client.get("/nowhere")
    expect(rows(view)).to_have_count(4)
    expect(last).to_be_focused()


def test_a_deep_answer_can_be_read_in_a_narrow_column(
    bare: BarePage, box: Sandbox
) -> None:
    """Its inner values scroll sideways, and are no columns of single letters."""
    deep: Any = "text"
    for _ in range(30):
        deep = {"a": deep}
    client = client_of(box)
    client.put("/v1/picasso-guard/echo", json=deep)
    view = bare.show(HistoryView(client.history))
    rows(view).first.get_by_text("PUT").click()
    tree = view.locator(".tree").first
    expect(tree).to_contain_text("text")

    view.evaluate("root => { root.parentElement.style.maxWidth = '400px' }")
    tree.evaluate(
        "root => root.querySelectorAll('details').forEach(x => x.open = true)"
    )

    summaries = tree.locator("summary").all()
    heights = [found["height"] for x in summaries if (found := x.bounding_box())]
    assert len(heights) > 20
    assert max(heights) < 40  # one line each
    assert view.evaluate("root => root.scrollWidth") <= 400
