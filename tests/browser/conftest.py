"""A real browser and a real JupyterLab, for the tests in this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from paynet_nb.sandbox import Sandbox
from tests.browser.binder import installed
from tests.browser.lab import Lab, serving
from tests.browser.notebook import clear
from tests.browser.visits import CHROMIUM, chromium, visiting
from tests.helpers.bare_page import BarePage

_NO_BROWSER = "no chromium on this machine; install it to run the browser tests"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Skip where there is no browser, but fail in CI."""
    # Not in a fixture: the skips would take a line each in pytest's summary.
    if CHROMIUM is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(_NO_BROWSER)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Serve JupyterLab."""
    with serving(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="session")
def binders_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Serve the JupyterLab that Binder brings."""
    python = installed(tmp_path_factory.mktemp("binder"))
    with serving(tmp_path_factory.mktemp("binders-lab"), str(python)) as lab:
        yield lab


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page without a past; no request of it may leave this machine."""
    with visiting(browser) as page:
        yield page


@pytest.fixture(scope="session")
def _desk(browser: Browser) -> Iterator[Page]:
    with visiting(browser) as page:
        yield page


@pytest.fixture
def desk(request: pytest.FixtureRequest, _desk: Page, lab: Lab) -> Iterator[Page]:
    """Give a page for notebooks in JupyterLab, which stays open: it costs ten seconds.

    Each test finds it empty, and opens a notebook with a kernel of its own.
    """
    failed = request.session.testsfailed
    yield _desk
    if request.session.testsfailed == failed:
        clear(_desk)
    else:  # what a test left there that failed shall not fail the next one
        _desk.goto("about:blank")
    lab.end_sessions()


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """Run a sandbox outside of the notebook's kernel."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def bare(page: Page) -> BarePage:
    """Open a page that shows widgets of this process."""
    return BarePage(page)
