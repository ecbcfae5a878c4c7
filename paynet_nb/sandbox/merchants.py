"""The merchant API of a sandbox (v1): bank list, payment, payment status; and an echo.

Sandbox assumptions: a message ID that served for another page of banks is U149 (each
page was seen to have new IDs), as is an `endToEndId` that served for another payment,
refused ones too; an unknown payment is RJCT U106 in a 200; a payment is CLEARED at the
second look, unless its bank's page is open; a refused one's status is RJCT with the
cause; what the `endToEndIdSignature` covers; that a header `Link` names the bank's
page, whose address merchants put together; and the echo, which stands for the API-keys
page's `PUT https://api_domain`.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from werkzeug.exceptions import BadRequest

from paynet_nb.sandbox import rules
from paynet_nb.sandbox.answers import Answer, Raw, compact, header, refused
from paynet_nb.sandbox.asked import Asked, read_json
from paynet_nb.sandbox.bank_page import link_to_page, moves_on
from paynet_nb.sandbox.banks import made_up_banks
from paynet_nb.sandbox.calls import Handler
from paynet_nb.sandbox.ledger import LONGEST, Ledger
from paynet_nb.sandbox.record import shown_headers, text_of
from paynet_nb.sandbox.tokens import TokenDesk
from paynet_nb.sandbox.verdicts import Refusal

PAGE_SIZE = 50

ACCEPTED = (rules.ACCEPTED, "Success/ Transaction Accepted")
UNKNOWN = "U106"


class Merchants:
    """The merchant's calls."""

    def __init__(self, desk: TokenDesk, ledger: Ledger) -> None:
        self._desk = desk
        self._ledger = ledger
        self._banks = [*made_up_banks()]
        self._written = [compact(bank) for bank in self._banks]
        # As PayNet was seen to do it: a page starts after the bank that pageKey names.
        codes = ["", *(bank["code"] for bank in self._banks[:-1])]
        self._starts = {code: at for at, code in enumerate(codes)}

    def handlers(self) -> dict[str, Handler]:
        """Give what answers each call, by the contract's name of it."""
        return {
            "list_banks": self.bank_list,
            "start_payment": self.pay,
            "payment_status": self.payment_status,
            "echo": self.echo,
        }

    def bank_list(self, asked: Asked) -> Answer | Raw:
        """Give a page of banks; its `pageKey` is the code of the last one on it."""
        key, message_id = asked.query.get("pageKey", ""), asked.query["messageId"]
        if key not in self._starts:
            why = Refusal("API.004", "Invalid value", "pageKey", "query")
            return refused(asked, why)
        ids = {"transactionId": asked.query["transactionId"], "endToEndId": message_id}
        with self._ledger.table("pages") as pages:
            page_before = pages.setdefault(message_id, key)
        if page_before != key:
            head = header(asked, rules.DUPLICATE, message_id=message_id)
            return Answer(body={"header": head, **ids, "banks": []})
        start = self._starts[key]
        end = start + PAGE_SIZE
        banks = self._banks[start:end]
        body = {"header": header(asked, *ACCEPTED, message_id), **ids}
        if end < len(self._banks):
            body["pageKey"] = banks[-1]["code"]
        # The banks, which are most of it, are as they were written once.
        listed = f',"banks":[{",".join(self._written[start:end])}]}}\n'
        written = compact(body).removesuffix("}") + listed
        return Answer(body={**body, "banks": banks}, written=written)

    def pay(self, asked: Asked) -> Answer:
        """Take a payment, or refuse it as PayNet does: RJCT in a 200."""
        body = asked.body
        message_id, payment_id = body["messageId"], body["endToEndId"]
        amount = Decimal(body["amount"])
        # Only where the time of creation came with it: the field is optional.
        created = body.get("date", "")
        dates = rules.of_dates(message_id, created, asked.today) if created else "U000"
        reason = rules.worst(dates, rules.of_amount(amount))
        with self._ledger.table("payments") as payments:
            is_new = rules.first_seen(self._ledger, message_id)
            if not is_new or payment_id in payments:
                reason = rules.DUPLICATE
            else:
                taken = reason in {rules.ACCEPTED, rules.LATE}
                payments[payment_id] = {
                    "transactionId": body["transactionId"],
                    "status": "RECEIVED" if taken else "REJECT",
                    "cause": rules.cause_later(amount) if taken else reason,
                    "amount": str(body["amount"]),
                    "merchant": body["merchant"]["name"][:LONGEST],
                    "at": asked.at.timestamp(),
                }
        answer: dict[str, Any] = {
            "header": header(asked, *_told(reason), message_id),
            "transactionId": body["transactionId"],
            "endToEndId": payment_id,
        }
        if reason not in {rules.ACCEPTED, rules.LATE}:
            return Answer(body=answer)
        signature = answer["endToEndIdSignature"] = self._desk.sign(payment_id)
        return Answer(body=answer, headers=link_to_page(asked, payment_id, signature))

    def payment_status(self, asked: Asked) -> Answer:
        """Tell how far a payment is: RECEIVED at the first look, then how it ended."""
        ids = {"transactionId": asked.query["transactionId"]}
        message_id = asked.query["messageId"]
        with self._ledger.table("payments") as payments:
            payment = payments.get(asked.query["endToEndId"])
            if payment is None:
                head = header(asked, UNKNOWN, message_id=message_id)
                return Answer(body={"header": head, **ids})
            if payment["status"] == "RECEIVED" and moves_on(payment, asked):
                payment["status"] = "REJECT" if payment["cause"] else "CLEARED"
            status = payment["status"]
        cause = payment["cause"] if status == "REJECT" else rules.ACCEPTED
        return Answer(
            body={
                "header": header(asked, *_told(cause), message_id),
                **ids,
                "originalTransactionId": payment["transactionId"],
                "transactionStatus": status,
            }
        )

    def echo(self, asked: Asked) -> Raw:
        """Give back the JSON body as it came, and the headers that were seen."""
        # Whatever the Content-Type: curl calls the body of the page's line a form.
        try:
            read_json(asked.data)
        except ValueError:
            raise BadRequest from None
        head = json.dumps(header(asked, *ACCEPTED))
        seen = json.dumps(shown_headers(asked.headers.items()))
        # Put together as text: parsed and written again, 10.00 would become "10.00".
        body = text_of(asked.data)
        line = f'{{"header": {head}, "body": {body}, "headers": {seen}}}\n'
        return Raw(content=line.encode())


def _told(reason: str) -> tuple[str, str]:
    return ACCEPTED if reason == rules.ACCEPTED else (reason, "")
