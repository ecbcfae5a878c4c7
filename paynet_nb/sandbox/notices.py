"""`Notifier`: PayNet's calls to a participant or merchant, made by a sandbox.

Sandbox assumptions: that DuitNow Pay's are signed as its answers are; that a
notification is sent again, the same bytes, until it is answered by a 2xx; how often and
after which pauses; that a payment is told of when it was taken (ACTC) and when it was
decided. That merchant ones (v1) are not signed is because nobody tells how.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import threading
from collections import deque
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from paynet_nb.display import KUALA_LUMPUR
from paynet_nb.errors import ConfigurationError, RefusedError
from paynet_nb.paynet import Operation, is_loopback, notifications, sample
from paynet_nb.sandbox.answers import PLATFORM, minified
from paynet_nb.sandbox.clock import Clock
from paynet_nb.sandbox.forgeries import FORGERIES, FORGERIES_OF
from paynet_nb.sandbox.ledger import Ledger
from paynet_nb.sandbox.tokens import TokenDesk

PAUSES_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)  # between two tries
_TIMEOUT_S = 5.0
_REMEMBERED, _MOST_THREADS = 1_000, 64
REPEATED = "repeated"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notification, as far as it has come.

    Attributes:
        kind: Such as "pay-payment-status".
        to: The address.
        message_id: Its own ID (version 3); "": it has none.
        sent_at: When it was made.
        attempts: How often it was sent so far.
        status: The HTTP status of the last answer; None: there was none.
        error: Why there was no answer; "": there was one.
        done: Whether it was answered by a 2xx.
        ended: Whether it is sent no more.
    """

    kind: str
    to: str
    message_id: str = ""
    sent_at: datetime
    attempts: int = 0
    status: int | None = None
    error: str = ""
    done: bool = False
    ended: bool = False
    content: tuple[bytes, Mapping[str, str]] = field(repr=False)


class Notifier:
    """Sends notifications, and sends them again until they are answered by a 2xx.

    Args:
        desk: Signs them.
        ledger: Counts their IDs.
        clock: The sandbox's time.
        stopping: Set when the sandbox stops.
        to: Where to send one after a payment by itself; None: none is sent.
    """

    def __init__(
        self,
        desk: TokenDesk,
        ledger: Ledger,
        clock: Clock,
        stopping: threading.Event,
        to: str | None = None,
    ) -> None:
        self._desk = desk
        self._ledger = ledger
        self._clock = clock
        self._stopping = stopping
        self.to = to or ""
        self._numbers = itertools.count()
        self._made: dict[int, Notice] = {}
        self._waiting: deque[tuple[int, Notice]] = deque(maxlen=_REMEMBERED)
        self._threads = 0
        self._lock = threading.Lock()

    @property
    def to(self) -> str:
        """Where a payment is told of by itself; "": nowhere.

        Raises:
            RefusedError: The address is not on this machine.
        """
        return self._to

    @to.setter
    def to(self, address: str) -> None:
        self._to = checked_address(address) if address else ""

    @property
    def made(self) -> list[Notice]:
        """The last notifications, oldest first, as they are now."""
        with self._lock:
            return list(self._made.values())

    def send(
        self,
        kind: str,
        to: str,
        changes: Mapping[str, Any] | None = None,
        *,
        forgery: str = "",
    ) -> Notice:
        """Send one: try once here, and again in a thread while that is not taken.

        Raises:
            ConfigurationError: There is no such kind or forgery, or nothing to repeat.
            RefusedError: The address is not on this machine.
        """
        number, notice = self._prepared(kind, to, changes or {}, forgery)
        notice = self._tried(number, notice)
        if not notice.ended:
            self._go_on(number, notice)
        return notice

    def after(self, call: str, sent: Any, answer: Any) -> None:
        """Tell of what a call has changed, if an address was given for that."""
        kind, changes = _told_of(call, sent, answer)
        if not (self._to and kind):
            return
        number, notice = self._prepared(kind, self._to, changes, "")
        self._go_on(number, notice)

    def tell(self, kind: str, changes: Mapping[str, Any]) -> None:
        """Send one to the address that was given at the start, if one was.

        The first try is over then, as `send` has it.
        """
        if self._to:
            self.send(kind, self._to, changes)

    def forget(self) -> None:
        """Forget them all; what is under way is sent on."""
        with self._lock:
            self._made.clear()

    def _go_on(self, number: int, notice: Notice) -> None:
        """Send it until it is taken, in one of a few threads."""
        with self._lock:
            self._waiting.append((number, notice))
            if self._threads == _MOST_THREADS:
                return
            self._threads += 1
        # No executor: its threads, which may wait here, hold up a program's end.
        made = threading.Thread(target=self._work, name="paynet-notice", daemon=True)
        try:
            made.start()
        except RuntimeError:  # there is none to be had now; the next takes this along
            with self._lock:
                self._threads -= 1

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._threads -= 1
                    return
                number, notice = self._waiting.popleft()
            self._again(number, notice)

    def _prepared(
        self, kind: str, to: str, changes: Mapping[str, Any], forgery: str
    ) -> tuple[int, Notice]:
        called = notifications().get(kind)
        if called is None:
            known = ", ".join(notifications())
            raise ConfigurationError(f"no notification is {kind!r}; there are {known}")
        if forgery not in ("", REPEATED, *FORGERIES):
            known = ", ".join([REPEATED, *FORGERIES])
            raise ConfigurationError(f"no forgery is a {forgery!r}; there are {known}")
        forgeable = FORGERIES_OF.get(called.scheme, ())
        if forgery and forgery not in (REPEATED, *forgeable):
            lacks = "names no message" if forgeable else "is not known"
            known = ", ".join([REPEATED, *forgeable])
            raise ConfigurationError(
                f"{kind} cannot be forged as {forgery!r}, since its signature {lacks}; "
                f"give {known}, or another kind"
            )
        address = checked_address(to).rstrip("/")
        if called.path and not address.endswith(called.path):
            address += called.path
        if forgery == REPEATED:
            sent = [one for one in self.made if one.kind == kind and one.done]
            if not sent:
                raise ConfigurationError(f"no {kind} was taken yet, to come again")
            message_id, content = sent[-1].message_id, sent[-1].content
        else:
            message_id, content = self._content(called, changes, forgery)
        notice = Notice(
            kind=kind,
            to=address,
            message_id=message_id,
            sent_at=self._clock.at,
            content=content,
        )
        with self._lock:
            number = next(self._numbers)
            self._made[number] = notice
            while len(self._made) > _REMEMBERED:
                del self._made[next(iter(self._made))]
        return number, notice

    def _content(
        self, called: Operation, changes: Mapping[str, Any], forgery: str
    ) -> tuple[str, tuple[bytes, Mapping[str, str]]]:
        now = self._clock.at.astimezone(KUALA_LUMPUR)
        example = sample(called, f"{now:%Y%m%d}")
        said, message_id = _merged(deepcopy(example.body), changes), ""
        headers = {"Content-Type": "application/json"}
        token = ""
        if "appHeader" in said:
            head = said["appHeader"]
            number = self._ledger.count("notices of version 3")
            message_id = f"{head['businessMessageId'][:22]}{number:08}"
            head["businessMessageId"] = message_id
            head["creationDateTime"] = now.isoformat(timespec="milliseconds")
            headers["X-Business-Message-Id"] = message_id
            token = self._desk.sign_body(
                minified(said),
                message_id=message_id,
                issuer=PLATFORM,
                forgery=forgery,
            )
        elif called.scheme == "pay-jwt":
            token = self._desk.sign_data(said, PLATFORM, forgery=forgery)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return message_id, (minified(said).encode(), headers)

    def _again(self, number: int, notice: Notice) -> None:
        if not notice.attempts:
            notice = self._tried(number, notice)
        for pause in PAUSES_S:
            if notice.ended or self._stopping.wait(pause):
                break
            notice = self._tried(number, notice)
        if not notice.ended:
            self._keep(number, replace(notice, ended=True))

    def _tried(self, number: int, notice: Notice) -> Notice:
        status, error = _posted(notice.to, *notice.content)
        done = status is not None and 200 <= status < 300
        notice = replace(
            notice,
            attempts=notice.attempts + 1,
            status=status,
            error=error,
            done=done,
            ended=done,
        )
        self._keep(number, notice)
        return notice

    def _keep(self, number: int, notice: Notice) -> None:
        with self._lock:
            if number in self._made:
                self._made[number] = notice


def _posted(
    url: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int | None, str]:
    parts = urlsplit(url)
    made = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=_TIMEOUT_S
    )
    with contextlib.closing(made) as connection:
        try:
            connection.request("POST", parts.path or "/", body, dict(headers))
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            return None, f"no answer ({type(error).__name__})"
        return answer.status, ""


def checked_address(to: str) -> str:
    """Give an address of this machine as it is.

    Raises:
        RefusedError: It is none.
    """
    try:
        parts = urlsplit(to)
        own = parts.scheme == "http" and is_loopback(parts.hostname or "")
        own = own and (parts.port or 80) > 0 and to.isascii()
    except (ValueError, AttributeError):  # urlsplit takes a number for bytes
        own = False
    if not own:
        raise RefusedError(
            "a sandbox notifies its own machine only: give an address such as "
            "http://127.0.0.1:8000/paynet"
        )
    return to


def _merged(body: Any, changes: Mapping[str, Any]) -> Any:
    for name, value in changes.items():
        inside = body.get(name)
        both = isinstance(inside, dict) and isinstance(value, Mapping)
        body[name] = _merged(inside, value) if both else value
    return body


def _told_of(call: str, sent: Any, answer: Any) -> tuple[str, dict[str, Any]]:
    """Give the notification that follows a call, and what it says; "": none does."""
    if call == "start_payment" and "endToEndIdSignature" in answer:
        info = {
            "PaymentStatus": {"Code": "ACTC"},
            "EndToEndID": answer["endToEndId"],
            "Signature": answer["endToEndIdSignature"],
        }
        return "merchant-payment-status", {"Notification": {"EventInfo": info}}
    if call == "transfer_v3" and answer["resp"]["status"] != "RJCT":
        kept = ("endToEndId", "transactionId")
        head = {name: sent["appHeader"][name] for name in kept}
        names = ("interbankSettlementAmount", "debtorAgent", "creditor", "qr")
        return "transfer-v3", {"appHeader": head, **{one: sent[one] for one in names}}
    if call == "start_checkout":
        ids = {"checkoutId": sent["checkoutId"], "issuer": sent["issuer"]}
        end_to_end = {"endToEndId": answer["data"]["endToEndId"]}
        status = {"code": "ACTC", "substate": "RECEIVED"}
        return "pay-payment-status", {**ids, **end_to_end, "paymentStatus": status}
    if call == "start_refund":
        names = ("refundId", "checkoutId", "paymentMethod", "amount")
        return "pay-refund-status", {one: sent[one] for one in names}
    return "", {}
