"""Time `client.call_many` against a thread pool written by hand, and the ideal.

    python tests/benchmarks/bench_many.py

The server, a process of its own, answers each call after 50 ms, 32 and more at once. So
2,000 calls of 32 workers take at least 3.125 s. Both send the same GETs, in turn.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

import requests
from requests.adapters import HTTPAdapter

import paynet_nb as pn

CALLS, WORKERS, SERVER_S, ROUNDS = 2_000, 32, 0.05, 5
IDEAL_S = CALLS * SERVER_S / WORKERS
TOKEN = "e" * 700  # a token of PayNet's length
BODY = b'{"header":{"status":{"code":"ACSP","reason":"U000"}},"amount":"10.00"}'


class Late(asyncio.Protocol):
    """Answer each request after a while; a token at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer later; a request of this benchmark comes in one piece."""
        if data.startswith(b"POST"):
            self.answer(b'{"access_token":"%s","expires_in":86400}' % TOKEN.encode())
        else:
            asyncio.get_running_loop().call_later(SERVER_S, self.answer, BODY)

    def answer(self, body: bytes) -> None:
        """Send an answer."""
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        head += f"Content-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)  # type: ignore[attr-defined]


def serve(port: Connection) -> None:
    """Serve on a free port until the parent ends."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Late, "127.0.0.1", 0, backlog=256)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def by_hand(url: str) -> Callable[[], int]:
    """Write it as people do: a pool, a session a thread, a static header."""
    own = threading.local()

    def get(number: int) -> int:
        if not hasattr(own, "session"):
            own.session = requests.Session()
            own.session.mount("http://", HTTPAdapter(pool_maxsize=WORKERS))
            own.session.headers["Authorization"] = f"Bearer {TOKEN}"
        response = own.session.get(f"{url}/payments/{number}", timeout=30)
        response.json()
        return int(response.status_code)

    def run() -> int:
        with ThreadPoolExecutor(WORKERS) as pool:
            return sum(status == 200 for status in pool.map(get, range(CALLS)))

    return run


def by_client(url: str) -> Callable[[], int]:
    """Write it with `call_many`: authorized, redacted, recorded, tabulated."""
    environment = pn.Environment(
        name="bench", base_url=url, token_url=f"{url}/token", stage="sandbox"
    )
    credentials = pn.Credentials("id", "canary-secret", environment)
    rows = [{"id": str(number)} for number in range(CALLS)]

    def run() -> int:
        client = pn.Client(pn.ClientCredentialsAuth(credentials))
        result = client.call_many(
            rows, path="/payments/{id}", workers=WORKERS, progress=False
        )
        return int((result["status"] == 200).sum())

    return run


if __name__ == "__main__":
    parent, child = multiprocessing.Pipe()
    multiprocessing.Process(target=serve, args=(child,), daemon=True).start()
    address = f"http://127.0.0.1:{parent.recv()}"
    ways = {"by hand": by_hand(address), "call_many": by_client(address)}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.perf_counter()
            assert way() == CALLS
            times[name].append(time.perf_counter() - started)
    print(f"ideal: {IDEAL_S:.3f} s")
    for name, taken in times.items():
        median = statistics.median(taken)
        print(
            f"{name}: median {median:.2f} s ({median / IDEAL_S:.2f}x), "
            f"best {min(taken):.2f} s ({min(taken) / IDEAL_S:.2f}x)"
        )
