"""Why a request had no answer, in words that quote nothing of the request."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from traceback import walk_tb
from typing import NamedTuple

import requests
import urllib3

from paynet_nb.paynet import KNOWN, Origin, origin_of

# What sending and reading raise where there is no whole answer. An OSError comes from
# requests itself where the file of CA certificates is missing, a ValueError where a
# header or a cookie of the session cannot be encoded.
NO_ANSWER = (
    requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError
)  # fmt: skip


class NoAnswer(NamedTuple):
    """Why there was no answer, and whether the fault may pass by itself."""

    message: str
    transient: bool


class ToldAlready(requests.RequestException):
    """No answer, in words already: whoever sent the request was elsewhere.

    Attributes:
        response: An answer that cannot be given, since a hook raised on it.
    """

    def __init__(
        self, told: NoAnswer, response: requests.Response | None = None
    ) -> None:
        super().__init__(told.message, response=response)
        self.told = told


_CERTIFICATES = (
    "a file of certificates for {} cannot be read; check verify=, REQUESTS_CA_BUNDLE "
    "and SSL_CERT_FILE"
)
_CLOSED = "{} closed the connection before its answer was complete"
# The first kind found in an exception or in what it wraps tells what happened, whether
# it may pass by itself, and whether the server may have the request.
_REASONS = (
    (
        (urllib3.exceptions.ProxyError,),
        "the company's proxy cannot be reached for {}; check HTTPS_PROXY and NO_PROXY",
        "transient",
        "not sent",
    ),
    (
        (
            requests.exceptions.InvalidSchema,  # also a SOCKS proxy without PySocks
            requests.exceptions.InvalidURL,  # that of the request was read before
            urllib3.exceptions.ProxySchemeUnknown,
        ),
        "the address of the company's proxy for {} cannot be used; HTTPS_PROXY is "
        "written http://host:port",
        "lasting",
        "not sent",
    ),
    (
        (urllib3.exceptions.NameResolutionError, socket.gaierror),
        "the name in {} is not known here; check the URL",
        "transient",
        "not sent",
    ),
    (
        (ConnectionRefusedError,),
        "nothing listens at {} (connection refused)",
        "transient",
        "not sent",
    ),
    (
        # The second is urllib3's name for "no route" and the like.
        (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.NewConnectionError),
        "{} could not be reached; check the URL, the network, the firewall and "
        "the proxy",
        "transient",
        "not sent",
    ),
    # Behind what connecting raises, where a firewall here gives a PermissionError, too.
    ((PermissionError, FileNotFoundError), _CERTIFICATES, "lasting", "not sent"),
    (
        (ssl.SSLError, requests.exceptions.SSLError, urllib3.exceptions.SSLError),
        "TLS with {} failed{}; check that it is an https address, and the file of CA "
        "certificates where one is set",
        "lasting",
        "not sent",
    ),
    (
        (urllib3.exceptions.ReadTimeoutError, requests.ReadTimeout),
        "{} was reached but did not answer in time",
        "lasting",
        "perhaps sent",
    ),
    (
        (requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError),
        "the answer of {} cannot be unpacked",
        "lasting",
        "perhaps sent",
    ),
    (
        (http.client.RemoteDisconnected, http.client.IncompleteRead),
        _CLOSED,
        "transient",
        "perhaps sent",
    ),
    (
        (http.client.HTTPException, urllib3.exceptions.InvalidHeader),
        "{} answered with what is no HTTP, or broken; check host and port of the URL",
        "lasting",
        "perhaps sent",
    ),
    (
        (requests.ConnectionError, urllib3.exceptions.ProtocolError),
        _CLOSED,
        "transient",
        "perhaps sent",
    ),
    (
        (ValueError,),
        "the request to {} cannot be sent as it is; look at the headers and cookies of "
        "the session",
        "lasting",
        "not sent",
    ),
    # From an adapter or a hook of the caller's session.
    (
        (requests.RequestException,),
        "{} gave no answer that could be used",
        "lasting",
        "perhaps sent",
    ),
    ((OSError,), _CERTIFICATES, "lasting", "not sent"),
)
_UNKNOWN_NAME = "the name in {} is not known here; check "
# A URL that PayNet published needs no check.
_PUBLISHED = frozenset(
    origin_of(url) for one in KNOWN for url in (one.base_url, one.token_url)
)
_NETWORK = "that this kernel reaches the internet, and HTTPS_PROXY: PayNet published it"
_NO_TUNNEL, _NOT_TRUSTED = "the company's proxy answered", "the certificate that"
_NEVER_SENT = re.compile(
    "|".join(
        re.escape(message).replace(r"\{\}", ".*")
        for message in (
            *(message for _, message, _, sent in _REASONS if sent == "not sent"),
            f"{_NO_TUNNEL} {{}} for ",
            _UNKNOWN_NAME,
            f"{_NOT_TRUSTED} {{}} showed ",
        )
    )
)
# By OpenSSL's number; no CA file helps against these.
_CERTIFICATE_ADVICE = {
    **dict.fromkeys((9, 10), "check this machine's clock, and tell the server's owner"),
    **dict.fromkeys((62, 64), "check the URL; a sign-in page may answer in its place"),
}


def why_no_answer(
    error: BaseException, url: str, *, answered: bool = False
) -> NoAnswer:
    """Say in one line why *url* gave no answer.

    Args:
        error: What sending, or reading the answer, raised.
        url: The request's.
        answered: Whether the answer had begun, so that the request was sent.
    """
    if isinstance(error, ToldAlready):
        return error.told
    origin = origin_of(url)
    chain = list(_chain(error))
    for link in chain:
        if tunnel := re.search(r"Tunnel connection failed: (\d{3})", str(link)):
            return _why_no_tunnel(tunnel[1], origin)
        if again := re.fullmatch(r"too many (\d{3}) error responses", str(link)):
            # An adapter of the caller's raises on a status in place of the answer.
            told = f"{origin} answered {again[1]} each time that it was asked; "
            told += "Retry(..., raise_on_status=False) keeps the answer"
            return NoAnswer(told, transient=True)
        if isinstance(link, ssl.SSLCertVerificationError):
            return NoAnswer(_why_not_trusted(link, origin), transient=False)
    # A word of OpenSSL's own list, such as WRONG_VERSION_NUMBER.
    of_tls = [link for link in chain if isinstance(link, ssl.SSLError)]
    words = [link.reason for link in of_tls]
    tls = f" ({words[0].replace('_', ' ').lower()})" if words and words[0] else ""
    answered = answered or any(map(_broke_late, of_tls))
    for kinds, message, lasts, sent in _REASONS:
        if answered and sent == "not sent":
            continue
        if any(isinstance(link, kinds) for link in chain):
            if message.startswith(_UNKNOWN_NAME) and origin in _PUBLISHED:
                message = _UNKNOWN_NAME + _NETWORK
            return NoAnswer(message.format(origin, tls), transient=lasts == "transient")
    return NoAnswer(
        f"{origin} gave no answer ({type(error).__name__})", transient=False
    )


def never_sent(message: str) -> bool:
    """Tell by the words of `why_no_answer` that the server cannot have the request.

    By the words, since they are all that a journal or a record keeps of it.
    """
    return _NEVER_SENT.match(message) is not None


def _broke_late(error: ssl.SSLError) -> bool:
    """Tell whether TLS was there already, so that the request may have been sent.

    In TLS 1.3 a server says only then that it wants a certificate, or another one (RFC
    8446 section 4.4.2.4); it has read no request before.
    """
    if "CERTIFICATE" in (error.reason or "") or "UNKNOWN_CA" in (error.reason or ""):
        return False
    ways = {frame.f_code.co_name for frame, _ in walk_tb(error.__traceback__)}
    return "urlopen" in ways and "connect" not in ways  # both of urllib3


def _why_no_tunnel(status: str, origin: Origin) -> NoAnswer:
    advice = "ask its owner to allow this address"
    if status == "407":
        advice = "it wants a name and a password in HTTPS_PROXY"
    return NoAnswer(
        f"{_NO_TUNNEL} {status} for {origin}; {advice}",
        transient=status in ("502", "503", "504"),
    )


def _why_not_trusted(error: ssl.SSLCertVerificationError, origin: Origin) -> str:
    advice = _CERTIFICATE_ADVICE.get(
        error.verify_code,
        "where a company's proxy opens TLS, its certificate is in the way: set "
        "REQUESTS_CA_BUNDLE to the company's CA file",
    )
    return (
        f"{_NOT_TRUSTED} {origin} showed is not trusted here "
        f"({error.verify_message.rstrip('.')}); {advice}"
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give an exception and all that it wraps: urllib3 hides the cause in `args`."""
    found: list[BaseException] = [error]
    for link in found:
        inner = (
            link.__cause__,
            link.__context__,
            getattr(link, "reason", None),
            *link.args,
        )
        found += [x for x in inner if isinstance(x, BaseException) and x not in found]
        yield link
