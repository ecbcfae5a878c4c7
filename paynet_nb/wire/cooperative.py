"""`CooperativeTransport`: the same way out, for many calls of one thread.

Each call is a greenlet, and while one waits for the network others go on: thousands
wait at once without a thread each. libcurl writes the requests and reads the answers,
in a tenth of the time of Python's own client. What is told, kept and unpacked of an
answer is done as everywhere.
"""

from __future__ import annotations

import http.client
import io
import time
from collections.abc import Iterable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pycurl
import requests
import urllib3
from requests.cookies import extract_cookies_to_jar
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from paynet_nb.wire.connections import response_of
from paynet_nb.wire.transfers import Transfer, Transfers, failure_of, is_odd, no_http
from paynet_nb.wire.transport import LARGEST_ANSWER, Timeout, Transport, read_whole
from paynet_nb.wire.waiting import aside

if pycurl.version_info()[2] < 0x08_04_00 or not hasattr(pycurl, "ACTIVESOCKET"):
    raise ImportError(
        "libcurl before 8.4 reads answers without end, and pycurl before 7.46 does not "
        "tell by which connection one came"
    )

_ADDED = ("Accept", "Content-Type", "Expect", "User-Agent")
_ALWAYS = {
    pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
    pycurl.MAXFILESIZE_LARGE: LARGEST_ANSWER,
    pycurl.NOPROXY: "*",
    pycurl.NOSIGNAL: 1,
    pycurl.PATH_AS_IS: 1,
    pycurl.PROXY: "",
    # As urllib3.
    pycurl.SSLVERSION: pycurl.SSLVERSION_TLSv1_2,
}


class CooperativeTransport(Transport):
    """A way out with the session of *transport*, for the greenlets of one thread.

    Args:
        transport: Whose session; what it answers oddly it reads itself.
        settings: As its `settings_for` gives them; without a proxy.
    """

    in_one_thread = True

    def __init__(self, transport: Transport, settings: dict[str, Any]) -> None:
        super().__init__(transport.session, verify=transport.verify)
        self._of = transport
        self._options = _ALWAYS | _tls(settings["verify"], settings["cert"])
        self.transfers = Transfers()
        # By what is sent with a request: of one kind, the same options are set.
        self._idle: dict[str, list[Transfer]] = {"nothing": [], "HEAD": [], "body": []}

    def send(
        self, request: requests.PreparedRequest, *, timeout: Timeout
    ) -> requests.Response:
        """Send one request and read its answer; meanwhile other greenlets go on.

        Raises:
            requests.RequestException, urllib3.exceptions.HTTPError, OSError: As of any
                transport.
        """
        # libcurl sends no body with HEAD.
        if self._of.reads_itself or (request.method == "HEAD" and request.body):
            return self._by_python(request, timeout)
        kind = _kind_of(request)
        idle = self._idle[kind]
        transfer = idle.pop() if idle else Transfer(self._options, self.transfers.kept)
        connect_s, wait_s = timeout if isinstance(timeout, tuple) else (timeout,) * 2
        _tell(transfer.handle, request, kind, connect_s)
        transfer.handle.setopt(
            pycurl.FRESH_CONNECT, int(self.transfers.kept.are_futile)
        )
        started = time.perf_counter()
        self.transfers.run(transfer, wait_s)
        elapsed = timedelta(seconds=time.perf_counter() - started)
        if transfer.failure:
            error = failure_of(transfer, request.url or "")
            transfer.handle.close()
            return self._odd(request, timeout, error)
        try:
            response = _response(request, *transfer.take())
        except (ValueError, StopIteration):
            # Not as it is: a ValueError tells of a request that cannot be sent.
            return self._odd(request, timeout, no_http("no HTTP"))
        idle.append(transfer)
        response.elapsed = elapsed
        # An auth of requests may send once more by it.
        adapter: Any = self.session.get_adapter(request.url or "")
        response.connection = adapter
        return self.taken(request, response)

    def _odd(
        self, request: requests.PreparedRequest, timeout: Timeout, error: Exception
    ) -> requests.Response:
        """Read by Python's client what libcurl does not: lines that are no fields."""
        if is_odd(error):
            self._of.reads_itself = True
            if request.method in ("GET", "HEAD"):
                return self._by_python(request, timeout)
        raise error

    def _by_python(
        self, request: requests.PreparedRequest, timeout: Timeout
    ) -> requests.Response:
        def whole() -> requests.Response:
            response = self._of.send(request, timeout=timeout)
            read_whole(response)
            return response

        response: requests.Response = aside.get()(whole, at_once=True)
        return response

    def close(self) -> None:
        """Close all connections; in the thread that used them."""
        for idle in self._idle.values():
            for transfer in idle:
                transfer.handle.close()
        self.transfers.close()


def _response(
    request: requests.PreparedRequest, lines: list[bytes], body: bytes
) -> requests.Response:
    status, reason, fields = _last_head(lines)
    headers = urllib3.HTTPHeaderDict()
    for name, _, value in (x.decode("latin-1").partition(":") for x in fields):
        headers.add(name.strip(), value.strip())
    raw: Any = io.BytesIO(body)
    if "Content-Encoding" in headers:
        raw = urllib3.HTTPResponse(
            raw,
            headers,
            status,
            preload_content=False,
            request_method=request.method,  # to a HEAD, no body comes
        )
    response = response_of(request, status, reason, headers, raw)
    if "Set-Cookie" in headers:
        # requests reads them from the message of Python's own client.
        message = http.client.parse_headers(io.BytesIO(b"".join(fields)))
        response.raw._original_response = SimpleNamespace(msg=message)
        extract_cookies_to_jar(response.cookies, request, raw)
    return response


def _last_head(lines: list[bytes]) -> tuple[int, str, list[bytes]]:
    """Give the status, its reason and the fields of the answer itself.

    Before them, interim answers have theirs (RFC 9110 section 15.2), and behind the
    body there may be trailers.
    """
    begin, status = 0, "1"
    while status.startswith("1"):
        end = next(at for at in range(begin, len(lines)) if not lines[at].strip())
        fields = lines[begin + 1 : end]
        version, status, *reason = lines[begin].decode("latin-1").split(None, 2)
        if not version.startswith("HTTP/"):
            raise ValueError("no HTTP")
        begin = end + 1
    return int(status), "".join(reason).strip(), fields


def _kind_of(request: requests.PreparedRequest) -> str:
    if request.method == "HEAD":
        return "HEAD"
    has_body = request.body is not None or "Content-Length" in request.headers
    return "body" if has_body else "nothing"


def _tell(
    handle: pycurl.Curl,
    request: requests.PreparedRequest,
    kind: str,
    connect_s: float | None,
) -> None:
    """Tell libcurl what to send."""
    set_option, url = handle.setopt, request.url or ""
    set_option(pycurl.URL, url)
    # As it is: libcurl would write some paths and queries in a way of its own.
    set_option(pycurl.REQUEST_TARGET, "/" + url.split("/", 3)[3].partition("#")[0])
    set_option(pycurl.HTTPHEADER, _fields(request))
    # 0: its own limit of five minutes.
    set_option(pycurl.CONNECTTIMEOUT_MS, int((connect_s or 0) * 1000))
    set_option(pycurl.CUSTOMREQUEST, request.method)
    if kind == "HEAD":
        set_option(pycurl.NOBODY, 1)
        set_option(pycurl.MAXFILESIZE_LARGE, 0)  # no limit to what is told of a body
    if kind == "body":
        body: Any = request.body or b""
        raw = body.encode() if isinstance(body, str) else body
        set_option(pycurl.POSTFIELDS, raw)


_BREAKS = (b"\r", b"\n", b"\0")


def _fields(request: requests.PreparedRequest) -> list[bytes]:
    given: Iterable[tuple[Any, Any]] = request.headers.items()
    pairs = [(_latin(name), _latin(value)) for name, value in given]
    # The semicolon says that there is a value, and that it is empty.
    fields = [
        b"%b: %b" % (name, value) if value else name + b";" for name, value in pairs
    ]
    whole = b"".join(fields)
    if any(sign in whole for sign in _BREAKS) or any(b":" in x for x, _ in pairs):
        raise ValueError("a header that would begin another one")
    # What libcurl would add by itself.
    fields += [name.encode() + b":" for name in _ADDED if name not in request.headers]
    return fields


def _latin(part: str | bytes) -> bytes:
    return part.encode("latin-1") if isinstance(part, str) else part


def _tls(verify: bool | str, cert: Any) -> dict[int, Any]:  # noqa: FBT001  # requests'
    options: dict[int, Any] = {
        pycurl.SSL_VERIFYPEER: int(bool(verify)),
        pycurl.SSL_VERIFYHOST: 2 if verify else 0,
    }
    if verify:
        bundle = DEFAULT_CA_BUNDLE_PATH if verify is True else verify
        # A libcurl of Debian's is built with a folder, which it would trust as well.
        options |= {pycurl.CAINFO: bundle, pycurl.CAPATH: None}
    if cert:
        options[pycurl.SSLCERT], options[pycurl.SSLKEY] = (
            (cert, cert) if isinstance(cert, str) else cert
        )
    return options
