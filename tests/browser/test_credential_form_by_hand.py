"""`CredentialForm` used by mouse and keyboard in JupyterLab."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from paynet_nb.sandbox import Sandbox
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook, form_for

BEGIN = """
import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
box = Sandbox()
calls = []
"""
SHOW_FORM = """
form = pn.CredentialForm(pn.CERTIFICATION, box)
form
"""
COUNT = "pn.CredentialForm(box, on_submit=calls.append)"
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
USE_FORM = """
token = form.auth.get_token()
print(form.credentials == box.credentials, token.scope, len(box.requests))
"""


def test_the_sandboxs_keys_are_one_click_away(page: Page, lab: Lab) -> None:
    """Choose the sandbox, click: the next cell has credentials, auth and token."""
    lab.write("click.ipynb", BEGIN, SHOW_FORM, USE_FORM)
    notebook = Notebook(page, lab, "click.ipynb")
    notebook.run(0)
    notebook.run(1)

    page.get_by_role("radio", name="sandbox").check()
    notebook.press("Use the sandbox's keys")

    expect(notebook.status).to_contain_text("sandbox: token held until")
    expect(notebook.run(2)).to_contain_text("True rpp:merchant 1")


def test_a_form_run_again_shows_what_was_chosen(page: Page, lab: Lab) -> None:
    """The mark stands at the environment that the token is held for."""
    lab.write("chosen.ipynb", BEGIN, SHOW_FORM)
    notebook = Notebook(page, lab, "chosen.ipynb")
    notebook.run(0)
    notebook.run(1)
    page.get_by_role("radio", name="sandbox").check()
    notebook.press("Use the sandbox's keys")
    expect(notebook.status).to_contain_text("sandbox: token held until")

    notebook.run(1)

    expect(notebook.status).to_contain_text("from the form run before")
    expect(page.get_by_role("radio", name="sandbox")).to_be_checked()
    expect(page.get_by_role("button", name="Use the sandbox's keys")).to_be_visible()


def test_a_wrong_secret_keeps_the_client_id_only(
    page: Page, lab: Lab, box: Sandbox
) -> None:
    """The secret's field is empty, ready for the next try, and not to be undone."""
    lab.write("wrong.ipynb", form_for(box))
    notebook = Notebook(page, lab, "wrong.ipynb")
    notebook.run(0)

    notebook.client_id.fill("0123456789abcdef")
    notebook.secret.press_sequentially("not-the-secret")
    notebook.press("Get token")

    expect(notebook.status).to_contain_text("no token because http")
    expect(notebook.status).to_contain_text("401 invalid_client")
    expect(notebook.client_id).to_have_value("0123456789abcdef")
    expect(notebook.secret).to_be_focused()
    expect(notebook.secret).to_have_value("")
    page.keyboard.press("Control+z")
    expect(notebook.secret).to_have_value("")


def test_a_form_sent_twice_is_sent_once(page: Page, lab: Lab, box: Sandbox) -> None:
    """The second press finds the secret gone, and does not ask for it again."""
    lab.write("twice.ipynb", form_for(box))
    notebook = Notebook(page, lab, "twice.ipynb")
    notebook.run(0)
    notebook.client_id.fill(box.credentials.client_id)
    notebook.status.evaluate(LISTEN)

    notebook.secret.fill("not-the-secret")
    notebook.secret.evaluate(ENTER_TWICE)
    expect(notebook.status).to_contain_text("401 invalid_client")
    notebook.secret.fill(box.credentials.client_secret.reveal())
    page.get_by_role("button", name="Get token").dblclick()
    expect(notebook.status).to_contain_text("held until")

    told = page.evaluate("window.told")
    assert told.count("Sending to the kernel ...") == len(box.requests) == 2
    assert [text for text in told if "Fill in" in text] == []


def test_a_double_click_takes_the_sandboxs_keys_once(page: Page, lab: Lab) -> None:
    """What is called with the credentials is called for one press."""
    lab.write("double.ipynb", BEGIN, COUNT, "print(len(calls), 'called')")
    notebook = Notebook(page, lab, "double.ipynb")
    notebook.run(0)
    notebook.run(1)

    page.get_by_role("button", name="Use the sandbox's keys").dblclick()

    expect(notebook.status).to_contain_text("held until")
    expect(notebook.run(2)).to_contain_text("1 called")


def test_the_keyboard_alone_does_all(page: Page, lab: Lab, box: Sandbox) -> None:
    """Tab goes from field to field, Enter submits, a value can be pasted and seen."""
    lab.write("keys.ipynb", form_for(box), "form.credentials.source")
    notebook = Notebook(page, lab, "keys.ipynb")
    notebook.run(0)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    pasted = f' "{box.credentials.client_secret.reveal()}" '
    page.evaluate("text => navigator.clipboard.writeText(text)", pasted)

    notebook.client_id.focus()
    page.keyboard.type(box.credentials.client_id)
    page.keyboard.press("Tab")
    page.keyboard.press("Control+v")
    expect(notebook.secret).to_have_attribute("type", "password")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(notebook.secret).to_have_attribute("type", "text")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    expect(notebook.status).to_contain_text("token held until")
    expect(notebook.secret).to_have_value("")
    expect(notebook.secret).to_have_attribute("type", "password")
    expect(notebook.run(1)).to_contain_text("'form'")


def test_keys_are_not_taken_for_the_notebooks_shortcuts(
    page: Page, lab: Lab, box: Sandbox
) -> None:
    """In the form D D deletes no cell and Shift+Enter runs none; Ctrl+S gets out."""
    lab.write("shortcuts.ipynb", form_for(box), "1 + 1")
    notebook = Notebook(page, lab, "shortcuts.ipynb")
    notebook.run(0)
    page.evaluate(
        "document.body.addEventListener('keydown', e => { window.got = e.key })"
    )

    page.get_by_role("radio").focus()
    page.keyboard.type("ddab")
    notebook.client_id.press("Shift+Enter")
    expect(notebook.status).to_have_text("Fill in the Client ID.")
    # Last: JupyterLab may ask by a dialog, which takes the focus, what to overwrite.
    notebook.client_id.press("Control+s")

    expect(page.locator(".jp-CodeCell")).to_have_count(2)
    assert page.evaluate("window.got") == "s"


def test_a_login_run_again_keeps_the_token(page: Page, lab: Lab, box: Sandbox) -> None:
    """The form of `pn.login` is shown without asking; run again, it holds the token."""
    login = form_for(box).partition("form =")[0] + "session = pn.login(here)"
    lab.write("again.ipynb", login, "session.credentials.source")
    notebook = Notebook(page, lab, "again.ipynb")
    expect(notebook.run(0)).to_contain_text("here: fill in the form; passed over: arg")
    notebook.client_id.fill(box.credentials.client_id)
    notebook.secret.fill(box.credentials.client_secret.reveal())
    notebook.secret.press("Enter")
    expect(notebook.status).to_contain_text("token held until")

    notebook.run(0)

    expect(notebook.status).to_contain_text("Kuala Lumpur, from the form run before")
    expect(notebook.run(1)).to_contain_text("'form'")
    assert len(box.requests) == 1


def test_caps_lock_is_pointed_out(page: Page, lab: Lab, box: Sandbox) -> None:
    """The hint comes while Caps Lock is on in the secret's field, and goes with it."""
    lab.write("caps.ipynb", form_for(box))
    notebook = Notebook(page, lab, "caps.ipynb")
    notebook.run(0)
    hint = page.get_by_text("Caps Lock is on.")

    notebook.secret.dispatch_event("keyup", {"key": "A", "modifierCapsLock": True})
    expect(hint).to_be_visible()
    notebook.secret.dispatch_event("keyup", {"key": "a"})
    expect(hint).to_have_count(0)

    notebook.secret.focus()
    notebook.secret.dispatch_event("keyup", {"key": "A", "modifierCapsLock": True})
    expect(hint).to_be_visible()
    notebook.client_id.click()
    expect(hint).to_have_count(0)


def test_a_kernel_that_is_gone_is_told(page: Page, lab: Lab, box: Sandbox) -> None:
    """After a restart the form does not wait for ever; it says what to do."""
    lab.write("gone.ipynb", form_for(box), "import os; os._exit(1)")
    notebook = Notebook(page, lab, "gone.ipynb")
    notebook.run(0)
    expect(notebook.status).to_be_visible()
    notebook.run(1)
    page.get_by_role("dialog").get_by_role("button", name="Ok").click()

    notebook.client_id.fill("id")
    notebook.secret.fill("secret")
    notebook.press("Get token")

    expect(notebook.status).to_contain_text("run the cell with this form again")
