"""`CredentialForm` used by mouse and keyboard in JupyterLab."""

from __future__ import annotations

import secrets

from playwright.sync_api import Page, expect

from paynet_nb.sandbox import Sandbox
from tests.browser.lab import Lab
from tests.browser.notebook import PLAIN, Notebook, clear, form_for, plain_in

BEGIN = """
import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
box = Sandbox()
"""
SHOW_FORM = """
form = pn.CredentialForm(pn.CERTIFICATION, box)
form
"""
USE_FORM = """
token = form.auth.get_token()
print(form.credentials == box.credentials, token.scope, len(box.requests))
"""


def test_the_sandboxs_keys_are_one_click_away(desk: Page, lab: Lab) -> None:
    """Choose the sandbox, click: the next cell has credentials, auth and token."""
    lab.write("click.ipynb", BEGIN, SHOW_FORM, USE_FORM)
    notebook = Notebook(desk, lab, "click.ipynb")
    notebook.run(0)
    notebook.run(1)

    desk.get_by_role("radio", name="sandbox").check()
    notebook.press("Use the sandbox's keys")

    expect(notebook.status).to_contain_text("sandbox: token held until")
    expect(notebook.run(2)).to_contain_text("True rpp:merchant 1")


def test_a_form_run_again_shows_what_was_chosen(desk: Page, lab: Lab) -> None:
    """The mark stands at the environment that the token is held for."""
    lab.write("chosen.ipynb", BEGIN, SHOW_FORM)
    notebook = Notebook(desk, lab, "chosen.ipynb")
    notebook.run(0)
    notebook.run(1)
    desk.get_by_role("radio", name="sandbox").check()
    notebook.press("Use the sandbox's keys")
    expect(notebook.status).to_contain_text("sandbox: token held until")

    notebook.run(1)

    expect(notebook.status).to_contain_text("from the form run before")
    expect(desk.get_by_role("radio", name="sandbox")).to_be_checked()
    expect(desk.get_by_role("button", name="Use the sandbox's keys")).to_be_visible()


def test_keys_are_not_taken_for_the_notebooks_shortcuts(
    desk: Page, lab: Lab, box: Sandbox
) -> None:
    """In the form D D deletes no cell and Shift+Enter runs none; Ctrl+S gets out."""
    lab.write("shortcuts.ipynb", form_for(box), "1 + 1")
    notebook = Notebook(desk, lab, "shortcuts.ipynb")
    notebook.run(0)
    desk.evaluate(
        "document.body.addEventListener('keydown', e => { window.got = e.key })"
    )

    desk.get_by_role("radio").focus()
    desk.keyboard.type("ddab")
    notebook.client_id.press("Shift+Enter")
    expect(notebook.status).to_have_text("Fill in the Client ID.")
    with notebook.saving():
        notebook.client_id.press("Control+s")

    expect(desk.locator(".jp-CodeCell")).to_have_count(2)
    assert desk.evaluate("window.got") == "s"


def test_a_login_run_again_keeps_the_token(desk: Page, lab: Lab, box: Sandbox) -> None:
    """The form of `pn.login` is shown without asking; run again, it holds the token."""
    login = form_for(box).partition("form =")[0] + "session = pn.login(here)"
    lab.write("again.ipynb", login, "session.credentials.source")
    notebook = Notebook(desk, lab, "again.ipynb")
    expect(notebook.run(0)).to_contain_text("here: fill in the form; nothing in: arg")
    notebook.client_id.fill(box.credentials.client_id)
    notebook.secret.fill(box.credentials.client_secret.reveal())
    notebook.secret.press("Enter")
    expect(notebook.status).to_contain_text("token held until")

    notebook.run(0)

    expect(notebook.status).to_contain_text("Kuala Lumpur, from the form run before")
    expect(notebook.run(1)).to_contain_text("'form'")
    assert len(box.requests) == 1


def test_a_kernel_that_is_gone_is_told(desk: Page, lab: Lab, box: Sandbox) -> None:
    """After a restart the form does not wait for ever; it says what to do."""
    lab.write("gone.ipynb", form_for(box), "import os; os._exit(1)")
    notebook = Notebook(desk, lab, "gone.ipynb")
    notebook.run(0)
    expect(notebook.status).to_have_text("no token yet")
    notebook.restart_kernel()
    # At once, before anybody presses.
    expect(notebook.status).to_contain_text("The kernel was restarted: run the cell")

    notebook.run(0)
    expect(notebook.status).to_have_text("no token yet")
    notebook.run(1)
    desk.get_by_role("dialog").get_by_role("button", name="Ok").click()

    notebook.client_id.fill("id")
    notebook.secret.fill("secret")
    notebook.press("Get token")

    expect(notebook.status).to_contain_text("run the cell with this form again")


def test_a_notebook_opened_again_has_no_secret(
    desk: Page, lab: Lab, box: Sandbox
) -> None:
    """A second look has what the kernel holds; the control is the plain field."""
    lab.write("second.ipynb", PLAIN, form_for(box))
    notebook = Notebook(desk, lab, "second.ipynb")
    notebook.run(0)
    notebook.run(1)
    notebook.client_id.fill(box.credentials.client_id)
    notebook.secret.fill(box.credentials.client_secret.reveal())
    notebook.secret.press("Enter")
    expect(notebook.status).to_contain_text("held until")
    plain_in(desk).fill("a canary")
    notebook.secret.fill(secrets.token_hex(16))
    notebook.save()
    clear(desk)

    again = Notebook(desk, lab, "second.ipynb")

    assert again.kernel == notebook.kernel
    expect(again.status).to_contain_text("held until")
    expect(again.secret).to_have_value("")
    expect(plain_in(desk)).to_have_value("a canary")
