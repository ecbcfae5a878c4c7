"""A real browser and a real JupyterLab, for the tests in this folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from paynet_nb.sandbox import Sandbox
from tests.browser.lab import Lab, serving

_CHROMIUM = shutil.which("chromium")
_NO_BROWSER = "no chromium on this machine; install it to run the browser tests"
# What would ask other hosts, and what a container lacks.
_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
    "--no-sandbox",
]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Skip where there is no browser, but fail in CI."""
    # Not in a fixture: the skips would take a line each in pytest's summary.
    if _CHROMIUM is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(_NO_BROWSER)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Serve JupyterLab."""
    with serving(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page without a past; no request of it may leave this machine."""
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    page = context.new_page()
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.on("websocket", lambda websocket: urls.append(websocket.url))
    yield page
    context.close()
    # data: and blob: have no host, they are in the page already.
    hosts = {urlsplit(url).hostname for url in urls} - {None}
    assert hosts == {"127.0.0.1"}


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """Run a sandbox outside of the notebook's kernel."""
    with Sandbox() as box:
        yield box
