"""The pictures of the README and of the trainer's page, and a sheet to look through.

`python -m tests.browser.pictures` takes both anew. The sheet is for eyes alone and
is not committed: `build/contact-sheet` has all states light, dark and narrow.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser import contact_sheet
from tests.browser.lab import Lab, serving
from tests.browser.notebook import Notebook, change_theme, clear
from tests.browser.visits import SHARPNESS, chromium, visiting
from tests.house.repo import ROOT

FOLDER = Path(__file__).with_name("readme")
SHEET = ROOT / "build" / "contact-sheet"
_COLOURS = 64  # enough for letters, lines and badges, and half of the bytes

_BEGIN = """
import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
box = Sandbox()
auth = pn.ClientCredentialsAuth(box.credentials)
client = pn.Client(auth)
ids = {
    "clientId": "M0000001",
    "messageId": "20260101M0000001650OBW00000001",
    "transactionId": "20260101M000000165000000001",
}
client.get("/merchants/v1/payments/lists/bank", params=ids)
client.get("/merchants/v1/payments/lists/bank")
with box.scenario("api-503"):
    client.get("/merchants/v1/payments/lists/bank", params=ids)
client.put("/v1/picasso-guard/echo", json={"hello": "PayNet"})
"""
# A picture's name, the class of what is on it, and the cell that shows that.
_PICTURES = {
    "form": ("paynet-credential-form", "pn.CredentialForm(box, pn.CERTIFICATION)"),
    "card": ("paynet-token-card", "auth.get_token()"),
    "history": ("paynet-history-view", "client.history"),
}
# Five mistakes of the trainer's page, in an order in which each can be made: behind an
# error JupyterLab may drop what is run, and the form outlives its kernel.
_MISTAKES = {
    "check": 'check("02.1", None)',
    "again": 'client.get(BANKS, params={**ids, "pageKey": first.json()["pageKey"]})',
    "restart": "pn.CredentialForm(box)",
    "secret": "pn.ClientCredentialsAuth(wrong).get_token()",
    "order": "client.get(BANKS)",
}
_BEFORE_MISTAKES = """
import secrets
import paynet_nb as pn
from paynet_nb.course import check
from paynet_nb.sandbox import Sandbox
box = Sandbox()
client = pn.Client(pn.ClientCredentialsAuth(box.credentials))
BANKS = "/merchants/v1/payments/lists/bank"
ids = box.example("bank list", 11)
first = client.get(BANKS, params=ids)
wrong = pn.Credentials(
    box.credentials.client_id, secrets.token_hex(16), box.environment
)
"""
_NARROW = "node => { node.style.maxWidth = '768px'; }"
_THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def take(page: Page, lab: Lab, folder: Path) -> None:
    """Take all pictures, in both themes."""
    lab.write("pictures.ipynb", _BEGIN, *(cell for _, cell in _PICTURES.values()))
    notebook = Notebook(page, lab, "pictures.ipynb")
    notebook.run(0)
    for number, (kind, _) in enumerate(_PICTURES.values(), 1):
        expect(notebook.run(number).locator(f".{kind}")).to_be_visible()
    notebook.press("Use the sandbox's keys")
    expect(notebook.status).to_contain_text("held until")
    shown = {name: page.locator(f".{kind}") for name, (kind, _) in _PICTURES.items()}
    _save(page, shown, folder)
    clear(page)
    _save(page, _make_mistakes(page, lab), folder)


def _make_mistakes(page: Page, lab: Lab) -> dict[str, Locator]:
    """Make each mistake; give what is shown then."""
    lab.write("mistakes.ipynb", _BEFORE_MISTAKES, *_MISTAKES.values())
    notebook = Notebook(page, lab, "mistakes.ipynb")
    notebook.run(0)
    shown = {}
    for number, name in enumerate(_MISTAKES, 1):
        if name == "order":
            expect(notebook.status).to_have_text("no token yet")
            notebook.restart_kernel()
            expect(notebook.status).to_contain_text("The kernel was restarted")
        output = notebook.run(number).locator(".jp-OutputArea-output").last
        expect(output).to_be_visible()
        output.evaluate(_NARROW)
        shown[f"mistake-{name}"] = output
    return shown


def _save(page: Page, shown: dict[str, Locator], folder: Path) -> None:
    for theme, title in _THEMES.items():
        change_theme(page, title)
        for name, element in shown.items():
            png = element.screenshot(animations="disabled")
            with Image.open(io.BytesIO(png)) as picture:
                few = picture.convert("RGB").quantize(_COLOURS)
            few.save(folder / f"{name}-{theme}.png", optimize=True)


def main() -> None:
    """Take the pictures that are committed, then the sheet."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        serving(Path(scratch)) as lab,
        chromium() as browser,
        visiting(browser, sharpness=SHARPNESS) as page,
    ):
        take(page, lab, FOLDER)
        for path in contact_sheet.take(browser, SHEET):
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
