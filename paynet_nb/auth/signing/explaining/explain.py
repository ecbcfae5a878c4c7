"""`explain_signature`: why a signature is refused, or that it is good."""

from __future__ import annotations

import re
from typing import Any

from paynet_nb.auth.signing.explaining.evidence import Evidence, evidence_of
from paynet_nb.auth.signing.explaining.held_keys import Held, held
from paynet_nb.auth.signing.explaining.jws_case import jws_case, pay_case
from paynet_nb.auth.signing.explaining.merchant_case import merchant_case
from paynet_nb.auth.signing.explaining.recorded import (
    of_record,
    told_cause,
    told_step,
)
from paynet_nb.auth.signing.explaining.report import (
    Cause,
    SignatureReport,
    Verdict,
)
from paynet_nb.auth.signing.explaining.reports_case import reports_case
from paynet_nb.auth.signing.explaining.token_parts import take_apart
from paynet_nb.errors import SigningError, without_locals

_BY_PATH = (
    (re.compile(r"/merchants/v\d+/"), "merchant-rsa"),
    (re.compile(r"/v\d+/reports/|/v2/reports/query"), "reports-hmac"),
    (re.compile(r"/pay-guard/|/v\d+/bw/|/v1/payment/intent"), "pay-jwt"),
    (re.compile(r"/v3/|/banks/"), "jws"),
)
_CASES = {
    "merchant-rsa": merchant_case,
    "jws": jws_case,
    "pay-jwt": pay_case,
    "reports-hmac": reports_case,
}


@without_locals
def explain_signature(
    call: Any, key: Any = None, *, at: float | None = None, search: bool = True
) -> SignatureReport:
    """Tell why the signature of a call is refused, or that it is good.

    It computes each step as the server must, says where what was sent differs first,
    and then tries the mistakes that people make, one by one and in pairs: with which of
    them undone the signature verifies is told, and proven by verifying it.

    Args:
        call: An answer of requests (it has the server's time), its request, or a
            `Call`. Of a call that was recorded the signature was redacted: the report
            has what can be computed without it, and what a sandbox told.
        key: What to check with: the `SigningKey` or public key that should have signed,
            `Credentials` for Reports, or a list: the other keys at hand are tried, too.
        at: When the server had it (Unix time, seconds); default: the answer's `Date`,
            else now.
        search: Whether to look for the mistake.

    Returns:
        The report; the first of its causes is what to undo first.

    Raises:
        SigningError: *call* or *key* is of a wrong type, or nothing is known of how
            such a call is signed.
    """
    at_hand = held(key)
    if isinstance(at_hand, str):
        raise SigningError(at_hand)
    evidence = evidence_of(call, at)
    scheme = _scheme_of(evidence)
    if evidence.masked:
        return of_record(scheme, evidence)
    steps, causes = _CASES[scheme](evidence, at_hand, search=search)
    missing = _missing(scheme, at_hand)
    if evidence.told:
        steps.append(told_step(evidence))
        causes = causes or [told_cause(evidence)]
    return SignatureReport(
        scheme=scheme,
        verdict=_verdict(causes, missing),
        steps=tuple(steps),
        causes=tuple(causes),
        missing=missing,
    )


def _scheme_of(evidence: Evidence) -> str:
    """Find the scheme that a call wants, by its path, else the one that it has."""
    for pattern, scheme in _BY_PATH:
        if pattern.search(evidence.path):
            return scheme
    if evidence.header("X-Timestamp"):
        return "reports-hmac"
    if evidence.header("X-Signature"):
        return "merchant-rsa"
    claims = take_apart(evidence).claims
    if "ds" in claims:
        return "jws"
    if "data" in claims or ("sub" in claims and "key" in claims):
        return "pay-jwt"
    raise SigningError(
        f"it is not known how {evidence.method} {evidence.path} is signed, and it "
        "carries no signature"
    )


def _missing(scheme: str, at_hand: Held) -> str:
    if scheme == "reports-hmac":
        return "" if at_hand.secret else "give the credentials as key="
    return "" if at_hand.keys else "give the key that should have signed as key="


def _verdict(causes: list[Cause], missing: str) -> Verdict:
    if any(cause.sure for cause in causes):
        return "wrong"
    if causes:
        return "depends"
    return "unknown" if missing else "good"
