"""`RequestForm` used by mouse and keyboard in JupyterLab."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from tests.browser.axe import findings
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.test_credential_form_residue import LOG_ALL
from tests.browser.wires import sent_frames, told

SHOW_FORM = """
import paynet_nb as pn
here = pn.Environment(
    name="here", stage={stage!r}, base_url={url!r}, token_url={token!r}
)
client = pn.Client(pn.ClientCredentialsAuth(pn.Credentials({id!r}, {secret!r}, here)))
pn.RequestForm(client)
"""


def form_of(box: Sandbox, stage: str) -> str:
    """Write a cell that shows a form for a sandbox that runs elsewhere."""
    return SHOW_FORM.format(
        stage=stage,
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


def test_a_double_click_sends_once(page: Page, lab: Lab, box: Sandbox) -> None:
    """Even where the answer was quicker than the second; the next press counts."""
    lab.write("twice.ipynb", form_of(box, "sandbox"))
    notebook = Notebook(page, lab, "twice.ipynb")
    notebook.run(0)
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
    page: Page, lab: Lab, box: Sandbox
) -> None:
    """Choose, edit, be corrected, send by keyboard; the Python shown does the same."""
    lab.write(
        "request.ipynb",
        form_of(box, "sandbox"),
        "client.history[-1], len(client.history)",
    )
    frames = sent_frames(page)
    notebook = Notebook(page, lab, "request.ipynb")
    notebook.run(0)
    status = page.locator(".paynet-request-form .status")
    body = page.get_by_label("JSON", exact=True)

    page.get_by_label("Known endpoints").select_option(
        label="PUT /v1/picasso-guard/echo, echo"
    )
    expect(page.get_by_text("Known from: paynet_nb.sandbox")).to_be_visible()
    page.get_by_label("Headers").fill("X-Ip-Address: 0")
    page.get_by_label("Query").fill("a=1 2\na=3")
    expect(body).to_have_value('{\n  "hello": "PayNet"\n}')
    before = len(frames)
    body.fill('{\n  "amount": 10.00\n  "text": "\u00e9"}')
    expect(
        page.get_by_text("JSON, line 2, column 18: a comma is missing")
    ).to_be_visible()
    body.press("Control+Enter")
    expect(status).to_have_text("JSON, line 2, column 18: a comma is missing")
    expect(body).to_be_focused()
    assert len(frames) == before  # the kernel heard nothing of it
    body.fill('{\n  "amount": 10.00,\n  "text": "\u00e9"}')
    body.press("Control+Enter")

    expect(status).to_contain_text("200 OK")
    expect(page.get_by_role("region", name="Answer")).to_contain_text("10.00")
    expect(notebook.run(1)).to_contain_text("/v1/picasso-guard/echo: good, 200 OK")
    notebook.press("Show as Python")
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
    page: Page, lab: Lab, box: Sandbox
) -> None:
    """No other view of the form shows it, nor one whose fields were changed since."""
    cell = form_of(box, "sandbox").replace("pn.RequestForm", "form = pn.RequestForm")
    lab.write("views.ipynb", f"{cell}display(form, form)")
    notebook = Notebook(page, lab, "views.ipynb")
    notebook.run(0)
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


def test_what_would_be_lost_is_not_sent(page: Page, lab: Lab, box: Sandbox) -> None:
    """A dict has a name once, None is no body: the line says so, nothing is sent."""
    lab.write("lost.ipynb", form_of(box, "sandbox"))
    notebook = Notebook(page, lab, "lost.ipynb")
    notebook.run(0)
    status = page.locator(".paynet-request-form .status")
    page.get_by_label("Path").fill("/x")

    for field, text, said in (
        ("JSON", '{"a": 1, "a": 2}', 'column 10: the name "a" is there already'),
        ("JSON", "null", "null alone cannot be sent"),
        ("Headers", "X-A: 1\nY: 2\nx-a: 3", "Headers: x-a is there twice"),
    ):
        page.get_by_label(field).fill(text)
        for button in ("Show as Python", "Send"):
            notebook.press(button)
            expect(status).to_contain_text(said)
            expect(page.get_by_label(field)).to_be_focused()
        page.get_by_label(field).fill("")
    assert box.requests == []


def test_production_is_unlocked_by_its_name(page: Page, lab: Lab, box: Sandbox) -> None:
    """POST is refused until the name is typed; a failure is said where one looks."""
    lab.write("production.ipynb", form_of(box, "production"))
    notebook = Notebook(page, lab, "production.ipynb")
    notebook.run(0)
    status = page.locator(".paynet-request-form .status")
    name = page.get_by_label("Environment's name")
    expect(page.get_by_text("PRODUCTION: the real network")).to_be_visible()

    page.get_by_label("Method").select_option("PUT")
    notebook.press("Send")
    expect(status).to_have_text("Fill in the path.")
    page.get_by_label("Path").fill("/v1/picasso-guard/echo")
    page.get_by_label("JSON", exact=True).fill("{}")
    notebook.press("Send")
    expect(status).to_contain_text("is production and only GET is allowed")
    name.fill("here")
    name.press("Enter")
    expect(status).to_contain_text("here is unlocked")
    expect(name).not_to_be_visible()
    notebook.press("Send")

    expect(status).to_contain_text("200 OK")
    assert [seen.method for seen in box.requests] == ["POST", "PUT"]


def test_a_typed_token_leaves_no_trace(page: Page, lab: Lab, box: Sandbox) -> None:
    """A header that is a secret works; no file, broadcast or Python shown holds it."""
    token = pn.ClientCredentialsAuth(box.credentials).get_token().access_token
    cell = form_of(box, "sandbox").replace(
        "pn.RequestForm", "client = pn.Client(None, here)\npn.RequestForm"
    )
    secret = box.credentials.client_secret.reveal()
    lab.write("typed.ipynb", LOG_ALL, cell.replace(secret, "x"), "client.history[-1]")
    frames = sent_frames(page)
    notebook = Notebook(page, lab, "typed.ipynb")
    notebook.run(0)

    with lab.broadcasts(notebook.kernel) as broadcasts:
        notebook.run(1)
        page.get_by_label("Path").fill("/v1/picasso-guard/echo")
        page.get_by_label("Method").select_option("PUT")
        page.get_by_label("JSON", exact=True).fill("{}")
        page.get_by_label("Headers").fill(
            f"Authorization: Bearer {token}\nX-Signature: {token}"
        )
        notebook.press("Show as Python")
        program = python_of(page)
        notebook.press("Send")
        expect(page.locator(".paynet-request-form .status")).to_contain_text("200 OK")
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
