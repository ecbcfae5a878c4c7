"""Time an authenticated, redacted, recorded call against one written by hand.

    python -m tests.benchmarks call

Both send the same GET over keep-alive loopback, in turn, many rounds; the ratio of the
medians is what counts, since a machine's speed drifts. Then the same without a network
(a canned adapter), and the time to import.
"""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection
from typing import Any

import requests
import urllib3

import paynet_nb as pn
from tests.benchmarks.rows import Row

ROUNDS, CALLS = 41, 100
TOKEN = "e" * 700  # a token of PayNet's length
ANSWER = b'{"header":{"status":{"code":"ACSP","reason":"U000"}},"amount":"10.00"}'
HEADERS = {
    "Content-Type": "application/json",
    "Date": "Mon, 23 Nov 2026 08:00:00 GMT",
    "Server": "gateway",
    "X-Request-Id": "0f8fad5b-d9cb-469f-a165-70867728950e",
}


class Answering(asyncio.Protocol):
    """Answer each request with the same bytes: the server's share stays small."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer; a request of this benchmark comes in one piece."""
        body = ANSWER
        if data.startswith(b"POST"):
            body = b'{"access_token":"%s","expires_in":86400}' % TOKEN.encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        answer = f"HTTP/1.1 200 OK\r\n{head}Content-Length: {len(body)}\r\n\r\n"
        self.transport.write(answer.encode() + body)  # type: ignore[attr-defined]


def serve(port: Connection) -> None:
    """Serve on a free port until the parent ends."""

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(
            Answering, "127.0.0.1", 0
        )
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


class Canned(requests.adapters.HTTPAdapter):
    """The network cut out: requests' own answer made of bytes at hand."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        """Build the answer as for one that came over the wire."""
        raw = urllib3.HTTPResponse(
            io.BytesIO(ANSWER), HEADERS, 200, preload_content=False
        )
        return self.build_response(request, raw)


def medians(work: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Time each in turn, round by round; give the medians in microseconds per call."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, call in work.items():
            started = time.perf_counter()
            for _ in range(CALLS):
                call()
            times[name].append((time.perf_counter() - started) / CALLS * 1e6)
    return {name: statistics.median(values) for name, values in times.items()}


def by_hand(session: requests.Session, url: str) -> Callable[[], object]:
    """Write the call as people do: a session with a static header."""
    session.headers["Authorization"] = f"Bearer {TOKEN}"
    return lambda: session.get(f"{url}/v1/x", params={"clientId": "M0000001"})


def by_client(session: requests.Session | None, url: str) -> Callable[[], object]:
    """Write it with `Client`; the token is there before."""
    environment = pn.Environment(
        name="bench", base_url=url, token_url=f"{url}/token", stage="sandbox"
    )
    credentials = pn.Credentials("id", "canary-secret", environment)
    auth = pn.ClientCredentialsAuth(credentials, session=session)
    client = pn.Client(auth)
    if session is None:
        auth.get_token()
    return lambda: client.get("/v1/x", params={"clientId": "M0000001"})


def import_ms(module: str) -> float:
    """Time an import in a fresh interpreter, the best of some."""
    code = (
        "import time; t = time.perf_counter(); "
        f"import {module}; print(time.perf_counter() - t)"
    )
    command = [sys.executable, "-c", code]
    runs = [
        subprocess.run(command, capture_output=True, check=True, timeout=60)
        for _ in range(9)
    ]
    return min(float(run.stdout) for run in runs) * 1000


def rows() -> Iterator[Row]:
    """Measure a call on two ways, in microseconds, and the import in milliseconds."""
    parent, child = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(child,), daemon=True)
    server.start()
    address = f"http://127.0.0.1:{parent.recv()}"
    hand, ours = requests.Session(), requests.Session()
    work = {"ours": by_client(None, address), "hand": by_hand(hand, address)}
    yield Row("call: keep-alive loopback, us", *medians(work).values())
    work["ours"] = by_client(ours, address)
    work["ours"]()  # the token is asked for while there is a network
    for session in (hand, ours):
        session.mount("http://", Canned())
    yield Row("call: without a network, us", *medians(work).values())
    server.terminate()
    yield Row("call: import, ms", import_ms("paynet_nb"), import_ms("requests"))
