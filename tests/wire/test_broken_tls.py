"""TLS that breaks once the request went out: a payment may have been made."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trustme

import paynet_nb as pn


@contextmanager
def tls_server(
    context: ssl.SSLContext, then: Callable[[ssl.SSLSocket], object]
) -> Iterator[str]:
    """Shake hands with one client, and let *then* go on."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        plain, _ = listener.accept()
        connection = context.wrap_socket(
            plain, server_side=True, do_handshake_on_connect=False
        )
        with connection, suppress(OSError):
            try:
                connection.do_handshake()
                then(connection)
            finally:
                # Closed with something unread, it would be reset: no alert would come.
                while os.read(connection.fileno(), 65536):
                    pass

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"https://localhost:{listener.getsockname()[1]}"
    thread.join()
    listener.close()


def garble(connection: ssl.SSLSocket) -> None:
    """Read the request, and answer with what is no TLS."""
    connection.recv(65536)
    os.write(connection.fileno(), b"no record of TLS at all\n" * 20)


@pytest.fixture
def authority() -> trustme.CA:
    """Make one for the server's certificate."""
    return trustme.CA()


def post(
    url: str, authority: trustme.CA, folder: Path, *, in_batch: bool = False
) -> pn.Call:
    """Pay, and give the record of it."""
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    environment = pn.Environment(
        name="test", base_url=url, token_url=url, stage="sandbox", source="tests"
    )
    client = pn.Client(None, environment, timeout=20)
    client.session.verify = str(folder / "ca.pem")
    if in_batch:
        client.call_many([{"method": "POST", "path": "/x", "json": {}}], progress=False)
        return client.history[-1]
    with pytest.raises(pn.CallError):
        client.post("/x", json={})
    return client.history[-1]


@pytest.mark.parametrize("in_batch", [False, True])
def test_tls_that_breaks_behind_a_payment_is_no_refusal(
    authority: trustme.CA, tmp_path: Path, in_batch: bool
) -> None:
    """The server had the request by then, whatever came back."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)

    with tls_server(context, garble) as url:
        call = post(url, authority, tmp_path, in_batch=in_batch)

    assert call.outcome == "unknown"
    assert "before its answer was complete" in str(call.error)


@pytest.mark.parametrize("in_batch", [False, True])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_certificate_that_the_server_misses_sends_nothing(
    authority: trustme.CA, tmp_path: Path, version: ssl.TLSVersion, in_batch: bool
) -> None:
    """TLS 1.3 tells so where the answer should come, and has read no request."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = version

    with tls_server(context, lambda connection: connection.recv(65536)) as url:
        call = post(url, authority, tmp_path, in_batch=in_batch)

    assert call.outcome == "failed"
    assert "TLS with https://localhost" in str(call.error)
