"""`Receiver`: judges PayNet's notifications, answers them, and records each.

How to answer is known for version 3 (a public client's types) and seen for DuitNow Pay;
that what is refused gets a 400, and what came before a 409, is an assumption.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import requests
from requests.structures import CaseInsensitiveDict

from paynet_nb.auth import SIGNED, AnswerCheck, new_message_id
from paynet_nb.display import KUALA_LUMPUR
from paynet_nb.history import History
from paynet_nb.paynet import (
    Operation,
    faults,
    notifications,
    sample_answer,
    written,
)
from paynet_nb.wire import capture, json_line, knowing_credential, parse_json

if TYPE_CHECKING:
    from paynet_nb.auth import SigningKey

_V3 = "participant-v3"
_EXAMPLE_BIC = "LAINMYK1"  # of the contract's examples
_ECHOED = ("X-Client-Id", "X-Api-Version")
_ID_LENGTH = 30
_LIFE_S = 900
_REMEMBERED = 10_000
_OF_PAY = {
    "refundId": "pay-refund-status",
    "consentStatus": "pay-consent",
    "paymentStatus": "pay-payment-status",
    "checkoutId": "pay-checkout",
}


class Reply(NamedTuple):
    """What is answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Refusal(NamedTuple):
    status: int
    code: str
    name: str
    told: str
    place: str = ""


class Receiver:
    """Takes notifications; threads may share one.

    Args:
        history: What each is written to.
        check: Says whether PayNet signed it.
        environment: The environment's name, for the history.
        key: Signs the answers of version 3; None: they are not signed.
        iss: The participant's BIC.
        clock: Unix time.
    """

    def __init__(
        self,
        history: History,
        check: AnswerCheck,
        *,
        environment: str = "",
        key: SigningKey | None = None,
        iss: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.history = history
        self._check = check
        self._environment = environment
        self._key = key
        self._bic = iss or _EXAMPLE_BIC
        self._clock = clock
        self._taken: dict[str, None] = {}
        self._lock = threading.Lock()

    def receive(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Judge one notification, record it and give the answer."""
        started = self._clock()
        try:
            said = parse_json(body, headers.get("Content-Type", ""))
        except ValueError:
            said = None
        kind = kind_of(url, said)
        called = notifications().get(kind)
        verdict = ""
        if called is None:
            why: _Refusal | None = _Refusal(
                404, "API.009", "RESOURCE_NOT_FOUND", "no notification that is known"
            )
        else:
            verdict = self._verdict(called, headers, body)
            why = self._problem(called, verdict, headers, body, said)
        if called is None or why is not None:
            reply = self._refused(called, why, said)
        else:
            reply = self._taken_note_of(called, headers, said)
        self._record(url, headers, body, reply, started, kind, verdict)
        return reply

    def _verdict(
        self, called: Operation, headers: Mapping[str, str], body: bytes
    ) -> str:
        if called.family not in SIGNED:
            return "not known to be signed"
        self._check.read_keys()
        # By our own clock: who sends an old one again can send an old Date with it.
        now = self._clock()
        return self._check.of_message(called.family, headers, body, now=now)

    def _problem(
        self,
        called: Operation,
        verdict: str,
        headers: Mapping[str, str],
        body: bytes,
        said: Any,
    ) -> _Refusal | None:
        if verdict == "missing" or verdict.startswith("wrong"):
            told = verdict.partition(": ")[2] or "it has none"
            return _Refusal(400, "KMS.001", "SIGNATURE_ERROR", f"signature: {told}")
        for fault in faults(called, "body", said):
            code = "API.005" if fault.keyword == "required" else "API.004"
            told = f"the contract wants {fault.wanted}"
            name = "MESSAGE_VALIDATION_ERROR"
            return _Refusal(400, code, name, told, fault.location)
        if self._came_before(called, headers, body, said):
            told = "this notification came before, and was taken note of"
            return _Refusal(409, "U149", "BUSINESS_ERROR", told)
        return None

    def _came_before(
        self, called: Operation, headers: Mapping[str, str], body: bytes, said: Any
    ) -> bool:
        name = _id_of(said) if called.family == _V3 else None
        # Of the others no ID is known: it is the same where it is signed the same.
        token = headers.get("Authorization", "").encode() or body
        name = name or hashlib.sha256(token).hexdigest()
        with self._lock:
            known = name in self._taken
            self._taken[name] = None
            while len(self._taken) > _REMEMBERED:
                del self._taken[next(iter(self._taken))]
        return known

    def _refused(
        self, called: Operation | None, why: _Refusal | None, said: Any
    ) -> Reply:
        assert why is not None  # noqa: S101  # for type checkers
        told: dict[str, Any] = {"message": f"{why.code}: {why.told}"}
        if called is not None and called.family == _V3:
            place = {"errorLocation": why.place} if why.place else {}
            reason = {"name": why.name, "code": why.code, "description": why.told}
            told = {
                "appHeader": {
                    "originalBusinessMessageId": _id_of(said) or "",
                    "rejectionDateTime": self._local_time(),
                },
                "resp": {"status": "RJCT", "reason": {**reason, **place}},
            }
        return Reply(why.status, _JSON, json_line(told).encode())

    def _taken_note_of(
        self, called: Operation, headers: Mapping[str, str], said: Any
    ) -> Reply:
        answer = sample_answer(called, self._local_time()[:10].replace("-", ""))
        if answer is None:
            return Reply(200, {}, b"")
        if called.family != _V3:
            return Reply(200, _JSON, json_line(answer).encode())
        their_id = _id_of(said) or headers.get("X-Business-Message-Id", "")
        own_id = f"{their_id[:8]}{self._bic}{their_id[16:19]}R{their_id[20:]}"
        if len(their_id) != _ID_LENGTH:
            own_id = new_message_id(self._bic, "000", channel="OT", originator="R")
        head = said.get("appHeader", {})
        kept = ("endToEndId", "transactionId")
        answer["appHeader"] = {
            "businessMessageId": own_id,
            "creationDateTime": self._local_time(),
            **{name: head[name] for name in kept if name in head},
            "originalBusinessMessageId": their_id,
        }
        if "eventCode" in answer:
            answer["eventCode"] = said["eventCode"]
        body = written(answer, 10**6).strip().encode()
        proof = {
            **{name: headers[name] for name in _ECHOED if name in headers},
            "X-Business-Message-Id": own_id,
            **self._signed(own_id, body),
        }
        return Reply(200, {**_JSON, **proof}, body)

    def _signed(self, own_id: str, body: bytes) -> dict[str, str]:
        if self._key is None:
            return {}
        now = int(self._clock())
        claims = {
            "iat": now,
            "exp": now + _LIFE_S,
            "iss": self._bic,
            "key": self._key.serial or self._bic,
            "jti": own_id,
            "ds": hashlib.sha256(body).hexdigest(),
        }
        token = self._key.jws(json.dumps(claims).encode(), "RS512")
        return {"Authorization": f"Bearer {token}"}

    def _local_time(self) -> str:
        now = datetime.fromtimestamp(self._clock(), KUALA_LUMPUR)
        return now.isoformat(timespec="milliseconds")

    def _record(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        reply: Reply,
        started: float,
        kind: str,
        verdict: str,
    ) -> None:
        request = requests.PreparedRequest()
        request.method, request.url, request.body = "POST", url, body
        request.headers = CaseInsensitiveDict(headers)
        response = requests.Response()
        response.status_code = reply.status
        response.headers = CaseInsensitiveDict(reply.headers)
        call = capture(
            request,
            response,
            knowing_credential(self.history.redactor, request).redactor,
            body=reply.body,
            kind="notification",
            environment=self._environment,
            sent_at_s=started,
            elapsed_s=max(self._clock() - started, 0.0),
            label=kind,
            signature=verdict,
        )
        self.history.append(call.kept)


_JSON: Mapping[str, str] = {"Content-Type": "application/json"}


def kind_of(url: str, said: Any) -> str:
    """Tell which notification is meant, by the address's end, else by the body."""
    path = url.partition("?")[0].rstrip("/")
    for kind, one in notifications().items():
        if one.path and path.endswith(one.path):
            return kind
    named = said if isinstance(said, dict) else {}
    return next((kind for name, kind in _OF_PAY.items() if name in named), "unknown")


def _id_of(said: Any) -> str | None:
    head = said.get("appHeader") if isinstance(said, dict) else None
    found = head.get("businessMessageId") if isinstance(head, dict) else None
    return found if isinstance(found, str) else None
