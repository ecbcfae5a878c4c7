"""A real browser and a real JupyterLab, for the tests in this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from paynet_nb.sandbox import Sandbox
from tests.browser.binder import installed
from tests.browser.lab import Lab, serving
from tests.browser.notebook import cleared
from tests.browser.visits import (
    CHROMIUM,
    SCREEN,
    SHARPNESS,
    chromium,
    opened,
    visiting,
)
from tests.helpers.bare_page import BarePage

_NO_BROWSER = "no chromium-headless-shell, no chromium; install one for browser tests"


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


@pytest.fixture(scope="session")
def _past(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport=SCREEN) as past:
        yield past


@pytest.fixture
def page(_past: BrowserContext) -> Iterator[Page]:
    """Open a page; no request of it may leave this machine.

    It begins without cookies and permissions; a test that stops the clock needs
    `visiting`. What all pages share saves each a third of a second of a core.
    """
    with opened(_past) as page:
        yield page


@pytest.fixture(scope="session")
def open_lab(browser: Browser) -> Iterator[Page]:
    """Give the page for all notebooks in JupyterLab: to load that takes ten seconds.

    Who opens a notebook there closes it afterwards, as `cleared` does.
    """
    with visiting(browser, sharpness=SHARPNESS) as page:
        yield page


@pytest.fixture
def desk(request: pytest.FixtureRequest, open_lab: Page, lab: Lab) -> Iterator[Page]:
    """Lend the page to one test, which finds it empty and opens a notebook there."""
    with cleared(open_lab, lab, request.session):
        yield open_lab


@pytest.fixture(scope="module")
def modules_desk(
    request: pytest.FixtureRequest, open_lab: Page, lab: Lab
) -> Iterator[Page]:
    """Lend the page to the tests of a module that share a notebook."""
    with cleared(open_lab, lab, request.session):
        yield open_lab


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """Run a sandbox outside of the notebook's kernel."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def bare(page: Page) -> BarePage:
    """Open a page that shows widgets of this process."""
    return BarePage(page)
