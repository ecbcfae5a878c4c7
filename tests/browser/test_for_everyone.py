"""Each widget by keyboard, by screen reader, for weak eyes, and in little room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from paynet_nb.widgets import HistoryView, TokenCard
from tests.browser.axe import findings
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook, change_theme
from tests.helpers.bare_page import BarePage
from tests.helpers.jwts import changed, written

BEGIN = """
import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
box = Sandbox()
auth = pn.ClientCredentialsAuth(box.credentials)
client = pn.Client(auth)
for _ in range(60):
    client.get("/nowhere")
client.put("/v1/picasso-guard/echo", json={})
"""
# A widget's class in the page, the cell that shows it, and what to press to see more.
WIDGETS = {
    "paynet-credential-form": ("pn.CredentialForm(pn.CERTIFICATION, box)", ".submit"),
    "paynet-key-form": ("pn.KeyForm()", ".submit"),
    "paynet-request-form": ("pn.RequestForm(client)", ".submit"),
    "paynet-token-card": ("auth.get_token()", ".renew"),
    "paynet-history-view": ("client.history", "[data-number] button"),
}
THEMES = "JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"
SCREEN: ViewportSize = {"width": 1280, "height": 1024}
# Zoom gives a page half the CSS pixels, each twice as large on the screen.
ZOOMED_TO_200_PERCENT: ViewportSize = {"width": 640, "height": 512}

EACH = pytest.mark.parametrize("name", WIDGETS)

OUTSIDE = """
root => {
  const box = root.getBoundingClientRect();
  const scrolls = node => /auto|scroll/.test(getComputedStyle(node).overflowX);
  const inScroller = node => node !== root
    && (scrolls(node) || inScroller(node.parentElement));
  const seen = [...root.querySelectorAll("*")].filter(node => node.checkVisibility());
  return [root, ...seen].filter(node => !inScroller(node)).filter(node => {
    const { left, right } = node.getBoundingClientRect();
    return left < box.left - 1 || right > box.right + 1
      || (node.clientWidth && node.scrollWidth > node.clientWidth + 1);
  }).map(node => node.outerHTML.slice(0, 200));
}
"""
# What Tab stops at, in the order of the page; of radio buttons only the checked one.
STOPS = """
root => [...root.querySelectorAll("button, input, select, textarea, a[href], summary,"
    + "[tabindex]")]
  .filter(node => node.checkVisibility() && !node.disabled && node.tabIndex >= 0)
  .filter(node => node.type !== "radio" || node.checked)
  .map(node => node.outerHTML)
"""
FOCUSED = """
root => {
  const node = document.activeElement;
  const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(node);
  const visible = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2
    && parseFloat(outlineOffset) >= 2; // a gap: the node may have the mark's colour
  return root.contains(node) ? [node.outerHTML, visible] : null;
}
"""
# How each part of a widget is laid out, beside its tag.
LOOK = """
root => [root, ...root.querySelectorAll("*")].map(node => {
  const look = getComputedStyle(node);
  const names = ["display", "margin", "padding", "minHeight", "maxWidth", "fontWeight"];
  return [node.tagName, ...names.map(name => look[name])].join(" ");
})
"""


@pytest.fixture(scope="module")
def shown(modules_desk: Page, lab: Lab) -> Iterator[Page]:
    """Open one notebook that shows all widgets."""
    page = modules_desk
    cells = [cell for cell, _ in WIDGETS.values()]
    lab.write("everyone.ipynb", BEGIN, *cells, "'an end'")
    notebook = Notebook(page, lab, "everyone.ipynb")
    notebook.run(0)
    for number, (name, (_, press)) in enumerate(WIDGETS.items(), 1):
        notebook.run(number)
        page.locator(f".{name} {press}").first.click()
        status = page.locator(f".{name}").get_by_role("status")
        expect(status.last).not_to_have_text("Sending to the kernel ...")
    usual = page.viewport_size
    yield page
    if usual:
        page.set_viewport_size(usual)
    change_theme(page, THEMES[0])


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    """Open a page for what a test puts there."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture
def widget(shown: Page, name: str) -> Locator:
    """Give one widget on a screen of usual size."""
    shown.set_viewport_size(SCREEN)
    return shown.locator(f".{name}")


def tab_through(root: Locator) -> tuple[list[str], list[Any]]:
    """Give the stops of *root*, and what Tab reaches until it should be out."""
    stops: list[str] = root.evaluate(STOPS)
    root.evaluate("root => { root.tabIndex = -1; root.focus() }")
    reached = []
    for _ in range(len(stops) + 1):
        root.page.keyboard.press("Tab")
        reached.append(root.evaluate(FOCUSED))
    return stops, reached


@EACH
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious(widget: Locator, theme: str) -> None:
    """Names, roles and contrast are right in each theme."""
    change_theme(widget.page, theme)

    assert findings(widget) == []


@EACH
def test_nothing_is_cut_off_at_200_percent(widget: Locator) -> None:
    """All of a widget is inside of it when letters are twice as large."""
    widget.page.set_viewport_size(ZOOMED_TO_200_PERCENT)

    assert widget.evaluate(OUTSIDE) == []


@EACH
def test_nothing_is_cut_off_in_a_narrow_column(widget: Locator) -> None:
    """All of a widget is inside of it in a column of 400 pixels."""
    widget.evaluate(
        "root => { root.closest('.jp-OutputArea-output').style.maxWidth = '400px' }"
    )

    assert widget.evaluate("root => root.offsetWidth") <= 400
    assert widget.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("name", ["paynet-history-view"])
def test_how_a_call_went_is_seen_in_a_narrow_column(widget: Locator) -> None:
    """The table of calls scrolls sideways there, and outcomes need no scrolling."""
    widget.evaluate(
        "root => { root.closest('.jp-OutputArea-output').style.maxWidth = '400px' }"
    )
    room = widget.locator(".scroll").first.bounding_box()
    badge = widget.get_by_text("failed").last.bounding_box()

    assert room
    assert badge
    assert badge["x"] + badge["width"] <= room["x"] + room["width"]


@EACH
def test_tab_goes_through_all_and_is_seen(widget: Locator) -> None:
    """Focus goes from stop to stop in the page's order, has a mark, and gets out."""
    stops, reached = tab_through(widget)

    assert reached == [*([stop, True] for stop in stops), None]


@EACH
def test_what_happens_is_read_out(widget: Locator) -> None:
    """A line that screen readers listen to says what happened last."""
    expect(widget.get_by_role("status").last).not_to_be_empty()


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("<input type=text>", "label: <input"),
        ("<p style='color: #999; background: #fff'>pale</p>", "color-contrast: <p"),
        ("<span role=slider></span>", "aria-required-attr: <span"),
    ],
)
def test_axe_finds_a_fault(blank: Page, fault: str, found: str) -> None:
    """The control: a field without a name or pale letters would be found."""
    blank.set_content(f"<main>{fault}</main>")

    assert [said for said in findings(blank.locator("main")) if said.startswith(found)]


def test_a_long_claim_hides_no_meaning(blank: Page) -> None:
    """In the HTML that stands for a card, too, all columns are in sight."""
    report = pn.inspect_token(written(changed(aud="x" * 200)))
    blank.set_content(f"<main style='width: 900px'>{report._repr_html_()}</main>")

    card = blank.locator("main > div")
    assert card.evaluate("card => card.scrollWidth <= card.clientWidth")


def test_what_sticks_out_is_found(blank: Page) -> None:
    """The control: what is wider than its widget would be found."""
    blank.set_content("<main style='width: 99px'><div style='width: 100px'></main>")
    assert blank.locator("main").evaluate(OUTSIDE) == []

    blank.set_content("<main style='width: 99px'><div style='width: 110px'></main>")
    assert blank.locator("main").evaluate(OUTSIDE)


def test_a_stop_that_is_not_seen_is_found(blank: Page) -> None:
    """The control: a button that hides its focus would be found."""
    mark = "outline: blue solid 2px; outline-offset:"
    hidden = '<button style="outline: none">A</button>'
    inside = f'<button style="{mark} -1px">B</button>'
    seen = f'<button style="{mark} 2px">C</button>'
    blank.set_content(f"<main>{hidden}{inside}{seen}</main>")

    _, reached = tab_through(blank.locator("main"))

    assert reached[:3] == [[hidden, False], [inside, False], [seen, True]]


@EACH
def test_a_widget_looks_the_same_beside_others(
    page: Page, bare: BarePage, box: Sandbox, name: str
) -> None:
    """Each brings its copy of the common styles; one that comes later changes none."""
    auth = pn.ClientCredentialsAuth(box.credentials)
    client = pn.Client(auth)
    for _ in range(60):
        client.get("/nowhere")
    client.put("/v1/picasso-guard/echo", json={})
    widgets = {
        "paynet-credential-form": pn.CredentialForm(pn.CERTIFICATION, box),
        "paynet-request-form": pn.RequestForm(client),
        "paynet-token-card": TokenCard(auth.get_token()),
        "paynet-history-view": HistoryView(client.history),
        "paynet-key-form": pn.KeyForm(),
    }
    parts = {other: f".{other} {press}" for other, (_, press) in WIDGETS.items()}
    bare.show(widgets.pop(name))
    expect(page.locator(parts[name]).first).to_be_visible()
    widget = page.locator(f".{name}")
    alone = widget.evaluate(LOOK)

    for other, shown in widgets.items():
        bare.show(shown)
        expect(page.locator(parts[other]).first).to_be_visible()

    assert widget.evaluate(LOOK) == alone
