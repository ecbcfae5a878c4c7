"""The names that a sandbox answers to, in a Host header.

A web page could have a name of its own lead to this machine (DNS rebinding) and so read
what a sandbox answers; and a token that is asked for in clear must not leave it.
"""

from __future__ import annotations

import contextlib
import re
import socket
from dataclasses import dataclass

from werkzeug import Request

from paynet_nb.errors import RefusedError
from paynet_nb.paynet import is_loopback, origin_of

HOST = "127.0.0.1"
# What nearly every request has; the rest is looked at closely.
_USUAL = re.compile(r"(127\.0\.0\.1|localhost)(:[0-9]{1,4}|:[1-5][0-9]{4})?")
EVERY = frozenset({"0.0.0.0", "::"})  # noqa: S104  # told apart, not listened on
# Nobody's (RFC 5737); a datagram socket that is connected to it sends nothing.
_NOBODY = ("192.0.2.1", 9)


@dataclass(frozen=True)
class Names:
    """What a sandbox is called by.

    Attributes:
        others: Its names and addresses beside those that can only mean this machine.
        told: What to say to whoever calls it otherwise.
    """

    others: frozenset[str]
    told: str

    def are_meant_by(self, request: Request) -> bool:
        """Tell whether a request's Host header has one of them."""
        host = request.environ.get("HTTP_HOST", HOST)  # HTTP/1.0 has none
        if _USUAL.fullmatch(host):
            return True
        if set("/?#") & set(host):
            return False
        try:
            # Over plain http, which is refused for every other machine's name.
            origin_of(f"http://{host}")
        except RefusedError:
            return self._is_other(host)
        return True

    def _is_other(self, host: str) -> bool:
        try:
            return origin_of(f"https://{host}").host.lower() in self.others
        except RefusedError:
            return False


ONLY_LOOPBACK = Names(
    frozenset(),
    "Host - this sandbox serves its own machine only: call it as 127.0.0.1 or "
    "localhost, and have a tunnel or a proxy send that as Host",
)


def names_at(host: str) -> list[str]:
    """List what a server that listens on *host* is called by, the best name first."""
    if host not in EVERY:
        return [host.lower()]
    found = [_outgoing_address(), socket.gethostname().lower()]
    with contextlib.suppress(OSError):  # a name that nobody knows
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    kept = [one for one in dict.fromkeys(found) if one and not is_loopback(one)]
    return kept or [HOST]


def _outgoing_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(_NOBODY)
        except OSError:  # no network
            return ""
        address: str = asking.getsockname()[0]
        return address
