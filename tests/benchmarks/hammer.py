"""Send a sandbox what no client sends: it answers, never 500, and its memory stays.

    python -m tests.benchmarks.hammer [REQUESTS] [SEED]

Ten thousand requests unless told otherwise: random bytes, methods, paths and headers,
tricks in paths, broken chunks and headers, bodies that are too large; then 200 senders
who send a piece now and then, while others are served. The sandbox runs in a process
of its own; what that writes to its error output is shown and is a failure.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import random
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

from paynet_nb.paynet import operations
from paynet_nb.sandbox import Sandbox

PATIENCE_S = 10.0
TOO_MUCH = 1_000_001  # a byte more than the sandbox takes
MEMORY_MB = 15  # what the second half of a run may add
# A server says itself that it does not know a transfer coding (RFC 9112 section 6.1).
_NOT_IMPLEMENTED = 501

_PATHS = [one.base + one.path for one in operations() if one.sandbox]
_PATHS += ["/token", "/auth/token", "/openapi.json", "/", "*", "/RPP/MY/Redirect/RTP"]
_METHODS = [
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "PATCH",
    "X" * 99,
]
_TRICKS = [
    *("/..", "/../../etc/passwd", "/%2e%2e/", "/.%2e/x", "/%2f", "//", "///x", "/./"),
    *(
        "/%00",
        "/%0d%0aX:1",
        "/%ff%fe",
        "/%zz",
        "/%",
        "/;x=1",
        "/\\..\\",
        "?%00=%ff&&==",
    ),
    *("/é", "/" + "a" * 20_000, "?" + "a=1&" * 5_000, "/%25%32%65", "#x", "/{name}"),
]
_NAMES = [
    *("Authorization", "Content-Type", "Content-Length", "Transfer-Encoding", "Expect"),
    *("Host", "Cookie", "X-Signature", "X-Business-Message-Id", "Connection", "Range"),
    *("X-Forwarded-For", "Accept-Encoding", "If-None-Match", "Upgrade", "Origin"),
]
_VALUES = [
    *("", "0", "-1", "é", "Bearer", "Bearer ", "Bearer a.b.c", "Basic !", "Bearer é=="),
    *("chunked", "gzip, chunked", "identity", "100-continue", "close, keep-alive", ","),
    *("bytes=0-1", "multipart/form-data; boundary=", "application/json; charset=x"),
    *("application/x-www-form-urlencoded", "text/plain", "9" * 30, "x" * 5_000, "null"),
]
_BODIES = [
    *(b"", b"{", b"[" * 5_000, b'{"a": 1e999999999}', b'"\\ud800"', b"\xff\xfe\x00"),
    *(b'{"appHeader": null, "data": []}', b"grant_type=x&client_id=%ff", b"null", b"1"),
]
_CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
_CHUNKS = [
    *(b"zz\r\nno\r\n", b"-1\r\n", b"5\r\nab", b"1\r\na\r\n", b"0\r\n", b"\r\n\r\n"),
    *(b"ffffffffffffffffff\r\n", b"3;ext=1\r\nabc\r\n0\r\n\r\n", b"1\nx\n0\n\n"),
    *(
        b"0\r\nTrailer: x\r\n\r\n",
        b"2\r\nabc\r\n0\r\n\r\n",
        b"10000000\r\n" + b"a" * 99,
    ),
]
_HEADS = [
    *(
        b"A" + b"a" * 300_000,
        b": x\r\n",
        b" folded: x\r\n",
        b"a b: c\r\n",
        b"\x00: \x01",
    ),
    *(b"Host: a\r\nHost: b\r\n", b"Content-Length: 1\r\nContent-Length: 2\r\n"),
    *(
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"X:\x7f\xff\r\n",
        b"\n\n",
    ),
    *(b"Content-Length: +1\r\n", b"Content-Length: 1_0\r\n", b"X-A: 1\r\n" * 3_000),
]


def bytes_at_random(chance: random.Random, _port: int) -> bytes:
    """Make anything, with the end of a header in it."""
    return chance.randbytes(chance.randrange(1, 300)) + b"\r\n\r\n"


def strange(chance: random.Random, port: int) -> bytes:
    """Make a request that is well formed: what it says is not."""
    path = chance.choice(_PATHS).replace("{", "").replace("}", "")
    if chance.random() < 0.5:
        path += chance.choice(_TRICKS)
    named = {"Host": f"127.0.0.1:{port}", "Connection": "close"}
    for _ in range(chance.randrange(4)):
        named[chance.choice(_NAMES)] = chance.choice(_VALUES)
    body = chance.choice(_BODIES)
    if chance.random() < 0.9:
        named["Content-Length"] = str(len(body))
    lines = [f"{chance.choice(_METHODS)} {path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in named.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def broken_chunks(chance: random.Random, port: int) -> bytes:
    """Make a body in chunks that are none."""
    return _head(chance, port, _CHUNKED) + b"".join(
        chance.choices(_CHUNKS, k=chance.randrange(1, 4))
    )


def broken_head(chance: random.Random, port: int) -> bytes:
    """Make headers that are none."""
    return _head(chance, port, chance.choice(_HEADS) + b"\r\n\r\n")


def too_large(chance: random.Random, port: int) -> bytes:
    """Make a body that is larger than the sandbox takes."""
    if chance.random() < 0.5:
        return _head(chance, port, b"Content-Length: %d\r\n\r\n" % TOO_MUCH)
    chunk = b"%x\r\n%b\r\n" % (TOO_MUCH, b"a" * TOO_MUCH)
    return _head(chance, port, _CHUNKED) + chunk


def _head(chance: random.Random, port: int, more: bytes) -> bytes:
    line = f"{chance.choice(['POST', 'PUT'])} {chance.choice(_PATHS)} HTTP/1.1\r\n"
    host = f"Host: 127.0.0.1:{port}\r\nConnection: close\r\n"
    return (line + host).encode() + more


KINDS: list[Callable[[random.Random, int], bytes]] = [
    *(bytes_at_random, strange, strange, strange, broken_chunks, broken_head),
]


def drawn(chance: random.Random, port: int, number: int) -> list[bytes]:
    """Draw so many requests after one of each trick; one in a hundred is too large."""
    end = b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    return [
        *(f"GET {_PATHS[0]}{trick}".encode() + end for trick in _TRICKS),
        *(_head(chance, port, head + b"\r\n\r\n") for head in _HEADS),
        *(_head(chance, port, _CHUNKED + chunk) for chunk in _CHUNKS),
        *(
            (too_large if turn % 100 == 50 else chance.choice(KINDS))(chance, port)
            for turn in range(number)
        ),
    ]


def answer_to(sent: bytes, port: int, patience_s: float) -> bytes:
    """Send bytes and read what comes; what is waited for longer is left."""
    parts = []
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as wire:
        wire.settimeout(patience_s)
        with contextlib.suppress(OSError):  # cut, or it waits for more
            wire.sendall(sent)
            while part := wire.recv(65536):
                parts.append(part)
    return b"".join(parts)


def fault_in(answer: bytes) -> str:
    """Say what is wrong with an answer; "": nothing."""
    if b"Traceback" in answer or b'File "' in answer:
        return "a trace of the program"
    if not answer:
        return ""  # the connection was cut
    if not answer.startswith(b"HTTP/1."):
        return "no HTTP"
    if answer.startswith(b"HTTP/1.1 100 "):  # the answer follows
        return fault_in(answer.partition(b"\r\n\r\n")[2])
    status = int(answer.split(b" ", 2)[1])
    return f"{status}" if status >= 500 and status != _NOT_IMPLEMENTED else ""


async def send_slowly(port: int, senders: int, pieces: int, pause_s: float) -> int:
    """Have many send a request a piece at a time; count the good answers."""
    body = b'{"hello": "PayNet"}'
    head = b"POST /none HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    sent = head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    size = -(-len(sent) // pieces)

    async def one() -> bool:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for at in range(0, len(sent), size):
            writer.write(sent[at : at + size])
            await writer.drain()
            await asyncio.sleep(pause_s)
        answer = await reader.read()
        writer.close()
        return answer.startswith(b"HTTP/1.1 404 ")

    return sum(await asyncio.gather(*(one() for _ in range(senders))))


def _serve(pipe: Connection, errors: str) -> None:
    """Serve a sandbox; tell its port, then its memory in MB, each time."""
    os.dup2(os.open(errors, os.O_WRONLY), 2)
    with Sandbox() as box:
        pipe.send(int(box.url.rpartition(":")[2]))
        while pipe.recv():
            told = Path("/proc/self/status").read_text().partition("VmRSS:")[2]
            pipe.send(int(told.split()[0]) // 1024)


def _hammered(port: int, requests: list[bytes]) -> tuple[Counter[str], list[str]]:
    """Send requests, 16 at a time; count the statuses and list what is wrong."""
    statuses, wrong = Counter[str](), []
    with ThreadPoolExecutor(16) as pool:
        answers = pool.map(lambda sent: answer_to(sent, port, 0.5), requests)
        for sent, answer in zip(requests, answers, strict=True):
            statuses[answer[9:12].decode("latin-1") or "none"] += 1
            if fault := fault_in(answer):
                wrong.append(f"{fault}: {sent[:200]!r}")
    return statuses, wrong


def _beside_slow_ones(port: int) -> tuple[int, str]:
    """Serve others while 200 send slowly; count these, and tell of those."""
    ask = b"GET /none HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    served, longest = 0, 0.0
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(asyncio.run, send_slowly(port, 200, 20, 0.25))
        while not slow.done():
            begun = time.perf_counter()
            served += answer_to(ask, port, PATIENCE_S).startswith(b"HTTP/1.1 404 ")
            longest = max(longest, time.perf_counter() - begun)
    return slow.result(), f"{served} others, the longest after {longest * 1000:.0f} ms"


def main(number: int = 10_000, seed: int = 13) -> int:
    """Run all, print what came; give the number of things that are wrong."""
    chance = random.Random(seed)  # noqa: S311 - the same in each run
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with tempfile.NamedTemporaryFile() as errors:
        child = context.Process(target=_serve, args=(theirs, errors.name), daemon=True)
        child.start()
        port: int = ours.recv()
        statuses, wrong, memories = Counter[str](), list[str](), list[int]()
        for _ in range(10):
            counted, found = _hammered(port, drawn(chance, port, number // 10))
            statuses += counted
            wrong += found
            ours.send(1)
            memories.append(ours.recv())
        good, others = _beside_slow_ones(port)
        ours.send(1)
        memories.append(ours.recv())
        ours.send(0)
        child.join()
        trace = Path(errors.name).read_text(errors="replace")
    print(f"{number:,} requests, seed {seed}:", dict(statuses.most_common()))
    print(f"{good} of 200 slow senders were answered, meanwhile {others}")
    print("memory in MB, ten times on the way and at the end:", *memories)
    if memories[-1] - memories[5] > MEMORY_MB:
        wrong.append(f"memory grew by {memories[-1] - memories[5]} MB")
    if good != 200:
        wrong.append("a slow sender had no answer")
    wrong += [trace] if trace else []
    print(*wrong, f"{len(wrong)} wrong", sep="\n")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(min(main(*map(int, sys.argv[1:])), 1))
