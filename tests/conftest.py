"""What every test has: a clean environment, and a gateway whose answers it writes."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer

from tests.helpers.gateway import Gateway

_SETTINGS = ("PAYNET_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_CA_FILES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


# Their fixtures are made once for a file: a wheel, certificates, a page.
_TOGETHER = ("browser", "test_wheel", "test_company", "test_demo")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep in one worker what shares a fixture that takes long to make."""
    for item in items:
        path = f"{item.path.parent.name}/{item.path.stem}"
        group = path if any(name in path for name in _TOGETHER) else ""
        if "Binder's" in item.name or "binders_lab" in getattr(
            item, "fixturenames", ()
        ):
            group = "binder"  # one more environment to install
        if group:
            item.add_marker(pytest.mark.xdist_group(group))


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
