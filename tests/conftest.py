"""What every test has: a clean environment, and a gateway whose answers it writes."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer

from tests.helpers.gateway import Gateway

_SETTINGS = ("PAYNET_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_CA_FILES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


def pytest_addoption(
    parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager
) -> None:
    """Run without workers where xdist is not, or is turned off by `-p no:xdist`."""
    if not pluginmanager.hasplugin("xdist"):
        parser.addoption("--numprocesses", "--dist", help="needs pytest-xdist")
        parser.addoption("--no-loadscope-reorder", action="store_true")


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
