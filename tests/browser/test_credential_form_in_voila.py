"""`CredentialForm` in Voila, which shows a notebook's outputs as a page of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from paynet_nb.sandbox import Sandbox
from tests.browser.lab import Lab
from tests.browser.notebook import form_for
from tests.browser.visits import visiting
from tests.browser.wires import sent_frames, told

# Voila's own page asks these for Font Awesome and MathJax; it does without an answer.
VOILAS_HOSTS = frozenset({"cdn.jsdelivr.net", "cdnjs.cloudflare.com"})


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page that may ask what Voila asks."""
    with visiting(browser, allowed=VOILAS_HOSTS) as page:
        yield page


def show(page: Page, lab: Lab, name: str, cell: str) -> str:
    """Show what *cell* shows; give the kernel's id."""
    lab.write(name, cell)
    before = lab.kernels()
    page.goto(lab.address(name, "voila/render"))
    expect(page.locator("input").last).to_be_visible()
    [kernel] = lab.kernels() - before
    return kernel


def test_secrets_leave_no_trace(page: Page, lab: Lab, box: Sandbox) -> None:
    """A token is got with what is typed, and neither files nor broadcasts hold it."""
    wrong, right = secrets.token_hex(16), box.credentials.client_secret.reveal()
    frames = sent_frames(page)
    kernel = show(page, lab, "app.ipynb", form_for(box))
    field = page.get_by_label("Client Secret", exact=True)

    with lab.broadcasts(kernel) as broadcasts:
        page.get_by_label("Client ID", exact=True).fill(box.credentials.client_id)
        for secret, outcome in ((wrong, "401"), (right, "held until")):
            field.press_sequentially(secret)
            field.press("Enter")
            expect(page.get_by_role("status")).to_contain_text(outcome)
            expect(field).to_have_value("")

    for secret in (wrong, right):
        assert told(secret, frames)  # so it went to the kernel
        assert lab.files_with(secret) == []
        assert not told(secret, broadcasts)


def test_a_plain_password_field_is_found_out(page: Page, lab: Lab) -> None:
    """The control: what a field of ipywidgets broadcasts is heard. Voila saves none."""
    secret = secrets.token_hex(16)
    kernel = show(page, lab, "plain.ipynb", "import ipywidgets; ipywidgets.Password()")

    with lab.broadcasts(kernel) as broadcasts:
        page.locator("input[type=password]").press_sequentially(secret)

    assert told(secret, broadcasts)


def test_the_form_asks_no_other_machine(page: Page, lab: Lab, box: Sandbox) -> None:
    """With the form Voila asks for what it asks for without it, and nothing else."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    elsewhere = []
    for name, cell in (
        ("without.ipynb", "import ipywidgets; ipywidgets.Text()"),
        ("with.ipynb", form_for(box)),
    ):
        show(page, lab, name, cell)
        page.wait_for_load_state("networkidle")
        elsewhere.append({url for url in asked if "127.0.0.1" not in url})
        asked.clear()

    without, with_form = elsewhere
    assert without
    assert with_form <= without
