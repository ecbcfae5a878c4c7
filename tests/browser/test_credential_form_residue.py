"""What is typed into `CredentialForm` is found nowhere afterwards."""

from __future__ import annotations

import re
import secrets

from playwright.sync_api import Page, expect

from paynet_nb.sandbox import Sandbox
from tests.browser.lab import Front, Lab
from tests.browser.notebook import Notebook, form_for
from tests.browser.wires import sent_frames, told

# As people do who want to see their HTTP requests; ipykernel logs its messages then.
LOG_ALL = "import logging; logging.basicConfig(level=logging.DEBUG)"

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


def test_secrets_leave_no_trace(page: Page, front: Front, box: Sandbox) -> None:
    """Neither files nor broadcasts hold a secret, whenever the notebook is saved."""
    lab = front.lab
    wrong, right = secrets.token_hex(16), box.credentials.client_secret.reveal()
    left = secrets.token_hex(16)  # in the field when its tab is closed
    lab.write("trace.ipynb", LOG_ALL, form_for(box), "form.credentials", SHOW_ALL)
    frames = sent_frames(page)
    notebook = Notebook(page, lab, "trace.ipynb", front.path)
    notebook.run(0)

    with lab.broadcasts(notebook.kernel) as broadcasts:
        notebook.run(1)
        notebook.client_id.fill(box.credentials.client_id)
        for secret, outcome in ((wrong, "401"), (right, "held until")):
            notebook.secret.press_sequentially(secret)
            with notebook.saved():  # by the front end itself, once a cell was run
                notebook.run(0)
            assert lab.files_with(secret) == []
            notebook.secret.press("Enter")
            expect(notebook.status).to_contain_text(outcome)
            notebook.save()
        expect(notebook.run(2)).to_contain_text("source='form'")
        expect(notebook.run(3)).to_contain_text("all shown")
        notebook.secret.press_sequentially(left)
        notebook.save()
        with page.context.new_page() as second:
            again = Notebook(second, lab, "trace.ipynb", front.path)
            expect(again.status).to_contain_text("held until")
            expect(again.secret).to_have_value("")
            page.close()

    saved = lab.read("trace.ipynb")
    assert "widgets" in saved.metadata  # so the state was saved
    assert told("handle_msg", broadcasts)  # so messages were logged
    assert set(lab.files_with("CredentialForm")) >= PLACES  # so these were looked into
    for secret in (wrong, right):
        assert told(secret, frames)  # so it went to the kernel
    for secret in (wrong, right, left):
        assert lab.files_with(secret) == []
        assert not told(secret, broadcasts)
    assert "paynet-token-card" in str(saved.metadata.widgets)
    assert JWT.search(str(saved)) is None
    assert not any(JWT.search(message.decode("latin-1")) for message in broadcasts)


def test_a_plain_password_field_is_found_out(page: Page, front: Front) -> None:
    """The control: where a secret is left behind, this search finds it."""
    lab = front.lab
    secret = secrets.token_hex(16)
    lab.write("password.ipynb", "import ipywidgets; ipywidgets.Password()")
    notebook = Notebook(page, lab, "password.ipynb", front.path)

    with lab.broadcasts(notebook.kernel) as broadcasts:
        notebook.run(0)
        page.locator("input[type=password]").press_sequentially(secret)
        notebook.save()

    assert "notebooks/password.ipynb" in lab.files_with(secret)
    assert told(secret, broadcasts)


def test_a_plain_password_field_is_seen_in_a_second_tab(page: Page, lab: Lab) -> None:
    """The control: a second tab on the same kernel shows what is state."""
    lab.write("seen.ipynb", "import ipywidgets; ipywidgets.Password()")
    notebook = Notebook(page, lab, "seen.ipynb")
    notebook.run(0)
    notebook.page.locator("input[type=password]").press_sequentially("seen")
    notebook.save()

    with page.context.new_page() as second:
        Notebook(second, lab, "seen.ipynb")
        expect(second.locator("input[type=password]")).to_have_value("seen")
