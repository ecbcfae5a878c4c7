"""A notebook in a browser, as a person uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from paynet_nb.sandbox import Sandbox
from tests.browser.lab import Lab

# As people do who want to see their HTTP requests; ipykernel logs its messages then.
LOG_ALL = "import logging; logging.basicConfig(level=logging.DEBUG)"
# Beside a form, what a search has to find: a field whose value is state.
PLAIN = "import ipywidgets; ipywidgets.Password()"
_KERNEL_WITHIN_S = 60
# What the command gives is not asked for: it is large, and Playwright would copy it.
_OPEN = """
async ([path, id]) => {
  await jupyterapp.commands.execute("docmanager:open", { path, kernel: id && { id } });
}
"""
# Notebook 7, which has one notebook in a page, does not offer its parts.
_CLOSE_ALL = """
[...(window.jupyterapp?.shell.widgets("main") ?? [])].forEach(it => it.dispose())
"""


def form_for(box: Sandbox) -> str:
    """Write a cell that shows a form for a sandbox that runs elsewhere."""
    here = box.environment
    return f"""
import paynet_nb as pn
here = pn.Environment(
    name="here",
    stage="sandbox",
    base_url={here.base_url!r},
    token_url={here.token_url!r},
)
form = pn.CredentialForm(here)
form
"""


def change_theme(page: Page, name: str) -> None:
    """Choose a theme in JupyterLab's menu, if it is another one."""
    if page.locator("body").get_attribute("data-jp-theme-name") == name:
        return
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Theme", exact=True).hover()
    page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", name)


def plain_in(page: Page) -> Locator:
    """Find the field that the first cell shows."""
    return page.locator(".jp-CodeCell").first.locator("input[type=password]")


def clear(page: Page) -> None:
    """Close all that is open in JupyterLab; changes that are not saved are lost."""
    page.evaluate(_CLOSE_ALL)


@contextmanager
def cleared(page: Page, lab: Lab, session: pytest.Session) -> Iterator[None]:
    """Leave JupyterLab empty behind the block, its kernels ended."""
    failed = session.testsfailed
    yield
    if session.testsfailed == failed:
        clear(page)
    else:  # what a test left there that failed shall not fail the next one
        page.goto("about:blank")
    lab.end_sessions()


class Notebook:
    """A notebook that is open in JupyterLab or Notebook 7, with a kernel that is ready.

    Where the page shows this JupyterLab already, the notebook is opened in it, with
    *kernel* where one is given.

    Attributes:
        page: Playwright's page.
        kernel: The kernel's id.
        client_id: The form's field.
        secret: The form's field.
        status: The form's status line.
    """

    def __init__(
        self,
        page: Page,
        lab: Lab,
        name: str,
        path: str = "lab/tree",
        kernel: str | None = None,
    ) -> None:
        self.page = page
        if page.url.startswith(f"{lab.url}/lab") and path == "lab/tree":
            page.evaluate(_OPEN, [name, kernel])
        else:
            page.goto(lab.address(name, path))
        self.kernel = self._wait_for_kernel(lab, name)
        self.client_id = page.get_by_label("Client ID", exact=True)
        self.secret = page.get_by_label("Client Secret", exact=True)
        self.status = page.locator(".paynet-credential-form [role=status]")

    def run(self, number: int) -> Locator:
        """Run one cell, the first is 0; give its output area."""
        cell = self.page.locator(".jp-CodeCell").nth(number)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        return cell.locator(".jp-OutputArea")

    def press(self, button: str) -> None:
        """Click a button of the form."""
        self.page.get_by_role("button", name=button, exact=True).click()

    def restart_kernel(self) -> None:
        """Restart the kernel by the menu."""
        self.page.get_by_role("menuitem", name="Kernel", exact=True).click()
        self.page.locator(".lm-Menu [data-command='kernelmenu:restart']").click()
        self.page.get_by_role("button", name="Confirm Kernel Restart").click()

    def save(self) -> None:
        """Save by the menu: ipywidgets' own fields keep Ctrl+S for themselves."""
        self.page.get_by_role("menuitem", name="File", exact=True).click()
        with self.saving():
            self.page.locator(".lm-Menu [data-command='docmanager:save']").click()

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Wait for what the block saves: closed before, JupyterLab shows an error."""
        # The checkpoint is written behind the notebook, into a file of its own.
        with self.page.expect_response(_is_checkpoint):
            yield

    def _wait_for_kernel(self, lab: Lab, name: str) -> str:
        # JupyterLab shows "idle" before there is a kernel; a cell run then is lost.
        expect(self.page.locator(".jp-CodeCell").first).to_be_visible()
        for _ in range(10 * _KERNEL_WITHIN_S):
            kernel = lab.idle_kernel(name)
            if kernel:
                return kernel
            self.page.wait_for_timeout(100)
        raise AssertionError("the notebook got no kernel")


def _is_checkpoint(response: Response) -> bool:
    return response.request.method == "POST" and "/checkpoints" in response.url
