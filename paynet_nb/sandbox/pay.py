"""DuitNow Pay's calls of a sandbox: intent, checkout, consent, autodebit, refund.

Sandbox assumptions beside the platform's `rules`: an unknown checkout, refund or
end-to-end ID is API.010 in a 404, an unknown consent U223 in a 400; a business refusal
has only its code in `message`; a state moves on at the second look at it; a consent not
in force is U286, an amount above it U287. A refund of a payment that was refused is
U107, of one that is not cleared yet U108, after the 90 days that the page gives U118,
and U112 where it and the refunds before are together above the payment.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from paynet_nb.sandbox import rules
from paynet_nb.sandbox.answers import PLATFORM, Answer, Raw, answer_id, refused
from paynet_nb.sandbox.asked import Asked
from paynet_nb.sandbox.bank_page import PATH, link_to_page, moves_on
from paynet_nb.sandbox.banks import made_up_banks
from paynet_nb.sandbox.calls import Handler
from paynet_nb.sandbox.ledger import LONGEST, Ledger
from paynet_nb.sandbox.tokens import TokenDesk
from paynet_nb.sandbox.verdicts import Refusal

_PAY = "duitnow-pay"
_MERCHANT = "M0000001"
# Of the IDs that are made here: not those of merchants, who count from 1 in their own.
_FIRST = 21_000_000
_UNKNOWN = Refusal("API.010", "Record not found", status=404)
_NO_CONSENT, _NOT_IN_FORCE, _ABOVE = "U223", "U286", "U287"
_REFUSED_ONE, _OPEN_ONE, _TOO_LATE = "U107", "U108", "U118"
_REFUNDABLE_S = 90 * 86_400
_NEXT = {"RECEIVED": "CLEARED", "PENDAUTH": "CLEARED", "PDNG": "PDAU", "PDAU": "ACTV"}
_CORPORATE, _DEBIT = "02", "02"
_TERMS = ("maxAmount", "effectiveDate", "expiryDate", "frequency")


class Pay:
    """DuitNow Pay's calls.

    Args:
        desk: Signs end-to-end IDs.
        ledger: What was told so far.
        random_bits: Gives so many random bits, for the IDs that are made here.
    """

    def __init__(
        self, desk: TokenDesk, ledger: Ledger, random_bits: Callable[[int], int]
    ) -> None:
        self._desk = desk
        self._ledger = ledger
        self._random_bits = random_bits

    def handlers(self) -> dict[str, Handler]:
        """Give what answers each call, by the contract's name of it."""
        return {name: self._signed(one) for name, one in self._unsigned().items()}

    def _signed(self, handler: Handler) -> Handler:
        def signed(asked: Asked) -> Answer | Raw:
            answer = handler(asked)
            if isinstance(answer, Answer):
                token = self._desk.sign_data(
                    answer.body, PLATFORM, forgery=asked.scenario.forgery
                )
                proof = {"Authorization": f"Bearer {token}"} if token else {}
                return replace(answer, headers={**answer.headers, **proof})
            return answer

        return signed

    def _unsigned(self) -> dict[str, Handler]:
        return {
            "create_intent": self.intent,
            "list_pay_banks": lambda _: _good([_pay_banks()]),
            "start_checkout": self.start,
            "get_checkout": self.checkout,
            "get_payment_status_v1": lambda asked: self.status(asked, "messageId"),
            "get_checkout_status": lambda asked: self.status(asked),
            "start_consent": self.start,
            "get_consent": self.consent,
            "end_consent": self.end_consent,
            "get_consent_status": self.consent_status,
            "autodebit": self.autodebit,
            "start_refund": self.refund,
            "get_refund": self.refund_status,
        }

    def intent(self, asked: Asked) -> Answer | Raw:
        """Open a session at the page that PayNet hosts; the first bank plays it."""
        issuer = made_up_banks()[0]["code"]
        if failed := self._open(asked, {"issuer": issuer, **asked.body}):
            return failed
        session = str(uuid.UUID(int=self._random_bits(128), version=4))
        with self._ledger.table("checkouts") as checkouts:
            checkouts[asked.body["checkoutId"]]["session"] = session
        url = f"{asked.request.url_root.rstrip('/')}{PATH}?session={session}"
        return _good({"id": session, "redirectUrl": url})

    def start(self, asked: Asked) -> Answer | Raw:
        """Start a payment or a consent at the merchant's own page."""
        if failed := self._open(asked, asked.body):
            return failed
        with self._ledger.table("checkouts") as checkouts:
            made = dict(checkouts[asked.body["checkoutId"]])
        name, issuer = made["endToEndId"], made["issuer"]
        signature = self._desk.sign(name)
        told = {
            "endToEndId": name,
            "endToEndIdSignature": signature,
            "issuer": issuer,
        }
        method = {} if made["consentId"] else {"paymentMethod": "01"}
        links = link_to_page(asked, name, signature, issuer)
        return replace(_good({**told, **method}), headers=links)

    def checkout(self, asked: Asked) -> Answer | Raw:
        """Tell which checkout an end-to-end ID belongs to."""
        with self._ledger.table("checkouts") as checkouts:
            known = checkouts.values()
            wanted = asked.query["endToEndId"]
            made = next((one for one in known if one["endToEndId"] == wanted), None)
            if made is None:
                return refused(asked, _UNKNOWN)
            told = {"checkoutId": made["checkoutId"], "issuer": made["issuer"]}
            if made["consentId"]:
                of_kind = {"consentEndToEndId": wanted, "consentId": made["consentId"]}
            else:
                of_kind = {"rtpEndToEndId": wanted, "paymentMethod": made["method"]}
        return _good({**told, **of_kind}, "OK")

    def status(self, asked: Asked, *more: str) -> Answer | Raw:
        """Tell how far a payment is; a second look moves it on."""
        made = self._looked_at(asked, "checkouts", asked.query["checkoutId"])
        if made is None or (made["consentId"] and made["method"] != _DEBIT):
            return refused(asked, _UNKNOWN)
        told = {
            "endToEndId": made["endToEndId"],
            "transactionStatus": made["status"],
            "issuer": made["issuer"],
            "paymentMethod": made["method"],
        }
        own_id = {"messageId": answer_id(made["endToEndId"])} if more else {}
        cause = made["cause"] if made["status"] == "REJECTED" else None
        return _good({**own_id, **told}, cause or rules.ACCEPTED)

    def consent_status(self, asked: Asked) -> Answer | Raw:
        """Tell how far a consent is; a second look moves it on."""
        made = self._looked_at(asked, "checkouts", asked.query["checkoutId"])
        if made is None or not made["consentId"]:
            return refused(asked, _UNKNOWN)
        return _good(
            {
                "messageId": answer_id(made["endToEndId"]),
                "transactionStatus": made["status"],
                "consentId": made["consentId"],
                "issuer": made["issuer"],
            }
        )

    def consent(self, asked: Asked) -> Answer | Raw:
        """Give a consent's terms and state."""
        with self._ledger.table("checkouts") as checkouts:
            made = _with_consent(checkouts, asked.query["consentId"])
            if made is None:
                return refused(asked, Refusal(_NO_CONSENT, ""))
            terms = {name: made["terms"][name] for name in _TERMS[1:]}
            consent = {
                "consentId": made["consentId"],
                "consentStatus": made["status"],
                **terms,
                "allowTerminatedByDebtor": "true",
            }
            own_id, issuer = answer_id(made["endToEndId"]), made["issuer"]
        return _good({"messageId": own_id, "consent": consent, "issuer": issuer})

    def end_consent(self, asked: Asked) -> Answer | Raw:
        """End a consent."""
        with self._ledger.table("checkouts") as checkouts:
            made = _with_consent(checkouts, asked.query["consentId"])
            if made is None:
                return refused(asked, Refusal(_NO_CONSENT, ""))
            made["status"] = "CANC"
            return _good({"messageId": answer_id(made["endToEndId"])})

    def autodebit(self, asked: Asked) -> Answer | Raw:
        """Take a debit under a consent that is in force."""
        body = asked.body
        with self._ledger.table("checkouts") as checkouts:
            made = _with_consent(checkouts, body["consentId"])
            if made is None:
                return refused(asked, Refusal(_NO_CONSENT, ""))
            amount = Decimal(body["amount"])
            above = amount > Decimal(made["terms"]["maxAmount"])
            issuer = made["issuer"]
            reason = rules.worst(
                rules.ACCEPTED if made["status"] == "ACTV" else _NOT_IN_FORCE,
                _ABOVE if above else rules.ACCEPTED,
            )
        if reason != rules.ACCEPTED:
            return refused(asked, Refusal(reason, ""))
        debit = {**body, "issuer": issuer, "method": _DEBIT}
        if failed := self._open(asked, debit):
            return failed
        with self._ledger.table("checkouts") as checkouts:
            own_id = answer_id(checkouts[body["checkoutId"]]["endToEndId"])
        return _good({"messageId": own_id, "issuer": issuer})

    def refund(self, asked: Asked) -> Answer | Raw:
        """Take refunds of a payment that was cleared, up to its amount in all."""
        body, table = asked.body, self._ledger.table
        with table("checkouts") as checkouts, table("refunds") as refunds:
            made = checkouts.get(body["checkoutId"])
            if made is None or made["amount"] is None:
                return refused(asked, _UNKNOWN)
            end_to_end, issuer = made["endToEndId"], made["issuer"]
            in_all = Decimal(made.get("refunded", "0")) + Decimal(body["amount"])
            reason = rules.DUPLICATE if body["refundId"] in refunds else None
            if reason := reason or _against_refund(made, in_all, asked):
                return refused(asked, Refusal(reason, ""))
            made["refunded"] = str(in_all)
            refunds[body["refundId"]] = {
                "status": "REFUND_PENDING",
                "told": {
                    "checkoutId": body["checkoutId"],
                    "endToEndId": end_to_end,
                    "issuer": issuer,
                    "paymentMethod": body["paymentMethod"],
                    "amount": body["amount"],
                },
            }
        told = {"endToEndId": end_to_end, "refundStatus": "REFUND_PENDING"}
        return _good(told, "OK")

    def refund_status(self, asked: Asked) -> Answer | Raw:
        """Tell how far a refund is: pending at the first look, then accepted."""
        with self._ledger.table("refunds") as refunds:
            made = refunds.get(asked.query["refundId"])
            if made is None:
                return refused(asked, _UNKNOWN)
            status, made["status"] = made["status"], "REFUND_ACCEPTED"
            return _good({**made["told"], "refundStatus": status}, "OK")

    def _open(self, asked: Asked, body: dict[str, Any]) -> Raw | None:
        """Take a payment or a consent up, or refuse it."""
        amount = body.get("amount")
        reason = rules.of_amount(Decimal(amount)) if amount else rules.ACCEPTED
        number = self._ledger.count("pay")
        date = asked.today.replace("-", "")
        with self._ledger.table("checkouts") as checkouts:
            if body["checkoutId"] in checkouts:
                reason = rules.DUPLICATE
            if reason not in {rules.ACCEPTED, rules.LATE}:
                return refused(asked, Refusal(reason, ""))
            terms = None if amount else {one: body["consent"][one] for one in _TERMS}
            corporate = body.get("transactionFlow") == _CORPORATE
            checkouts[body["checkoutId"]] = {
                "checkoutId": body["checkoutId"],
                "endToEndId": f"{date}{_MERCHANT}861OBW{_FIRST + number}",
                "issuer": body["issuer"],
                "amount": amount,
                "method": body.get("method", "01"),
                "terms": terms,
                "consentId": f"{_MERCHANT}{number:010}" if terms else None,
                "status": "PDNG" if terms else "RECEIVED",
                "then": "PENDAUTH" if corporate and not terms else None,
                "cause": rules.cause_later(Decimal(amount)) if amount else None,
                "merchant": body.get("merchantName", "")[:LONGEST],
                "at": asked.at.timestamp(),
            }
        return None

    def _looked_at(self, asked: Asked, table: str, key: str) -> dict[str, Any] | None:
        """Give a row as it is; a state that was told before moves on first."""
        with self._ledger.table(table) as rows:
            row = rows.get(key)
            if row is None:
                return None
            if row["status"] not in _NEXT or not moves_on(row, asked):
                pass
            elif row["status"] == "RECEIVED" and row["then"]:
                row["status"] = row["then"]
            else:
                refused = "EXPI" if row["terms"] else "REJECTED"
                row["status"] = refused if row["cause"] else _NEXT[row["status"]]
            return dict(row)


def _against_refund(made: dict[str, Any], in_all: Decimal, asked: Asked) -> str | None:
    """Say why a payment is not refunded; None: it is."""
    if made["status"] != "CLEARED":
        return _REFUSED_ONE if made["status"] == "REJECTED" else _OPEN_ONE
    if asked.at.timestamp() - made["at"] > _REFUNDABLE_S:
        return _TOO_LATE
    return "U112" if in_all > Decimal(made["amount"]) else None


def _with_consent(checkouts: dict[str, Any], consent_id: str) -> dict[str, Any] | None:
    rows = checkouts.values()
    return next((one for one in rows if one["consentId"] == consent_id), None)


def _good(data: Any, message: str = rules.ACCEPTED) -> Answer:
    return Answer(body={"data": data, "message": message})


def _pay_banks() -> dict[str, Any]:
    listed: dict[str, Any] = {"retail": [], "corporate": []}
    names = {"androidApplicationId": "androidAppId", "iosApplicationId": "iosAppId"}
    for bank in made_up_banks():
        entry = {
            "bicCode": bank["code"],
            "name": bank["name"],
            "isConsent": bank["active"],
            "isActive": bank["active"],
            "isObw": True,
            "priority": 0,
        }
        if "browser" in bank:
            entry["browser"] = bank["browser"]
        entry |= {new: bank[old] for old, new in names.items() if old in bank}
        for kind, place in (("RET", "retail"), ("COR", "corporate")):
            urls = [one["url"] for one in bank["redirectUrls"] if one["type"] == kind]
            if urls:
                listed[place].append({**entry, "url": urls[0]})
    return listed
