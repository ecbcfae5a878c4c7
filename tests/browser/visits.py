"""A browser, and pages whose requests do not leave this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

# The shell has no window to draw: widgets take a third of the work, JupyterLab less by
# a fifth.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
# A busy machine takes longer than Playwright's 5 s to show a widget in JupyterLab.
expect.set_options(timeout=60_000)
SCREEN: ViewportSize = {"width": 1200, "height": 1000}
SHARPNESS = 1.5  # pixels for one of CSS: sharp on most screens, and not large
# What would ask other hosts, and what a container lacks.
_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-first-run",
    "--no-proxy-server",
    "--no-sandbox",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Chromium for a `with` block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@contextmanager
def visiting(
    browser: Browser, *, sharpness: float = 1, allowed: frozenset[str] = frozenset()
) -> Iterator[Page]:
    """Open a page without a past; no request of it may leave this machine.

    Args:
        browser: Where to open it.
        sharpness: The screen's pixels for one of CSS.
        allowed: Hosts that it may ask all the same; it gets no answer.
    """
    with (
        browser.new_context(viewport=SCREEN, device_scale_factor=sharpness) as past,
        opened(past, allowed=allowed) as page,
    ):
        yield page


@contextmanager
def opened(
    past: BrowserContext, *, allowed: frozenset[str] = frozenset()
) -> Iterator[Page]:
    """Open a page; no request of it may leave this machine.

    Args:
        past: What keeps cookies and permissions; both are forgotten afterwards.
        allowed: Hosts that it may ask all the same; it gets no answer.
    """
    urls: list[str] = []

    def watch(page: Page) -> None:
        page.on("request", lambda request: urls.append(request.url))
        page.on("websocket", lambda websocket: urls.append(websocket.url))

    past.on("page", watch)
    yield past.new_page()
    past.remove_listener("page", watch)
    for page in past.pages:
        page.close()
    past.clear_cookies()
    past.clear_permissions()
    hosts = {urlsplit(url).hostname for url in urls if _is_elsewhere(url)}
    assert urls
    assert hosts <= allowed


def _is_elsewhere(url: str) -> bool:
    # data: and blob: have no host, they are in the page already.
    return urlsplit(url).hostname not in {"127.0.0.1", None}
