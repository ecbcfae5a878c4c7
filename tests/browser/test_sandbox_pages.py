"""The sandbox's own pages in a real browser: the bank's, and the trainer's."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_httpserver import HTTPServer

from paynet_nb.paynet import sample_payment
from paynet_nb.sandbox import Classroom, Sandbox
from tests.browser.axe import findings
from tests.sandbox.helpers import pay, payment_status

ID = sample_payment(7)["endToEndId"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_pressed_by_keyboard_and_leads_back(
    page: Page, box: Sandbox, httpserver: HTTPServer, theme: str
) -> None:
    """Anybody can read it; a merchant of this machine gets the customer back."""
    httpserver.expect_request("/shop").respond_with_data("<h1>Thank you</h1>", 200)
    pay(box, **sample_payment(7))
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    back = f"http://127.0.0.1:{httpserver.port}/shop"
    page.goto(f"{box.bank_page(ID)}&ReturnUrl={back}")
    expect(page).to_have_title("Approve this payment?")
    assert findings(page.locator("html")) == []
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Approve")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{back}?EndtoEndId={ID}")

    assert payment_status(box, ID).json()["transactionStatus"] == "REJECT"
    page.goto(box.bank_page(ID))
    expect(page.get_by_role("status")).to_contain_text("D104")
    assert findings(page.locator("html")) == []


def test_a_trainer_signs_in_and_sets_a_scenario(page: Page) -> None:
    """The forms of these pages say where they come from, and are taken."""
    with Classroom(1) as room:
        page.goto(f"{room.url}/trainer")
        page.get_by_label("Trainer's key").fill(room.trainer_key.reveal())
        page.keyboard.press("Enter")
        page.get_by_role("link", name="learner 1").click()
        page.get_by_label("Scenario").select_option("api-503")
        page.get_by_role("button", name="Set").click()
        expect(page.get_by_label("Scenario")).to_have_value("api-503")
        expect(page.get_by_role("heading", name="Learner 1")).to_be_visible()

        assert room.learners[0].scenario == "api-503"
