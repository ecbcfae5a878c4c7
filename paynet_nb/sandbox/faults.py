"""What a gateway does wrong in a scenario, one function each.

Each is called while Flask serves the request, and gives the answer; None: the usual
answer follows.
"""

from __future__ import annotations

import contextlib
import threading
import zlib
from collections.abc import Callable
from typing import NoReturn

from flask import Response, jsonify, request

from paynet_nb.paynet import find_operation
from paynet_nb.sandbox import answers
from paynet_nb.sandbox.server import GONE, LEAVE, RESET, WAITING
from paynet_nb.sandbox.verdicts import Refusal

# The event is set when the sandbox stops; whatever waits has to end then.
Fault = Callable[[threading.Event], Response | None]

SLOW_S = 0.2
RETRY_AFTER_S = 1
HUGE_MB = 64
PORTAL = "/portal/sign-in"

_PAGE = """<!DOCTYPE html>
<html><head><title>Sign in</title></head>
<body><h1>Sign in to use this network</h1>
<form method="post"><input name="user"><input name="password" type="password"></form>
</body></html>
"""


def slow(stopping: threading.Event) -> None:
    """Answer as usual, but late."""
    with _waiting():
        stopping.wait(SLOW_S)


def busy(_stopping: threading.Event) -> Response:
    """Say that there are too many requests (RFC 6585 section 4)."""
    response = _plain_refusal(429, "rate limit exceeded")
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def broken(_stopping: threading.Event) -> Response:
    """Fail inside."""
    return _plain_refusal(500, "internal error")


def unavailable(_stopping: threading.Event) -> Response:
    """Be down."""
    return _plain_refusal(503, "service unavailable")


def unauthorised(_stopping: threading.Event) -> Response:
    """Refuse any token or client, with PayNet's code."""
    return answers.unauthorised(_family(), "The access token is not accepted")


def forbidden(_stopping: threading.Event) -> Response:
    """Refuse what a good token asks for."""
    why = Refusal("U263", "The sender is not entitled", status=403)
    return answers.refused(_family(), why)


def echo(_stopping: threading.Event) -> Response:
    """Repeat the request in an OAuth error (RFC 6749 section 5.2)."""
    text = f"cannot read {request.get_data(as_text=True)}"
    response = jsonify(error="invalid_request", error_description=text)
    response.status_code = 400
    return response


def portal_page(_stopping: threading.Event) -> Response:
    """Give a sign-in page in place of an answer."""
    return Response(_PAGE, mimetype="text/html")


def redirect(_stopping: threading.Event) -> Response:
    """Send the client to the portal: another origin, since it has another host name."""
    port = request.environ["SERVER_PORT"]
    return Response(
        status=302, headers={"Location": f"http://localhost:{port}{PORTAL}"}
    )


def huge(_stopping: threading.Event) -> Response:
    """Give JSON that is 1000 times larger once unpacked (RFC 9110 section 8.4)."""
    # A megabyte at a time, so that this process does not hold it all either.
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    parts = [packer.compress(b" " * 1_000_000) for _ in range(HUGE_MB)]
    body = b"".join([*parts, packer.compress(b"{}"), packer.flush()])
    return Response(
        body, mimetype="application/json", headers={"Content-Encoding": "gzip"}
    )


def reset(_stopping: threading.Event) -> Response:
    """Cut the connection with a TCP reset."""
    with contextlib.suppress(OSError):  # the client has gone by itself
        request.environ[RESET]()
    return Response(_NoAnswer(lambda: True, request.environ[LEAVE]))


def hang(stopping: threading.Event) -> Response:
    """Take the request and never answer."""
    gone, leave = request.environ[GONE], request.environ[LEAVE]
    return Response(_NoAnswer(lambda: gone() or stopping.wait(0.05), leave))


def _waiting() -> contextlib.AbstractContextManager[None]:
    # Behind another server than ours nothing is to be told.
    waiting: Callable[[], contextlib.AbstractContextManager[None]]
    waiting = request.environ.get(WAITING, contextlib.nullcontext)
    return waiting()


class _NoAnswer:
    """A body that never comes: iterating it ends with the connection closed."""

    def __init__(
        self, is_over: Callable[[], bool], leave: Callable[[], NoReturn]
    ) -> None:
        self._is_over = is_over
        self._waiting = _waiting()
        self._leave = leave

    def __iter__(self) -> _NoAnswer:
        return self

    def __next__(self) -> NoReturn:
        with self._waiting:
            while not self._is_over():
                pass
        self._leave()


def _family() -> str:
    called = find_operation(request.method, request.path)
    # At the token's endpoint, too, this is PayNet's envelope and not OAuth's.
    return called.family if called and called.family != "token" else ""


def _plain_refusal(status: int, message: str) -> Response:
    response = jsonify(message=message)
    response.status_code = status
    return response
