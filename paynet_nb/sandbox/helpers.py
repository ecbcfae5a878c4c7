"""The Certification Centre's helpers of a sandbox: an ID, and a JWS over a body.

Sandbox assumptions: whose ID it makes, and that it signs with the sandbox's own key.
"""

from __future__ import annotations

from paynet_nb.sandbox.answers import Answer
from paynet_nb.sandbox.asked import Asked
from paynet_nb.sandbox.calls import Handler
from paynet_nb.sandbox.ledger import Ledger
from paynet_nb.sandbox.record import text_of
from paynet_nb.sandbox.tokens import TokenDesk

_CODES = {"CREDIT_TRANSFER": "010", "ACCOUNT_RESOLUTION_ENQUIRY": "510"}
_BIC = "CTOHMYK1"


class Helpers:
    """The Certification Centre's helpers."""

    def __init__(self, desk: TokenDesk, ledger: Ledger) -> None:
        self._desk = desk
        self._ledger = ledger

    def handlers(self) -> dict[str, Handler]:
        """Give what answers each call, by the contract's name of it."""
        return {"make_business_message_id": self.make_id, "make_jws": self.make_jws}

    def make_id(self, asked: Asked) -> Answer:
        """Make a message ID that nobody had."""
        code = _CODES[asked.query["transactionCode"]]
        number = self._ledger.count("message IDs")
        day = asked.today.replace("-", "")
        return Answer(body=f"{day}{_BIC}{code}ORB{number:08}")

    def make_jws(self, asked: Asked) -> Answer:
        """Sign the body that was sent, as it was sent."""
        message_id = asked.query["businessMessageId"]
        jws = self._desk.sign_body(
            text_of(asked.data), message_id=message_id, issuer=message_id[8:16]
        )
        return Answer(body=f"Bearer {jws}")
