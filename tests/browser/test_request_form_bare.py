"""`RequestForm` used by mouse and keyboard in a page of its own."""

from __future__ import annotations

import re
from typing import Literal

from playwright.sync_api import Locator, Page, expect

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from tests.browser.axe import findings
from tests.browser.test_request_form import python_of
from tests.helpers.bare_page import BarePage


def client_of(
    box: Sandbox, stage: Literal["sandbox", "production"] = "sandbox"
) -> pn.Client[pn.ClientCredentialsAuth]:
    """Make a client of a sandbox that is taken for an environment of *stage*."""
    here = pn.Environment(
        name="here",
        stage=stage,
        base_url=box.environment.base_url,
        token_url=box.environment.token_url,
    )
    secret = box.credentials.client_secret.reveal()
    keys = pn.Credentials(box.credentials.client_id, secret, here)
    return pn.Client(pn.ClientCredentialsAuth(keys))


def press(page: Page, button: str) -> None:
    """Click a button of the form."""
    page.get_by_role("button", name=button, exact=True).click()


def unfold(page: Page, field: str) -> Locator:
    """Open what is folded until it is used; give its field."""
    page.locator("summary", has_text=field).click()
    return page.get_by_label(field)


def test_the_form_is_low_and_stands_still(
    page: Page, bare: BarePage, box: Sandbox
) -> None:
    """A GET has no JSON; a message has its room; blue is what can work."""
    page.set_viewport_size({"width": 1366, "height": 768})
    shown = bare.show(pn.RequestForm(client_of(box)))
    status = page.locator(".paynet-request-form .status")
    send = page.get_by_role("button", name="Send")
    blue = "rgb(21, 101, 192)"
    expect(page.get_by_label("JSON", exact=True)).to_be_hidden()
    before = shown.bounding_box()

    expect(send).not_to_have_css("background-color", blue)
    send.click()
    expect(status).to_have_text("Fill in the path.")
    assert before
    assert before["height"] <= 300
    assert shown.bounding_box() == before
    page.get_by_label("Known endpoints").select_option(
        label="PUT /v1/picasso-guard/echo, echo"
    )
    expect(status).to_have_text("nothing sent yet")  # the path is there now
    expect(send).to_have_css("background-color", blue)
    expect(page.get_by_label("JSON", exact=True)).to_be_visible()
    high = shown.bounding_box()
    assert high
    assert high["height"] <= 400


def test_a_double_click_sends_once(page: Page, bare: BarePage, box: Sandbox) -> None:
    """Even where the answer was quicker than the second; the next press counts."""
    bare.show(pn.RequestForm(client_of(box)))
    status = page.locator(".paynet-request-form .status")
    page.get_by_label("Known endpoints").select_option(
        label="PUT /v1/picasso-guard/echo, echo"
    )
    before = len(box.requests)

    page.get_by_role("button", name="Send").dblclick()
    expect(status).to_contain_text("200 OK")
    page.get_by_role("button", name="Send").click()
    expect(status).to_contain_text("200 OK")

    calls = [call for call in box.requests[before:] if call.method == "PUT"]
    assert len(calls) == 2


def test_a_call_by_hand_is_the_call_of_a_cell(
    page: Page, bare: BarePage, box: Sandbox
) -> None:
    """Choose, edit, be corrected, send by keyboard; the Python shown does the same."""
    client = client_of(box)
    bare.show(pn.RequestForm(client))
    status = page.locator(".paynet-request-form .status")
    body = page.get_by_label("JSON", exact=True)

    page.get_by_label("Known endpoints").select_option(
        label="PUT /v1/picasso-guard/echo, echo"
    )
    expect(page.get_by_text("assumed, not from PayNet")).to_be_visible()
    unfold(page, "Headers").fill("X-Ip-Address: 0")
    unfold(page, "Query").fill("a=1 2\na=3")
    expect(body).to_have_value('{\n  "hello": "PayNet"\n}')
    before = len(bare.sent)
    body.fill('{\n  "amount": 10.00\n  "text": "\u00e9"}')
    expect(
        page.get_by_text("JSON, line 2, column 18: a comma is missing")
    ).to_be_visible()
    body.press("Control+Enter")
    expect(status).to_have_text("JSON, line 2, column 18: a comma is missing")
    expect(body).to_be_focused()
    assert len(bare.sent) == before  # the kernel heard nothing of it
    body.fill('{\n  "amount": 10.00,\n  "text": "\u00e9"}')
    body.press("Control+Enter")

    expect(status).to_contain_text("200 OK")
    expect(page.get_by_role("region", name="Answer")).to_contain_text("10.00")
    assert "/v1/picasso-guard/echo: good, 200 OK" in repr(client.history[-1])
    press(page, "Show as Python")
    program = python_of(page)
    assert findings(page.locator(".paynet-request-form")) == []
    exec(program, {"client": pn.Client(pn.ClientCredentialsAuth(box.credentials))})  # noqa: S102
    *_, by_hand, _, by_python = box.requests
    assert by_hand.body == '{"amount":10.00,"text":"\u00e9"}'
    for part in ("method", "path", "query", "body"):
        assert getattr(by_hand, part) == getattr(by_python, part)
    page.get_by_label("Query").fill("a=2")
    expect(page.get_by_label("Python, to copy")).to_be_hidden()  # it is of before


def test_the_python_shown_is_that_of_the_fields(
    page: Page, bare: BarePage, box: Sandbox
) -> None:
    """No other view of the form shows it, nor one whose fields were changed since."""
    form = pn.RequestForm(client_of(box))
    bare.show(form), bare.show(form)
    first, second = (page.locator(".paynet-request-form").nth(n) for n in range(2))
    python, status = first.locator(".python textarea"), first.locator(".status")

    second.get_by_label("Path").fill("/second")
    first.get_by_label("Path").fill("/first")
    first.get_by_role("button", name="Show as Python").click()
    expect(python).to_have_value(re.compile("'/first'"))
    expect(status).to_have_text("nothing sent yet")
    # At once, so that the answer comes after the change.
    waiting = first.evaluate(
        """form => {
            form.querySelector(".shows").click();
            const path = form.querySelector(".path");
            path.value = "/changed";
            path.dispatchEvent(new Event("input", { bubbles: true }));
            return form.querySelector(".status").textContent;
        }"""
    )
    expect(status).to_have_text("nothing sent yet")  # so the answer was there

    assert waiting == "Sending to the kernel ..."
    expect(python).to_be_hidden()
    expect(second.locator(".python textarea")).to_be_hidden()


def test_what_would_be_lost_is_not_sent(
    page: Page, bare: BarePage, box: Sandbox
) -> None:
    """A dict has a name once, None is no body: the line says so, nothing is sent."""
    bare.show(pn.RequestForm(client_of(box)))
    status = page.locator(".paynet-request-form .status")
    page.get_by_label("Path").fill("/x")
    page.get_by_label("Method").select_option("POST")
    unfold(page, "Headers")

    for field, text, said in (
        ("JSON", '{"a": 1, "a": 2}', 'column 10: the name "a" is there already'),
        ("JSON", "null", "null alone cannot be sent"),
        ("Headers", "X-A: 1\nY: 2\nx-a: 3", "Headers: x-a is there twice"),
    ):
        page.get_by_label(field).fill(text)
        for button in ("Show as Python", "Send"):
            press(page, button)
            expect(status).to_contain_text(said)
            expect(page.get_by_label(field)).to_be_focused()
        page.get_by_label(field).fill("")
    assert box.requests == []


def test_production_is_unlocked_by_its_name(
    page: Page, bare: BarePage, box: Sandbox
) -> None:
    """POST is refused until the name is typed; a failure is said where one looks."""
    bare.show(pn.RequestForm(client_of(box, "production")))
    status = page.locator(".paynet-request-form .status")
    name = page.get_by_label("Environment's name")
    expect(page.get_by_text("PRODUCTION: the real network")).to_be_visible()
    send = page.get_by_role("button", name="Send")
    blue = "rgb(21, 101, 192)"

    page.get_by_label("Method").select_option("PUT")
    press(page, "Send")
    expect(status).to_have_text("Fill in the path.")
    page.get_by_label("Path").fill("/v1/picasso-guard/echo")
    page.get_by_label("JSON", exact=True).fill("{}")
    press(page, "Send")
    expect(status).to_contain_text("is production and only GET is allowed")
    expect(send).not_to_have_css("background-color", blue)
    name.fill("here")
    name.press("Enter")
    expect(status).to_contain_text("here is unlocked")
    expect(name).not_to_be_visible()
    expect(send).to_have_css("background-color", blue)
    expect(page.get_by_text("PRODUCTION: the real network")).to_be_visible()
    press(page, "Send")

    expect(status).to_contain_text("200 OK")
    assert [seen.method for seen in box.requests] == ["POST", "PUT"]
