"""What stands below a cell as HTML: it fits, and its colours can be read."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import paynet_nb as pn
from paynet_nb.display import COLOURS, card
from paynet_nb.paynet import sample_payment
from paynet_nb.sandbox import Sandbox
from paynet_nb.widgets import HistoryView, TokenCard
from tests.browser.axe import findings
from tests.helpers.bare_page import BarePage
from tests.helpers.jwts import changed, written
from tests.helpers.records import call_of

# Its page is of this machine.
pytestmark = pytest.mark.usefixtures("bare")
# JupyterLab's, as its two themes set them.
THEMES = {
    "light": "background: #fff; color: #000000de; --jp-success-color1: #388e3c;"
    "--jp-warn-color1: #f57c00; --jp-error-color1: #d32f2f",
    "dark": "background: #111; color: #fff; --jp-success-color1: #4caf50;"
    "--jp-warn-color1: #ff9800; --jp-error-color1: #f44336",
    "none": "",
}
IDS = {
    "clientId": "M0000001",
    "messageId": "20260101M0000001650OBW00000001",
    "transactionId": "20260101M000000165000000001",
}


# The words of paths, and those of them that stand on several lines.
WORDS = "all => all.flatMap(one => one.innerText.match(/[A-Z]?[a-z]+|[.]/g))"
BROKEN = """all => all.flatMap(one => [...one.childNodes]).filter(node => {
  const range = document.createRange();
  range.selectNodeContents(node);
  return range.getClientRects().length > 1 && !node.textContent.includes(" ");
}).map(node => node.textContent)"""


def shown(page: Page, html: str, theme: str = "none", width: int = 1100) -> Locator:
    """Show a card in a page of its own, as wide as a notebook's output."""
    start = "<!doctype html><html lang=en><title>card</title>"
    sizes = f"font: 14px sans-serif; width: {width}px; margin: 0"
    page.set_content(f"{start}<main style='{sizes}; {THEMES[theme]}'>{html}</main>")
    return page.locator("main")


def scrolls(page: Page, html: str, width: int) -> bool:
    """Tell whether a card scrolls sideways where it has so many pixels."""
    box = shown(page, html, width=width).locator("> div")
    return bool(box.evaluate("box => box.scrollWidth > box.clientWidth"))


def height(page: Page, html: str) -> float:
    """Measure a card, in CSS pixels."""
    return float(shown(page, html).evaluate("main => main.scrollHeight"))


@pytest.fixture
def client(box: Sandbox) -> pn.Client:
    """Give a client of the sandbox."""
    return pn.Client(pn.ClientCredentialsAuth(box.credentials))


def recorded(client: pn.Client) -> pn.History:
    """Give a history with a call in it."""
    client.get("/nowhere")
    return client.history


def test_what_is_compared_breaks_only_where_there_is_no_room(
    page: Page, client: pn.Client
) -> None:
    """IDs are on one line in a card of full width; at 320 pixels nothing scrolls.

    There a path breaks between its words, in none of them. In the output of JupyterLab
    on a laptop a field's name is on one line, beside two long IDs.
    """
    banks = client.get("/merchants/v1/payments/lists/bank", params=IDS)
    signing = pn.MerchantSignature(client.auth, pn.SigningKey.generate(), key_id="1")
    refused = pn.Client(signing).post(
        "/merchants/v1/payments/redirect", json=sample_payment()
    )
    ids = {**banks.json()["header"], **IDS}
    others = {name: f"{value}"[::-1] for name, value in ids.items()}
    cards = [
        pn.compare({"header": ids}, {"header": others})._repr_html_(),
        pn.compare(banks, refused, headers=True)._repr_html_(),
        pn.explain_signature(refused)._repr_html_(),
    ]

    for width in (1100, 564, 304):  # the last two of windows of 580 and 320 pixels
        assert [scrolls(page, html, width) for html in cards] == [False] * 3
    places = shown(page, cards[1], width=304).locator("td:first-child div")
    assert {"header", ".", "transaction", "Id"} <= {*places.evaluate_all(WORDS)}
    assert places.evaluate_all(BROKEN) == []
    one_line = "part => part.getClientRects()[0].height"
    sides = shown(page, cards[0]).get_by_text(IDS["messageId"])
    assert sides.evaluate(one_line) == pytest.approx(19, abs=3)
    name = shown(page, cards[0], width=700).get_by_text("header.messageId")
    assert name.evaluate(one_line) == pytest.approx(19, abs=3)


def test_a_call_fits_below_its_cell(page: Page, client: pn.Client) -> None:
    """A list of banks, and a payment that is refused: the result stays in sight."""
    banks = client.get("/merchants/v1/payments/lists/bank", params=IDS)
    payment = {**sample_payment(), "amount": "999999999.00"}
    refused = client.post("/merchants/v1/payments/redirect", json=payment)

    assert "5 of 50 rows" in banks._repr_html_()
    assert height(page, banks._repr_html_()) <= 230
    assert height(page, refused._repr_html_()) <= 120
    assert height(page, call_of(status=502, body=b"x" * 9000)._repr_html_()) <= 150


def test_a_token_fits_below_its_cell(
    page: Page, bare: BarePage, client: pn.Client
) -> None:
    """Folded as it comes; the buttons and what they say move nothing."""
    page.set_viewport_size({"width": 1366, "height": 768})
    token = client.auth.get_token()
    card = bare.show(TokenCard(token))
    expect(card.get_by_role("timer")).to_contain_text("left")
    high = card.evaluate("card => card.clientHeight")
    assert high <= 125
    for name in ("Forget", "Renew now"):
        card.get_by_role("button", name=name).click()
        expect(card.locator(".status")).to_contain_text("token")
        assert card.evaluate("card => card.clientHeight") == high

    assert height(page, token._repr_html_()) <= 100
    assert height(page, pn.inspect_token(token)._repr_html_()) <= 320


def test_a_forgotten_token_is_shown_as_one(bare: BarePage, client: pn.Client) -> None:
    """Neither time left nor "held" stand beside the word; the next token is shown."""
    card = bare.show(TokenCard(client.auth.get_token()))
    expect(card).to_contain_text("23 h 59 min left")

    card.get_by_role("button", name="Forget").click()

    expect(card.get_by_role("heading")).to_have_text("Forgotten token")
    for gone in ("badge", "left", "ends", "renewal"):
        expect(card.locator(f".{gone}")).to_be_hidden()
    client.auth.get_token()
    expect(card.get_by_role("heading")).to_have_text("Access token")
    expect(card).to_contain_text("23 h 59 min left")


@pytest.mark.parametrize(
    ("make", "ready", "shown"),
    [
        (lambda client: TokenCard(client.auth.get_token()), "left", "card"),
        (lambda client: HistoryView(recorded(client)), "/nowhere", "table"),
        (pn.RequestForm, "Send", "form"),
        (lambda _: pn.KeyForm(), "Read key", "form"),
    ],
)
def test_what_outlives_its_kernel_says_so(
    bare: BarePage,
    client: pn.Client,
    make: Callable[[pn.Client], Any],
    ready: str,
    shown: str,
) -> None:
    """At once, and what to do, as the form for keys does in JupyterLab."""
    view = bare.show(make(client))
    expect(view).to_contain_text(ready)  # so that no answer of its is under way

    bare.lose_kernel()

    said = f"The kernel was restarted: run the cell with this {shown} again."
    expect(view.get_by_text(said).first).to_be_visible()


@pytest.mark.parametrize(
    ("ends_in_s", "state", "words"),
    [(-60, "expired", "ended"), (60, "unknown", "NOT verified")],
)
def test_a_token_that_has_ended_says_so_first(
    bare: BarePage, ends_in_s: int, state: str, words: str
) -> None:
    """By a sign and a word before its name, and by the card's edge."""
    claims = changed(exp=int(time.time()) + ends_in_s)

    card = bare.show(TokenCard(pn.inspect_token(written(claims))))

    expect(card).to_have_attribute("data-state", state)
    expect(card.locator(".badge")).to_have_text(words)


@pytest.mark.parametrize("theme", THEMES)
def test_its_colours_can_be_read(page: Page, theme: str) -> None:
    """Of each state, in light, in dark, and where no theme is."""
    cards = "".join(card("a heading", "text", state=state) for state in COLOURS)

    assert findings(shown(page, cards, theme)) == []
