"""Time `client.call_many` against a thread pool written by hand, and the ideal.

    python -m tests.benchmarks.bench_many [workers [milliseconds [calls]]]

The server, a process of its own, answers each call after 50 ms, all at once. So 2,000
calls of 32 workers take at least 3.125 s. All send the same GETs, in turn: a pool of
threads with requests, `call_many`, and where it is installed aiohttp, which neither
redacts nor records. The share of the ideal is of the wall clock and falls where others
use the machine; the processor time of a call is this process's own. Last, in a process
of its own each: how much more memory than before the largest batch (20,000 rows) takes.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import requests
from requests.adapters import HTTPAdapter

import paynet_nb as pn
from tests.benchmarks.rows import Row

CALLS, WORKERS, SERVER_S, ROUNDS = 2_000, 32, 0.05, 5
MANY_ROWS = 20_000
TOKEN = "e" * 700  # a token of PayNet's length
BODY = b'{"header":{"status":{"code":"ACSP","reason":"U000"}},"amount":"10.00"}'


class Late(asyncio.Protocol):
    """Answer each request after a while; a token at once."""

    server_s = SERVER_S

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer later; a request of this benchmark comes in one piece."""
        if data.startswith(b"POST"):
            self.answer(b'{"access_token":"%s","expires_in":86400}' % TOKEN.encode())
        else:
            later = asyncio.get_running_loop().call_later
            later(self.server_s, self.answer, BODY)

    def answer(self, body: bytes) -> None:
        """Send an answer."""
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        head += f"Content-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)  # type: ignore[attr-defined]


def serve(port: Connection, server_s: float) -> None:
    """Serve on a free port until the parent ends."""

    async def run() -> None:
        loop, Late.server_s = asyncio.get_running_loop(), server_s
        server = await loop.create_server(Late, "127.0.0.1", 0, backlog=256)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def by_hand(url: str, calls: int, workers: int) -> Callable[[], int]:
    """Write it as people do: a pool, a session a thread, a static header."""
    own = threading.local()

    def get(number: int) -> int:
        if not hasattr(own, "session"):
            own.session = requests.Session()
            own.session.mount("http://", HTTPAdapter(pool_maxsize=workers))
            own.session.headers["Authorization"] = f"Bearer {TOKEN}"
        response = own.session.get(f"{url}/payments/{number}", timeout=30)
        response.json()
        return int(response.status_code)

    def run() -> int:
        with ThreadPoolExecutor(workers) as pool:
            return sum(status == 200 for status in pool.map(get, range(calls)))

    return run


def by_client(url: str, calls: int, workers: int) -> Callable[[], int]:
    """Write it with `call_many`: authorized, redacted, recorded, tabulated."""
    environment = pn.Environment(
        name="bench", base_url=url, token_url=f"{url}/token", stage="sandbox"
    )
    credentials = pn.Credentials("id", "canary-secret", environment)
    rows = [{"id": str(number)} for number in range(calls)]

    def run() -> int:
        client = pn.Client(pn.ClientCredentialsAuth(credentials))
        result = client.call_many(
            rows, path="/payments/{id}", workers=workers, progress=False
        )
        return int((result["status"] == 200).sum())

    return run


def by_loop(url: str, calls: int, workers: int) -> Callable[[], int]:
    """Write it with aiohttp: tasks that take the next number, a static header."""
    aiohttp = import_module("aiohttp")

    async def get_all() -> int:
        numbers, good = iter(range(calls)), 0
        connector = aiohttp.TCPConnector(limit=workers)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with aiohttp.ClientSession(connector=connector, headers=headers) as own:

            async def get_some() -> None:
                nonlocal good
                for number in numbers:
                    async with own.get(f"{url}/payments/{number}") as response:
                        json.loads(await response.read())
                        good += response.status == 200

            await asyncio.gather(*(get_some() for _ in range(workers)))
        return good

    return lambda: asyncio.run(get_all())


WAYS = {"by hand": by_hand, "call_many": by_client}
if find_spec("aiohttp"):  # it is no dependency, not even of the tests
    WAYS["aiohttp"] = by_loop


def most_mb() -> float:
    """Give the most MB that this process had; `getrusage` begins with its parent's."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


def grown_mb(way: str, url: str) -> float:
    """Give how many MB more the largest batch takes than a small one did before."""
    WAYS[way](url, 200, 8)()
    before = most_mb()
    WAYS[way](url, MANY_ROWS, 8)()
    return most_mb() - before


def serving(server_s: float) -> str:
    """Start a server, and give its address."""
    parent, child = multiprocessing.Pipe()
    multiprocessing.Process(target=serve, args=(child, server_s), daemon=True).start()
    return f"http://127.0.0.1:{parent.recv()}"


class Taken(NamedTuple):
    """What each round of a way took, in seconds."""

    walls: list[float]
    cpus: list[float]


def timed(
    workers: int, server_s: float, calls: int, rounds: int = ROUNDS
) -> dict[str, Taken]:
    """Let all ways send the calls in turn, some rounds long."""
    address = serving(server_s)
    ways = {name: way(address, calls, workers) for name, way in WAYS.items()}
    taken = {name: Taken([], []) for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            wall, cpu = time.perf_counter(), time.process_time()
            assert way() == calls
            taken[name].walls.append(time.perf_counter() - wall)
            taken[name].cpus.append(time.process_time() - cpu)
    return taken


def grown(*ways: str) -> dict[str, float]:
    """Give for each way by how many MB the largest batch grows a process."""
    at_once, found = serving(0.0), {}
    for name in ways:
        with multiprocessing.get_context("spawn").Pool(1) as own:
            found[name] = own.apply(grown_mb, (name, at_once))
            # To be killed at the end of `with` would leave tqdm's semaphore behind.
            own.close()
            own.join()
    return found


def rows() -> Iterator[Row]:
    """Measure 128 workers: microseconds of a call, seconds and MB of a batch."""
    workers, calls = 128, 2_000
    taken = timed(workers, SERVER_S, calls, rounds=2)
    ours = taken.pop("call_many")
    ideal = calls * SERVER_S / workers
    yield Row("many: s of 2,000 calls; ideal", min(ours.walls), ideal)
    for name, peer in taken.items():
        cpus = [min(one.cpus) / calls * 1e6 for one in (ours, peer)]
        yield Row(f"many: CPU us a call; {name}", *cpus)
    memory = grown("by hand", "call_many")
    yield Row(
        "many: MB of 20,000 rows; by hand", memory["call_many"], memory["by hand"]
    )


def main(workers: int, server_s: float, calls: int) -> None:
    """Print all figures."""
    taken = timed(workers, server_s, calls)
    ideal = calls * server_s / workers
    print(f"{calls:,} calls of {workers} workers, {server_s * 1000:.0f} ms each")
    for name, (walls, cpus) in taken.items():
        wall, cpu = statistics.median(walls), statistics.median(cpus)
        print(
            f"{name}: {calls / wall:,.0f} calls a second, {ideal / wall:.0%} of the "
            f"ideal (best {ideal / min(walls):.0%}), {cpu / calls * 1e6:.0f} us of the "
            f"processor a call (best {min(cpus) / calls * 1e6:.0f})"
        )
    for name, more in grown(*WAYS).items():
        print(f"{name}: {MANY_ROWS:,} rows take {more:+.0f} MB")


if __name__ == "__main__":
    given = [*map(float, sys.argv[1:])]
    wanted = [*given, *(WORKERS, SERVER_S * 1000, CALLS)[len(given) :]]
    main(int(wanted[0]), wanted[1] / 1000, int(wanted[2]))
