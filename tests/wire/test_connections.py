"""Connections are kept, one pool an origin and TLS setting, and let go when closed."""

from __future__ import annotations

import copy
import http.client
import pickle

import pytest
import requests
from hypothesis import given, strategies as st

import paynet_nb as pn
from paynet_nb.client.request import build_request
from paynet_nb.wire.connections import Connections
from tests.helpers.gateway import Gateway

HERE = pn.Environment(
    name="here",
    base_url="http://127.0.0.1:1/Base%2f",
    token_url="http://127.0.0.1:1/token",
    stage="sandbox",
)
SEGMENTS = st.lists(st.text("aZ09._~-", min_size=1), min_size=1).map("/".join)


def get(url: str) -> requests.PreparedRequest:
    """Prepare a GET."""
    return requests.Request("GET", url).prepare()


def test_a_pool_serves_one_origin_with_one_setting() -> None:
    """Never another port, scheme or host, nor one whose certificate is judged else."""
    connections = Connections()
    settings: list[tuple[str, bool | str]] = [
        ("http://127.0.0.1:1/a", True),
        ("http://127.0.0.1:2/a", True),
        ("https://127.0.0.1:1/a", True),
        ("https://localhost:1/a", True),
        ("https://localhost:1/a", "company.pem"),
        ("https://localhost:1/a", False),
    ]
    pools = [
        connections.get_connection_with_tls_context(get(url), verify)
        for url, verify in settings
    ]
    again = [
        connections.get_connection_with_tls_context(get(f"{url}/b?c"), verify)
        for url, verify in settings
    ]

    assert len(set(map(id, pools))) == len(settings)
    assert all(one is other for one, other in zip(pools, again, strict=True))


def test_a_connection_is_kept_for_each_of_many_workers() -> None:
    """One over the limit would be thrown away after each call, and made anew."""
    pool = Connections().get_connection_with_tls_context(
        get(HERE.base_url), verify=True
    )

    assert pool.pool is not None
    assert pool.pool.maxsize >= 256


def test_a_closed_session_opens_a_new_connection(gateway: Gateway) -> None:
    """After closing, no old pool is used, and calls go on."""
    client = gateway.client()
    client.get("/x")
    adapter = client.session.get_adapter(gateway.environment.base_url)
    assert isinstance(adapter, Connections)
    request = get(gateway.environment.base_url)
    before = adapter.get_connection_with_tls_context(request, verify=True)

    client.session.close()

    assert adapter.get_connection_with_tls_context(request, verify=True) is not before
    assert client.get("/x").status == 200


def test_a_copy_has_pools_of_its_own() -> None:
    """As of requests' adapters, which take their settings along and no connection."""
    connections = Connections()
    request = get("http://127.0.0.1:1/")
    pool = connections.get_connection_with_tls_context(request, verify=True)

    copied = copy.deepcopy(connections)

    assert copied.get_connection_with_tls_context(request, verify=True) is not pool


@given(SEGMENTS, st.dictionaries(st.text(), st.text() | st.lists(st.text())))
def test_a_url_is_what_requests_would_send(
    path: str, params: dict[str, str | list[str]]
) -> None:
    """Whichever way it is put together."""
    request = build_request(
        requests.Session(), HERE, "GET", path, params=params, json=None, headers=None
    )
    expected = requests.Request("GET", f"{HERE.base_url}/{path}", params=params)

    assert request.url == expected.prepare().url


@pytest.mark.parametrize("base", ["http://127.0.0.1:1/a?b=1", "http://127.0.0.1:1/#c"])
def test_a_base_with_a_query_is_left_to_requests(base: str) -> None:
    """A second question mark would be part of the query's value."""
    here = pn.Environment(name="x", base_url=base, token_url=base, stage="sandbox")
    request = build_request(
        requests.Session(), here, "GET", "x", params={"d": 1}, json=None, headers=None
    )
    expected = requests.Request("GET", f"{base.rstrip('/')}/x", params={"d": 1})

    assert request.url == (expected.prepare().url or "").partition("#")[0]


def test_what_http_client_prints_is_not_printed_here(
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The usual recipe for debugging requests prints each request as it is sent."""
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    requests.get(f"{gateway.url}/plain", timeout=5)
    assert "/plain" in capsys.readouterr().out

    gateway.client().get("/x")

    assert len(gateway.api_requests) == 2
    assert capsys.readouterr().out == ""


def test_cookies_of_an_answer_without_any_are_an_empty_jar(gateway: Gateway) -> None:
    """The jar is made when it is asked for, one an answer, and leaves with it."""
    transport = gateway.client().transport
    first, second = (
        transport.send(get(f"{gateway.url}/plain"), timeout=5.0) for _ in range(2)
    )

    first.cookies.set("a", "b")

    assert dict(first.cookies) == {"a": "b"}
    assert dict(second.cookies) == {}
    assert vars(requests.Response()).keys() <= vars(second).keys()
    assert dict(pickle.loads(pickle.dumps(first)).cookies) == {"a": "b"}  # noqa: S301  # our own
