"""What is typed into `CredentialForm` is found nowhere afterwards."""

from __future__ import annotations

import re
import secrets

from playwright.sync_api import Locator, Page, expect

from paynet_nb.sandbox import Sandbox
from tests.browser.lab import Front
from tests.browser.notebook import Notebook, form_for
from tests.browser.wires import sent_frames, told

# As people do who want to see their HTTP requests; ipykernel logs its messages then.
LOG_ALL = "import logging; logging.basicConfig(level=logging.DEBUG)"

# Beside the form, what the search has to find: a field whose value is state.
PLAIN = "import ipywidgets; ipywidgets.Password()"
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


def plain_in(page: Page) -> Locator:
    """Find the field that the first cell shows."""
    return page.locator(".jp-CodeCell").first.locator("input[type=password]")


def test_secrets_leave_no_trace(page: Page, front: Front, box: Sandbox) -> None:
    """Neither files nor broadcasts hold a secret, whenever the notebook is saved.

    The control is in the same notebook: what is typed into a plain field is in a file,
    in the broadcasts and in a second tab.
    """
    lab = front.lab
    wrong, right = secrets.token_hex(16), box.credentials.client_secret.reveal()
    left = secrets.token_hex(16)  # in the field when its tab is closed
    canary = secrets.token_hex(16)
    logged = f"{LOG_ALL}\n{PLAIN}"
    lab.write("trace.ipynb", logged, form_for(box), "form.credentials", SHOW_ALL)
    frames = sent_frames(page)
    notebook = Notebook(page, lab, "trace.ipynb", front.path)
    notebook.run(0)

    with lab.broadcasts(notebook.kernel) as broadcasts:
        notebook.run(1)
        notebook.client_id.fill(box.credentials.client_id)
        for secret, outcome in ((wrong, "401"), (right, "held until")):
            notebook.secret.press_sequentially(secret)
            notebook.save()
            assert lab.files_with(secret) == []
            notebook.secret.press("Enter")
            expect(notebook.status).to_contain_text(outcome)
            notebook.save()
        expect(notebook.run(2)).to_contain_text("source='form'")
        expect(notebook.run(3)).to_contain_text("all shown")
        plain_in(page).press_sequentially(canary)
        notebook.secret.press_sequentially(left)
        notebook.save()
        saved = lab.read("trace.ipynb")
        assert set(lab.files_with("CredentialForm")) >= PLACES  # these are looked into
        assert "notebooks/trace.ipynb" in lab.files_with(canary)
        with page.context.new_page() as second:
            again = Notebook(second, lab, "trace.ipynb", front.path)
            expect(again.status).to_contain_text("held until")
            expect(again.secret).to_have_value("")
            expect(plain_in(second)).to_have_value(canary)
            page.close()

    assert "widgets" in saved.metadata  # so the state was saved
    assert told("handle_msg", broadcasts)  # so messages were logged
    assert told(canary, broadcasts)
    for secret in (wrong, right):
        assert told(secret, frames)  # so it went to the kernel
    for secret in (wrong, right, left):
        assert lab.files_with(secret) == []
        assert not told(secret, broadcasts)
    assert "paynet-token-card" in str(saved.metadata.widgets)
    assert JWT.search(str(saved)) is None
    assert not any(JWT.search(message.decode("latin-1")) for message in broadcasts)
