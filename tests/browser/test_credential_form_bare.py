"""`CredentialForm` used by mouse and keyboard in a page of its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from tests.helpers.bare_page import BarePage

# Notes in window.told all that the status line says.
LISTEN = """
line => {
  window.told = [];
  new MutationObserver(() => window.told.push(line.textContent))
    .observe(line, { childList: true });
}
"""
ENTER_TWICE = """
field => {
  for (const _ of [1, 2])
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
}
"""


@pytest.fixture
def form(bare: BarePage, box: Sandbox) -> pn.CredentialForm:
    """Show a form for a sandbox, whose keys it does not know."""
    form = pn.CredentialForm(box.environment)
    bare.show(form)
    return form


@pytest.fixture
def client_id(page: Page) -> Locator:
    """Give the field."""
    return page.get_by_label("Client ID", exact=True)


@pytest.fixture
def secret(page: Page) -> Locator:
    """Give the field."""
    return page.get_by_label("Client Secret", exact=True)


@pytest.fixture
def status(page: Page) -> Locator:
    """Give the line that says what happened."""
    return page.locator(".paynet-credential-form [role=status]")


def test_on_a_public_machine_the_sandbox_alone_can_be_chosen(
    page: Page,
    bare: BarePage,
    box: Sandbox,
    status: Locator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Other environments are greyed and say why; the sandbox's keys work."""
    monkeypatch.setenv("BINDER_SERVICE_HOST", "10.0.0.7")
    bare.show(pn.CredentialForm(pn.CERTIFICATION, box))

    closed, opened = page.get_by_role("radio").all()
    expect(closed).to_be_disabled()
    expect(opened).to_be_checked()
    label = page.locator(".paynet-credential-form label.closed")
    expect(label).to_contain_text("public machine: sandbox only")
    page.get_by_role("button", name="Use the sandbox's keys").click()
    expect(status).to_contain_text("token held")


@pytest.mark.usefixtures("form")
def test_a_wrong_secret_keeps_the_client_id_only(
    page: Page, client_id: Locator, secret: Locator, status: Locator
) -> None:
    """The secret's field is empty, ready for the next try, and not to be undone."""
    form = page.locator(".paynet-credential-form")
    before = form.bounding_box()
    client_id.fill("0123456789abcdef")
    secret.press_sequentially("not-the-secret")
    page.get_by_role("button", name="Get token").click()

    expect(status).to_contain_text("the keys were refused (401 invalid_client)")
    expect(status.locator(".advice")).to_contain_text("box.credentials")
    expect(status.locator(".where")).to_contain_text("not asked again for 5 s")
    assert form.bounding_box() == before  # nothing jumps
    expect(client_id).to_have_value("0123456789abcdef")
    expect(secret).to_be_focused()
    expect(secret).to_have_value("")
    page.keyboard.press("Control+z")
    expect(secret).to_have_value("")


@pytest.mark.usefixtures("form")
def test_a_form_sent_twice_is_sent_once(
    page: Page, box: Sandbox, client_id: Locator, secret: Locator, status: Locator
) -> None:
    """The second press finds the secret gone, and does not ask for it again."""
    client_id.fill(box.credentials.client_id)
    status.evaluate(LISTEN)

    secret.fill("not-the-secret")
    secret.evaluate(ENTER_TWICE)
    expect(status).to_contain_text("401 invalid_client")
    secret.fill(box.credentials.client_secret.reveal())
    page.get_by_role("button", name="Get token").dblclick()
    expect(status).to_contain_text("held until")

    told = page.evaluate("window.told")
    assert told.count("Sending to the kernel ...") == len(box.requests) == 2
    assert [text for text in told if "Fill in" in text] == []


def test_a_double_click_takes_the_sandboxs_keys_once(
    page: Page, bare: BarePage, box: Sandbox, status: Locator
) -> None:
    """What is called with the credentials is called for one press."""
    calls: list[pn.Credentials] = []
    bare.show(pn.CredentialForm(box, on_submit=calls.append))

    page.get_by_role("button", name="Use the sandbox's keys").dblclick()

    expect(status).to_contain_text("held until")
    assert len(calls) == 1


def test_the_keyboard_alone_does_all(
    page: Page, form: pn.CredentialForm, box: Sandbox, secret: Locator, status: Locator
) -> None:
    """Tab goes from field to field, Enter submits, a value can be pasted and seen."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    pasted = f' "{box.credentials.client_secret.reveal()}" '
    page.evaluate("text => navigator.clipboard.writeText(text)", pasted)

    page.get_by_label("Client ID", exact=True).focus()
    page.keyboard.type(box.credentials.client_id)
    page.keyboard.press("Tab")
    page.keyboard.press("Control+v")
    expect(secret).to_have_attribute("type", "password")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(secret).to_have_attribute("type", "text")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    expect(status).to_contain_text("token held until")
    expect(secret).to_have_value("")
    expect(secret).to_have_attribute("type", "password")
    assert form.credentials.source == "form"


def test_what_can_work_is_blue_and_what_is_held_is_told(
    page: Page, bare: BarePage, box: Sandbox, client_id: Locator, status: Locator
) -> None:
    """The keys at hand, else what is typed; of the environment chosen, none other."""
    form = bare.show(pn.CredentialForm(box, pn.CERTIFICATION, pn.REPORTS_PRODUCTION))
    keys = page.get_by_role("button", name="Use the sandbox's keys")
    get = page.get_by_role("button", name="Get token")
    blue = "rgb(21, 101, 192)"
    height = form.locator(".credentials").evaluate("form => form.offsetHeight")

    expect(keys).to_have_css("background-color", blue)
    expect(get).not_to_have_css("background-color", blue)
    client_id.fill("another-id")
    expect(get).to_have_css("background-color", blue)
    expect(keys).not_to_have_css("background-color", blue)
    keys.click()
    expect(status).to_contain_text("sandbox: token held until")
    expect(client_id).to_have_value("")  # the one that was typed is not held
    assert form.locator(".credentials").evaluate("form => form.offsetHeight") == height
    band = form.locator(".band")
    expect(band).to_be_hidden()
    for name in ("certification", "reports-production"):
        page.get_by_role("radio", name=name).check()
        expect(status).to_contain_text(f"{name}: no token yet")
        expect(status).to_contain_text("A token of sandbox is held")
    expect(band).to_be_visible()
    expect(get).to_have_css("background-color", blue)
    page.get_by_role("radio", name="sandbox").check()
    expect(status).to_contain_text("sandbox: token held until")
    expect(band).to_be_hidden()


@pytest.mark.usefixtures("form")
def test_caps_lock_is_pointed_out(
    page: Page, client_id: Locator, secret: Locator
) -> None:
    """The hint comes while Caps Lock is on in the secret's field, and goes with it."""
    hint = page.get_by_text("Caps Lock is on.")

    secret.dispatch_event("keyup", {"key": "A", "modifierCapsLock": True})
    expect(hint).to_be_visible()
    secret.dispatch_event("keyup", {"key": "a"})
    expect(hint).to_have_count(0)

    secret.focus()
    secret.dispatch_event("keyup", {"key": "A", "modifierCapsLock": True})
    expect(hint).to_be_visible()
    client_id.click()
    expect(hint).to_have_count(0)
