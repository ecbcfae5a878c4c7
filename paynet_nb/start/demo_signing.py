"""The demo's signed payments: a good one, and four that are broken on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from paynet_nb.auth import (
    ClientCredentialsAuth,
    MerchantSignature,
    SigningKey,
    explain_signature,
)
from paynet_nb.client import Client
from paynet_nb.paynet import sample_payment
from paynet_nb.sandbox import Sandbox

if TYPE_CHECKING:
    import requests

PAYMENT = "/merchants/v1/payments/redirect"
_Change = Callable[[bytes], bytes]


class Signed(NamedTuple):
    """One payment that was signed.

    Attributes:
        mistake: What was done wrong; "": nothing.
        outcome: What the gateway answered.
        cause: What `explain_signature` found; "": nothing is wrong.
    """

    mistake: str
    outcome: str
    cause: str


def signed_payments(box: Sandbox, token: ClientCredentialsAuth) -> Iterator[Signed]:
    """Make five payments, and have each signature explained."""
    key, number = box.merchant_key, 10
    client_id = box.credentials.client_id.encode()
    stranger = SigningKey.generate()
    mistakes: list[tuple[str, SigningKey, str | None, _Change]] = [
        ("", key, None, bytes),
        ("Client ID signed", key, None, lambda b: _client(b, client_id)),
        ("ID of another message", key, None, _other_message),
        ("another key", stranger, key.serial, bytes),
        ("another certificate named", key, "0badcafe", bytes),
    ]
    for mistake, with_key, name, change in mistakes:
        number += 1
        auth = _Spoiled(token, with_key, name, change)
        call = Client(auth).post(PAYMENT, json=sample_payment(number))
        report = explain_signature(auth.sent, [key, box.credentials])
        outcome = f"{call.outcome} {call.reason}"
        yield Signed(mistake, outcome, report.cause)


class _Spoiled(MerchantSignature):
    """Signs another body than it sends, and keeps what was sent."""

    def __init__(
        self,
        token: ClientCredentialsAuth,
        key: SigningKey,
        key_id: str | None,
        change: _Change,
    ) -> None:
        super().__init__(token, key, key_id)
        self._change = change
        self.sent: requests.PreparedRequest | None = None

    def sign(self, request: requests.PreparedRequest) -> None:
        """Put the signature of the changed body on the request."""
        other = request.copy()
        body = request.body
        other.body = self._change(body.encode() if isinstance(body, str) else body)  # type: ignore[arg-type]
        super().sign(other)
        for name in ("X-Signature", "X-Signature-Key"):
            request.headers[name] = other.headers[name]
        self.sent = request


def _client(body: bytes, client_id: bytes) -> bytes:
    return body.replace(b'"M0000001"', b'"' + client_id + b'"')


def _other_message(body: bytes) -> bytes:
    return body.replace(b"OBW00000013", b"OBW00000012")
