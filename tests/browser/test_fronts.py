"""A used notebook in each front end: what is found afterwards, and what it shows."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from paynet_nb.sandbox import Sandbox
from tests.browser.lab import Front, Lab
from tests.browser.notebook import (
    LOG_ALL,
    PLAIN,
    Notebook,
    clear,
    cleared,
    form_for,
    plain_in,
)
from tests.browser.visits import visiting
from tests.browser.wires import sent_frames, told

NAME = "trace.ipynb"
# What holds the token, by its widget.
SHOW_ALL = """
display(form.auth.get_token(), pn.inspect_token(form.auth.get_token()))
display(form.client, pn.RequestForm(form.client), form.client.history)
print("all shown")
"""
JWT = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}")
# Where the cells are found: the search reads these, too.
PLACES = {
    "notebooks/trace.ipynb",
    "notebooks/.ipynb_checkpoints/trace-checkpoint.ipynb",
    "ipython/profile_default/history.sqlite",
}
SLOW = pytest.mark.slow


class Used(NamedTuple):
    """A notebook that is open, and what was found while it was used.

    Attributes:
        notebook: With its page; its kernel goes on.
        typed: The secrets that were typed into the form, the last one was not sent.
        canary: What was typed into the plain field.
        frames: What the page sent.
        broadcasts: What the kernel told all.
        saved: The notebook as it was saved last.
        files: By text, the files that hold it: each secret, the canary, a cell's word.
    """

    notebook: Notebook
    typed: list[str]
    canary: str
    frames: list[bytes]
    broadcasts: list[bytes]
    saved: Any
    files: dict[str, set[str]]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(("lab", "lab/tree"), id="JupyterLab"),
        pytest.param(("lab", "notebooks"), id="Notebook 7"),
        pytest.param(("binders_lab", "lab/tree"), id="Binder's JupyterLab", marks=SLOW),
        pytest.param(
            ("binders_lab", "notebooks"), id="Binder's Notebook 7", marks=SLOW
        ),
    ],
)
def front(request: pytest.FixtureRequest) -> Iterator[Front]:
    """Give each front end that edits notebooks."""
    server, path = request.param
    front = Front(request.getfixturevalue(server), path)
    yield front
    # The next front end opens a notebook of the same name, with a kernel of its own.
    front.lab.end_sessions()


@pytest.fixture(scope="module")
def page_of(request: pytest.FixtureRequest, front: Front) -> Iterator[Page]:
    """Give a page for each front end; JupyterLab's is shared by all tests."""
    here: Lab = request.getfixturevalue("lab")
    if front == (here, "lab/tree"):
        page: Page = request.getfixturevalue("open_lab")
        with cleared(page, here, request.session):
            yield page
    else:
        with visiting(request.getfixturevalue("browser")) as page:
            yield page


@pytest.fixture(scope="module")
def used(page_of: Page, front: Front) -> Iterator[Used]:
    """Type into the form, show all that holds the token, and save again and again."""
    page, lab = page_of, front.lab
    typed, canary = [secrets.token_hex(16)], secrets.token_hex(16)
    files: dict[str, set[str]] = {}
    with Sandbox() as box:
        typed += [box.credentials.client_secret.reveal(), secrets.token_hex(16)]
        lab.write(
            NAME, f"{LOG_ALL}\n{PLAIN}", form_for(box), "form.credentials", SHOW_ALL
        )
        frames = sent_frames(page)
        notebook = Notebook(page, lab, NAME, front.path)
        notebook.run(0)
        with lab.broadcasts(notebook.kernel) as broadcasts:
            notebook.run(1)
            notebook.client_id.fill(box.credentials.client_id)
            for secret, outcome in zip(typed, ("401", "held until"), strict=False):
                notebook.secret.press_sequentially(secret)
                notebook.save()
                files[secret] = set(lab.files_with(secret))
                notebook.secret.press("Enter")
                expect(notebook.status).to_contain_text(outcome)
                notebook.save()
            expect(notebook.run(2)).to_contain_text("source='form'")
            expect(notebook.run(3)).to_contain_text("all shown")
            plain_in(page).press_sequentially(canary)
            notebook.secret.press_sequentially(typed[-1])
            notebook.save()
        for text in (*typed, canary, "CredentialForm"):
            files[text] = files.get(text, set()) | set(lab.files_with(text))
        saved = lab.read(NAME)
        yield Used(notebook, typed, canary, frames, broadcasts, saved, files)


def test_secrets_leave_no_trace(used: Used) -> None:
    """Neither files nor broadcasts hold a secret, whenever the notebook is saved.

    The control is in the same notebook: what is typed into a plain field is in a file
    and in the broadcasts.
    """
    assert used.files["CredentialForm"] >= PLACES  # these are looked into
    assert f"notebooks/{NAME}" in used.files[used.canary]
    assert "widgets" in used.saved.metadata  # so the state was saved
    assert told("handle_msg", used.broadcasts)  # so messages were logged
    assert told(used.canary, used.broadcasts)
    for secret in used.typed[:-1]:
        assert told(secret, used.frames)  # so it went to the kernel
    for secret in used.typed:
        assert used.files[secret] == set()
        assert not told(secret, used.broadcasts)
    assert "paynet-token-card" in str(used.saved.metadata.widgets)
    assert JWT.search(str(used.saved)) is None
    assert not any(JWT.search(told.decode("latin-1")) for told in used.broadcasts)


def test_a_saved_notebook_has_the_card_without_a_kernel(
    used: Used, front: Front
) -> None:
    """Live there is one card; opened again later there is its HTML and no error."""
    page, lab = used.notebook.page, front.lab
    card = page.locator(".paynet-token-card").first
    expect(card.get_by_role("timer")).to_have_text(re.compile("^23 h"))
    expect(page.locator(".paynet-live").first).to_be_visible()
    expect(page.locator(".paynet-still").filter(visible=True)).to_have_count(0)

    lab.shut_down(used.notebook.kernel)
    lab.forget_widgets(NAME)
    clear(page)
    Notebook(page, lab, NAME, front.path)

    outputs = page.locator(".jp-CodeCell").nth(3)
    outputs.scroll_into_view_if_needed()
    gone = outputs.get_by_text("model not found")
    expect(gone).not_to_have_count(0)  # so JupyterLab has given the widgets up
    expect(gone.filter(visible=True)).to_have_count(0)
    form = outputs.get_by_text("No form here? Run this cell to show it.")
    expect(form).to_be_visible()
    still = outputs.locator(".paynet-still").first
    expect(still).to_contain_text("NOT verified: no key was given")
    expect(still).to_be_visible()
