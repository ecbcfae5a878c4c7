"""`GatewayApp`: the Flask application of one sandbox, and all that it knows."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, g, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug import Request
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError
from werkzeug.http import HTTP_STATUS_CODES, http_date

from paynet_nb.credentials import Credentials
from paynet_nb.paynet import Operation, document, written
from paynet_nb.sandbox import faults
from paynet_nb.sandbox.answers import Raw, http_refusal, refused
from paynet_nb.sandbox.asked import Asked
from paynet_nb.sandbox.bank_page import ENDPOINT as BANK_PAGE, BankPage
from paynet_nb.sandbox.calls import Calls
from paynet_nb.sandbox.chance import Chance
from paynet_nb.sandbox.clock import Clock
from paynet_nb.sandbox.helpers import Helpers
from paynet_nb.sandbox.hosts import ONLY_LOOPBACK, Names
from paynet_nb.sandbox.keys import GatewayKey, Keys
from paynet_nb.sandbox.ledger import Ledger
from paynet_nb.sandbox.merchants import Merchants
from paynet_nb.sandbox.notices import Notifier
from paynet_nb.sandbox.participants import Participants
from paynet_nb.sandbox.pay import Pay
from paynet_nb.sandbox.record import Seen, SeenRequest
from paynet_nb.sandbox.reports import FILES, Reports
from paynet_nb.sandbox.scenarios import NORMAL, Scenario, find
from paynet_nb.sandbox.signatures import Signatures
from paynet_nb.sandbox.switch import Switch
from paynet_nb.sandbox.tokens import REPORTS, TokenDesk, TokenRoute
from paynet_nb.sandbox.verdicts import Refusal

_LOGGER = logging.getLogger(__name__)
REMEMBERED, REMEMBERED_SIZE = 1_000, 10_000_000  # requests; characters in all

# What kind of request a route gets, for the scenarios; "api" all that is not here.
_KINDS = {
    "token": "token",
    REPORTS: "token",
    **dict.fromkeys(("jwks", "contract", "portal", BANK_PAGE), ""),
}


class GatewayApp:
    """What one sandbox does with a request."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        issuer: str,
        lifetime_s: int,
        scenario: Scenario,
        stopping: threading.Event,
        clock: Clock,
        chance: Chance,
        key: GatewayKey,
        names: Names = ONLY_LOOPBACK,
        notify_to: str | None = None,
    ) -> None:
        self.clock = clock
        self.ledger = Ledger()
        self.desk = TokenDesk(issuer, lifetime_s, clock, chance, key)
        # The Certification Centre's helper signs with it in a participant's name.
        self.keys = Keys(self.desk.public_key)
        self.switch = Switch(scenario)
        self.notifier = Notifier(self.desk, self.ledger, clock, stopping, notify_to)
        self._seen: deque[Seen] = deque()
        self._seen_size = 0
        self._lock = threading.Lock()
        self._credentials = credentials
        self._stopping = stopping
        self._names = names

        self.app = app = Flask(__name__, static_folder=None)
        app.url_map.merge_slashes = False  # or // is redirected, in HTML
        app.json = _InOrder(app)
        app.before_request(self._before)
        app.after_request(self._after)
        app.register_error_handler(HTTPException, self._refuse)
        token = TokenRoute(app, credentials, self.desk)
        for path in ("/v1/picasso-guard/auth/token", "/auth/token"):
            app.add_url_rule(path, "token", token.respond, methods=["POST"])
        app.add_url_rule("/token", REPORTS, token.respond, methods=["POST"])
        jwks = "/.well-known/jwks.json"
        app.add_url_rule(jwks, "jwks", lambda: jsonify(self.desk.jwks()))
        app.add_url_rule("/openapi.json", "contract", self._contract)
        app.add_url_rule(faults.PORTAL, "portal", self._portal)
        self._calls = self._made_calls(chance)
        self.bank = BankPage(
            app, self.desk, self.ledger, clock, self.notifier.tell, chance.hex(16)
        )

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request (PEP 3333).

        Flask's routing and hooks cost as much as the answer to a call, so a call at a
        path without {names} is answered without them.
        """
        called = self._calls.at(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if called is None:
            return self.app.wsgi_app(environ, start_response)
        asked = self._arrived(Request(environ), "api")
        asked.operation = called
        raw = self._early(asked) or self._answer(asked, called)
        asked.codes = raw.codes
        headers = {**raw.headers, **self._date(asked)}
        status, content = f"{raw.status} {HTTP_STATUS_CODES[raw.status]}", raw.content
        if not isinstance(content, bytes):
            self._left(asked, None)
            start_response(status, [*headers.items()])
            return content
        self._left(asked, raw.status)
        start_response(
            status, [*headers.items(), ("Content-Length", str(len(content)))]
        )
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else content]

    def requests(self) -> list[SeenRequest]:
        """List what it saw last, oldest first."""
        with self._lock:
            return [one.record() for one in self._seen]

    def _made_calls(self, chance: Chance) -> Calls:
        reports = Reports(self.ledger, chance.bits)
        handlers = {
            **Merchants(self.desk, self.ledger).handlers(),
            **Participants(self.desk, self.ledger).handlers(),
            **Pay(self.desk, self.ledger, chance.bits).handlers(),
            **reports.handlers(),
            **Helpers(self.desk, self.ledger).handlers(),
        }
        calls = Calls(
            handlers,
            desk=self.desk,
            ledger=self.ledger,
            clock=self.clock,
            notifier=self.notifier,
            signatures=Signatures(
                self.keys, self._credentials.client_secret, self.clock, self.ledger
            ),
        )

        def view(called: Operation) -> Callable[..., Response]:
            return lambda **_: _by_flask(self._answer(g.asked, called))

        for one in calls.served:
            path = (one.base + one.path).replace("{", "<").replace("}", ">")
            self.app.add_url_rule(path, one.id, view(one), methods=[one.method])
        self.app.add_url_rule(
            FILES, "report file", lambda name: _by_flask(reports.file(g.asked, name))
        )
        return calls

    def reset(self) -> None:
        """Forget what it was told and saw, and refuse the tokens given so far."""
        self.ledger.restore({})
        self.desk.revoke()
        self.notifier.forget()
        with self._lock:
            self._seen.clear()
            self._seen_size = 0

    @contextmanager
    def in_force(self, name: str, times: int | None) -> Iterator[None]:
        """Put a scenario in force until the block ends, or for *times* requests.

        Raises:
            ConfigurationError: There is no scenario of that name.
        """
        scenario = find(name)
        with self.switch.use(scenario, times):
            if scenario.revokes:
                self.desk.revoke()
            yield

    def _arrived(self, request: Request, kind: str) -> Asked:
        # Read before anything parses a form, which would leave nothing to remember.
        request.get_data()
        is_meant = self._names.are_meant_by(request)
        scenario = self.switch.take(kind) if is_meant else NORMAL
        return Asked(request, self.clock.at, scenario, is_meant=is_meant)

    def _early(self, asked: Asked) -> Raw | None:
        """Give what is answered whatever is asked for; None: look at that."""
        if not asked.is_meant:
            return refused(asked, Refusal("API.001", self._names.told, status=421), "")
        fault = asked.scenario.fault
        return fault(asked, self._stopping) if fault else None

    def _answer(self, asked: Asked, called: Operation) -> Raw:
        try:
            raw = self._calls.respond(asked, called)
        except HTTPException as error:
            raw = http_refusal(asked, error)
        except RecursionError:
            # JSON that is nested deeper than Python reads or writes.
            raw = http_refusal(asked, BadRequest())
        except Exception:
            _LOGGER.exception("the sandbox malfunctioned: %s", called.id)
            raw = http_refusal(asked, InternalServerError())
        return raw

    def _date(self, asked: Asked) -> dict[str, str]:
        """Give the header of the time, where that is not this machine's."""
        skew_s = asked.scenario.skew_s
        if not skew_s and not self.clock.is_moved:
            return {}
        return {"Date": http_date(self.clock.now() + skew_s)}

    def _left(self, asked: Asked, status: int | None) -> None:
        """Remember a request and what it was answered; None: nothing."""
        record = Seen(asked, self._credentials.client_secret.reveal(), status)
        with self._lock:
            self._seen.append(record)
            self._seen_size += record.size
            while len(self._seen) > REMEMBERED or self._seen_size > REMEMBERED_SIZE:
                self._seen_size -= self._seen.popleft().size

    # What Flask serves: tokens, the contract, files, and what is none of these.

    def _before(self) -> Response | None:
        kind = _KINDS.get(request.endpoint or "", "api")
        g.asked = self._arrived(request, kind)
        early = self._early(g.asked)
        return _by_flask(early) if early else None

    def _after(self, response: Response) -> Response:
        response.headers.update(self._date(g.asked))
        # Only an answer that never comes is a stream here.
        self._left(g.asked, None if response.is_streamed else response.status_code)
        return response

    def _refuse(self, error: HTTPException) -> Response:
        return _by_flask(http_refusal(g.asked, error))

    def _portal(self) -> Response:
        return _by_flask(faults.portal_page(g.asked, self._stopping))

    def _contract(self) -> Response:
        # Its numbers keep their text, which Flask's own JSON would not do.
        whole = document(request.url_root.rstrip("/"))
        return Response(written(whole), mimetype="application/json")


class _InOrder(DefaultJSONProvider):
    """JSON whose members stand in the order in which they were written."""

    sort_keys = False


def _by_flask(raw: Raw) -> Response:
    g.asked.codes = raw.codes
    return Response(raw.content, raw.status, raw.headers)
