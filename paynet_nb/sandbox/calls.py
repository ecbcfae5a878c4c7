"""`Calls`: serves each call of the contract, and holds its own answer to that, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, g, jsonify, request

from paynet_nb.paynet import Fault, Operation, faults, operations, read_codes
from paynet_nb.sandbox.answers import Answer, minified, refused, unauthorised
from paynet_nb.sandbox.asked import Asked, asked_by
from paynet_nb.sandbox.clock import Clock
from paynet_nb.sandbox.ledger import Ledger
from paynet_nb.sandbox.notices import Notifier
from paynet_nb.sandbox.signatures import Signatures
from paynet_nb.sandbox.tokens import TokenDesk
from paynet_nb.sandbox.verdicts import Refusal, refusal_for

Handler = Callable[[Asked], Answer | Response]

# Headers that every public client of the merchant API sends, and that no page is known
# to demand: told in `box.requests[-1].faults`, and not refused for.
_LENIENT = "merchant-v1"
_TOKEN_SCHEMES = frozenset({"merchant-rsa", "token", "reports-hmac"})
_KEYS = ("checkoutId", "endToEndId")  # of what is polled


class Calls:
    """The contract's calls, as one sandbox answers them."""

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        *,
        desk: TokenDesk,
        ledger: Ledger,
        clock: Clock,
        notifier: Notifier,
        signatures: Signatures,
    ) -> None:
        self._handlers = handlers
        self._desk = desk
        self._ledger = ledger
        self._clock = clock
        self._notifier = notifier
        self._signatures = signatures

    def add_to(self, app: Flask) -> None:
        """Route each call to what answers it, at the path that the contract gives."""
        for one in operations():
            if one.id in self._handlers:
                path = (one.base + one.path).replace("{", "<").replace("}", ">")
                app.add_url_rule(path, one.id, self._view(one), methods=[one.method])

    def _view(self, operation: Operation) -> Callable[..., Response]:
        def view(**_: str) -> Response:
            return self._respond(operation)

        return view

    def _respond(self, operation: Operation) -> Response:
        asked = asked_now()
        if refusal := self._problem_with_caller(operation):
            return refusal
        if refusal := self._signatures.refusal(asked):
            return refusal
        if why := self._problem(operation, asked):
            return refused(operation.family, why)
        self._note_pace(operation, asked)
        answer = self._handlers[operation.id](asked)
        if isinstance(answer, Response):
            return answer
        self._notifier.after(operation.id, asked.body, answer.body)
        return _sent(operation, answer)

    def _problem_with_caller(self, operation: Operation) -> Response | None:
        """Look at who calls: a token, or in its place what is made for the one call."""
        if operation.scheme == "none":
            return None
        authorization = request.authorization
        if authorization is None or authorization.type != "bearer":
            return unauthorised(operation.family, None)
        token = authorization.token or ""
        if operation.scheme in _TOKEN_SCHEMES:
            problem = self._desk.problem_with(token)
        else:
            mistaken = self._desk.problem_with(token) is None
            problem = "An access token where a signed one is due" if mistaken else None
        return unauthorised(operation.family, problem) if problem else None

    def _problem(self, operation: Operation, asked: Asked) -> Refusal | None:
        if request.get_data() and operation.id != "echo" and not request.is_json:
            wanted = "Content-Type"
            return Refusal("API.002", "Invalid format", wanted, "headers", 415)
        if operation.id == "echo":
            return None
        parts = ["path", "query", "headers", "body"]
        if operation.family == _LENIENT:
            parts.remove("headers")
        why = refusal_for(asked.faults, *parts)
        if why and why.part == "body" and not why.field and _is_v3(operation):
            return why._replace(code="API.001", text="The message cannot be read")
        return why

    def _note_pace(self, operation: Operation, asked: Asked) -> None:
        """Tell of a poll that came before PayNet's published pace; it is answered."""
        if operation.pace_s is None:
            return
        key = next((asked.query[one] for one in _KEYS if one in asked.query), "")
        now = self._clock.now()
        with self._ledger.table("polls") as polls:
            before = polls.get(f"{operation.id} {key}")
            polls[f"{operation.id} {key}"] = now
        if before is not None and 0 <= now - before < operation.pace_s:
            asked.faults.append(
                Fault(
                    "pace",
                    "pace",
                    f"{operation.pace_s:.0f} s between two calls for one transaction; "
                    "what PayNet answers to a sooner one is not known",
                    f"a call {now - before:.1f} s after the one before",
                    operation.sure,
                    operation.source,
                )
            )


def asked_now() -> Asked:
    """Read the request that Flask serves, once."""
    if "asked" not in g:
        g.asked = asked_by(request)
    found: Asked = g.asked
    return found


def _is_v3(operation: Operation) -> bool:
    return operation.family == "participant-v3"


def _sent(operation: Operation, answer: Answer) -> Response:
    """Write an answer; what the contract finds wrong with it is our own fault."""
    g.answer_faults = faults(operation, "answer", answer.body, status=answer.status)
    g.codes = read_codes(answer.body)
    response = _written(answer.body)
    response.status_code = answer.status
    response.headers.update(answer.headers)
    return response


def _written(body: Any) -> Response:
    if isinstance(body, str):
        return Response(body, mimetype="text/plain")
    if isinstance(body, dict) and "header" in body:
        return jsonify(body)
    return Response(minified(body), mimetype="application/json")
