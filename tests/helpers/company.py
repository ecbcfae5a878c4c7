"""A company's network: a gateway behind TLS of its own authority, and a proxy."""

from __future__ import annotations

import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import trustme
from pytest_httpserver import HTTPServer

import paynet_nb as pn
from tests.helpers.gateway import CLIENT_ID, SECRET, Gateway
from tests.helpers.programs import limited

STAGES = {"token": pn.TokenError, "call": pn.CallError}


class Company:
    """What a company's network has.

    Attributes:
        ca: The file with the certificate of the company's authority.
        stranger: The file of another authority.
        server: Serves TLS with a certificate of the company's.
    """

    def __init__(self, folder: Path, server: HTTPServer, authority: trustme.CA) -> None:
        self.ca, self.stranger = str(folder / "ca.pem"), str(folder / "stranger.pem")
        self.server = server
        authority.cert_pem.write_to_path(self.ca)
        trustme.CA().cert_pem.write_to_path(self.stranger)

    def reach(self, stage: str, plain: Gateway, **options: Any) -> Callable[[], object]:
        """Give what asks for a token over TLS, or makes a call with one had without.

        Args:
            stage: "token" or "call".
            plain: Where the token comes from when the call is what goes over TLS.
            options: Of the auth.
        """
        gateway = Gateway(self.server)
        environment = pn.Environment(
            name="company",
            base_url=gateway.url,
            token_url=(gateway if stage == "token" else plain).environment.token_url,
            stage="sandbox",
        )
        credentials = pn.Credentials(CLIENT_ID, SECRET, environment)
        client = pn.Client(pn.ClientCredentialsAuth(credentials, **options))
        return lambda: client.get("/x").status


@contextmanager
def company(
    folder: Path, *, host: str = "127.0.0.1", ends: datetime | None = None
) -> Iterator[Company]:
    """Serve TLS on loopback; the CA files are in *folder*.

    Args:
        folder: Where the CA files are written to.
        host: For whom the certificate is made out.
        ends: When it ends; None: after the test.
    """
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert(host, not_after=ends)
    certificate.configure_cert(context)
    with HTTPServer(
        host="127.0.0.1", port=0, threaded=True, ssl_context=context
    ) as server:
        yield Company(folder, server, authority)


class Proxy:
    """A running proxy.

    Attributes:
        host: Its host and port.
    """

    def __init__(self, host: str, log: Path) -> None:
        self.host = host
        self._log = log

    def tunnels(self, least: int = 0) -> int:
        """Count the tunnels it has logged; wait for a number that must come."""
        deadline = time.monotonic() + 10
        while True:
            count = self._log.read_text().count(" - CONNECT 127.0.0.1:")
            if count >= least or time.monotonic() > deadline:
                return count
            time.sleep(0.02)


@contextmanager
def proxy(folder: Path, *options: str) -> Iterator[Proxy]:
    """Run proxy.py, a proxy that nobody here wrote."""
    port, log = folder / "port", folder / "log"
    command = [sys.executable, "-m", "proxy", "--hostname=127.0.0.1", "--port=0"]
    command += [f"--port-file={port}", f"--log-file={log}"]
    command += ["--num-workers=1", "--num-acceptors=1", *options]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            deadline = time.monotonic() + 20
            while not (port.exists() and port.read_text().strip()):
                assert time.monotonic() < deadline, "the proxy did not start"
                time.sleep(0.02)
            yield Proxy(f"127.0.0.1:{port.read_text().strip()}", log)
        finally:
            process.terminate()
            with limited(process):
                process.wait()
