"""`Calls`: serves each call of the contract, and holds its own answer to that, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from paynet_nb.paynet import Fault, Operation, faults, operations, read_codes
from paynet_nb.sandbox.answers import (
    Answer,
    Raw,
    compact,
    minified,
    refused,
    unauthorised,
)
from paynet_nb.sandbox.asked import Asked
from paynet_nb.sandbox.clock import Clock
from paynet_nb.sandbox.ledger import Ledger
from paynet_nb.sandbox.notices import Notifier
from paynet_nb.sandbox.signatures import Signatures
from paynet_nb.sandbox.tokens import TokenDesk
from paynet_nb.sandbox.verdicts import Refusal, refusal_for

Handler = Callable[[Asked], Answer | Raw]

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
        self.served = [one for one in operations() if one.id in handlers]
        self._by_path = {(one.method, one.base + one.path): one for one in self.served}

    def at(self, method: str, path: str) -> Operation | None:
        """Find the call that a method at exactly this path is, one without {names}."""
        return self._by_path.get(("GET" if method == "HEAD" else method, path))

    def respond(self, asked: Asked, operation: Operation) -> Raw:
        """Answer a call."""
        if refusal := self._problem_with_caller(asked, operation):
            return refusal
        if refusal := self._signatures.refusal(asked):
            return refusal
        if why := self._problem(asked, operation):
            return refused(asked, why)
        self._note_pace(asked, operation)
        answer = self._handlers[operation.id](asked)
        if isinstance(answer, Raw):
            return answer
        self._notifier.after(operation.id, asked.body, answer.body)
        # What the contract finds wrong with it is our own fault.
        asked.answer_faults = faults(
            operation, "answer", answer.body, status=answer.status
        )
        return _sent(answer)

    def _problem_with_caller(self, asked: Asked, operation: Operation) -> Raw | None:
        """Look at who calls: a token, or in its place what is made for the one call."""
        if operation.scheme == "none":
            return None
        token = asked.bearer
        if token is None:
            return unauthorised(asked, None)
        if operation.scheme in _TOKEN_SCHEMES:
            problem = self._desk.problem_with(token)
        else:
            mistaken = self._desk.problem_with(token) is None
            problem = "An access token where a signed one is due" if mistaken else None
        return unauthorised(asked, problem) if problem else None

    def _problem(self, asked: Asked, operation: Operation) -> Refusal | None:
        if operation.id == "echo":
            return None
        if asked.data and not asked.request.is_json:
            wanted = "Content-Type"
            return Refusal("API.002", "Invalid format", wanted, "headers", 415)
        parts = ["path", "query", "headers", "body"]
        if operation.family == _LENIENT:
            parts.remove("headers")
        why = refusal_for(fault for one in parts for fault in asked.faults_of(one))
        if why and why.part == "body" and not why.field and _is_v3(operation):
            return why._replace(code="API.001", text="The message cannot be read")
        return why

    def _note_pace(self, asked: Asked, operation: Operation) -> None:
        """Tell of a poll that came before PayNet's published pace; it is answered."""
        if operation.pace_s is None:
            return
        key = next((asked.query[one] for one in _KEYS if one in asked.query), "")
        now = self._clock.now()
        with self._ledger.table("polls") as polls:
            before = polls.get(f"{operation.id} {key}")
            polls[f"{operation.id} {key}"] = now
        if before is not None and 0 <= now - before < operation.pace_s:
            asked.problems.append(
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


def _is_v3(operation: Operation) -> bool:
    return operation.family == "participant-v3"


def _sent(answer: Answer) -> Raw:
    """Write an answer."""
    body, kind = answer.body, "application/json"
    if isinstance(body, str):
        text, kind = body, "text/plain; charset=utf-8"
    elif answer.written:
        text = answer.written
    elif "header" in body:
        text = f"{compact(body)}\n"
    else:
        text = minified(body)
    return Raw(
        content=text.encode(),
        status=answer.status,
        headers={"Content-Type": kind, **answer.headers},
        codes=read_codes(body),
    )
