"""What every test has: a clean environment, and a gateway whose answers it writes."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.helpers.gateway import Gateway
from tests.house.repo import ROOT

_SETTINGS = ("PAYNET_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_CA_FILES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


def pytest_addoption(
    parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager
) -> None:
    """Run without workers where xdist is not, or is turned off by `-p no:xdist`."""
    if not pluginmanager.hasplugin("xdist"):
        parser.addoption("--numprocesses", "--dist", help="needs pytest-xdist")
        parser.addoption("--no-loadscope-reorder", action="store_true")


def pytest_configure() -> None:
    """Let SIGINT interrupt: a job of the background ignores it, and all it starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Keep the garbage collector away from what collecting makes, for all of it stays.

    Else each full collection in a test looks at some 300,000 objects of all tests.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out a file at a time, but all that open JupyterLab to one worker.

    They share one server and one page: both together take 15 seconds of a core.
    """
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Files(LoadFileScheduling):  # type: ignore[misc]  # it publishes no types
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "JupyterLab" if _opens_jupyterlab(file) else file

    return Files(config, log)


@cache
def _opens_jupyterlab(file: str) -> bool:
    return "from tests.browser.lab import" in (ROOT / file).read_text("utf-8")


@pytest.fixture(autouse=True)
def _clean_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Run without the developer's own proxies, keys, keyring, CA files, .netrc."""
    for name in list(os.environ):
        if name.upper().startswith(_SETTINGS) or name in _CA_FILES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("NETRC", str(tmp_path_factory.getbasetemp() / "no-netrc"))


@pytest.fixture(scope="session")
def _server() -> Iterator[HTTPServer]:
    # One for all tests: stopping one takes half a second.
    with HTTPServer(host="127.0.0.1", port=0, threaded=True) as server:
        yield server


@pytest.fixture
def gateway(_server: HTTPServer) -> Gateway:
    """Serve a token endpoint and an API that this test scripts."""
    _server.clear()
    return Gateway(_server)
