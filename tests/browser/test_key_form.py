"""`KeyForm` in a browser: a file is chosen, the key is there, and nothing is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

import paynet_nb as pn
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.helpers.bare_page import BarePage

CELL = """
import paynet_nb as pn
form = pn.KeyForm()
form
"""
PASSWORD = "canary-of-a-password"


def test_a_chosen_file_becomes_a_key_and_leaves_no_trace(
    desk: Page, lab: Lab, tmp_path: Path
) -> None:
    """First without its password, then with it; the saved notebook has neither."""
    key = pn.SigningKey.generate().self_signed("tests")
    file = key.save(tmp_path / "key.pem", PASSWORD)
    (tmp_path / "certificate.pem").write_text(key.certificate_pem() or "")
    lab.write("key.ipynb", CELL, "print(form.key.fingerprint, form.key.serial)")
    notebook = Notebook(desk, lab, "key.ipynb")
    status = desk.locator(".paynet-key-form [role=status]")
    notebook.run(0)

    notebook.press("Read key")
    expect(status).to_have_text("Choose the file of the private key.")
    desk.get_by_label("Private key").set_input_files(file)
    notebook.press("Read key")
    expect(status).to_contain_text("is encrypted")
    expect(status).to_contain_text("give its password")
    desk.get_by_label("Certificate").set_input_files(tmp_path / "certificate.pem")
    desk.get_by_label("Its password").fill(PASSWORD)
    desk.get_by_label("Its password").press("Enter")

    expect(status).to_contain_text("key held: SigningKey RSA 2048")
    expect(desk.get_by_label("Its password")).to_have_value("")
    expect(notebook.run(1)).to_contain_text(f"{key.fingerprint} {key.serial}")
    notebook.save()
    assert "widgets" in lab.read("key.ipynb").metadata  # so the state was saved
    middle = file.read_text("utf-8").splitlines()[9]
    assert lab.files_with(middle) == lab.files_with(PASSWORD) == []


@pytest.mark.parametrize("place", ["input.key", "[role=group] > strong"])
def test_a_dropped_file_is_the_keys(
    page: Page, bare: BarePage, tmp_path: Path, place: str
) -> None:
    """On its field, as the browser has it, and anywhere else on the form."""
    key = pn.SigningKey.generate()
    form = pn.KeyForm()
    shown = bare.show(form)
    box = shown.locator(place).bounding_box()
    assert box
    where = {"x": box["x"] + 9, "y": box["y"] + box["height"] / 2}
    files = [str(key.save(tmp_path / "key.pem", PASSWORD))]
    text = {"items": [{"mimeType": "text/plain", "data": "x"}], "files": []}
    browser = page.context.new_cdp_session(page)

    # A text that comes behind the file takes nothing away.
    for data in ({"items": [], "files": files}, text):
        for kind in ("dragEnter", "dragOver", "drop"):
            event = {"type": kind, "data": {**data, "dragOperationsMask": 1}, **where}
            browser.send("Input.dispatchDragEvent", event)
    page.get_by_label("Its password").fill(PASSWORD)
    button = page.get_by_role("button", name="Read key")
    expect(button).to_have_css("background-color", "rgb(21, 101, 192)")
    button.click()

    expect(shown.get_by_role("status")).to_contain_text("key held")
    assert form.key.fingerprint == key.fingerprint


def test_what_can_work_is_blue(page: Page, bare: BarePage) -> None:
    """There is nothing to read before a file is chosen; a message moves nothing."""
    form = bare.show(pn.KeyForm())
    button = page.get_by_role("button", name="Read key")
    status = form.get_by_role("status")
    before = form.bounding_box()

    expect(button).not_to_have_css("background-color", "rgb(21, 101, 192)")
    button.click()
    expect(status).to_have_text("Choose the file of the private key.")
    no_key = FilePayload(name="a.pem", mimeType="", buffer=b"no key")
    page.get_by_label("Private key").set_input_files(no_key)
    expect(button).to_have_css("background-color", "rgb(21, 101, 192)")
    button.click()
    expect(status).to_contain_text("no key: ")
    assert form.bounding_box() == before
