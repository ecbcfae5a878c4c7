"""`Answer`: an HTTP answer as it is read from a connection, to its end or not at all.

Python's own reader takes 102 and 103 for the final answer, loses all headers behind a
line without a colon, and waits for ever where something comes now and then.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import time
from typing import Any

# So many interim answers (RFC 9110 section 15.2) are read over; a server may send some.
_MOST_INTERIM = 100
# A whole answer may take so many times what a wait for its next bytes may take.
_WAITS = 3
_BODILESS = frozenset({http.client.NO_CONTENT, http.client.NOT_MODIFIED})
_END_OF_HEADERS = b"\r\n\r\n"
# Where Python's reader stops: a line that neither begins as a field does (RFC 9110
# section 5.1) nor goes on with the one before it.
_NO_FIELD = re.compile(rb"(?:\A|\n)(?![ \t\r\n]|[!-9;-~]++:)[^\r\n]*")
# What most answers begin with: a final status, and fields of one line each.
_PLAIN = re.compile(
    r"HTTP/1\.1 ([2-9][0-9]{2})(?: ([^\r\n]*+))?\r\n"
    r"((?:[!-9;-~]++:[^\r\n]*+\r\n)*+)\r\n"
)
_FIELD = re.compile(r"([!-9;-~]++):[ \t]*+([^\r\n]*+)\r\n")
_LENGTH = re.compile("[0-9]{1,18}")
_MOST_FIELDS = 90  # Python's reader takes no more than 100
# A name may be followed by white space, against the rule (RFC 9112 section 5.1).
_SPACED = re.compile(rb"([!-9;-~]++)[ \t]++:")


class Answer(http.client.HTTPResponse):
    """Reads over interim answers and odd lines, and ends in time.

    Its deadline is three times the time-out that its connection has when the request
    was sent: a pause between two bytes may be as long as that time-out.
    """

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(_InTime(sock), *args, **options)  # type: ignore[arg-type]

    def begin(self) -> None:
        """Read status and headers."""
        if self._has_begun():
            return
        whole = self.fp
        super().begin()
        if self.fp is not None:
            self.fp = whole

    def _has_begun(self) -> bool:
        """Begin where all has come at once and is plain: in a fifth of Python's time.

        Python gives the headers to its parser of e-mail. What is read here is what it
        would have read; anything else is left to it.
        """
        come = self.fp.peek()
        end = come.find(_END_OF_HEADERS) + len(_END_OF_HEADERS)
        plain = _PLAIN.fullmatch(come[:end].decode("latin-1"))
        fields = _FIELD.findall(plain[3]) if plain else []
        if plain is None or len(fields) > _MOST_FIELDS:
            return False
        first = {name.lower(): value for name, value in reversed(fields)}
        length = first.get("content-length", "")
        if length and not _LENGTH.fullmatch(length):
            return False
        self.fp.read(end)
        self.headers = self.msg = _Fields(fields)
        self.version, self.reason = 11, (plain[2] or "").strip()
        self.code = self.status = int(plain[1])
        self.chunked = first.get("transfer-encoding", "").lower() == "chunked"
        self.chunk_left = None
        self.length = int(length) if length and not self.chunked else None
        if self.status in _BODILESS or self._method == "HEAD":  # type: ignore[attr-defined]
            self.length = 0
        self.will_close = "close" in first.get("connection", "").lower() or (
            self.length is None and not self.chunked
        )
        return True

    def _safe_read(self, amt: int) -> bytes:
        # int() reads "-1" as the length of a chunk, and a file then reads all there is.
        if amt < 0:
            raise http.client.HTTPException("a chunk of a negative length")
        return super()._safe_read(amt)  # type: ignore[misc, no-any-return]

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(_MOST_INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if status // 100 != 1 or status == http.client.SWITCHING_PROTOCOLS:
                self._leave_out_odd_lines()
                return version, status, reason
            http.client._read_headers(self.fp)  # type: ignore[attr-defined]
        raise http.client.HTTPException("interim answers without end")

    def _leave_out_odd_lines(self) -> None:
        """Read on behind a line that is no field, as browsers and curl do."""
        come = self.fp.peek()
        end = come.find(_END_OF_HEADERS)
        # The usual case: the headers have come whole, and each line is a field.
        if come[:2] == b"\r\n" or (end >= 0 and not _NO_FIELD.search(come, 0, end)):
            return
        lines = http.client._read_headers(self.fp)  # type: ignore[attr-defined]
        joined = [
            _SPACED.sub(rb"\1:", line, count=1) if _SPACED.match(line) else line
            for line in lines
        ]
        fields = [line for line in joined if not _NO_FIELD.match(line)]
        self.fp = io.BufferedReader(io.BytesIO(b"".join(fields)))


class _Fields(http.client.HTTPMessage):
    """Headers as they came."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in fields:
            self.set_raw(name, value)


class _InTime:
    """Gives an answer's bytes up to a point of time, in the place of its socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Give what reads, as `socket.makefile` does."""
        wait = self._sock.gettimeout()
        if wait is None:
            return self._sock.makefile("rb")
        until = time.monotonic() + _WAITS * wait
        return io.BufferedReader(_Watched(self._sock.makefile("rb", 0), until))


class _Watched(io.RawIOBase):
    """Bytes from a socket, up to a point of time."""

    def __init__(self, raw: io.RawIOBase, until: float) -> None:
        self._raw = raw
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if time.monotonic() > self._until:
            raise TimeoutError("the answer takes too long")
        found: int | None = self._raw.readinto(buffer)
        return found

    def close(self) -> None:
        self._raw.close()
        super().close()
