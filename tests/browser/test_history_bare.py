"""A `History` in a page of its own: opened by keyboard, and a deep answer read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import paynet_nb as pn
from paynet_nb.display import signed
from paynet_nb.sandbox import Sandbox
from paynet_nb.widgets import HistoryView
from tests.browser.test_history_live import rows
from tests.helpers.bare_page import BarePage
from tests.helpers.records import call_of


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

    view.get_by_label("Find in path").focus()
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


def test_each_outcome_has_sign_word_edge_and_count(page: Page, bare: BarePage) -> None:
    """A button for each says how many there are, and shows these alone."""
    history = pn.History()
    for code, count in (("ACSP", 3), ("RJCT", 2), ("PNDG", 1)):
        body = b'{"resp": {"status": "%b"}}' % code.encode()
        for _ in range(count):
            history.append(call_of(method="POST", status=200, body=body, label=code))
    history.append(call_of(error="timed out", attempt=2))
    view = bare.show(HistoryView(history))
    expect(rows(view)).to_have_count(7)
    edges = set()

    for words, count in (("good", 3), ("refused", 2), ("unknown", 1), ("failed", 1)):
        button = view.get_by_role("button", name=f"{signed(words)} {count}")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button).to_be_focused()
        expect(rows(view)).to_have_count(count)
        expect(rows(view).first.locator(".badge")).to_have_text(signed(words))
        edge = rows(view).first.locator("td").first
        edges.add(edge.evaluate("cell => getComputedStyle(cell).borderLeftColor"))
    expect(rows(view)).to_contain_text("no answer: timed out 2nd try")
    view.get_by_label("Find in path").fill("acsp")
    expect(view.get_by_role("button", name="all 3")).to_be_visible()
    expect(rows(view)).to_have_count(0)
    assert len(edges) == 3  # refused and unknown have one: what to do is to look


def test_calls_that_are_alike_are_one_row(
    page: Page, bare: BarePage, box: Sandbox
) -> None:
    """A run says how many, how they went and how long; it opens, grows, and folds."""
    client = client_of(box)
    for _ in range(6):
        client.put("/v1/picasso-guard/echo", json={})
    view = bare.show(HistoryView(client.history))
    run = view.get_by_role("button", name="6 calls, 2 to 7, PUT")
    expect(rows(view)).to_have_count(1)  # the token's
    expect(view.locator("[data-run]")).to_contain_text(re.compile(r"2\W7.*6 good"))

    run.focus()
    page.keyboard.press("Enter")
    expect(run).to_have_attribute("aria-expanded", "true")
    expect(run).to_be_focused()
    expect(rows(view)).to_have_count(7)
    client.put("/v1/picasso-guard/echo", json={})
    run = view.get_by_role("button", name="7 calls, 2 to 8, PUT")
    expect(run).to_be_focused()
    expect(rows(view)).to_have_count(8)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(view.get_by_role("region", name="Call 8")).to_be_visible()
    run.click()
    expect(rows(view)).to_have_count(1)


def test_twelve_calls_are_seen_at_once(page: Page, bare: BarePage) -> None:
    """On a screen of 1366 pixels, in the height in which there were seven: 400."""
    page.set_viewport_size({"width": 1366, "height": 768})
    history = pn.History()
    path = "merchants/v1/payments/redirect/of/a/long/path"
    for number in range(20):
        url = f"https://api.example.my/{path}/{number}"
        history.append(call_of(url=url, status=404, label="a label of some length"))
    view = bare.show(HistoryView(history))
    view.evaluate("root => { root.style.maxWidth = '964px' }")
    expect(view.locator(".count")).to_have_text("20 exchanges")
    view.locator("[data-run]").click()
    expect(rows(view)).to_have_count(20)

    box = view.bounding_box()
    seen = view.locator(".scroll").evaluate(
        """room => [...room.querySelectorAll("tr")].filter(row =>
          row.getBoundingClientRect().bottom <= room.getBoundingClientRect().bottom
        ).length"""
    )
    assert box
    assert box["height"] <= 400
    assert seen >= 14  # the headings, the day, twelve calls
    assert view.locator(".scroll").evaluate("room => room.scrollWidth <= 964")


@pytest.mark.parametrize("width", [576, 620, 720, 800])
def test_codes_are_in_sight_on_a_small_screen(
    page: Page, bare: BarePage, width: int
) -> None:
    """Without scrolling sideways, in a window of 700 pixels and more."""
    body = b'{"header": {"status": {"code": "RJCT", "reason": "API.005"}}}'
    history, path = pn.History(), "merchants/v1/payments/redirect/of/a/long/path"
    for number in range(3):
        url = f"https://api.example.my/{path}/{number}"
        history.append(call_of(url=url, status=400, body=body, attempt=2))
    history.append(call_of(url=url, method="POST", kind="token"))
    view = bare.show(HistoryView(history))
    view.evaluate("(root, width) => { root.style.width = `${width}px` }", width)
    expect(rows(view)).to_have_count(4)

    room = view.locator(".scroll").bounding_box()
    codes = rows(view).last.locator("td.codes")
    expect(codes).to_contain_text("API.005")
    found = codes.bounding_box()
    assert room
    assert found
    assert found["x"] + found["width"] <= room["x"] + room["width"]


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
