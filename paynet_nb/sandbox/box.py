"""`Sandbox`: a PayNet-like gateway on this machine."""

from __future__ import annotations

import secrets
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from paynet_nb.credentials import Credentials
from paynet_nb.display import card, details, table
from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet import Environment, message_ids, sample_payment
from paynet_nb.sandbox.clock import Clock
from paynet_nb.sandbox.gateway import GatewayApp
from paynet_nb.sandbox.record import SeenRequest
from paynet_nb.sandbox.scenarios import NORMAL, SCENARIOS, find
from paynet_nb.sandbox.server import HOST, HttpServer, listen

ONE_DAY_S = 86400

_EXAMPLES: dict[str, Callable[[int], dict[str, Any]]] = {
    "bank list": lambda number: message_ids("650", number),
    "payment": sample_payment,
    "echo": lambda _: {"hello": "PayNet"},
}


class Sandbox:
    """A gateway on 127.0.0.1 that answers as PayNet's pages say, with made-up data.

    It serves from the moment it is made, in threads of this process, up to 80 requests
    at a time, with a Client ID, a Client Secret and an RSA key of its own. It stops at
    `stop()`, at the end of a `with` block, when nothing refers to it any more (keep it
    in a variable), and when Python ends.

        with Sandbox() as box:
            client = pn.Client(pn.ClientCredentialsAuth(box.credentials))

    Args:
        port: The port to take; 0: any free one.
        scenario: A name of `scenarios` that is in force all the time.
        lifetime_s: The life of a token in seconds; PayNet's is one day.

    Attributes:
        url: Where it is, such as "http://127.0.0.1:40123".
        environment: The same as an `Environment`, with its token URL and its JWKS URL.
        credentials: The only ones that it accepts.

    Raises:
        ConfigurationError: The port is taken, the scenario is unknown or the lifetime
            is below 1 second.
    """

    def __init__(
        self,
        port: int = 0,
        scenario: str | None = None,
        *,
        lifetime_s: int = ONE_DAY_S,
    ) -> None:
        first = find(scenario) if scenario else NORMAL
        if lifetime_s < 1:
            raise ConfigurationError(
                f"lifetime_s={lifetime_s!r}: give 1 second or more"
            )
        listener = listen(port)
        self.url = f"http://{HOST}:{listener.getsockname()[1]}"
        self.environment = Environment(
            name="sandbox",
            base_url=self.url,
            token_url=f"{self.url}/v1/picasso-guard/auth/token",
            stage="sandbox",
            source="paynet_nb.sandbox, a gateway on this machine",
            jwks_url=f"{self.url}/.well-known/jwks.json",
        )
        # 32 hex digits, the form of PayNet's client ids.
        self.credentials = Credentials(
            secrets.token_hex(16),
            secrets.token_hex(16),
            self.environment,
            source="sandbox",
        )
        stopping = threading.Event()
        self._gateway = GatewayApp(
            self.credentials,
            issuer=f"{self.url}/auth",
            lifetime_s=lifetime_s,
            scenario=first,
            stopping=stopping,
            clock=Clock(),
            random_bits=secrets.randbits,
        )
        self._server = HttpServer(self._gateway.app.wsgi_app, listener, stopping)
        # The server knows nothing of this object, so it can be collected while serving.
        self._close = weakref.finalize(self, self._server.close)

    @property
    def requests(self) -> list[SeenRequest]:
        """The last requests that it saw, oldest first, secrets removed.

        Up to 1,000, and of these the newest that are 10 million characters in all.
        """
        return self._gateway.requests()

    @property
    def scenarios(self) -> dict[str, str]:
        """The names of the scenarios, each with what it is in real life."""
        return {name: known.meaning for name, known in SCENARIOS.items()}

    def example(self, name: str, number: int = 1) -> dict[str, Any]:
        """Make the query or the body of a sample call.

        Args:
            name: "bank list", "payment" or "echo", as the request form names them.
            number: Counts the messages of a day: each call wants new IDs.

        Raises:
            ConfigurationError: There is no example of that name.
        """
        if name not in _EXAMPLES:
            known = ", ".join(map(repr, _EXAMPLES))
            raise ConfigurationError(f"no example is named {name!r}; there are {known}")
        return _EXAMPLES[name](number)

    @contextmanager
    def scenario(self, name: str, *, times: int | None = None) -> Iterator[None]:
        """Put a scenario in force for a `with` block, then what was in force before.

        Args:
            name: One of `scenarios`.
            times: Only for so many requests of the kind that it changes; None: all.

        Raises:
            ConfigurationError: There is no scenario of that name.
        """
        chosen = find(name)
        with self._gateway.switch.use(chosen, times):
            if chosen.revokes:
                self.revoke()
            yield

    def revoke(self) -> None:
        """Refuse from now on all tokens given so far, as after a renewal of the key."""
        self._gateway.desk.revoke()

    def stop(self) -> None:
        """Stop serving, and wait until threads and port are free again."""
        self._close()
        self._server.join()

    def wait(self) -> None:
        """Block while it serves; Ctrl-C ends the waiting, not the serving."""
        self._server.join()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Sandbox {self.url} {self._state()}>"

    def _repr_html_(self) -> str:
        about = {
            "what it is": "a gateway on this machine, not PayNet",
            "address": self.url,
            "environment": f"{self.environment.name}, {self._state()}",
            "Client ID": f"{self.credentials.client_id} (select it to copy)",
            "Client Secret": "hidden; pass on box.credentials, which holds both",
        }
        listed = table(["scenario", "what it is in real life"], self.scenarios.items())
        return card("Sandbox", about, details(f"{len(SCENARIOS)} scenarios", listed))

    def _state(self) -> str:
        return "serving" if self._close.alive else "stopped"
