"""HTTPS for a class: its certificate, and the server that speaks it.

waitress, which serves the sandbox itself, speaks no TLS, as its documentation says;
cheroot (CherryPy's server) does, in threads, inside a notebook and on Windows, too.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import selectors
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, NoReturn

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Gateway_10, Server
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from paynet_nb.errors import ConfigurationError
from paynet_nb.sandbox.server import GONE, LEAVE, RESET

_LIFE = timedelta(days=30)  # a course is shorter
_THREADS = 40
_LARGEST_BODY, _LARGEST_HEAD = 1_000_000, 262_144  # bytes, as waitress has them
_LINGER_ZERO = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class Certificate(NamedTuple):
    """What a server shows to prove who it is.

    Attributes:
        pem: The certificate, which is public.
        fingerprint: Its SHA-256, "AB:CD:...", as browsers and openssl write it.
        names: What it is made for, in small letters.
        context: What the server speaks TLS by; it holds the private key.
    """

    pem: str
    fingerprint: str
    names: frozenset[str]
    context: ssl.SSLContext


def read_certificate(certificate: Path, key: Path) -> Certificate:
    """Take a certificate and its private key from PEM files.

    Raises:
        ConfigurationError: A file cannot be read, or they do not belong together.
    """
    try:
        context = _context(certificate, key)
        pem = certificate.read_text("ascii")
        read = x509.load_pem_x509_certificate(pem.encode())
        extension = read.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except OSError as error:  # ssl.SSLError is one
        told = error.strerror or "they cannot be read"
        raise ConfigurationError(
            f"{certificate} and {key} are no certificate with its key: {told}"
        ) from None
    except (ValueError, x509.ExtensionNotFound):
        raise ConfigurationError(
            f"{certificate} is no PEM certificate with names (subjectAltName)"
        ) from None
    found = extension.value
    names = {name.lower() for name in found.get_values_for_type(x509.DNSName)}
    names |= {str(one) for one in found.get_values_for_type(x509.IPAddress)}
    fingerprint = read.fingerprint(SHA256()).hex(":").upper()
    return Certificate(pem, fingerprint, frozenset(names), context)


def new_certificate(names: list[str]) -> Certificate:
    """Make a certificate that signs itself, for 30 days and these names alone.

    Who trusts it trusts this server and no other: it may sign no certificate.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "paynet_nb class")])
    now = datetime.now(UTC)
    public = key.public_key()
    called = [_general_name(name) for name in dict.fromkeys([*names, "localhost"])]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _LIFE)
        .add_extension(x509.SubjectAlternativeName(called), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        # What Python 3.13 looks for (VERIFY_X509_STRICT).
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)  # noqa: FBT003
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False
        )
        .sign(key, SHA256())
    )
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # Python's ssl reads keys from files alone; the folder is its owner's, and goes.
    with TemporaryDirectory() as folder:
        certificate, private = Path(folder) / "class.pem", Path(folder) / "key.pem"
        certificate.write_bytes(made.public_bytes(Encoding.PEM))
        private.write_bytes(key.private_bytes(*form))
        return read_certificate(certificate, private)


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    # Without a function a key with a password would be asked for at the terminal.
    context.load_cert_chain(certificate, key, password=lambda: b"")
    return context


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class _Adapter(BuiltinSSLAdapter):
    """Gives each connection its TLS, made in the thread that serves it."""

    def __init__(self, context: ssl.SSLContext) -> None:
        # Not the base's, which wants files: a key that was made here has none.
        self.context = context

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        # The base shakes hands at once, in the thread that takes connections: whoever
        # connects and says nothing would hold up the class.
        wrapped = self.context.wrap_socket(
            sock, server_side=True, do_handshake_on_connect=False
        )
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


class _Gateway(Gateway_10):
    """Refuses a body that is no HTTP, and lets a scenario leave without an answer."""

    def respond(self) -> None:
        """Answer a request whose body came; cheroot has a 500 for one that broke."""
        status = "400 Bad Request"
        try:
            length = int(self.req.inheaders.get(b"Content-Length", 0))
            body = self.req.rfile.read() if length >= 0 else None
        except ValueError:
            body = None
        except OSError as error:
            if type(error) is not OSError:  # a client that is gone, or too slow
                raise
            body, status = None, "413 Request Entity Too Large"
        if body is None:
            self.req.close_connection = True
            self.req.simple_response(status)
            return
        self.env["wsgi.input"] = BytesIO(body)
        super().respond()

    def get_environ(self) -> Any:
        environ = super().get_environ()  # type: ignore[no-untyped-call]
        environ |= {RESET: self._reset, GONE: self._is_gone, LEAVE: self._leave}
        return environ

    def _reset(self) -> None:
        """Let the connection end with a TCP reset once it is closed."""
        self.req.conn.socket.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO
        )

    def _is_gone(self) -> bool:
        # A client that waits for an answer sends nothing but its end.
        with selectors.DefaultSelector() as selector:
            selector.register(self.req.conn.socket, selectors.EVENT_READ)
            return bool(selector.select(0.05))

    def _leave(self) -> NoReturn:
        self.req.sent_headers = True  # so that none are sent
        raise ConnectionAbortedError(errno.ECONNABORTED, "left without an answer")


class _Server(Server):
    def error_log(self, *_: object, **__: object) -> None:
        """Write nothing on the trainer's screen when a client breaks off."""


class TlsServer:
    """A WSGI application served over HTTPS until `close` is called.

    Raises:
        ConfigurationError: The address cannot be listened on.
    """

    def __init__(
        self, host: str, port: int, certificate: Certificate, stopping: threading.Event
    ) -> None:
        self._stopping = stopping
        self._server = _Server(
            (host, port),
            None,
            numthreads=_THREADS,
            server_name="paynet-nb-sandbox",
            request_queue_size=1024,
            timeout=10,  # of whoever connects and says nothing
        )
        self._server.shutdown_timeout = 1
        self._server.gateway = _Gateway
        self._server.ssl_adapter = _Adapter(certificate.context)
        self._server.max_request_body_size = _LARGEST_BODY
        self._server.max_request_header_size = _LARGEST_HEAD
        try:
            # Tried first: cheroot leaves its socket open where it cannot listen.
            socket.create_server((host, port)).close()
            self._server.prepare()
        except (OSError, OverflowError) as error:
            raise ConfigurationError(
                f"port {port} of {host} cannot be used; give another --port, and as "
                "--host an address of this machine"
            ) from error
        self.port: int = self._server.bind_addr[1]
        self._thread = threading.Thread(
            target=self._server.serve, name="paynet-class", daemon=True
        )

    def serve(self, application: Callable[..., Any]) -> None:
        """Begin to answer with *application*."""
        self._server.wsgi_app = application
        self._thread.start()

    def close(self) -> None:
        """End the server, and wait for it."""
        self._stopping.set()
        self._server.stop()

    def join(self) -> None:
        """Wait until the server has ended."""
        while self._thread.is_alive():
            self._thread.join(0.5)
