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
WAITS = 3
_END_OF_HEADERS = b"\r\n\r\n"
# Where Python's reader stops: a line that neither begins as a field does (RFC 9110
# section 5.1) nor goes on with the one before it.
_NO_FIELD = re.compile(rb"(?:\A|\n)(?![ \t\r\n]|[!-9;-~]++:)[^\r\n]*")
# A name may be followed by white space, against the rule (RFC 9112 section 5.1).
_SPACED = re.compile(rb"([!-9;-~]++)[ \t]++:")


class Answer(http.client.HTTPResponse):
    """Reads over interim answers and odd lines, and ends in time.

    Its deadline is three times the time-out that its connection has when the request
    was sent: a pause between two bytes may be as long as that time-out.
    """

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        if (wait := sock.gettimeout()) is not None:
            until = time.monotonic() + WAITS * wait
            self.fp = io.BufferedReader(_Watched(self.fp.detach(), until))

    def begin(self) -> None:
        """Read status and headers."""
        whole = self.fp
        super().begin()
        if self.fp is not None:
            self.fp = whole

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
