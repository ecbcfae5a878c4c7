"""`Sandbox`: a PayNet-like gateway on this machine."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from paynet_nb.credentials import Credentials
from paynet_nb.display import KUALA_LUMPUR, card, details, table
from paynet_nb.errors import ConfigurationError, without_locals
from paynet_nb.paynet import (
    PUBLIC_MACHINE,
    Environment,
    is_public_machine,
    machine,
    message_ids,
    sample_payment,
)
from paynet_nb.sandbox.chance import Chance
from paynet_nb.sandbox.clock import FIRST_OF_SEED, Clock
from paynet_nb.sandbox.gateway import GatewayApp
from paynet_nb.sandbox.hosts import HOST
from paynet_nb.sandbox.keys import GatewayKey
from paynet_nb.sandbox.mysteries import (
    PATIENTS,
    TOKEN_FAULTS,
    Mystery,
    MysteryToken,
    chosen,
)
from paynet_nb.sandbox.notices import Notice
from paynet_nb.sandbox.record import SeenRequest
from paynet_nb.sandbox.rules import MAGIC
from paynet_nb.sandbox.scenarios import NORMAL, SCENARIOS, find
from paynet_nb.sandbox.server import HttpServer, listen
from paynet_nb.sandbox.snapshots import read_state, write_state
from paynet_nb.sandbox.switch import Block

if TYPE_CHECKING:
    from paynet_nb.auth import SigningKey

ONE_DAY_S = 86400

_EXAMPLES: dict[str, Callable[[int, str], dict[str, Any]]] = {
    "bank list": lambda number, day: message_ids("650", number, day=day),
    "payment": lambda number, day: sample_payment(number, day=day),
    "echo": lambda *_: {"hello": "PayNet"},
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
        seed: Makes two sandboxes answer the same calls with the same bytes: IDs come
            from it, and time stands still at 10:00 of 1 July 2026 in Malaysia until
            `clock` is moved. RSA keys, and what they sign, still differ.
        clock: Gives the time (Unix time, seconds); default: this machine's clock.
        state: What `state` gave or wrote: begin where that sandbox was.
        notify_to: An address on this machine, such as `pn.Listener().url`, that is
            notified after a payment, a transfer, a checkout, a refund, and when the
            payer has decided.

    Attributes:
        url: Where it is, such as "http://127.0.0.1:40123".
        environment: The same as an `Environment`, with its token URL and its JWKS URL.
        credentials: The only ones that it accepts.
        clock: Its time: `clock.set(datetime)`, `clock.forward(seconds, days=1)`.

    Raises:
        ConfigurationError: The port is taken, the scenario is unknown, the lifetime
            is below 1 second, or the state is none of a sandbox.
    """

    @without_locals
    def __init__(
        self,
        port: int = 0,
        scenario: str | None = None,
        *,
        lifetime_s: int = ONE_DAY_S,
        seed: int | None = None,
        clock: Callable[[], float] | None = None,
        state: Mapping[str, Any] | str | Path | None = None,
        notify_to: str | None = None,
    ) -> None:
        first = find(scenario) if scenario else NORMAL
        given: object = lifetime_s
        is_number = isinstance(given, int | float) and not isinstance(given, bool)
        if not is_number or lifetime_s < 1:
            raise ConfigurationError(f"lifetime_s={given!r}: give 1 second or more")
        earlier = read_state(state) if state is not None else None
        if seed is not None and clock is None:
            clock = FIRST_OF_SEED.timestamp
        self.clock = Clock(clock)
        self._chance = Chance(seed)
        listener = listen(port)
        self.url = f"http://{HOST}:{listener.getsockname()[1]}"
        self.environment = environment_at(self.url)
        # 32 hex digits, the form of PayNet's client ids.
        self.credentials = Credentials(
            self._chance.hex(16),
            self._chance.hex(16),
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
            clock=self.clock,
            chance=self._chance,
            key=GatewayKey.new(self._chance),
            notify_to=notify_to,
        )
        self._chance.reset()
        self._mysteries: list[Mystery] = []
        if earlier:
            self._begin_at(earlier)
        self._server = HttpServer(self._gateway, listener, stopping)
        # The server knows nothing of this object, so it can be collected while serving.
        self._close = weakref.finalize(self, self._server.close)

    @property
    def merchant_key(self) -> SigningKey:
        """A throw-away key whose signatures of merchant calls it accepts.

        It has a certificate, and is made when it is first asked for. Participants' and
        DuitNow Pay's is the same one, as PayNet's own is one.
        """
        return self._gateway.keys.own

    @property
    def participant_key(self) -> SigningKey:
        """The key whose JWS of participants' calls it accepts."""
        return self._gateway.keys.own

    @property
    def pay_key(self) -> SigningKey:
        """The key whose JWT of DuitNow Pay's calls it accepts."""
        return self._gateway.keys.own

    @without_locals
    def register(self, key: Any, key_id: str | None = None) -> None:
        """Accept the signatures of a key of your own, too.

        Args:
            key: A `SigningKey`, or the PEM text of a public key or of its certificate;
                what is kept is its public half.
            key_id: What names it in X-Signature-Key or in the claim `key`; default: the
                certificate's serial number, or without a certificate any name.

        Raises:
            ConfigurationError: It is no RSA key.
        """
        self._gateway.keys.register(key, key_id)

    @property
    def requests(self) -> list[SeenRequest]:
        """The last requests that it saw, oldest first, secrets removed.

        Up to 1,000, and of these the newest that are 10 million characters in all.
        """
        return self._gateway.requests()

    @without_locals
    def notify(
        self,
        kind: str,
        to: str,
        changes: Mapping[str, Any] | None = None,
        *,
        forgery: str = "",
    ) -> Notice:
        """Send a notification as PayNet does, to an address on this machine.

        While it is not answered by a 2xx it is sent again, up to 6 times with longer
        and longer pauses; `notifications` tells how far it is.

        Args:
            kind: A webhook of the contract, such as "transfer-v3" or
                "pay-payment-status".
            to: The address; what PayNet appends is appended.
            changes: What the made-up body says in place of its example.
            forgery: What is wrong with its signature: "other-key", "other-kid",
                "other-body", "other-message", "expired", "alg-none", "alg-hs256" or
                "unsigned"; "repeated": the last one of its kind comes again.

        Raises:
            ConfigurationError: There is no such kind or forgery, or the kind has no
                signature that could be wrong in this way.
            RefusedError: The address is not on this machine.
        """
        return self._gateway.notifier.send(kind, to, changes, forgery=forgery)

    @without_locals
    def bank_page(self, end_to_end_id: str) -> str:
        """Give the address of the bank's page, where a payer approves or refuses.

        For a browser of this machine; a merchant puts it together from the answer, and
        the answer's header `Link` has it, too. It is there for an hour, and tells of a
        payment that was decided how it ended.

        Raises:
            ConfigurationError: No such payment was started in the last hour.
        """
        return self._gateway.bank.address(self.url, end_to_end_id)

    def press(self, end_to_end_id: str, decision: str) -> str:
        """Press a button of the bank's page; give the state that comes of it.

        Args:
            end_to_end_id: The payment's, or the consent's.
            decision: "approve" or "refuse".

        Raises:
            ConfigurationError: No such payment is open, or it was decided before.
        """
        return self._gateway.bank.press(end_to_end_id, decision)

    @property
    def notifications(self) -> list[Notice]:
        """The last 1,000 notifications, oldest first, as far as they have come."""
        return self._gateway.notifier.made

    @property
    def scenarios(self) -> dict[str, str]:
        """The names of the scenarios, each with what it is in real life."""
        return {name: known.meaning for name, known in SCENARIOS.items()}

    @property
    def magic(self) -> dict[str, str]:
        """The amounts and IDs that decide an answer, each with that answer."""
        return dict(MAGIC)

    def state(self, path: str | Path | None = None) -> dict[str, Any]:
        """Copy what it was told so far, and its time if that was moved.

        No key, no token and no request is in it.

        Args:
            path: A file to write it to as well, as JSON; an existing one is replaced.
        """
        moved = self.clock.at if self.clock.is_moved else None
        return write_state(self._gateway.ledger.snapshot(), moved, path)

    def reset(self) -> None:
        """Forget all that it was told: payments, tokens, requests; the time is as made.

        Keys and the scenario in force stay, and what comes from a seed begins anew.
        """
        self._gateway.reset()
        self.clock.reset()
        self._chance.reset()

    def _begin_at(self, earlier: dict[str, Any]) -> None:
        self._gateway.ledger.restore(earlier["tables"])
        if earlier["time"]:
            self.clock.set(earlier["time"])

    @without_locals
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
        return _EXAMPLES[name](
            number, f"{self.clock.at.astimezone(KUALA_LUMPUR):%Y%m%d}"
        )

    @without_locals
    def scenario(self, name: str, *, times: int | None = None) -> Block:
        """Put a scenario in force for a `with` block, then what was in force before.

        Args:
            name: One of `scenarios`.
            times: Only for so many requests of the kind that it changes; None: all.

        Raises:
            ConfigurationError: There is no scenario of that name.
        """
        find(name)  # a mistyped one is told at once, with or without a block
        return Block(name, partial(self._gateway.in_force, name, times))

    def mystery(self, seed: int) -> Mystery:
        """Put a scenario in force without telling which, to name it from the history.

        It ends as a `with` block, by `end()`, and where another one begins.

        Args:
            seed: Chooses it; the same one gives the same scenario.
        """
        name = chosen(seed, PATIENTS)
        for earlier in self._mysteries:
            earlier.end()
        made = Mystery(seed, name, self._gateway.in_force(name, None))
        self._mysteries.append(made)
        return made

    @property
    def mysteries(self) -> list[Mystery]:
        """The mysteries so far, the latest last."""
        return self._mysteries[:]

    def mystery_token(self, seed: int) -> MysteryToken:
        """Make a token that has one fault, to name it by `pn.inspect_token`.

        Args:
            seed: Chooses the fault; the same one gives the same fault.
        """
        fault = chosen(seed, [*TOKEN_FAULTS])
        text = self._gateway.desk.faulty(self.credentials.client_id, fault)
        return MysteryToken.of(text, seed=seed, fault=fault)

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
        return f"<Sandbox {self.url} {self._serving()}>"

    def _repr_html_(self) -> str:
        about = {
            "what it is": f"a gateway on {machine()}, not PayNet",
            **({"where": PUBLIC_MACHINE} if is_public_machine() else {}),
            "address": self.url,
            "environment": f"{self.environment.name}, {self._serving()}",
            "Client ID": f"{self.credentials.client_id} (select it to copy)",
            "Client Secret": "redacted; pass on box.credentials, which holds both",
        }
        listed = table(["scenario", "what it is in real life"], self.scenarios.items())
        magic = table(["amount or ID", "what is answered"], MAGIC.items())
        return card(
            "Sandbox",
            about,
            details(f"{len(SCENARIOS)} scenarios", listed),
            details("magic amounts and IDs", magic),
        )

    def _serving(self) -> str:
        return "serving" if self._close.alive else "stopped"


def environment_at(url: str) -> Environment:
    """Describe the sandbox that is at *url*."""
    return Environment(
        name="sandbox",
        base_url=url,
        token_url=f"{url}/v1/picasso-guard/auth/token",
        stage="sandbox",
        source=f"paynet_nb.sandbox, a gateway on {machine()}",
        jwks_url=f"{url}/.well-known/jwks.json",
    )
