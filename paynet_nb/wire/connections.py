"""`Connections`: the adapter of requests, without what it works out anew each time."""

from __future__ import annotations

import functools
from typing import Any

import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.cookies import RequestsCookieJar
from requests.utils import get_encoding_from_headers, select_proxy
from urllib3.poolmanager import pool_classes_by_scheme

from paynet_nb.wire.answer import Answer
from paynet_nb.wire.callers_code import note_going_out, sent_by
from paynet_nb.wire.header_fields import Fields

# A class or a batch shares one client among its threads; urllib3's own limit of 10
# would open a new connection for each further one, and log a warning.
MOST_AT_ONCE = 256


def guard(adapter: BaseAdapter, proxy: str | None) -> None:
    """Let the connections of any adapter print nothing and read answers as ours do.

    Args:
        adapter: Of the caller's own session, or mounted on ours.
        proxy: The proxy that the next request goes through; None: none.
    """
    if isinstance(adapter, Connections) or not isinstance(adapter, HTTPAdapter):
        return
    managers = [getattr(adapter, "poolmanager", None)]  # a stub may have none
    if proxy:
        managers.append(adapter.proxy_manager_for(proxy))
    for manager in managers:
        if manager is None or manager.pool_classes_by_scheme is _guarded_pools():
            continue
        manager.pool_classes_by_scheme = _guarded_pools()
        manager.clear()


@functools.cache
def _guarded_pools() -> dict[str, type[Any]]:
    pools: dict[str, type[Any]] = pool_classes_by_scheme
    return {
        scheme: type(
            pool.__name__, (pool,), {"ConnectionCls": _guarded(pool.ConnectionCls)}
        )
        for scheme, pool in pools.items()
    }


@functools.cache
def _guarded(kind: Any) -> type[Any]:
    # The recipe that people know for seeing what requests sends sets debuglevel to 1
    # for all connections of the process, and Python prints secret and token.
    def endheaders(connection: Any, *args: Any, **options: Any) -> None:
        if connection.sock is None:
            connection.connect()
        note_going_out()
        kind.endheaders(connection, *args, **options)

    added = {"debuglevel": 0, "response_class": Answer, "endheaders": endheaders}
    return type(kind.__name__, (kind,), added)


def _guarded_pool(pool: urllib3.HTTPConnectionPool) -> urllib3.HTTPConnectionPool:
    kind: Any = pool.ConnectionCls
    if kind.response_class is not Answer:
        pool.ConnectionCls = _guarded(kind)
    return pool


class _Answered(requests.Response):
    """An answer whose jar of cookies is made when somebody asks for it."""

    @functools.cached_property
    def cookies(self) -> RequestsCookieJar:  # type: ignore[override]
        return RequestsCookieJar()


@functools.cache
def _fields_of_empty() -> dict[str, Any]:
    fields = vars(requests.Response())
    del fields["cookies"]
    return fields


def _empty_answer() -> requests.Response:
    """Make one as requests does; half of that takes its jar, most often for nothing."""
    made = _Answered.__new__(_Answered)
    made.__dict__.update(_fields_of_empty(), history=[])
    return made


class Connections(HTTPAdapter):
    """Keep connections, and remember which pool serves which origin.

    requests reads the URL and compares all settings for each request to find the pool:
    a seventh of the time of a whole call. Through a proxy it is left to do so.
    """

    def __init__(self) -> None:
        super().__init__(pool_maxsize=MOST_AT_ONCE)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Start anew: when made, and when copied."""
        self._pools: dict[tuple[Any, ...], urllib3.HTTPConnectionPool] = {}
        super().init_poolmanager(*args, **options)

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,  # noqa: FBT001  # as requests passes it
        proxies: Any = None,
        cert: Any = None,
    ) -> urllib3.HTTPConnectionPool:
        """Give the pool for a request's origin and these TLS settings."""
        if proxies:
            return _guarded_pool(
                super().get_connection_with_tls_context(
                    request, verify, proxies=proxies, cert=cert
                )
            )
        scheme, _, host, *_ = (request.url or "").split("/", 3)
        used = (scheme, host, verify, cert)
        pool = self._pools.get(used)
        if pool is None:
            pool = self._pools[used] = _guarded_pool(
                super().get_connection_with_tls_context(request, verify, cert=cert)
            )
        return pool

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        """Give what the request line names: path and query, if no proxy is used."""
        return super().request_url(request, proxies) if proxies else request.path_url

    def build_response(
        self, req: requests.PreparedRequest, resp: urllib3.BaseHTTPResponse
    ) -> requests.Response:
        """Make the answer; cookies are looked for only where there are any."""
        if "Set-Cookie" in resp.headers:
            return super().build_response(req, resp)
        response = response_of(req, resp.status, resp.reason or "", resp.headers, resp)
        response.connection = self
        return response

    def close(self) -> None:
        """Let go of all connections; the next request opens one."""
        self._pools.clear()
        super().close()


def by_adapter(
    adapter: BaseAdapter, request: requests.PreparedRequest, **settings: Any
) -> requests.Response:
    """Send a request by an adapter, ours or the caller's.

    Raises:
        requests.RequestException, OSError, ValueError: There was no answer.
    """
    if type(adapter) is Connections:
        return adapter.send(request, **settings)
    guard(adapter, select_proxy(request.url or "", settings["proxies"]))
    return sent_by(adapter.send, request, **settings)


def response_of(
    request: requests.PreparedRequest,
    status: int,
    reason: str,
    headers: urllib3.HTTPHeaderDict,
    raw: Any,
) -> requests.Response:
    """Make the answer of requests, but for cookies."""
    response = _empty_answer()
    response.status_code, response.reason = status, reason
    response.headers = Fields(headers.itermerged())
    response.encoding = get_encoding_from_headers(response.headers)
    response.raw, response.url = raw, request.url or ""
    response.request = request
    return response
