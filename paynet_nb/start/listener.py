"""`Listener`: PayNet's notifications, received on this machine."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from paynet_nb.auth import AnswerCheck
from paynet_nb.client import Receiver, Reply
from paynet_nb.display import count
from paynet_nb.errors import ConfigurationError, without_locals
from paynet_nb.history import History
from paynet_nb.paynet import is_loopback

if TYPE_CHECKING:
    from paynet_nb.auth import KeysLike, SigningKey
    from paynet_nb.client import Client

_STATUS = {
    200: "200 OK",
    400: "400 Bad Request",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    409: "409 Conflict",
    421: "421 Misdirected Request",
}


class Listener:
    """A receiver of PayNet's notifications on 127.0.0.1; it serves from the start on.

    Each is verified, answered as the contract wants, and written to the history (kind
    "notification"). One that PayNet did not sign, or signed too long ago, is refused
    with a 400, one that came before with a 409; the answer, which is in the history,
    says why. Without keys none is verified, and `signature` says so.

    It stops at `stop()`, at the end of a `with` block, and when nothing refers to it.

        listener = pn.Listener(client)
        box.notify("pay-payment-status", to=listener.url)
        client.history

    Args:
        client: Whose history and whose PayNet keys; None: a history of its own.
        key: Signs the answers to participants; None: they are not signed.
        iss: The participant's BIC, for these answers.
        answer_keys: PayNet's public keys, as `Client` takes them.
        port: The port to take; 0: any free one.
        clock: Unix time; `box.clock.now` beside a sandbox whose clock was moved.

    Attributes:
        url: What to give as the address for notifications.
        history: What they are written to.

    Raises:
        ConfigurationError: The port is taken, or the extra "sandbox" is missing.
    """

    @without_locals
    def __init__(
        self,
        client: Client[Any] | None = None,
        *,
        key: SigningKey | None = None,
        iss: str | None = None,
        answer_keys: KeysLike | None = None,
        port: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        # Here, since its server is that of the sandbox, an extra.
        from paynet_nb.sandbox import HttpServer, listen

        if client is not None and not hasattr(client, "history"):
            raise ConfigurationError(
                "a listener wants a client, such as pn.Client(auth), "
                f"not {type(client).__name__}"
            )
        self.history = History() if client is None else client.history
        if client is None or answer_keys is not None:
            check = AnswerCheck(answer_keys)
        else:
            check = client.answers
        receiver = Receiver(
            self.history,
            check,
            environment=client.environment.name if client else "",
            key=key,
            iss=iss,
            clock=clock,
        )
        socket = listen(port)
        self.url = f"http://127.0.0.1:{socket.getsockname()[1]}"
        served = _Application(receiver, self.url)
        self._server = HttpServer(served, socket, threading.Event())
        self._close = weakref.finalize(self, self._server.close)

    def stop(self) -> None:
        """Stop serving, and wait until threads and port are free again."""
        self._close()
        self._server.join()

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "serving" if self._close.alive else "stopped"
        got = sum(call.kind == "notification" for call in self.history)
        return f"<Listener {self.url} {state}, {count(got, 'notification')}>"


class _Application:
    """The listener as WSGI has it (PEP 3333)."""

    def __init__(self, receiver: Receiver, url: str) -> None:
        self.receiver = receiver
        self.url = url

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        host = str(environ.get("HTTP_HOST", "127.0.0.1"))
        reply = Reply(405, {"Allow": "POST"}, b"")
        # A web page may have a name of its own lead here (DNS rebinding).
        if not is_loopback(host.rpartition(":")[0] or host):
            reply = Reply(421, {}, b"")
        elif environ["REQUEST_METHOD"] == "POST":
            sent = {
                name[5:].replace("_", "-").title(): value
                for name, value in environ.items()
                if name.startswith("HTTP_")
            }
            sent["Content-Type"] = environ.get("CONTENT_TYPE", "")
            path = environ.get("PATH_INFO", "")
            reply = self.receiver.receive(
                self.url + path, sent, environ["wsgi.input"].read()
            )
        start_response(_STATUS[reply.status], [*reply.headers.items()])
        return [reply.body]
