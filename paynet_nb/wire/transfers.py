"""`Transfers`: libcurl's transfers, which all wait in one thread."""

from __future__ import annotations

import errno
import http.client
import io
import re
import socket
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pycurl
from greenlet import getcurrent
from urllib3.exceptions import (
    ConnectTimeoutError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)
from urllib3.util import wait_for_read

from paynet_nb.wire.answer import WAITS
from paynet_nb.wire.connections import MOST_AT_ONCE
from paynet_nb.wire.transport import too_large

_LOOK_S = 0.05  # between two looks at what takes too long
_SOON_S = 1.0
# Answers that are taken before the requests which follow them go out: of all at once
# the last waits for what is done with the others, and all stay one bunch.
_AT_A_TIME = 8
_YES: int = pycurl.PREREQFUNC_OK
_NO: int = pycurl.PREREQFUNC_ABORT
_NUMBER = re.compile(r".*: | \(\d+\)$")  # around OpenSSL's words
_WANTS = re.compile(r"::.* alert .*(certificate|unknown ca)")
_MISMATCHES = 62, 64  # OpenSSL's numbers: of the host's name, of its IP address


class Transfer:
    """One of libcurl's handles, with what comes in.

    Attributes:
        handle: Keeps its options from one request to the next.
        failure: libcurl's number and text, or None.
        is_sent: Whether its request goes out, or did.

    Args:
        options: What is the same for all requests.
        kept: The connections that are open, and not in use.
    """

    def __init__(self, options: Mapping[int, Any], kept: KeptConnections) -> None:
        self.handle = pycurl.Curl()
        self.failure: tuple[int, str] | None = None
        self.is_sent = False
        self._body, self._lines = io.BytesIO(), list[bytes]()
        self._kept = kept
        for option, value in options.items():
            self.handle.setopt(option, value)
        self.handle.setopt(pycurl.WRITEFUNCTION, self._body.write)
        self.handle.setopt(pycurl.HEADERFUNCTION, self._lines.append)
        self.handle.setopt(pycurl.PREREQFUNCTION, self._may_go_out)

    def begin(self, wait_s: float | None) -> None:
        """Note when its request goes out."""
        self.is_sent, self._wait_s = False, wait_s
        self._looked, self._come = time.monotonic(), 0
        self._until = self._looked + WAITS * (wait_s or 0.0)
        self.greenlet = getcurrent()

    def take(self) -> tuple[list[bytes], bytes]:
        """Give the lines of all heads, and the body; the next ones may come."""
        lines, body = self._lines[:], self._body.getvalue()
        self._lines.clear()
        self._body.seek(0)
        self._body.truncate()
        return lines, body

    def is_late(self, now: float) -> bool:
        """Tell whether nothing came for too long, or all takes too long."""
        if self._wait_s is None:
            return False
        come = len(self._lines) + self._body.tell()
        # Until there is a connection, libcurl has its own time limit.
        if come != self._come or not self.is_sent:
            self._looked, self._come = now, come
        return now - self._looked > self._wait_s or now > self._until

    def end(self, failure: tuple[int, str] | None) -> None:
        """Note how it ended, and by which connection, if that is kept."""
        self.failure = failure
        if failure is None:
            self._kept.add(self.handle)

    def is_refused(self) -> bool:
        """Tell whether nothing went out, since its connection was over."""
        if self.failure is None or self.failure[0] != pycurl.E_ABORTED_BY_CALLBACK:
            return False
        # Not a second time: the first was not answered.
        self.failure = pycurl.E_GOT_NOTHING, "closed before the answer"
        return not self.is_sent

    def _may_go_out(self, _to: str, _from: str, _at: int, port: int) -> int:
        """Refuse a connection that is over, and a second time for one request.

        libcurl sends a request once more, a payment, too, where a kept connection
        breaks off before the answer.
        """
        if self.is_sent:
            self._kept.are_futile = True
            return _NO
        self.is_sent = not self._kept.is_over(port)
        return _YES if self.is_sent else _NO


class KeptConnections:
    """The connections that libcurl keeps open, by their ports here.

    It looks itself only at those that nobody used for a second.

    Attributes:
        are_futile: Whether the server closes them right behind an answer, and does not
            say so: a request that crosses with it may be done, or not.
    """

    def __init__(self) -> None:
        self.are_futile = False
        self._sockets: dict[int, tuple[Any, float]] = {}

    def add(self, handle: pycurl.Curl) -> None:
        """Note the connection of a request that has its answer."""
        socket_number = handle.getinfo(pycurl.ACTIVESOCKET)
        if socket_number != pycurl.SOCKET_BAD:
            port = handle.getinfo(pycurl.LOCAL_PORT)
            self._sockets[port] = socket_number, time.monotonic()

    def is_over(self, port: int) -> bool:
        """Tell whether the server closed a connection; it goes into use otherwise."""
        socket_number, since = self._sockets.pop(port, (None, 0.0))
        # What can be read before the request is the end, as urllib3 takes it.
        if socket_number is None or not wait_for_read(socket_number, timeout=0.0):
            return False
        self.are_futile |= time.monotonic() - since < _SOON_S
        return True


class Transfers:
    """All transfers of one thread; each greenlet waits for its own.

    Attributes:
        kept: Their connections that are open, and not in use.
    """

    def __init__(self) -> None:
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, MOST_AT_ONCE)
        self.kept = KeptConnections()
        self._under_way: dict[pycurl.Curl, Transfer] = {}
        self._look_at = 0.0

    def __len__(self) -> int:
        return len(self._under_way)

    def run(self, transfer: Transfer, wait_s: float | None) -> None:
        """Let the request of a transfer go out, and wait for the end of its answer."""
        transfer.begin(wait_s)
        self._begin(transfer)
        while transfer.is_refused():
            self._begin(transfer)

    def _begin(self, transfer: Transfer) -> None:
        self._under_way[transfer.handle] = transfer
        self._multi.add_handle(transfer.handle)
        transfer.greenlet.parent.switch()

    def go_on(self, seconds: float) -> None:
        """Write and read what can be; wait for it no longer than so many seconds."""
        if not self._move():
            self._multi.select(seconds)
            self._move()
        now = time.monotonic()
        if now > self._look_at:
            # Behind the reading: what came while the thread was busy counts.
            for late in [x for x in self._under_way.values() if x.is_late(now)]:
                self._end(late.handle, (pycurl.E_OPERATION_TIMEDOUT, ""))
            self._look_at = now + _LOOK_S

    def close(self) -> None:
        """Close all connections."""
        self._multi.close()

    def _move(self) -> bool:
        """Tell whether an answer came to its end."""
        self._multi.perform()
        _, good, bad = self._multi.info_read(_AT_A_TIME)
        for handle in good:
            self._end(handle, None)
        for handle, code, text in bad:
            self._end(handle, (code, text))
        return bool(good or bad)

    def _end(self, handle: pycurl.Curl, failure: tuple[int, str] | None) -> None:
        transfer = self._under_way.pop(handle)
        transfer.end(failure)
        self._multi.remove_handle(handle)
        transfer.greenlet.switch()


def failure_of(transfer: Transfer, url: str) -> Exception:
    """Give what Python's own client would have raised."""
    assert transfer.failure  # noqa: S101  # for type checkers
    code, text = transfer.failure
    ask = transfer.handle.getinfo
    if code == pycurl.E_OPERATION_TIMEDOUT:
        if transfer.is_sent or ask(pycurl.CONNECT_TIME):
            return ReadTimeoutError(None, url, text)  # type: ignore[arg-type]
        return ConnectTimeoutError(text)
    if code == pycurl.E_COULDNT_CONNECT:
        if ask(pycurl.OS_ERRNO) == errno.ECONNREFUSED:
            return ConnectionRefusedError(text)
        return NewConnectionError(None, text)  # type: ignore[arg-type]
    if code == pycurl.E_PEER_FAILED_VERIFICATION:
        return _not_trusted(ask(pycurl.SSL_VERIFYRESULT), text, url)
    # A server of TLS 1.3 that wants a certificate, or another one, says so behind the
    # handshake, and has read no request (RFC 8446 section 4.4.2.4).
    wants = code in _CUT and not ask(pycurl.RESPONSE_CODE) and _WANTS.search(text)
    if code == pycurl.E_SSL_CONNECT_ERROR or wants:
        error = ssl.SSLError(text)
        error.reason = text.rpartition("::")[2].partition(",")[0]
        return error
    if code == pycurl.E_FILESIZE_EXCEEDED:
        return too_large(url)
    if code in _KINDS:
        return _KINDS[code](text)
    if code in _CUT and "chunk" not in text:
        return ProtocolError(text, http.client.RemoteDisconnected(text))
    return no_http(text)


def no_http(text: str) -> Exception:
    """Give what Python's own client raises where an answer is no HTTP, or broken."""
    return ProtocolError(text, http.client.HTTPException(text))


_KINDS: dict[int, type[Exception]] = {
    pycurl.E_COULDNT_RESOLVE_HOST: socket.gaierror,
    pycurl.E_SSL_CACERT_BADFILE: FileNotFoundError,
    pycurl.E_SSL_CERTPROBLEM: FileNotFoundError,
}
_CUT = (
    pycurl.E_GOT_NOTHING,
    pycurl.E_PARTIAL_FILE,
    pycurl.E_RECV_ERROR,
    pycurl.E_SEND_ERROR,
)


def is_odd(error: Exception) -> bool:
    """Tell whether an answer came that libcurl takes for no HTTP."""
    return isinstance(error.args[-1], http.client.HTTPException) and not isinstance(
        error.args[-1], http.client.RemoteDisconnected
    )


def _not_trusted(code: int, text: str, url: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(text)
    error.verify_code, error.verify_message = code, _NUMBER.sub("", text)
    if code in (0, *_MISMATCHES):
        # libcurl compares the name itself, and quotes all of the certificate's.
        host = urlsplit(url).hostname
        error.verify_code = _MISMATCHES[0]
        error.verify_message = f"the certificate is not valid for {host!r}"
    return error
