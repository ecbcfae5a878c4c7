"""What an answer begins with is read as Python's own reader reads it, but faster."""

from __future__ import annotations

import http.client
import itertools
import socket
from typing import Any

import pytest

from paynet_nb.wire.answer import Answer

STARTS = (
    "HTTP/1.1 200 OK",
    "HTTP/1.1 200",
    "HTTP/1.1 404 Not  Found ",
    "HTTP/1.1  200 OK",
    "HTTP/1.1 204 No Content",
    "HTTP/1.1 304 Not Modified",
    "HTTP/1.1 999 caf\xe9",
    "HTTP/1.1 2000 OK",
    "HTTP/1.1 2\xb2\xb2 OK",
    "HTTP/1.0 200 OK",
    "HTTP/2 200 OK",
    "ICY 200 OK",
)
HEADERS = (
    "",
    "Content-Length: 4",
    "content-length:4\r\nConnection: close",
    "Content-Length: 4 ",
    "Content-Length: +4",
    "Content-Length: -4",
    "Content-Length: \xb2",
    "Content-Length:",
    "Content-Length: " + "9" * 5_000,
    "Content-Length: 4\r\nContent-Length: 5",
    "Transfer-Encoding: chunked\r\nContent-Length: 99",
    "Transfer-Encoding: CHUNKED",
    "Transfer-Encoding: gzip, chunked",
    "connection: Keep-Alive, CLOSE\r\nContent-Length: 4",
    "Keep-Alive: timeout=5",
    "Set-Cookie: a=1\r\nX:\tv \t\r\nset-cookie: b=2; c",
    "X: a\r\n folded\r\nContent-Length: 4",
    "X: \xe9\x80 \x85 \x0c a:b\r\nContent-Length: 4",
    "X: a\rb\r\nContent-Length: 4",
    "Content-Type: multipart/mixed; boundary=x\r\nContent-Length: 4",
    "\r\n".join(f"X-{number}: {number}" for number in range(99)),
    "\r\n".join(f"X-{number}: {number}" for number in range(100)),
)
BODY = "4\r\nBODY\r\n0\r\n\r\nMORE"


def read_by(kind: type[http.client.HTTPResponse], sent: str, method: str) -> Any:
    """Have an answer read that has come whole; give all that is known of it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(10)
        theirs.sendall(sent.encode("latin-1"))
        theirs.shutdown(socket.SHUT_WR)
        answer = kind(ours, method=method)
        try:
            answer.begin()
            read = answer.read()
        except http.client.HTTPException:
            return "no HTTP"
        finally:
            answer.close()
    told = answer.status, answer.reason, answer.version, answer.msg.items()
    return *told, answer.headers.get_all("Set-Cookie"), answer.will_close, read


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_it_is_read_as_by_python(line_end: str) -> None:
    """Status, headers with their order and case, length, end of the connection."""
    wrong = []
    for start, headers in itertools.product(STARTS, HEADERS):
        head = line_end.join([start, *filter(None, headers.split("\r\n")), "", ""])
        for method in ("GET", "HEAD"):
            expected = read_by(http.client.HTTPResponse, head + BODY, method)
            if read_by(Answer, head + BODY, method) != expected:
                wrong.append((start, headers, method))

    assert wrong == []
