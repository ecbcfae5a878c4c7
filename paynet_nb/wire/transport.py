"""`Transport`: the one way out to the network, for token requests and API calls alike.

Time-outs on every request, no redirect followed, proxies and certificate authorities
of the company respected.
"""

from __future__ import annotations

import io
import logging
import math
import os
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import timedelta
from numbers import Real
from typing import Any

import requests
import urllib3
from requests.cookies import extract_cookies_to_jar
from requests.hooks import dispatch_hook
from requests.utils import select_proxy

from paynet_nb.credentials import cleaned
from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet import origin_of
from paynet_nb.wire.callers_code import behind_answer, sent_by
from paynet_nb.wire.connections import Connections, by_adapter, guard
from paynet_nb.wire.header_fields import copied
from paynet_nb.wire.no_answer import NoAnswer, ToldAlready
from paynet_nb.wire.per_process import PerProcess
from paynet_nb.wire.redaction.by_reading import Hidden
from paynet_nb.wire.redaction.redactor import Redactor
from paynet_nb.wire.unpacking import packings, unpacked

_log = logging.getLogger("paynet_nb")

Timeout = float | tuple[float | None, float | None] | None


def as_timeout(given: object) -> Timeout:
    """Take what was given as `timeout=`, in seconds.

    Raises:
        ConfigurationError: It is none, not above 0, or without end, which is None.
    """
    taken: Timeout = given  # type: ignore[assignment]
    both = given if isinstance(given, tuple) and len(given) == 2 else (given,)
    if all(
        x is None or (isinstance(x, Real) and 0 < float(x) < math.inf) for x in both
    ):
        return taken
    raise ConfigurationError(
        "timeout= wants seconds above 0: 30, or (5, 30) to connect and to wait"
    )


_SETTINGS_VARIABLES = (
    "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy",
    "NO_PROXY", "no_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE",
)  # fmt: skip
_NOT_USED = ("request", "prepare_request", "get", "post", "put", "patch", "delete")
# A kernel that runs out of memory ends, and all that is in it is lost: 300 bytes can be
# packed so that they unpack to 300 MB.
LARGEST_ANSWER = 100_000_000  # bytes
_PIECE = 1 << 16  # bytes
# Plain HTTP is for this machine only: it needs no certificates, and through a proxy the
# secret would leave the machine in clear.
_THIS_MACHINE = {"proxies": {}, "verify": True, "cert": None}
# Gives what masks the request that is under way: urllib3's log has its path.
masking: ContextVar[Callable[[], Redactor]] = ContextVar("masking", default=Redactor)


class Transport:
    """Send prepared requests over one `requests.Session`.

    Attributes:
        session: The session in use; the caller's own is neither changed nor closed.
        verify: A path to CA certificates, or None: what session and environment say.
        in_one_thread: Whether it is for the greenlets of one thread.
        reads_itself: Whether an answer came that libcurl cannot read.
    """

    in_one_thread = False

    def __init__(
        self, session: requests.Session | None = None, *, verify: str | None = None
    ) -> None:
        if session is not None:
            _say_what_does_not_count(session)
        self.session = session or _new_session()
        self.verify = verify
        self.reads_itself = False
        self._settings: dict[tuple[Any, ...], dict[str, Any]] = {}
        # A fork has its parent's connections too, and would get its answers.
        self._user = PerProcess(self._begin_anew)
        self._user.keep(os.getpid())
        quote_no_headers()

    def send(
        self,
        request: requests.PreparedRequest,
        *,
        timeout: Timeout,
    ) -> requests.Response:
        """Send one request; a redirect is an answer like any other.

        Returns:
            The answer; its body is still to be read.

        Raises:
            requests.RequestException, OSError: There was no answer. Both may hold the
                request: use `why_no_answer` and raise outside of the except block.
        """
        # As Session.send does, but for redirects: it would prepare the next request,
        # and fail on a Location that is no URL.
        url = request.url or ""
        self._user.get()
        settings = {**self.settings_for(url), "timeout": timeout, "stream": True}
        started = time.perf_counter()
        adapter = self.session.get_adapter(url)
        if type(self.session).send is not requests.Session.send:
            # It may count, wait or cache: that is what its owner wrote it for.
            own: Any = self.session.send
            guard(adapter, select_proxy(url, settings["proxies"]))
            return sent_by(own, request, allow_redirects=False, **settings)
        response = by_adapter(adapter, request, **settings)
        response.elapsed = timedelta(seconds=time.perf_counter() - started)
        return self.taken(request, response, **settings)

    def taken(
        self,
        request: requests.PreparedRequest,
        response: requests.Response,
        **settings: Any,
    ) -> requests.Response:
        """Give an answer to the request's hooks, and keep its cookies.

        Raises:
            ToldAlready: A hook raised, or gave back what is no answer.
        """

        def hooked() -> requests.Response:
            given: requests.Response
            given = dispatch_hook("response", request.hooks, response, **settings)
            if "Set-Cookie" in given.headers:
                extract_cookies_to_jar(self.session.cookies, request, given.raw)
            return given

        return behind_answer(hooked, request, response)

    def cooperative(self, url: str) -> Transport | None:
        """Give this way out for the greenlets of one thread.

        Returns:
            None: without pycurl and greenlet (extra "many"), through a proxy, with a
            folder of authorities, or where the session is not as it was made here:
            what its owner added may wait in ways of its own.
        """
        session, settings = self.session, self.settings_for(url)
        adapters, verify = session.adapters.values(), settings["verify"]
        if (
            self.reads_itself
            or type(session) is not requests.Session
            or any(type(adapter) is not Connections for adapter in adapters)
            or any(session.hooks.values())
            or select_proxy(url, settings["proxies"])
            # Beside a folder, libcurl trusts this machine's authorities, too.
            or (isinstance(verify, str) and os.path.isdir(verify))
        ):
            return None
        try:
            from paynet_nb.wire.cooperative import CooperativeTransport
        except ImportError:
            return None
        return CooperativeTransport(self, settings)

    def _begin_anew(self) -> int:
        self.session.close()
        return os.getpid()

    def own_headers(self) -> dict[str, str | bytes]:
        """Give the session's headers, its credential left out."""
        theirs: Mapping[str, str | bytes | None] = self.session.headers
        return {
            name: value
            for name, value in theirs.items()
            if value is not None and name.lower() != "authorization"
        }

    def settings_for(self, url: str) -> dict[str, Any]:
        """Look up proxies and CA once per host, and again when a variable changes.

        requests does so for each call, at a third of the whole cost of a call.
        """
        if url.startswith("http:"):
            return _THIS_MACHINE
        host, session = url.split("/", 3)[2], self.session
        key = (
            host,
            session.trust_env,
            session.verify,
            session.cert,
            tuple(session.proxies.items()),
            *map(os.environ.get, _SETTINGS_VARIABLES),
        )
        if key not in self._settings:
            # An explicit setting of the session goes before the environment's.
            verify = self.verify or (None if session.verify is True else session.verify)
            merged = session.merge_environment_settings(url, {}, None, verify, None)
            settings: dict[str, Any] = {**merged}
            del settings["stream"]
            if settings["verify"] is True and session.trust_env:
                # requests reads only its own variables; the other is OpenSSL's, and
                # what company set-ups commonly provide.
                settings["verify"] = os.environ.get("SSL_CERT_FILE") or True
            if isinstance(settings["verify"], str):
                settings["verify"] = os.path.expanduser(cleaned(settings["verify"]))
            self._settings[key] = settings
        return self._settings[key]


def bearer_of(request: requests.PreparedRequest) -> str:
    """Give the bearer token that a request carries (RFC 6750 section 2.1); "": none."""
    value = request.headers.get("Authorization", "")
    text = value if isinstance(value, str) else value.decode("latin-1")
    scheme, _, token = text.partition(" ")
    return token if scheme.lower() == "bearer" else ""


def put_bearer(request: requests.PreparedRequest, token: str) -> None:
    """Put a token into the `Authorization` header (RFC 6750 section 2.1).

    Args:
        request: What it authorizes.
        token: The token, `Hidden`, so that no traceback shows it.
    """
    # requests and urllib3 have the headers in frames that Verbose prints.
    request.headers["Authorization"] = Hidden(f"Bearer {token}")


def read_whole(response: requests.Response) -> bytes:
    """Read a body that is still on the wire.

    `response.content` would read it piece by piece, which takes longer for a short one;
    asked afterwards, it gives the same.

    Raises:
        requests.RequestException, urllib3.exceptions.HTTPError: It broke off, cannot be
            unpacked, or is too large.
    """
    raw = response.raw
    if isinstance(raw, urllib3.HTTPResponse):
        length = raw.length_remaining
        if raw.closed and length != 0 and response._content is False:
            raise requests.exceptions.StreamConsumedError  # a hook closed it unread
        if length is None or length > _PIECE or "Content-Encoding" in raw.headers:
            response.raw = io.BytesIO(_bounded(raw, response.url))
        else:
            response.raw = io.BytesIO(raw.read(decode_content=True))
    return response.content


def _bounded(raw: urllib3.HTTPResponse, url: str) -> bytes:
    """Read a body that can be larger than it looks, up to `LARGEST_ANSWER`."""
    kinds = packings(raw.headers.get("Content-Encoding", ""))
    body = bytearray()
    for piece in raw.stream(_PIECE, decode_content=kinds is None):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raw.close()
            raise too_large(url)
    if kinds is None:
        return bytes(body)
    whole = unpacked(bytes(body), kinds, LARGEST_ANSWER)
    if len(whole) > LARGEST_ANSWER:
        raise too_large(url)
    return whole


def too_large(url: str) -> ToldAlready:
    """Give what is raised where an answer is larger than `LARGEST_ANSWER`."""
    large = f"the answer of {origin_of(url)} is larger than "
    large += f"{LARGEST_ANSWER // 1_000_000} MB, so it was not read to its end"
    return ToldAlready(NoAnswer(large, transient=False))


def quote_no_headers() -> None:
    """Take what a server sent out of urllib3's warning that it cannot be parsed.

    A server may echo a secret there, and Python prints warnings that nobody handles.
    """
    logging.getLogger("urllib3.connection").addFilter(_without_headers)
    logging.getLogger("urllib3.connectionpool").addFilter(_without_credentials)


def _without_credentials(record: logging.LogRecord) -> bool:
    """Mask in urllib3's lines what a URL names as a secret, or what is one now."""
    if isinstance(record.args, tuple):
        mask = masking.get()().url
        record.args = tuple(
            mask(part) if isinstance(part, str) and "/" in part else part
            for part in record.args
        )
    return True


def _without_headers(record: logging.LogRecord) -> bool:
    error = record.exc_info and record.exc_info[1]
    if isinstance(error, urllib3.exceptions.HeaderParsingError):
        record.msg, record.args = "the headers of an answer cannot be parsed", ()
        record.exc_info = None
    return True


def _say_what_does_not_count(session: requests.Session) -> None:
    """Tell once, in a line, which parts of a caller's session are not used.

    Raises:
        ConfigurationError: It is no session of requests.
    """
    if not isinstance(session, requests.Session):
        raise ConfigurationError(
            f"session= wants a requests.Session, not {type(session).__name__}"
        )
    own = [
        f"{name}()"
        for name in _NOT_USED
        if getattr(type(session), name) is not getattr(requests.Session, name)
    ]
    own += ["auth"] if session.auth else []
    if own:
        _log.warning(
            "of the session given, %s does not count: requests are built and "
            "authorized here and go out by its send() and its adapters",
            ", ".join(own),
        )


def _new_session() -> requests.Session:
    session = requests.Session()
    session.headers = copied(session.headers)
    for scheme in ("https://", "http://"):
        session.mount(scheme, Connections())
    return session
