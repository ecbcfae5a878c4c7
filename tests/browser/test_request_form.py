"""A token typed into `RequestForm` in JupyterLab is found nowhere afterwards."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from tests.browser.lab import Lab
from tests.browser.notebook import LOG_ALL, Notebook
from tests.browser.wires import sent_frames, told

SHOW_FORM = """
import paynet_nb as pn
here = pn.Environment(
    name="here", stage="sandbox", base_url={url!r}, token_url={token!r}
)
client = pn.Client(pn.ClientCredentialsAuth(pn.Credentials({id!r}, {secret!r}, here)))
pn.RequestForm(client)
"""


def form_of(box: Sandbox) -> str:
    """Write a cell that shows a form for a sandbox that runs elsewhere."""
    return SHOW_FORM.format(
        url=box.environment.base_url,
        token=box.environment.token_url,
        id=box.credentials.client_id,
        secret=box.credentials.client_secret.reveal(),
    )


def python_of(page: Page) -> str:
    """Wait for the Python that the kernel writes."""
    shown = page.get_by_label("Python, to copy")
    expect(shown).to_have_value(re.compile(r"client\.call"))
    return shown.input_value()


def test_a_typed_token_leaves_no_trace(desk: Page, lab: Lab, box: Sandbox) -> None:
    """A header that is a secret works; no file, broadcast or Python shown holds it."""
    token = pn.ClientCredentialsAuth(box.credentials).get_token().access_token
    cell = form_of(box).replace(
        "pn.RequestForm", "client = pn.Client(None, here)\npn.RequestForm"
    )
    secret = box.credentials.client_secret.reveal()
    lab.write("typed.ipynb", LOG_ALL, cell.replace(secret, "x"), "client.history[-1]")
    frames = sent_frames(desk)
    notebook = Notebook(desk, lab, "typed.ipynb")
    notebook.run(0)

    with lab.broadcasts(notebook.kernel) as broadcasts:
        notebook.run(1)
        desk.get_by_label("Path").fill("/v1/picasso-guard/echo")
        desk.get_by_label("Method").select_option("PUT")
        desk.get_by_label("JSON", exact=True).fill("{}")
        desk.locator("summary", has_text="Headers").click()
        desk.get_by_label("Headers").fill(
            f"Authorization: Bearer {token}\nX-Signature: {token}"
        )
        notebook.press("Show as Python")
        program = python_of(desk)
        notebook.press("Send")
        expect(desk.locator(".paynet-request-form .status")).to_contain_text("200 OK")
        expect(notebook.run(2)).to_contain_text("200 OK")
        notebook.save()

    assert "'Authorization': getpass('Authorization: ')" in program
    assert "'X-Signature': getpass('X-Signature: ')" in program
    assert token not in program
    assert told("handle_msg", broadcasts)  # so messages were logged
    assert told(token, frames)  # so it went to the kernel
    assert "widgets" in lab.read("typed.ipynb").metadata  # so the state was saved
    assert lab.files_with(token) == []
    assert not told(token, broadcasts)
