"""What a gateway does wrong in a scenario, one function each.

Each gives the answer to a request; None: the usual answer follows.
"""

from __future__ import annotations

import contextlib
import threading
import zlib
from collections.abc import Callable
from typing import NoReturn

from paynet_nb.sandbox import answers
from paynet_nb.sandbox.answers import Raw, json_line
from paynet_nb.sandbox.asked import Asked
from paynet_nb.sandbox.server import GONE, LEAVE, RESET, WAITING
from paynet_nb.sandbox.verdicts import Refusal

# The event is set when the sandbox stops; whatever waits has to end then.
Fault = Callable[[Asked, threading.Event], Raw | None]

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


def slow(asked: Asked, stopping: threading.Event) -> None:
    """Answer as usual, but late."""
    with _waiting(asked):
        stopping.wait(SLOW_S)


def busy(_asked: Asked, _stopping: threading.Event) -> Raw:
    """Say that there are too many requests (RFC 6585 section 4)."""
    refusal = _plain_refusal(429, "rate limit exceeded")
    return refusal.with_headers({"Retry-After": str(RETRY_AFTER_S)})


def broken(_asked: Asked, _stopping: threading.Event) -> Raw:
    """Fail inside."""
    return _plain_refusal(500, "internal error")


def unavailable(_asked: Asked, _stopping: threading.Event) -> Raw:
    """Be down."""
    return _plain_refusal(503, "service unavailable")


def unauthorised(asked: Asked, _stopping: threading.Event) -> Raw:
    """Refuse any token or client, with PayNet's code."""
    why = "The access token is not accepted"
    return answers.unauthorised(asked, why, _family(asked))


def forbidden(asked: Asked, _stopping: threading.Event) -> Raw:
    """Refuse what a good token asks for."""
    why = Refusal("U263", "The sender is not entitled", status=403)
    return answers.refused(asked, why, _family(asked))


def echo(asked: Asked, _stopping: threading.Event) -> Raw:
    """Repeat the request in an OAuth error (RFC 6749 section 5.2)."""
    text = f"cannot read {asked.data.decode(errors='replace')}"
    return json_line({"error": "invalid_request", "error_description": text}, 400)


def portal_page(_asked: Asked, _stopping: threading.Event) -> Raw:
    """Give a sign-in page in place of an answer."""
    kind = {"Content-Type": "text/html; charset=utf-8"}
    return Raw(content=_PAGE.encode(), headers=kind)


def redirect(asked: Asked, _stopping: threading.Event) -> Raw:
    """Send the client to the portal: another origin, since it has another host name."""
    port = asked.request.environ["SERVER_PORT"]
    there = f"http://localhost:{port}{PORTAL}"
    kind = "text/html; charset=utf-8"
    return Raw(
        content=b"", status=302, headers={"Content-Type": kind, "Location": there}
    )


def huge(_asked: Asked, _stopping: threading.Event) -> Raw:
    """Give JSON that is 1000 times larger once unpacked (RFC 9110 section 8.4)."""
    # A megabyte at a time, so that this process does not hold it all either.
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    parts = [packer.compress(b" " * 1_000_000) for _ in range(HUGE_MB)]
    body = b"".join([*parts, packer.compress(b"{}"), packer.flush()])
    return Raw(content=body).with_headers({"Content-Encoding": "gzip"})


def reset(asked: Asked, _stopping: threading.Event) -> Raw:
    """Cut the connection with a TCP reset."""
    with contextlib.suppress(OSError):  # the client has gone by itself
        asked.request.environ[RESET]()
    return Raw(content=_NoAnswer(asked, lambda: True))


def hang(asked: Asked, stopping: threading.Event) -> Raw:
    """Take the request and never answer."""
    gone = asked.request.environ[GONE]
    return Raw(content=_NoAnswer(asked, lambda: gone() or stopping.wait(0.05)))


def _waiting(asked: Asked) -> contextlib.AbstractContextManager[None]:
    # Behind another server than ours nothing is to be told.
    waiting: Callable[[], contextlib.AbstractContextManager[None]]
    waiting = asked.request.environ.get(WAITING, contextlib.nullcontext)
    return waiting()


class _NoAnswer:
    """A body that never comes: iterating it ends with the connection closed."""

    def __init__(self, asked: Asked, is_over: Callable[[], bool]) -> None:
        self._is_over = is_over
        self._waiting = _waiting(asked)
        self._leave: Callable[[], NoReturn] = asked.request.environ[LEAVE]

    def __iter__(self) -> _NoAnswer:
        return self

    def __next__(self) -> NoReturn:
        with self._waiting:
            while not self._is_over():
                pass
        self._leave()


def _family(asked: Asked) -> str:
    # At the token's endpoint, too, this is PayNet's envelope and not OAuth's.
    return "" if asked.family == "token" else asked.family


def _plain_refusal(status: int, message: str) -> Raw:
    return json_line({"message": message}, status)
