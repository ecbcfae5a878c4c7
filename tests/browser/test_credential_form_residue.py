"""What is typed into `CredentialForm` is found nowhere afterwards."""

from __future__ import annotations

import secrets

from playwright.sync_api import Page, WebSocket, expect

from paynet_nb.sandbox import Sandbox
from tests.browser.lab import Lab, encodings
from tests.browser.notebook import Notebook, form_for

# As people do who want to see their HTTP requests; ipykernel logs its messages then.
LOG_ALL = "import logging; logging.basicConfig(level=logging.DEBUG)"


def sent_frames(page: Page) -> list[bytes]:
    """Give the list that collects what the page will send to kernels."""
    frames: list[bytes] = []

    def on_frame(payload: bytes | str) -> None:
        frames.append(payload if isinstance(payload, bytes) else payload.encode())

    def on_websocket(websocket: WebSocket) -> None:
        websocket.on("framesent", on_frame)

    page.on("websocket", on_websocket)
    return frames


def told(text: str, messages: list[bytes]) -> bool:
    """Tell whether messages hold a text, as it is or in base64."""
    assert messages
    return any(form in message for form in encodings(text) for message in messages)


def test_secrets_leave_no_trace(page: Page, lab: Lab, box: Sandbox) -> None:
    """Neither files nor broadcasts hold a secret, whenever the notebook is saved."""
    wrong, right = secrets.token_hex(16), box.credentials.client_secret.reveal()
    lab.write("trace.ipynb", LOG_ALL, form_for(box), "form.credentials")
    frames = sent_frames(page)
    notebook = Notebook(page, lab, "trace.ipynb")
    notebook.run(0)

    with lab.broadcasts(notebook.kernel) as broadcasts:
        notebook.run(1)
        notebook.client_id.fill(box.credentials.client_id)
        for secret, outcome in ((wrong, "401"), (right, "held until")):
            notebook.secret.press_sequentially(secret)
            with notebook.saved():  # by JupyterLab itself, once a cell was run
                notebook.run(0)
            assert lab.files_with(secret) == []
            notebook.secret.press("Enter")
            expect(notebook.status).to_contain_text(outcome)
            notebook.save()
        expect(notebook.run(2)).to_contain_text("source='form'")
        notebook.save()

    saved = lab.read("trace.ipynb")
    assert "widgets" in saved.metadata  # so the state was saved
    assert told("handle_msg", broadcasts)  # so messages were logged
    for secret in (wrong, right):
        assert told(secret, frames)  # so it went to the kernel
        assert lab.files_with(secret) == []
        assert not told(secret, broadcasts)


def test_a_plain_password_field_is_found_out(page: Page, lab: Lab) -> None:
    """The control: where a secret is left behind, this search finds it."""
    secret = secrets.token_hex(16)
    lab.write("password.ipynb", "import ipywidgets; ipywidgets.Password()")
    notebook = Notebook(page, lab, "password.ipynb")

    with lab.broadcasts(notebook.kernel) as broadcasts:
        notebook.run(0)
        page.locator("input[type=password]").press_sequentially(secret)
        notebook.save()

    assert "notebooks/password.ipynb" in lab.files_with(secret)
    assert told(secret, broadcasts)
