"""`TokenCard` in JupyterLab: it counts by itself, and obeys its buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from paynet_nb.widgets import TokenCard
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.visits import visiting
from tests.helpers.bare_page import BarePage

SHOW = """
import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
box = Sandbox(lifetime_s={life})
auth = pn.ClientCredentialsAuth(box.credentials)
auth.get_token()
"""
DAY = SHOW.format(life=86400)
# Notes in window.heard what a screen reader is told, in window.seen what is only shown.
LISTEN = """
card => {
  const note = (list, root) => new MutationObserver(() => list.push(root.textContent))
    .observe(root, { childList: true, characterData: true, subtree: true });
  window.heard = [];
  window.seen = [];
  card.querySelectorAll("[role=status]").forEach(node => note(window.heard, node));
  note(window.seen, card.querySelector("[role=timer]"));
}
"""
CLOCK_IS_SLOW = "{ const now = Date.now; Date.now = () => now() - 3 * 3600 * 1000 }"


@pytest.fixture
def alone(browser: Browser) -> Iterator[Page]:
    """Open a page whose clock is no other's."""
    with visiting(browser) as page:
        yield page


def opened(page: Page, lab: Lab, name: str, *cells: str) -> tuple[Notebook, Locator]:
    """Open a notebook and run its first cell; give its card."""
    lab.write(name, *cells)
    notebook = Notebook(page, lab, name)
    notebook.run(0)
    card = page.locator(".paynet-token-card")
    expect(card).to_be_visible()
    return notebook, card


def test_counting_costs_the_kernel_nothing(alone: Page) -> None:
    """From full life to the end no message goes out; only changes of state are told."""
    page, bare = alone, BarePage(alone)
    page.clock.install()
    with Sandbox(lifetime_s=60) as box:
        auth = pn.ClientCredentialsAuth(box.credentials)
        card = bare.show(TokenCard(auth.get_token()))
    timer = card.get_by_role("timer")
    expect(timer).to_have_text(re.compile(r"^\d\d s left$"))
    card.evaluate(LISTEN)
    sent = len(bare.sent)

    for _ in range(70):
        page.clock.fast_forward(1000)

    expect(timer).to_have_text(re.compile(r"^ended \d\d? s ago$"))
    assert len(bare.sent) == sent
    assert len(page.evaluate("window.seen")) >= 30
    assert page.evaluate("window.heard") == [
        "Still good; the next call gets a new one.",
        "The next call gets a new one.",
    ]
    card.get_by_role("button", name="Forget").click()
    expect(card.locator(".status")).to_contain_text("Forgotten")
    assert len(bare.sent) > sent  # so messages are seen


def test_the_buttons_work_by_keyboard(desk: Page, lab: Lab) -> None:
    """Renew, forget, and the next use in another cell: the card shows each outcome."""
    notebook, card = opened(desk, lab, "buttons.ipynb", DAY, "auth.get_token().scope")
    number = card.locator("tr").filter(has_text="jti").locator("td.value")
    numbers = [number.text_content()]

    card.get_by_role("button", name="Renew now").press("Enter")
    expect(card.locator(".status")).to_contain_text("A new token since")
    numbers.append(number.text_content())
    desk.keyboard.type("dd")  # JupyterLab's shortcut to delete a cell
    card.get_by_role("button", name="Forget").press("Space")
    expect(card.locator(".status")).to_contain_text("Forgotten: the next call gets")
    expect(notebook.run(1)).to_contain_text("rpp:merchant")
    expect(card.locator(".status")).to_contain_text("A new token since")
    numbers.append(number.text_content())

    assert len({*numbers}) == 3


def test_a_browser_whose_clock_is_wrong_counts_right(
    page: Page, bare: BarePage, box: Sandbox
) -> None:
    """The kernel's time is the one that counts, not that of the reader's machine."""
    page.evaluate(CLOCK_IS_SLOW)
    auth = pn.ClientCredentialsAuth(box.credentials)

    card = bare.show(TokenCard(auth.get_token()))

    expect(card.get_by_role("timer")).to_have_text("23 h 59 min left")
