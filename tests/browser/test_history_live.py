"""A `History` in JupyterLab: it grows, is filtered, opened, and leaves no trace."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, WebSocket, expect

from tests.browser.axe import findings
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook

SHOW = """
import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
box = Sandbox()
client = pn.Client(pn.ClientCredentialsAuth(box.credentials))
client.history
"""
LONG = """
from pathlib import Path
import time
for _ in range(3):
    client.get("/nowhere")
while not Path("enough").exists():
    time.sleep(0.1)
"""
# A name and a value that would act if they were taken for HTML.
EVIL = "<img src=x onerror='window.hit = 1'>"
ECHO = f"""
evil = {{{EVIL!r}: {EVIL!r}, "amount": "10.00", "list": [{{{EVIL!r}: 1}}], "": "none"}}
_ = client.put("/v1/picasso-guard/echo", json=evil)
"""
MANY = """
import paynet_nb as pn
from tests.helpers.records import call_of
history = pn.History()
for number in range(10_000):
    history.append(call_of(
        url=f"https://api.example.my/banks/{number}",
        status=200 if number % 10 else 503,
        body=b'{"name": "canary-in-a-body"}',
    ))
history
"""


def opened(page: Page, lab: Lab, name: str, *cells: str) -> tuple[Notebook, Locator]:
    """Open a notebook and run its first cell; give its table."""
    lab.write(name, *cells)
    notebook = Notebook(page, lab, name)
    notebook.run(0)
    view = page.locator(".paynet-history-view")
    expect(view.locator(".count")).to_have_text(re.compile("exchanges"))
    return notebook, view


def rows(view: Locator) -> Locator:
    """Give the rows of the table of calls."""
    return view.locator("tbody tr[data-number]")


def test_it_grows_while_another_cell_runs(desk: Page, lab: Lab) -> None:
    """The table shows the calls of a cell that has not ended, and says how many."""
    notebook, view = opened(desk, lab, "grow.ipynb", SHOW, LONG)
    expect(view.locator(".count")).to_have_text("0 exchanges")
    notebook.run(1)

    expect(view.locator(".count")).to_have_text("4 exchanges")
    expect(rows(view)).to_have_count(4)
    expect(rows(view).first).to_contain_text("404 Not Found")
    expect(rows(view).last).to_contain_text("token request")
    expect(view.get_by_role("status")).to_have_text("4 exchanges")
    expect(view.get_by_role("button", name="Older")).to_be_hidden()
    # The cell still runs: what is asked for now has to wait, and that is said.
    view.get_by_role("button", name="unknown").click()
    expect(view.locator(".count")).to_contain_text("busy with another cell")
    (lab.folder / "notebooks" / "enough").touch()
    expect(view.locator(".count")).to_have_text("4 exchanges, 0 shown")
    expect(rows(view)).to_have_count(0)


def test_an_opened_call_shows_texts_that_cannot_act(desk: Page, lab: Lab) -> None:
    """Tree, tables, headers, cURL: what a server sent is text; axe finds nothing."""
    # A table of pandas brings a style for all tables like it in the page.
    notebook, view = opened(
        desk, lab, "open.ipynb", SHOW, f"{ECHO}pn.tables([1])['root']"
    )
    expect(notebook.run(1).get_by_role("table")).to_be_visible()
    expect(rows(view)).to_have_count(2)

    rows(view).first.get_by_text("PUT").click()
    call = view.get_by_role("region", name="Call 2")
    expect(call.locator(".tree").first).to_contain_text(f'{EVIL}: "{EVIL}"')
    expect(call.locator(".tree").first).to_contain_text('"": "none"')
    for summary in ("answer as tables", "request", "body sent", "cURL"):
        call.get_by_text(summary, exact=True).click()

    tables = call.get_by_role("region", name="table body.list")
    heading = tables.get_by_role("columnheader", name=EVIL)
    expect(heading).to_be_visible()
    expect(heading).to_have_css("text-align", "left")
    expect(call).to_contain_text("Authorization")
    expect(call.locator("pre")).to_contain_text("$PAYNET_TOKEN")
    assert desk.evaluate("window.hit") is None
    assert findings(view) == []


def test_10_000_calls_stay_usable_and_are_not_saved(desk: Page, lab: Lab) -> None:
    """One page goes to the browser, a filter is quick, the file holds no body."""
    got: list[int] = []

    def listen(websocket: WebSocket) -> None:
        websocket.on("framereceived", lambda message: got.append(len(message)))

    desk.on("websocket", listen)
    notebook, view = opened(desk, lab, "many.ipynb", MANY)
    expect(view.locator(".count")).to_have_text("10,000 exchanges")
    expect(rows(view)).to_have_count(50)
    assert sum(got) < 200_000  # the widget's own code is in it

    view.get_by_role("button", name="failed").click()
    view.get_by_label("Find in path").fill("/99")
    expect(view.get_by_role("status")).to_have_text("10,000 exchanges, 11 shown")
    rows(view).first.get_by_text("503").click()
    expect(view.get_by_role("region", name="Call")).to_contain_text("canary-in-a-body")
    notebook.save()

    # The cell itself has the canary; no output has it, and no state, which is saved.
    state = str(lab.read("many.ipynb").metadata.widgets)
    assert "paynet-history-view" in state
    assert "/banks/" not in state
    assert str(lab.read("many.ipynb")).count("canary-in-a-body") == 1
    assert sum(got) < 300_000
