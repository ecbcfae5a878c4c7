"""Fetch keys from the URL of a JWKS: one GET, bounded in size and in time.

What this module does not do: it raises nothing but `RefusedError`.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from paynet_nb.display import shortened, visible
from paynet_nb.paynet import origin_of
from paynet_nb.wire import NO_ANSWER, Transport, packings, unpacked, why_no_answer

DEADLINE_S = 10.0
# A JWKS of a dozen keys is some 5 kB; an answer without end must not fill the memory.
_MAX_BYTES = 1_000_000
_TOO_MUCH = "its answer is too long or too slow"


def fetched(url: str, transport: Transport, deadline_s: float) -> bytes | str:
    """Get what *url* answers; a text instead says why there is nothing of use.

    Args:
        url: The URL of a JWKS.
        transport: The way out; no cookie and no credential of its session is sent.
        deadline_s: Seconds that it may take in all, the look-up of the name included.

    Raises:
        RefusedError: The URL is plain http to another machine, or misleading.
    """
    origin = origin_of(url)
    # In a thread of its own: no time-out of a socket bounds the look-up of a name.
    future: Future[bytes | str] = Future()

    def work() -> None:
        try:
            future.set_result(_get(url, transport, deadline_s))
        except BaseException as error:  # noqa: BLE001  # whoever waits must hear of it
            future.set_result(f"it broke off on this side ({type(error).__name__})")

    threading.Thread(target=work, name="paynet_nb-keys", daemon=True).start()
    try:
        got = future.result(deadline_s)
    except TimeoutError:
        got = _TOO_MUCH
    if isinstance(got, bytes):
        return got
    return f"no keys from {origin}: {got}; check the URL, or give the keys themselves"


def _get(url: str, transport: Transport, deadline_s: float) -> bytes | str:
    # Prepared without the session, which would add cookies and an entry of .netrc.
    request = requests.Request(
        "GET",
        url,
        headers={
            **transport.own_headers(),
            "Accept": "application/json",
            # Some servers compress all the same.
            "Accept-Encoding": "identity",
        },
    )
    try:
        # An answer may take three times as long as a wait for its next bytes.
        timeout = (deadline_s, deadline_s / 3)
        response = transport.send(request.prepare(), timeout=timeout)
        with response:
            if response.status_code != 200:
                return _refusal(response)
            body = _body(response.raw)
            kinds = packings(response.headers.get("Content-Encoding", ""))
            if isinstance(body, bytes) and kinds:
                body = unpacked(body, kinds, _MAX_BYTES)
            return _TOO_MUCH if len(body) > _MAX_BYTES else body
    except NO_ANSWER as error:
        return why_no_answer(error, url).message


def _body(raw: urllib3.HTTPResponse) -> bytes | str:
    body = b""
    for piece in raw.stream(_MAX_BYTES // 8, decode_content=False):
        body += piece
        if len(body) > _MAX_BYTES:
            return _TOO_MUCH
    return body


def _refusal(response: requests.Response) -> str:
    said = f"it answered {response.status_code}"
    place = response.headers.get("Location")
    if not place or not response.is_redirect:
        return said
    try:
        # The query may hold what is nobody's business.
        leads = urlsplit(urljoin(response.url, place))
        place = f"{leads.scheme}://{leads.netloc.rpartition('@')[2]}{leads.path}"
    except ValueError:
        place = "what is no URL"
    place = shortened(visible(place), 200)
    return f"{said} and leads to {place}, which is not followed"
