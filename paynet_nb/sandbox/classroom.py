"""`Classroom`: one sandbox for a class, keys and a gateway for each learner."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from flask import Request

from paynet_nb.credentials import Credentials, Secret
from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet import is_loopback
from paynet_nb.sandbox.box import ONE_DAY_S, environment_at
from paynet_nb.sandbox.chance import Chance
from paynet_nb.sandbox.class_pages import SETTINGS, TRAINER, ClassPages
from paynet_nb.sandbox.clock import Clock
from paynet_nb.sandbox.gateway import GatewayApp
from paynet_nb.sandbox.hosts import EVERY, HOST, ONLY_LOOPBACK, Names, names_at
from paynet_nb.sandbox.keys import GatewayKey
from paynet_nb.sandbox.learners import Learner, Register, below_own_path
from paynet_nb.sandbox.notices import checked_address
from paynet_nb.sandbox.scenarios import NORMAL, Scenario, find
from paynet_nb.sandbox.server import HttpServer, listen

if TYPE_CHECKING:
    from paynet_nb.sandbox.tls import Certificate, TlsServer

MOST_LEARNERS = 500


class Classroom:
    """One sandbox that a class shares: what one learner does, no other sees.

    All call the same address; whose call it is, the keys, the token or the signature in
    it tell. State, scenario, clock and list of requests are each learner's own. A page
    at /trainer shows the class to whoever has `trainer_key`.

        with Classroom(30) as room:
            pn.login(room.environment, client_id=..., client_secret=...)

    Args:
        learners: How many, 500 at most.
        port: The port to take; 0: any free one.
        host: The address to listen on. Any but this machine's own is served by HTTPS.
        certificate: A PEM file with a certificate for the address; default: one that
            signs itself is made where HTTPS is due.
        key: The PEM file of its private key.
        scenario: A name of `Sandbox.scenarios`, in force for all at first.
        notify_to: By a learner's number, the address on this machine that is notified
            after that learner's payments, as `Sandbox` has it.

    Attributes:
        url: Where it is.
        environment: The same as an `Environment`, one for all learners.
        learners: Each has `number`, `credentials`, `scenario`, `put(scenario)`.
        trainer_key: What opens the trainer's page; `reveal()` gives it.
        certificate: What it proves itself by; None: it serves this machine by HTTP.

    Raises:
        ConfigurationError: The address cannot be taken, the certificate cannot be used,
            the scenario is unknown, the number is none of 1 to 500, or there is no
            learner of a number in *notify_to*.
        RefusedError: An address in *notify_to* is not on this machine.
    """

    def __init__(
        self,
        learners: int,
        port: int = 0,
        host: str = HOST,
        *,
        certificate: str | Path | None = None,
        key: str | Path | None = None,
        scenario: str | None = None,
        notify_to: Mapping[int, str] | None = None,
    ) -> None:
        if not 1 <= learners <= MOST_LEARNERS:
            raise ConfigurationError(
                f"{learners} learners: give a number from 1 to {MOST_LEARNERS}"
            )
        first = find(scenario) if scenario else NORMAL
        told = {n: checked_address(to) for n, to in (notify_to or {}).items()}
        if strangers := {*told} - {*range(1, learners + 1)}:
            raise ConfigurationError(
                f"notify_to: there is no learner {min(strangers)}; give numbers from "
                f"1 to {learners}"
            )
        self._stopping = threading.Event()
        self.trainer_key = Secret(secrets.token_urlsafe(16))
        self.certificate = _certificate(host, certificate, key)
        self._host = host
        own, listener = self._listen(port)
        self.environment = environment_at(self.url)
        signing = GatewayKey.new(Chance())
        # The last is nobody's: it refuses what carries no learner's keys.
        made = [
            self._place(number, first if number <= learners else NORMAL, signing, own)
            for number in range(1, learners + 2)
        ]
        self.learners, self._nobody = made[:-1], made[-1]
        for number, to in told.items():
            self.learners[number - 1].gateway.notifier.to = to
        self._register = Register(self.learners, signing)
        self._pages = ClassPages(
            self.learners,
            self._register,
            own,
            self.trainer_key,
            is_secure=self.certificate is not None,
        )
        self._server = self._serve(listener)

    def _place(
        self, number: int, first: Scenario, signing: GatewayKey, names: Names
    ) -> Learner:
        """Make a learner's keys, and the gateway that they open."""
        chance = Chance()
        keys = Credentials(
            chance.hex(16), chance.hex(16), self.environment, source="sandbox"
        )
        gateway = GatewayApp(
            keys,
            issuer=f"{self.url}/auth",
            lifetime_s=ONE_DAY_S,
            scenario=first,
            stopping=self._stopping,
            clock=Clock(None),
            chance=chance,
            key=signing,
            names=names,
        )
        return Learner(number=number, credentials=keys, gateway=gateway)

    def _listen(self, port: int) -> tuple[Names, Any]:
        """Take the address; give the names that it is called by, and what listens."""
        if self.certificate is None:
            listener = listen(port)
            self.url = f"http://{HOST}:{listener.getsockname()[1]}"
            return ONLY_LOOPBACK, listener
        server = _tls().TlsServer(self._host, port, self.certificate, self._stopping)
        called = names_at(self._host)
        in_all = sorted({*called, *self.certificate.names})
        name = next((x for x in called if x in self.certificate.names), in_all[0])
        self.url = f"https://{name}:{server.port}"
        told = f"Host - this sandbox is called by {', '.join(in_all)}"
        return Names(frozenset(in_all), told), server

    def _serve(self, listener: Any) -> HttpServer | TlsServer:
        if self.certificate is None:
            return HttpServer(self._answer, listener, self._stopping)
        server: TlsServer = listener
        server.serve(self._answer)
        return server

    def _answer(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Have the gateway of whose call it is answer (PEP 3333)."""
        path = environ["PATH_INFO"]
        if path == TRAINER or path.startswith((f"{TRAINER}/", f"{SETTINGS}/")):
            return self._pages.app.wsgi_app(environ, start)
        learner = self._register.caller(Request(environ))
        if learner is None:
            return self._nobody.gateway(environ, start)
        below_own_path(environ, learner)
        return learner.gateway(environ, start)

    @property
    def reach(self) -> str:
        """Who can call it, in words."""
        if self.certificate is None or is_loopback(self._host):
            return "programs of this machine only"
        where = "any network" if self._host in EVERY else f"the network of {self._host}"
        return f"everybody who can reach this machine over {where}; the keys decide"

    def stop(self) -> None:
        """Stop serving, and wait until threads and port are free again."""
        self._server.close()
        self._server.join()

    def wait(self) -> None:
        """Block while it serves; Ctrl-C ends the waiting, not the serving."""
        self._server.join()

    def __enter__(self) -> Classroom:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Classroom {self.url}, {len(self.learners)} learners>"


def _certificate(
    host: str, certificate: str | Path | None, key: str | Path | None
) -> Certificate | None:
    if (certificate is None) is not (key is None):
        raise ConfigurationError("a certificate and its key come together; give both")
    if certificate is not None and key is not None:
        found: Certificate = _tls().read_certificate(Path(certificate), Path(key))
        return found
    if is_loopback(host):
        return None
    made: Certificate = _tls().new_certificate(names_at(host))
    return made


def _tls() -> Any:
    # Here, so that a class on one machine needs no server for TLS.
    try:
        from paynet_nb.sandbox import tls
    except ModuleNotFoundError as error:
        if error.name != "cheroot":
            raise
        raise ConfigurationError(
            "HTTPS for a class needs cheroot, which is not installed; run: "
            'python -m pip install "paynet_nb[classroom]"'
        ) from None
    return tls
