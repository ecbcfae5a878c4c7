"""The merchant API of a sandbox: bank list, payment, payment status; and an echo.

Paths and fields are those of PayNet's `/merchants/v1`. Sandbox assumptions: no
`X-Signature` is demanded; a message ID that served for another page of banks is U149
(each page was seen to have new IDs); the limits (below 0.01: U111, from 99999.99 on:
U112); an unknown payment is RJCT U106 in a 200; a payment is CLEARED at the second
look; what the `endToEndIdSignature` covers; and the echo, which stands for the
API-keys page's `PUT https://api_domain`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, Response, json, jsonify, request

from paynet_nb.sandbox import fields
from paynet_nb.sandbox.answers import header, refusal, unauthorised
from paynet_nb.sandbox.banks import made_up_banks
from paynet_nb.sandbox.record import shown_headers, text_of
from paynet_nb.sandbox.tokens import TokenDesk

PAGE_SIZE = 50
MINIMUM, TOO_MUCH = Decimal("0.01"), Decimal("99999.99")

ACCEPTED = ("U000", "Success/ Transaction Accepted")
UNKNOWN = ("U106", "Original payment not found")
TOO_SMALL = ("U111", "Amount is below the minimum")
TOO_LARGE = ("U112", "Amount is above the maximum")
DUPLICATE = ("U149", "Duplicate transaction")


@dataclass
class _Payment:
    transaction_id: str
    status: str


class Merchants:
    """The routes that need a token, and the payments made so far."""

    def __init__(self, desk: TokenDesk) -> None:
        self._desk = desk
        self._banks = made_up_banks()
        # As PayNet was seen to do it: a page starts after the bank that pageKey names.
        codes = ["", *(bank["code"] for bank in self._banks[:-1])]
        self._starts = {code: at for at, code in enumerate(codes)}
        self._pages: dict[str, str] = {}  # the pageKey that came with a message ID
        self._message_ids: set[str] = set()
        self._payments: dict[str, _Payment] = {}
        self._lock = threading.Lock()

    def routes(self) -> Blueprint:
        """Give the routes, behind the check of the token."""
        routes = Blueprint("merchants", __name__)
        routes.before_request(self._refuse_bad_token)
        base = "/merchants/v1/payments"
        routes.get(f"{base}/lists/bank")(self.bank_list)
        routes.post(f"{base}/redirect")(self.pay)
        routes.get(f"{base}/payment/status")(self.payment_status)
        routes.put("/v1/picasso-guard/echo")(self.echo)
        return routes

    def bank_list(self) -> Response:
        """Give a page of banks; its `pageKey` is the code of the last one on it."""
        problem = fields.problem_with(request.args, fields.BANK_LIST)
        if problem:
            return refusal(*problem)
        key = request.args.get("pageKey", "")
        if key not in self._starts:
            return refusal("API.004", "data.pageKey - Invalid value")
        message_id = request.args["messageId"]
        ids = {"transactionId": request.args["transactionId"], "endToEndId": message_id}
        with self._lock:
            page_before = self._pages.setdefault(message_id, key)
        if page_before != key:
            return jsonify(header=header(*DUPLICATE, message_id), **ids, banks=[])
        start = self._starts[key]
        banks = self._banks[start : start + PAGE_SIZE]
        answer = {"header": header(*ACCEPTED, message_id), **ids}
        if start + PAGE_SIZE < len(self._banks):
            answer["pageKey"] = banks[-1]["code"]
        return jsonify({**answer, "banks": banks})

    def pay(self) -> Response:
        """Take a payment, or refuse it as PayNet does: RJCT in a 200."""
        body = request.get_json()
        problem = fields.problem_with(body, fields.PAYMENT)
        if problem:
            return refusal(*problem)
        message_id, payment_id = body["messageId"], body["endToEndId"]
        outcome = _outcome_of(Decimal(body["amount"]))
        with self._lock:
            if message_id in self._message_ids:
                outcome = DUPLICATE
            else:
                self._message_ids.add(message_id)
                status = "RECEIVED" if outcome == ACCEPTED else "REJECT"
                self._payments[payment_id] = _Payment(body["transactionId"], status)
        answer = {
            "header": header(*outcome, message_id),
            "transactionId": body["transactionId"],
            "endToEndId": payment_id,
        }
        if outcome == ACCEPTED:
            answer["endToEndIdSignature"] = self._desk.sign(payment_id)
        return jsonify(answer)

    def payment_status(self) -> Response:
        """Tell how far a payment is: RECEIVED at the first look, then CLEARED."""
        asked = request.args
        problem = fields.problem_with(asked, fields.STATUS)
        if problem:
            return refusal(*problem)
        with self._lock:
            payment = self._payments.get(asked["endToEndId"])
            status = payment.status if payment else None
            if payment and status == "RECEIVED":
                payment.status = "CLEARED"
        if payment is None:
            head = header(*UNKNOWN, asked["messageId"])
            return jsonify(header=head, transactionId=asked["transactionId"])
        return jsonify(
            header=header(*ACCEPTED, asked["messageId"]),
            transactionId=asked["transactionId"],
            originalTransactionId=payment.transaction_id,
            transactionStatus=status,
        )

    def echo(self) -> Response:
        """Give back the JSON body as it came, and the headers that were seen."""
        # Whatever the Content-Type: curl calls the body of the page's line a form.
        request.get_json(force=True)
        head = json.dumps(header(*ACCEPTED))
        seen = json.dumps(shown_headers(request.headers))
        # Put together as text: parsed and written again, 10.00 would become "10.00".
        body = text_of(request.get_data())
        return Response(
            f'{{"header": {head}, "body": {body}, "headers": {seen}}}\n',
            mimetype="application/json",
        )

    def _refuse_bad_token(self) -> Response | None:
        authorization = request.authorization
        if authorization is None or authorization.type != "bearer":
            return unauthorised(None)
        problem = self._desk.problem_with(authorization.token or "")
        return unauthorised(problem) if problem else None


def _outcome_of(amount: Decimal) -> tuple[str, str]:
    if amount < MINIMUM:
        return TOO_SMALL
    return TOO_LARGE if amount >= TOO_MUCH else ACCEPTED
