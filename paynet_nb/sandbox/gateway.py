"""`GatewayApp`: the Flask application of one sandbox, and all that it knows."""

from __future__ import annotations

import threading
from collections import deque
from decimal import Decimal
from json import detect_encoding
from typing import Any, NoReturn

from flask import Flask, Response, g, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.http import http_date

from paynet_nb.credentials import Credentials
from paynet_nb.paynet import document, written
from paynet_nb.sandbox import faults
from paynet_nb.sandbox.answers import http_refusal, refused
from paynet_nb.sandbox.bank_page import ENDPOINT as BANK_PAGE, BankPage
from paynet_nb.sandbox.calls import Calls, asked_now
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
from paynet_nb.sandbox.record import NO_CODES, Seen, SeenRequest
from paynet_nb.sandbox.reports import FILES, Reports
from paynet_nb.sandbox.scenarios import NORMAL, Scenario, name_of
from paynet_nb.sandbox.signatures import Signatures
from paynet_nb.sandbox.switch import Switch
from paynet_nb.sandbox.tokens import REPORTS, TokenDesk, TokenRoute
from paynet_nb.sandbox.verdicts import Refusal

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
        self.keys = Keys()
        self.desk = TokenDesk(issuer, lifetime_s, clock, chance, key)
        # The Certification Centre's helper signs with it in a participant's name.
        self.keys.register(self.desk.public_key, None)
        self.switch = Switch(scenario)
        self.notifier = Notifier(self.desk, self.ledger, clock, stopping, notify_to)
        self._seen: deque[Seen] = deque()
        self._seen_size = 0
        self._lock = threading.Lock()
        self._credentials = credentials
        self._stopping = stopping
        self._names = names

        self.app = app = Flask(__name__, static_folder=None)
        app.json = _ExactJson(app)
        app.before_request(self._arrive)
        app.after_request(self._leave)
        app.register_error_handler(HTTPException, http_refusal)
        # JSON that is nested deeper than Python reads or writes.
        app.register_error_handler(RecursionError, lambda _: http_refusal(BadRequest()))
        token = TokenRoute(app, credentials, self.desk)
        for path in ("/v1/picasso-guard/auth/token", "/auth/token"):
            app.add_url_rule(path, "token", token.respond, methods=["POST"])
        app.add_url_rule("/token", REPORTS, token.respond, methods=["POST"])
        jwks = "/.well-known/jwks.json"
        app.add_url_rule(jwks, "jwks", lambda: jsonify(self.desk.jwks()))
        app.add_url_rule("/openapi.json", "contract", self._contract)
        app.add_url_rule(
            faults.PORTAL, "portal", lambda: faults.portal_page(self._stopping)
        )
        self._add_calls(chance)
        self.bank = BankPage(
            app, self.desk, self.ledger, clock, self.notifier.tell, chance.hex(16)
        )

    def requests(self) -> list[SeenRequest]:
        """List what it saw last, oldest first."""
        with self._lock:
            return [one.record() for one in self._seen]

    def _add_calls(self, chance: Chance) -> None:
        reports = Reports(self.ledger, chance.bits)
        self.app.add_url_rule(FILES, "report file", reports.file)
        handlers = {
            **Merchants(self.desk, self.ledger).handlers(),
            **Participants(self.desk, self.ledger).handlers(),
            **Pay(self.desk, self.ledger, chance.bits).handlers(),
            **reports.handlers(),
            **Helpers(self.desk, self.ledger).handlers(),
        }
        Calls(
            handlers,
            desk=self.desk,
            ledger=self.ledger,
            clock=self.clock,
            notifier=self.notifier,
            signatures=Signatures(
                self.keys, self._credentials.client_secret, self.clock, self.ledger
            ),
        ).add_to(self.app)

    def reset(self) -> None:
        """Forget what it was told and saw, and refuse the tokens given so far."""
        self.ledger.restore({})
        self.desk.revoke()
        self.notifier.forget()
        with self._lock:
            self._seen.clear()
            self._seen_size = 0

    def _contract(self) -> Response:
        # Its numbers keep their text, which Flask's own JSON would not do.
        whole = document(request.url_root.rstrip("/"))
        return Response(written(whole), mimetype="application/json")

    def _arrive(self) -> Response | None:
        # Read before Flask parses a form, which would leave nothing to remember.
        request.get_data()
        g.at = self.clock.at
        g.scenario = NORMAL
        if not self._names.are_meant_by(request):
            return refused("", Refusal("API.001", self._names.told, status=421))
        g.scenario = self.switch.take(_KINDS.get(request.endpoint or "", "api"))
        return g.scenario.fault(self._stopping) if g.scenario.fault else None

    def _leave(self, response: Response) -> Response:
        if g.scenario.skew_s or self.clock.is_moved:
            response.headers["Date"] = http_date(self.clock.now() + g.scenario.skew_s)
        # Only an answer that never comes is a stream here.
        status = None if response.is_streamed else response.status_code
        secret = self._credentials.client_secret.reveal()
        record = Seen(
            request,
            secret,
            at=g.at,
            status=status,
            faults=tuple(asked_now().faults),
            answer_faults=g.get("answer_faults", ()),
            signature_check=g.get("signature_check", {}),
            codes=g.get("codes", NO_CODES),
            scenario=name_of(g.scenario),
        )
        with self._lock:
            self._seen.append(record)
            self._seen_size += record.size
            while len(self._seen) > REMEMBERED or self._seen_size > REMEMBERED_SIZE:
                self._seen_size -= self._seen.popleft().size
        return response


class _ExactJson(DefaultJSONProvider):
    """JSON without floats, its members in the order in which they were written."""

    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        # Strictly: a half of a surrogate pair could not be written again.
        text = s if isinstance(s, str) else s.decode(detect_encoding(s))
        return super().loads(
            text, parse_float=_decimal, parse_constant=_refuse_constant, **kwargs
        )


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError("a number that is too large or too small") from None


def _refuse_constant(name: str) -> NoReturn:
    # RFC 8259 section 6: NaN and Infinity are no JSON.
    raise ValueError(name)
