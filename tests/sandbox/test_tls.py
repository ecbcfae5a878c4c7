"""HTTPS for a class: certificates, and connections that end badly."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import trustme

from paynet_nb.errors import ConfigurationError
from paynet_nb.sandbox import Classroom
from tests.sandbox.helpers import TIMEOUT_S
from tests.sandbox.test_classroom import banks, bearer, seen


@pytest.fixture(scope="module")
def room() -> Iterator[Classroom]:
    """Serve a class of two on all addresses of this machine."""
    with Classroom(2, host="0.0.0.0") as serving:  # noqa: S104
        yield serving


@pytest.fixture(autouse=True)
def trusted(room: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the class's certificate as a learner's notebook does."""
    assert room.certificate
    (tmp_path / "class.pem").write_text(room.certificate.pem)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "class.pem"))


def test_another_address_is_served_by_https_alone(room: Classroom) -> None:
    """It is called by an address of this machine, and says that others can call it."""
    assert room.url.startswith("https://")
    assert banks(room, bearer(room, 1)).status_code == 200
    assert "everybody" in room.reach
    with pytest.raises(requests.ConnectionError):
        requests.get(room.url.replace("https", "http"), timeout=TIMEOUT_S)


def test_its_certificate_is_for_its_names_and_signs_no_other(room: Classroom) -> None:
    """Python's strictest look takes it, and it is the one that is handed out."""
    assert room.certificate
    context = ssl.create_default_context(cadata=room.certificate.pem)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    host, _, port = room.url.removeprefix("https://").rpartition(":")
    with (
        socket.create_connection((host, int(port)), TIMEOUT_S) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        shown = secured.getpeercert(binary_form=True) or b""

    assert ssl.DER_cert_to_PEM_cert(shown) == room.certificate.pem
    assert context.get_ca_certs() == []  # it is no authority


BODY = b"{}"


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        ("Content-Length: 2", BODY, 401),
        ("Transfer-Encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n", 401),
        ("Transfer-Encoding: chunked", b"zz\r\n{}\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked", b"2\r\n{}}}\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked", b"f4241\r\n", 413),
        ("Content-Length: -5", BODY, 400),
        ("Content-Length: 1000001", b"", 413),
        ("X-Long: " + "y" * 262_144, b"", 413),
    ],
)
def test_a_request_that_is_no_http_is_refused(
    room: Classroom, head: str, body: bytes, status: int
) -> None:
    """As the sandbox of one learner does: no 500, and no head without end."""
    host, _, port = room.url.removeprefix("https://").rpartition(":")
    context = ssl.create_default_context(cadata=getattr(room.certificate, "pem", None))
    sent = (
        f"POST /merchants/v1/payments/redirect HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Connection: close\r\nContent-Type: application/json\r\n{head}\r\n\r\n"
    )
    with (
        socket.create_connection((host, int(port)), TIMEOUT_S) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        secured.sendall(sent.encode() + body)
        answer = secured.recv(100)

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


def test_the_trainers_cookie_is_for_https_alone(room: Classroom) -> None:
    """A browser sends it over no other connection."""
    answer = requests.post(
        f"{room.url}/trainer",
        data={"key": room.trainer_key.reveal()},
        allow_redirects=False,
        timeout=TIMEOUT_S,
    )

    assert "Secure" in answer.headers["Set-Cookie"].split("; ")


@pytest.mark.parametrize("host", ["class.evil.test", "192.0.2.99:443", "a b"])
def test_a_name_that_is_not_its_own_is_refused(room: Classroom, host: str) -> None:
    """Also over HTTPS, where a certificate's name would have to be clicked away."""
    answer = requests.get(
        f"{room.url}/trainer", headers={"Host": host}, timeout=TIMEOUT_S
    )

    assert answer.status_code == 421


@pytest.mark.parametrize("scenario", ["api-reset", "api-hang"])
def test_a_request_can_be_left_without_an_answer(
    room: Classroom, scenario: str
) -> None:
    """Not one byte comes, and the next learner is served."""
    headers = bearer(room, 1)
    room.learners[0].put(scenario)

    with pytest.raises((requests.ConnectionError, requests.ReadTimeout)):
        requests.get(f"{room.url}/v1/x", headers=headers, timeout=(TIMEOUT_S, 0.5))

    room.learners[0].put("")
    assert banks(room, bearer(room, 2)).status_code == 200
    assert room.learners[0].gateway.requests()[-1].status is None


def test_who_connects_and_says_nothing_holds_up_nobody(room: Classroom) -> None:
    """Ten silent connections, and a learner is served while they are open."""
    host, _, port = room.url.removeprefix("https://").rpartition(":")
    before = seen(room)[1]
    with contextlib.ExitStack() as silent:
        for _ in range(10):
            silent.enter_context(socket.create_connection((host, int(port))))

        assert banks(room, bearer(room, 2)).status_code == 200
    assert seen(room)[1] == before + 2


def test_a_certificate_of_ones_own_serves(tmp_path: Path) -> None:
    """Its names are those that the class is called by; this machine's serve too."""
    authority = trustme.CA()
    made = authority.issue_cert("class.example", "127.0.0.1")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    made.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    made.private_key_pem.write_to_path(tmp_path / "key.pem")

    with Classroom(
        1, certificate=tmp_path / "cert.pem", key=tmp_path / "key.pem"
    ) as room:
        statuses = [
            requests.get(
                f"{room.url}/trainer",
                headers={"Host": host},
                verify=str(tmp_path / "ca.pem"),
                timeout=TIMEOUT_S,
            ).status_code
            for host in ("class.example:8443", "other.example")
        ]

    assert room.url.startswith("https://127.0.0.1:")
    assert statuses == [401, 421]
    assert room.reach == "programs of this machine only"


def test_a_certificate_that_cannot_serve_is_told_in_one_line(tmp_path: Path) -> None:
    """One without its key, a file that is none, a key that is another's."""
    first, second = trustme.CA().issue_cert("a.test"), trustme.CA().issue_cert("b.test")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    first.cert_chain_pems[0].write_to_path(cert)
    second.private_key_pem.write_to_path(key)

    with pytest.raises(ConfigurationError, match="come together"):
        Classroom(1, certificate=cert)
    with pytest.raises(ConfigurationError, match="no certificate with its key"):
        Classroom(1, certificate=cert, key=key)
    with pytest.raises(ConfigurationError, match="no certificate with its key"):
        Classroom(1, certificate=tmp_path / "none.pem", key=key)


def test_an_address_of_another_machine_cannot_be_taken() -> None:
    """The line says which option to change."""
    with pytest.raises(ConfigurationError, match="--host"):
        Classroom(1, host="203.0.113.7")
