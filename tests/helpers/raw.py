"""A loopback server that speaks bytes, for what no HTTP server library would send."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Script = Callable[[socket.socket, threading.Event], None]


@contextmanager
def raw_server(script: Script) -> Iterator[tuple[str, list[bytes]]]:
    """Serve *script* to each connection; give the URL and the requests that arrived.

    The script gets the connection, its request read, and an event that is set when the
    test is over.
    """
    over, arrived = threading.Event(), list[bytes]()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection, suppress(EOFError):
            arrived.append(_read_request(connection))
            script(connection, over)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", arrived
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def reset(connection: socket.socket, _over: threading.Event) -> None:
    """Break the connection off with a TCP reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang(_connection: socket.socket, over: threading.Event) -> None:
    """Never answer."""
    over.wait(60)


def drip(connection: socket.socket, over: threading.Event) -> None:
    """Send a header that never ends, a byte at a time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not over.wait(0.05):
        connection.sendall(b"z")


def cut_short(connection: socket.socket, _over: threading.Event) -> None:
    """Promise more bytes than are sent."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _received(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = [
        line for line in head.lower().split(b"\r\n") if b"content-length:" in line
    ]
    wanted = int(length[0].split(b":")[1]) if length else 0
    while len(body) < wanted:
        body += _received(connection)
    return head + b"\r\n\r\n" + body


def _received(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise EOFError
    return received
