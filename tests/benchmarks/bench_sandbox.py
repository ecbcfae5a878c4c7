"""Time the sandbox's answers against a bare Flask app behind the same server.

    python -m tests.benchmarks sandbox

Both run in processes of their own and get the same requests over keep-alive loopback,
in turn; the bare app answers with the same bytes and looks at nothing. What counts is
the ratio of the CPU time that a request takes its server. A payment's answer has an RSA
signature, which takes a core 0.5 to 1 ms; a refusal has none. Then 64 connections, 200
learners who each send one call a second, and threads and memory.
"""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlencode

import requests
from flask import Flask, Response
from waitress import create_server

from paynet_nb.paynet import message_ids, sample_payment
from paynet_nb.sandbox import Sandbox
from tests.benchmarks.rows import Row

ROUNDS, SECONDS = 3, 2.0
MERCHANT = "/merchants/v1/payments"
Make = Callable[[], bytes]


def serve_sandbox(pipe: Connection) -> None:
    """Serve the sandbox; tell its port and a token, then what it takes, each time."""
    box = Sandbox()
    token = requests.post(
        box.environment.token_url,
        data={
            "grant_type": "client_credentials",
            "client_id": box.credentials.client_id,
            "client_secret": box.credentials.client_secret.reveal(),
        },
        timeout=10,
    ).json()["access_token"]
    pipe.send((int(box.url.rpartition(":")[2]), token))
    tell(pipe)


def tell(pipe: Connection) -> None:
    """Tell threads, memory (MB) and CPU time (s) of this process, until a 0 comes."""
    while pipe.recv():
        told = dict(
            line.split(":", 1)
            for line in Path("/proc/self/status").read_text().splitlines()
        )
        memory_mb = int(told["VmRSS"].split()[0]) / 1024
        pipe.send((int(told["Threads"]), memory_mb, time.process_time()))


def serve_bare(pipe: Connection) -> None:
    """Serve, by path, the bytes that are told first."""
    bodies: dict[str, bytes] = pipe.recv()
    app = Flask("bare")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    for path, body in bodies.items():
        view = lambda body=body: Response(body, mimetype="application/json")  # noqa: E731
        app.add_url_rule(path, path, view, methods=["GET", "POST"])
    server = create_server(
        app, host="127.0.0.1", port=0, threads=8, connection_limit=1_000
    )
    pipe.send(server.effective_port)
    threading.Thread(target=server.run, daemon=True).start()
    tell(pipe)


def request(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    """Write a request as it goes over the wire."""
    kind = "Content-Type: application/json\r\n" if body else ""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Ip-Address: 0\r\n"
        f"X-Gps-Coordinates: 0\r\nAuthorization: Bearer {token}\r\n{kind}"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def answer(
    port: int, stream: list[asyncio.StreamReader | asyncio.StreamWriter], sent: bytes
) -> bytes:
    """Send one request on a connection and give the body."""
    if not stream:
        stream += await asyncio.open_connection("127.0.0.1", port)
    reader, writer = stream
    writer.write(sent)  # type: ignore[union-attr]
    head = await reader.readuntil(b"\r\n\r\n")  # type: ignore[union-attr]
    assert head.startswith(b"HTTP/1.1 200"), head
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
    return await reader.readexactly(length)  # type: ignore[union-attr]


async def load(
    port: int, make: Make, connections: int, seconds: float, pause_s: float = 0
) -> list[float]:
    """Keep connections busy; give each answer's time in seconds."""
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def one(number: int) -> None:
        stream: list[asyncio.StreamReader | asyncio.StreamWriter] = []
        await asyncio.sleep(pause_s * number / connections)
        while time.perf_counter() < end:
            start = time.perf_counter()
            await answer(port, stream, make())
            times.append(time.perf_counter() - start)
            await asyncio.sleep(max(0, pause_s - times[-1]) if pause_s else 0)
        stream[1].close()  # type: ignore[union-attr]

    await asyncio.gather(*map(one, range(connections)))
    return times


def requests_of(token: str) -> dict[str, Make]:
    """Give what makes the next request of each kind."""
    numbers = count(1)
    ids = message_ids("650", 1)
    banks = request("GET", f"{MERCHANT}/lists/bank?{urlencode(ids)}", token)
    paid = sample_payment(0)
    first = request("POST", f"{MERCHANT}/redirect", token, json.dumps(paid).encode())
    ids |= {"endToEndId": paid["endToEndId"]}
    status = request("GET", f"{MERCHANT}/payment/status?{urlencode(ids)}", token)

    def payment() -> bytes:
        body = json.dumps(sample_payment(next(numbers))).encode()
        return request("POST", f"{MERCHANT}/redirect", token, body)

    def refused() -> bytes:
        body = sample_payment(next(numbers)) | {"amount": "100000.00"}
        return request("POST", f"{MERCHANT}/redirect", token, json.dumps(body).encode())

    return {
        "": lambda: first,
        "status": lambda: status,
        "bank list": lambda: banks,
        "payment": payment,
        "refused": refused,
    }


def asked(pipe: Connection) -> tuple[int, float, float]:
    """Ask a server for what `tell` tells."""
    pipe.send(1)
    found: tuple[int, float, float] = pipe.recv()
    return found


def p99(times: list[float]) -> float:
    """Give the time that one in a hundred exceeds, in ms."""
    return sorted(times)[int(len(times) * 0.99)] * 1000


def rows() -> Iterator[Row]:
    """Measure each kind of request, then many at once."""
    context = multiprocessing.get_context("spawn")
    (ours, theirs), (bares, told) = context.Pipe(), context.Pipe()
    for target, pipe in ((serve_sandbox, theirs), (serve_bare, told)):
        context.Process(target=target, args=(pipe,), daemon=True).start()
    port, token = ours.recv()
    kinds = requests_of(token)
    asyncio.run(answer(port, [], kinds.pop("")()))
    bodies = {
        kind: asyncio.run(answer(port, [], make())) for kind, make in kinds.items()
    }
    bares.send({f"/{kind.split()[0]}": body for kind, body in bodies.items()})
    bare = bares.recv()
    plain = {kind: plainly(kind, make(), token) for kind, make in kinds.items()}
    for kind, make in kinds.items():
        taken: dict[int, list[float]] = {port: [], bare: []}
        for _ in range(ROUNDS):
            for at, pipe, makes in ((bare, bares, plain[kind]), (port, ours, make)):
                before = asked(pipe)[2]
                times = asyncio.run(load(at, makes, 16, SECONDS))
                taken[at].append((asked(pipe)[2] - before) / len(times) * 1e6)
        mine, its = (statistics.median(taken[at]) for at in (port, bare))
        yield Row(f"sandbox: {kind}, CPU us", mine, its)
    for kind, make in kinds.items():
        mine, its = (
            p99(asyncio.run(load(at, makes, 64, SECONDS)))
            for at, makes in ((port, make), (bare, plain[kind]))
        )
        yield Row(f"sandbox: {kind}, p99 of 64, ms", mine, its)
    mine, its = (
        p99(asyncio.run(load(at, makes, 200, 5 * SECONDS, pause_s=1)))
        for at, makes in ((port, kinds["bank list"]), (bare, plain["bank list"]))
    )
    yield Row("sandbox: p99 of 200 learners, ms", mine, its)
    for place, what in enumerate(("threads", "memory, MB")):
        yield Row(f"sandbox: {what}", asked(ours)[place], asked(bares)[place])
    for pipe in (ours, bares):
        pipe.send(0)


def plainly(kind: str, sent: bytes, token: str) -> Make:
    """Give what makes the request for the bare app that is like one of ours."""
    body = sent.partition(b"\r\n\r\n")[2]
    method = "POST" if body else "GET"
    same = request(method, f"/{kind.split()[0]}", token, body)
    return lambda: same
