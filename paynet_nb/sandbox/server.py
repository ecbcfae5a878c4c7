"""The HTTP server of a sandbox: waitress on this machine, in threads of its own.

What this module does not do: it knows no route and no scenario.
"""

from __future__ import annotations

import logging
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from waitress.adjustments import Adjustments
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from paynet_nb.errors import ConfigurationError
from paynet_nb.sandbox.hosts import HOST

# What answers is bound by this process's CPU, so few threads are faster than many. One
# more begins for each request that a scenario lets wait; 64 slow ones still leave room.
THREADS, MOST_THREADS = 8, 80

# Where a scenario finds what it enters (`with`) while its request only waits.
WAITING = "paynet_nb.sandbox.waiting"

# Where a scenario finds what it can do with the connection of its request: reset it,
# ask whether the client has gone, end the request without an answer (it raises).
RESET = "paynet_nb.sandbox.reset"
GONE = "paynet_nb.sandbox.gone"
LEAVE = "paynet_nb.sandbox.leave"

# struct linger {on, 0 seconds}: close() then sends RST instead of FIN (man 7 socket).
_LINGER_ZERO = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


def listen(port: int) -> socket.socket:
    """Take *port* of this machine alone; 0: any free one.

    Raises:
        ConfigurationError: The port is taken, or is none this program may have.
    """
    # Looked at first, since create_server leaves a socket open on such a number.
    is_number = isinstance(port, int) and not isinstance(port, bool)
    if not (is_number and 0 <= port <= 65535):
        raise ConfigurationError(f"port {port!r} is no whole number from 0 to 65535")
    try:
        return socket.create_server((HOST, port), backlog=1024)
    except OSError as error:
        raise ConfigurationError(
            f"port {port} of {HOST} cannot be used ({error.strerror}); leave the port "
            "out to get a free one"
        ) from error


class _Task(WSGITask):
    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[RESET] = self.channel.reset
        environ[WAITING] = self.channel.server.task_dispatcher.one_waits
        environ[GONE] = environ["waitress.client_disconnected"]
        environ[LEAVE] = _leave
        return environ


def _leave() -> NoReturn:
    # Waitress closes the connection on this, if nothing has been sent so far.
    raise ClientDisconnected


class _Parser(HTTPRequestParser):
    # Waitress names it where a client has gone, and a broken request never got one.
    path = ""


class Channel(HTTPChannel):
    """A client's connection, which a scenario may cut."""

    task_class = _Task
    parser_class = _Parser

    def reset(self) -> None:
        """Let the connection end with a TCP reset once it is closed."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)


class _Dispatcher(ThreadedTaskDispatcher):
    # Not in logging's tree: a learner's screen gets no "Task queue depth is 1", and
    # nobody else's waitress in this process is silenced.
    logger = queue_logger = logging.Logger("paynet_nb.sandbox", logging.ERROR)

    def __init__(self) -> None:
        super().__init__()
        self._wanted, self._ended = 0, False
        self._counting = threading.Lock()
        self._want(THREADS)

    @contextmanager
    def one_waits(self) -> Iterator[None]:
        """Have another thread work in place of the one that enters this."""
        self._want(1)
        try:
            yield
        finally:
            self._want(-1)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool | None:  # noqa: FBT001, FBT002
        """End all threads, and begin none for what still waits."""
        with self._counting:
            self._ended = True
        ended: bool | None = super().shutdown(cancel_pending, timeout)
        return ended

    def _want(self, more: int) -> None:
        with self._counting:
            self._wanted += more
            if not self._ended:
                self.set_thread_count(min(self._wanted, MOST_THREADS))


class _Listener(TcpWSGIServer):
    channel_class = Channel


class HttpServer:
    """A WSGI application served on *listener* until `close` is called."""

    def __init__(
        self,
        application: Callable[..., Any],
        listener: socket.socket,
        stopping: threading.Event,
    ) -> None:
        self._stopping = stopping
        self._told = threading.Event()
        self._dispatcher = _Dispatcher()
        self._server = _Listener(
            application,
            map={},
            _sock=listener,
            dispatcher=self._dispatcher,
            adj=Adjustments(
                host=HOST,
                server_name=HOST,
                ident="paynet-nb-sandbox",
                connection_limit=400,
                max_request_body_size=1_000_000,
                # One request ahead is read, so that a hanging answer notices when
                # its client has gone.
                channel_request_lookahead=1,
                # A client that breaks off is what several scenarios are about.
                log_socket_errors=False,
                # select() fails above file descriptor 1023, which a long-lived
                # Jupyter kernel reaches.
                asyncore_use_poll=True,
            ),
            sockinfo=(listener.family, listener.type, listener.proto, None),
            bind_socket=False,
        )
        self._thread = threading.Thread(
            target=self._server.run, name="paynet-sandbox", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Ask the server to end; does not wait, so a finalizer may call it."""
        self._stopping.set()
        self._server.trigger.pull_trigger(self._shut)
        self._told.set()

    def join(self) -> None:
        """Wait until the server has ended."""
        # In turns: on Windows a wait without an end cannot be interrupted by Ctrl-C.
        while self._thread.is_alive():
            self._thread.join(0.5)

    def _shut(self) -> None:
        """End workers, then connections: no worker may find its socket closed."""
        # Not before `close` has written its last byte to the trigger's pipe: the loop
        # may be awake for another reason and come here at once.
        self._told.wait()
        self._dispatcher.shutdown()
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()
        self._server.close()
