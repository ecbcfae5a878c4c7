"""A company's certificate authority holds for token requests and API calls alike."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
import requests
import urllib3

import paynet_nb as pn
from tests.helpers.company import STAGES, Company, company
from tests.helpers.gateway import Gateway

VARIABLES = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"]

both = pytest.mark.parametrize("stage", STAGES)


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Serve TLS for all tests of this module: to stop a server takes half a second."""
    with company(tmp_path_factory.mktemp("company")) as net:
        yield net


@both
def test_an_unknown_authority_is_told(
    net: Company, gateway: Gateway, stage: str
) -> None:
    """With the usual reason, a proxy, and the variable that helps."""
    with pytest.raises(STAGES[stage], match=r"not trusted.* proxy.*REQUESTS_CA_BUNDLE"):
        net.reach(stage, gateway)()


@both
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"host": "portal.example"}, r"not valid for.*check the URL"),
        ({"ends": datetime(2020, 1, 2, tzinfo=UTC)}, r"expired.*clock"),
    ],
    ids=["another host", "ended"],
)
def test_a_certificate_that_no_ca_file_helps_is_told(
    tmp_path: Path, gateway: Gateway, options: Any, said: str, stage: str
) -> None:
    """No proxy's certificate is in the way, and the message names none."""
    with company(tmp_path, **options) as net:
        with pytest.raises(STAGES[stage], match=said) as caught:
            net.reach(stage, gateway, verify=net.ca)()

        assert "proxy" not in str(caught.value)


@both
@pytest.mark.parametrize("variable", VARIABLES)
def test_each_variable_for_an_authority_is_respected(
    net: Company,
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    stage: str,
) -> None:
    """Two are those of requests, the third is OpenSSL's."""
    monkeypatch.setenv(variable, net.ca)

    assert net.reach(stage, gateway)() == 200


@both
@pytest.mark.parametrize("variable", VARIABLES)
def test_quotes_and_a_home_folder_in_a_variable_are_read(
    net: Company,
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    stage: str,
) -> None:
    """As env files write them: no shell takes the quotes off or opens the tilde."""
    home, _, name = net.ca.rpartition("/")
    monkeypatch.setenv("HOME", home)
    monkeypatch.setenv(variable, f'"~/{name}"')

    assert net.reach(stage, gateway)() == 200
    monkeypatch.delenv(variable)
    assert net.reach(stage, gateway, verify=f"~/{name}")() == 200


@both
def test_verify_is_respected(net: Company, gateway: Gateway, stage: str) -> None:
    """Given to the auth it holds for the client's calls too."""
    assert net.reach(stage, gateway, verify=net.ca)() == 200


@both
def test_the_sessions_verify_is_respected(
    net: Company, gateway: Gateway, stage: str
) -> None:
    """A session that works for other calls works here."""
    session = requests.Session()
    session.verify = net.ca

    assert net.reach(stage, gateway, session=session)() == 200


@both
def test_a_setting_goes_before_a_variable(
    net: Company, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """requests has it the other way round for a session's verify."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", net.stranger)
    session = requests.Session()
    session.verify = net.ca

    assert net.reach(stage, gateway, session=session)() == 200
    assert net.reach(stage, gateway, verify=net.ca)() == 200


@both
def test_a_session_may_verify_nothing(
    net: Company, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """On the person's own word, whatever a variable says; urllib3 warns."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", net.stranger)
    session = requests.Session()
    session.verify = False

    with pytest.warns(urllib3.exceptions.InsecureRequestWarning):
        assert net.reach(stage, gateway, session=session)() == 200


@both
def test_a_session_may_ignore_the_environment(
    net: Company, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """With trust_env off no variable counts, as in requests."""
    for variable in VARIABLES:
        monkeypatch.setenv(variable, net.ca)
    session = requests.Session()
    session.trust_env = False

    with pytest.raises(STAGES[stage], match="not trusted"):
        net.reach(stage, gateway, session=session)()


@both
@pytest.mark.parametrize("variable", VARIABLES)
def test_a_variable_that_changes_is_read_again(
    net: Company,
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    stage: str,
) -> None:
    """A person sets it in a cell and runs the call again; no new kernel is needed."""
    reach = net.reach(stage, gateway)
    with pytest.raises(STAGES[stage]):
        reach()
    monkeypatch.setenv(variable, net.stranger)
    with pytest.raises(STAGES[stage]):
        reach()

    monkeypatch.setenv(variable, net.ca)

    assert reach() == 200


@both
@pytest.mark.parametrize("variable", VARIABLES)
def test_a_missing_file_is_told(
    net: Company,
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    stage: str,
) -> None:
    """requests raises a bare OSError for it."""
    monkeypatch.setenv(variable, "/no/such/file.pem")

    with pytest.raises(STAGES[stage], match=r"file of certificates.*cannot be read"):
        net.reach(stage, gateway)()


@both
def test_a_file_without_certificates_is_told(
    net: Company, gateway: Gateway, tmp_path: Path, stage: str
) -> None:
    """It is no fault of the address."""
    file = tmp_path / "empty.pem"
    file.write_text("")

    with pytest.raises(STAGES[stage], match=r"no certificate or crl found.*CA"):
        net.reach(stage, gateway, verify=str(file))()


def test_tls_to_a_port_without_it_is_told(gateway: Gateway) -> None:
    """A mistyped port or scheme looks like this."""
    url = gateway.environment.token_url.replace("http:", "https:")
    environment = pn.Environment(
        name="mistyped", base_url=url, token_url=url, stage="sandbox"
    )
    auth = pn.ClientCredentialsAuth(pn.Credentials("id", "secret", environment))

    with pytest.raises(pn.TokenError, match=r"failed \(.*https address"):
        auth.get_token()


def test_a_firewall_on_this_machine_is_told(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It forbids to connect with the error that a file of certificates gives, too."""

    def forbidden(*_: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    client = pn.Client(None, gateway.environment)

    with pytest.raises(pn.CallError, match=r"could not be reached.*the firewall"):
        client.get("/x")
