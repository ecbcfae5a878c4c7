"""A company's proxy is used for token requests and API calls alike, and told of."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import requests

import paynet_nb as pn
from paynet_nb.auth import token_endpoint
from tests.helpers import raw
from tests.helpers.company import STAGES, Company, Proxy, company, proxy
from tests.helpers.gateway import Gateway

NOBODY = "http://127.0.0.1:1"

both = pytest.mark.parametrize("stage", STAGES)


@pytest.fixture(scope="module")
def _module_net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("company")) as net:
        yield net


@pytest.fixture
def net(_module_net: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    """Trust the company's authority; only the proxy is in question here."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", _module_net.ca)
    monkeypatch.setattr(token_endpoint, "FIRST_PAUSE_S", 0.01)
    return _module_net


@pytest.fixture(scope="module")
def open_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Run a proxy for everybody."""
    with proxy(tmp_path_factory.mktemp("open-proxy")) as running:
        yield running


@pytest.fixture(scope="module")
def closed_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Run a proxy that wants a name and a password."""
    folder = tmp_path_factory.mktemp("closed-proxy")
    with proxy(folder, "--basic-auth=clerk:open-sesame") as running:
        yield running


@both
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_calls_go_through_the_proxy(
    net: Company,
    gateway: Gateway,
    open_proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    stage: str,
) -> None:
    """Also when the variable is set between two calls."""
    reach = net.reach(stage, gateway)
    assert reach() == 200
    before = open_proxy.tunnels()
    monkeypatch.setenv(variable, f"http://{open_proxy.host}")

    assert net.reach(stage, gateway)() == 200
    assert reach() == 200
    # The first client had its token already.
    came = before + {"token": 3, "call": 2}[stage]
    assert open_proxy.tunnels(came) == came


@both
def test_the_sessions_own_proxy_is_used(
    net: Company, gateway: Gateway, open_proxy: Proxy, stage: str
) -> None:
    """As it would be for its other calls, and from when it is set."""
    session = requests.Session()
    reach = net.reach(stage, gateway, session=session)
    assert reach() == 200
    before = open_proxy.tunnels()
    session.proxies["https"] = f"http://{open_proxy.host}"

    assert reach() == 200
    assert open_proxy.tunnels(before + 1) == before + 1


@both
def test_a_proxy_that_wants_a_password_is_told(
    net: Company,
    gateway: Gateway,
    closed_proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
) -> None:
    """407 does not come from the API, and the message says where a password goes."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://{closed_proxy.host}")

    with pytest.raises(STAGES[stage], match=r"proxy answered 407.*in HTTPS_PROXY"):
        net.reach(stage, gateway)()


@both
def test_the_proxys_password_works_and_stays_hidden(
    net: Company,
    gateway: Gateway,
    closed_proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
) -> None:
    """A wrong one is not quoted either."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://clerk:open-sesame@{closed_proxy.host}")
    assert net.reach(stage, gateway)() == 200
    monkeypatch.setenv("HTTPS_PROXY", f"http://clerk:close-sesame@{closed_proxy.host}")

    with pytest.raises(STAGES[stage], match="407") as caught:
        net.reach(stage, gateway)()

    assert "sesame" not in f"{caught.value!r} {vars(caught.value)}"


@both
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there_is_told(
    net: Company,
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    stage: str,
) -> None:
    """It is not the API that is down."""
    monkeypatch.setenv("HTTPS_PROXY", NOBODY.replace("http", scheme))

    with pytest.raises(STAGES[stage], match=r"proxy cannot be reached.*HTTPS_PROXY"):
        net.reach(stage, gateway)()


@both
def test_a_proxy_that_speaks_no_tls_is_told(
    net: Company,
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
) -> None:
    """HTTPS_PROXY=https://... is a common slip, and not the API's fault."""
    monkeypatch.setenv("HTTPS_PROXY", gateway.url.replace("http:", "https:"))

    with pytest.raises(STAGES[stage], match=r"proxy cannot be reached.*HTTPS_PROXY"):
        net.reach(stage, gateway)()


@both
@pytest.mark.parametrize(
    "address",
    ["http://", "ftp://127.0.0.1:1", "http://127.0.0.1:port", "http://clerk:a@[::1"],
)
def test_an_address_that_is_no_proxys_is_told(
    net: Company,
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    stage: str,
) -> None:
    """The message shows how it is written."""
    monkeypatch.setenv("HTTPS_PROXY", address)

    with pytest.raises(STAGES[stage], match="HTTPS_PROXY is written http://host:port"):
        net.reach(stage, gateway)()


@pytest.mark.parametrize(("status", "attempts"), [(403, 1), (502, 4), (503, 4)])
def test_only_a_passing_answer_of_the_proxy_is_tried_again(
    net: Company,
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    attempts: int,
) -> None:
    """A proxy that forbids an address goes on doing so."""

    def refuse(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 %d No\r\n\r\n" % status)

    with raw.raw_server(refuse) as (url, arrived):
        monkeypatch.setenv("HTTPS_PROXY", url)
        with pytest.raises(pn.TokenError, match=f"proxy answered {status}"):
            net.reach("token", gateway)()

        assert len(arrived) == attempts


@both
def test_a_socks_proxy_is_spoken_to(
    net: Company, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """In its own tongue (RFC 1928), by PySocks, and nobody else is asked."""
    greetings: set[bytes] = set()
    over = threading.Event()

    def serve(listener: socket.socket) -> None:
        while not over.is_set():
            connection, _ = listener.accept()
            with connection:
                greetings.add(connection.recv(1))

    call = net.reach(stage, gateway)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        serving = threading.Thread(target=serve, args=(listener,), daemon=True)
        serving.start()
        monkeypatch.setenv("HTTPS_PROXY", f"socks5h://127.0.0.1:{address[1]}")
        with pytest.raises(STAGES[stage]):
            call()
        over.set()
        socket.create_connection(address).close()
        serving.join(10)

    assert greetings - {b""} == {b"\x05"}


@both
def test_no_proxy_is_respected(
    net: Company, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """For hosts that are inside the company."""
    monkeypatch.setenv("HTTPS_PROXY", NOBODY)
    monkeypatch.setenv("NO_PROXY", "example.my,127.0.0.1")

    assert net.reach(stage, gateway)() == 200


def test_plain_http_never_goes_through_a_proxy(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is for this machine only: the secret would leave it in clear."""
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, NOBODY)
    session = requests.Session()
    session.proxies["http"] = session.proxies["all"] = NOBODY

    assert gateway.client().get("/x").status == 200
    assert pn.Client(gateway.auth(session=session)).get("/x").status == 200
