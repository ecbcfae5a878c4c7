"""The participants' calls of a sandbox: versions 2 and 3, and the network's own.

Of version 2 no good answer is published: those of the sandbox have the fields of a
refusal. Sandbox assumptions beside the platform's `rules`: an unknown account or
transaction is API.010 in a 404; who has signed off is U122; what a repeat
(`possibleDuplicate`) of a known payment is answered; that the gateway's time-out
(API.008, a 408) follows where the platform drops a repeat that it does not know, as
PayNet's page has it; a payment that waits in store and forward (ACTC, U002) is done at
the second enquiry; made-up names and settlement data.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from paynet_nb.sandbox import rules
from paynet_nb.sandbox.answers import (
    PLATFORM,
    Answer,
    Raw,
    answer_id,
    minified,
    refused,
    status_of,
    words_of,
)
from paynet_nb.sandbox.asked import Asked
from paynet_nb.sandbox.calls import Handler
from paynet_nb.sandbox.ledger import LONGEST, Ledger
from paynet_nb.sandbox.tokens import TokenDesk
from paynet_nb.sandbox.verdicts import Refusal

_V2, _V3 = "participant-v2", "participant-v3"
_ID = "businessMessageId"
_SIGNED_OFF, _NOT_ENQUIRED, _WAS_REFUSED, _TOO_MUCH = "U122", "U300", "U107", "U112"
_DIFFERS = Refusal("API.004", "Invalid value", f"appHeader.{_ID}", "body")
_ACCOUNT = {
    "type": "CURRENT",
    "residentStatus": "RESIDENT",
    "productType": "ISLAMIC",
    "shariaCompliance": "YES",
    "accountHolderType": "SINGLE",
    "customerCategory": "RET",
}
_CYCLE = "001"

Parts = Mapping[str, Any]


class Participants:
    """The participants' calls.

    Args:
        desk: Signs the answers of version 3.
        ledger: What was told so far.
    """

    def __init__(self, desk: TokenDesk, ledger: Ledger) -> None:
        self._desk = desk
        self._ledger = ledger

    def handlers(self) -> dict[str, Handler]:
        """Give what answers each call, by the contract's name of it."""
        return {
            "look_up_account_v2": self.transfer_v2,
            "transfer_v2": self.transfer_v2,
            "resolve_proxy_v2": self.resolve_proxy,
            "enquire_account_v3": self.enquire_account,
            "transfer_v3": self.transfer,
            "enquire_transaction_v3": self.enquire_transaction,
            "reverse_v3": self.reverse,
            "sign_on_v3": lambda asked: self.sign(asked, off=False),
            "sign_off_v3": lambda asked: self.sign(asked, off=True),
            "echo_v3": lambda asked: self._answer(asked, None),
        }

    def transfer_v2(self, asked: Asked) -> Answer | Raw:
        """Take an account enquiry or a transfer of version 2."""
        sent = asked.body["data"]
        if sent[_ID] != asked.headers["X-Business-Message-Id"]:
            return refused(asked, _DIFFERS._replace(field=f"data.{_ID}"))
        reason = rules.worst(
            rules.of_dates(sent[_ID], sent["createdDateTime"], asked.today),
            rules.of_id(sent["creditorAccount"]["id"]),
            rules.of_amount(Decimal(sent["interbankSettlementAmount"])),
        )
        if not rules.first_seen(self._ledger, sent[_ID]):
            reason = rules.DUPLICATE
        return _answer_v2(asked, sent[_ID], reason)

    def resolve_proxy(self, asked: Asked) -> Answer:
        """Look a proxy up: its end says whether it is found, suspended or unknown."""
        reason = rules.of_id(asked.path["secondaryId"])
        return _answer_v2(asked, asked.headers["X-Business-Message-Id"], reason)

    def enquire_account(self, asked: Asked) -> Answer | Raw:
        """Tell whose account a QR leads to; a payment by it may follow."""
        account_id = asked.body["creditorAccount"]["id"]
        if account_id.endswith("0000"):
            return _unknown(asked, "creditorAccount.id")
        reason = rules.worst(self._of_message(asked), rules.of_id(account_id))
        if reason != rules.ACCEPTED:
            return self._answer(asked, reason)
        with self._ledger.table("enquiries") as enquiries:
            enquiries[asked.body["qr"]["code"][:LONGEST]] = True
        data = {
            "qr": {"category": "POINT_OF_SALES", "acceptedSourceOfFunds": ["CASA"]},
            "creditor": {"name": "Kedai Contoh"},
            "creditorAccount": {"id": account_id, **_ACCOUNT},
        }
        return self._answer(asked, reason, data)

    def transfer(self, asked: Asked) -> Answer | Raw:
        """Take a QR payment, after its enquiry."""
        body, transaction_id = asked.body, asked.body["appHeader"]["transactionId"]
        with self._ledger.table("transfers") as transfers:
            known = transfers.get(transaction_id)
            if body["appHeader"].get("possibleDuplicate"):
                return (
                    self._answer(asked, known["reason"]) if known else _dropped(asked)
                )
            money = body["interbankSettlementAmount"]
            amount = Decimal(money["value"])
            reason = rules.worst(
                rules.DUPLICATE if known else rules.ACCEPTED,
                self._of_message(asked),
                self._of_enquiry(body["qr"]["code"]),
                rules.of_amount(amount),
            )
            taken = status_of(reason) != "RJCT"
            if not known:
                transfers[transaction_id] = {
                    "reason": reason,
                    "next": rules.cause_later(amount) if taken else None,
                    "amount": str(money["value"]),
                    "date": asked.today,
                    "debtor": body["debtor"]["name"][:LONGEST],
                    "agent": body["debtorAgent"]["id"],
                    "creditor": body["creditor"]["name"][:LONGEST],
                }
        if not taken:
            return self._answer(asked, reason)
        data = {
            "settlementCycleNumber": _CYCLE,
            "interbankSettlementDate": asked.today,
            "creditor": {"name": body["creditor"]["name"]},
            "creditorAccount": {"id": body["creditorAccount"]["id"], **_ACCOUNT},
        }
        return self._answer(asked, reason, data)

    def enquire_transaction(self, asked: Asked) -> Answer | Raw:
        """Tell what became of a payment: at the second look how it ended."""
        with self._ledger.table("transfers") as transfers:
            paid = transfers.get(asked.body["appHeader"]["transactionId"])
            if paid is None:
                return _unknown(asked, "appHeader.transactionId")
            reason = paid["reason"]
            ended = rules.ACCEPTED if reason == rules.LATE else reason
            paid["reason"], paid["next"] = paid["next"] or ended, None
            paid = dict(paid)
        data = {
            "transaction": {"status": status_of(reason), "reason": _reason_v3(reason)},
            "settlementCycleNumber": _CYCLE,
            "interbankSettlementAmount": {
                "value": Decimal(paid["amount"]),
                "currency": "MYR",
            },
            "interbankSettlementDate": paid["date"],
            "debtor": {"name": paid["debtor"]},
            "debtorAgent": {"id": paid["agent"]},
            "creditor": {"name": paid["creditor"]},
        }
        return self._answer(asked, rules.ACCEPTED, data)

    def reverse(self, asked: Asked) -> Answer | Raw:
        """Give a payment back, once."""
        body = asked.body
        with self._ledger.table("transfers") as transfers:
            paid = transfers.get(body["appHeader"]["transactionId"])
            if paid is None:
                return _unknown(asked, "appHeader.transactionId")
            amount = Decimal(body["interbankSettlementAmount"]["value"])
            was_refused = status_of(paid["reason"]) == "RJCT"
            reason = rules.worst(
                self._of_message(asked),
                _WAS_REFUSED if was_refused else rules.ACCEPTED,
                rules.DUPLICATE if "reversed" in paid else rules.ACCEPTED,
                _TOO_MUCH if amount > Decimal(paid["amount"]) else rules.ACCEPTED,
            )
            if reason != rules.ACCEPTED:
                return self._answer(asked, reason)
            paid["reversed"] = True
        data = {
            "settlementCycleNumber": _CYCLE,
            "interbankSettlementDate": asked.today,
            "creditor": {"name": body["creditor"]["name"]},
            "creditorAccount": body["creditorAccount"],
        }
        return self._answer(asked, reason, data)

    def sign(self, asked: Asked, *, off: bool) -> Answer | Raw:
        """Sign a participant off, or on again; everybody is signed on at first."""
        with self._ledger.table("signed off") as signed_off:
            signed_off.pop(asked.headers["X-Client-Id"], None)
            if off:
                signed_off[asked.headers["X-Client-Id"]] = True
        return self._answer(asked, None)

    def _of_message(self, asked: Asked) -> str:
        """Judge a message by itself: who sends it, its ID, its date."""
        head = asked.body["appHeader"]
        with self._ledger.table("signed off") as signed_off:
            is_off = asked.headers["X-Client-Id"] in signed_off
        is_new = rules.first_seen(self._ledger, head[_ID])
        return rules.worst(
            _SIGNED_OFF if is_off else rules.ACCEPTED,
            rules.ACCEPTED if is_new else rules.DUPLICATE,
            rules.of_dates(head[_ID], head["creationDateTime"], asked.today),
        )

    def _of_enquiry(self, qr: str) -> str:
        with self._ledger.table("enquiries") as enquiries:
            return rules.ACCEPTED if qr[:LONGEST] in enquiries else _NOT_ENQUIRED

    def _answer(
        self, asked: Asked, reason: str | None, data: Parts | None = None
    ) -> Answer | Raw:
        """Write a signed answer of version 3; reason None: of administration."""
        head = asked.body["appHeader"]
        if head[_ID] != asked.headers["X-Business-Message-Id"]:
            return refused(asked, _DIFFERS)
        resp: dict[str, Any] = {"status": "ACTC"}
        if reason:
            resp = {"status": status_of(reason), "reason": _reason_v3(reason)}
        own_id = answer_id(head[_ID])
        kept = ("endToEndId", "transactionId")
        body = {
            "appHeader": {
                _ID: own_id,
                "creationDateTime": f"{asked.local_time}+08:00",
                **{name: head[name] for name in kept if name in head},
                "originalBusinessMessageId": head[_ID],
            },
            **({"data": data} if data else {}),
            "resp": resp,
        }
        jws = self._desk.sign_body(
            minified(body),
            message_id=own_id,
            issuer=PLATFORM,
            forgery=asked.scenario.forgery,
        )
        headers = {
            "X-Client-Id": asked.headers["X-Client-Id"],
            "X-Api-Version": asked.headers["X-Api-Version"],
            "X-Business-Message-Id": own_id,
            **({"Authorization": f"Bearer {jws}"} if jws else {}),
        }
        return Answer(body=body, headers=headers)


def _answer_v2(asked: Asked, message_id: str, reason: str) -> Answer:
    data = {
        _ID: answer_id(message_id),
        "createdDateTime": asked.local_time,
        "code": status_of(reason),
        "reason": reason,
        "description": words_of(reason),
    }
    return Answer(body={"data": data})


def _reason_v3(reason: str) -> dict[str, str]:
    taken = status_of(reason) != "RJCT"
    return {
        "name": "ACCEPTED" if taken else "BUSINESS_ERROR",
        "code": reason,
        "description": words_of(reason),
    }


def _unknown(asked: Asked, field: str) -> Raw:
    return refused(asked, Refusal("API.010", "Record not found", field, "body", 404))


def _dropped(asked: Asked) -> Raw:
    return refused(asked, Refusal("API.008", "Time-out", status=408))
