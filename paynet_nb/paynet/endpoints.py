"""Endpoints that an environment is known to have, each with who says so.

Only what was read is here, and nothing is completed by a guess: an environment that no
page speaks of has none. A sample value that is "" is for the reader to fill in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from paynet_nb.paynet.environments import (
    CERTIFICATION,
    REPORTS_PRODUCTION,
    REPORTS_UAT,
    Environment,
)
from paynet_nb.paynet.samples import (
    BANK_LIST,
    PAYMENT,
    STATUS,
    message_ids,
    sample_payment,
)

_SANDBOX = (
    "paynet_nb.sandbox; the form is that of public clients of PayNet (assumption)"
)
_ONE_CLIENT = "one public client (assumption); Certification Centre only"
_V3 = (
    "a public client that cites PayNet's OpenAPI file (assumption); wants a signed JWS "
    "in Authorization, as pn.JwsAuth makes it"
)
_REPORTS = (
    "https://docs.developer.paynet.my/docs/operations/financial-reports/"
    "financial-reports-api/api-flow and a public script (assumption); wants "
    "X-Timestamp and X-Signature, as pn.ReportsAuth makes them"
)


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One thing to call, with sample values.

    Attributes:
        name: What it is for.
        method: The HTTP method.
        path: Below the environment's base URL.
        query: Sample values; `{today}` stands for the date in Malaysia, YYYYMMDD.
        json: A sample body; None: there is none.
        source: Where this was read.
    """

    name: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    source: str


def known_endpoints(environment: Environment) -> tuple[Endpoint, ...]:
    """List what is known of *environment*, by its base URL; a sandbox has its own."""
    if environment.stage == "sandbox":
        return _OF_THE_SANDBOX
    return _BY_BASE_URL.get(environment.base_url, ())


_TODAY = "{today}"  # filled in when it is shown

_OF_THE_SANDBOX = (
    Endpoint(
        name="bank list",
        method="GET",
        path="/merchants/v1/payments/lists/bank",
        query=message_ids(BANK_LIST, day=_TODAY),
        source=_SANDBOX,
    ),
    Endpoint(
        name="payment",
        method="POST",
        path="/merchants/v1/payments/redirect",
        json=sample_payment(day=_TODAY),
        source=_SANDBOX,
    ),
    Endpoint(
        name="status of a payment",
        method="GET",
        path="/merchants/v1/payments/payment/status",
        query={
            **message_ids(STATUS, day=_TODAY),
            "endToEndId": message_ids(PAYMENT, day=_TODAY)["messageId"],
        },
        source=_SANDBOX,
    ),
    Endpoint(
        name="echo",
        method="PUT",
        path="/v1/picasso-guard/echo",
        json={"hello": "PayNet"},
        source=(
            "paynet_nb.sandbox; stands for the PUT of "
            "https://docs.developer.paynet.my/docs/dqr-API-standards/API-keys"
        ),
    ),
)
_OF_CERTIFICATION = (
    Endpoint(
        name="make a business message ID",
        method="GET",
        path="/test/helper/business-message-id",
        query={"transactionCode": "CREDIT_TRANSFER"},
        source=_ONE_CLIENT,
    ),
    Endpoint(
        name="enquire about a transaction",
        method="POST",
        path="/v3/transactions/enquire",
        json={
            "appHeader": {
                "businessMessageId": "",
                "creationDateTime": "",
                "transactionId": "",
            },
            "debtorAgent": {"id": ""},
            "creditorAgent": {"id": ""},
        },
        source=_V3,
    ),
)
_OF_REPORTS = (
    Endpoint(
        name="types of report",
        method="GET",
        path="/v1/reports/types",
        source=_REPORTS,
    ),
    Endpoint(
        name="download a report",
        method="POST",
        path="/v1/reports/download",
        json={"report_type": "", "product": "san", "date": "", "window": ""},
        source=_REPORTS,
    ),
)
_BY_BASE_URL = {
    CERTIFICATION.base_url: _OF_CERTIFICATION,
    REPORTS_UAT.base_url: _OF_REPORTS,
    REPORTS_PRODUCTION.base_url: _OF_REPORTS,
}
