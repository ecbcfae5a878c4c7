"""What a recorded call still tells of its signature, which was redacted."""

from __future__ import annotations

import hashlib

from paynet_nb.auth.signing.explaining.evidence import Evidence
from paynet_nb.auth.signing.explaining.fixes import FIXES
from paynet_nb.auth.signing.explaining.report import Cause, SignatureReport, Step
from paynet_nb.auth.signing.json_bytes import minified
from paynet_nb.auth.signing.merchant_fields import field_list, texts_of
from paynet_nb.display import both_clocks
from paynet_nb.errors import SigningError
from paynet_nb.wire import parse_json

_REDACTED = "redacted when the call was recorded"


def of_record(scheme: str, evidence: Evidence) -> SignatureReport:
    """Compute what the server must have computed, and say what cannot be known."""
    steps = [Step("time", "when it was sent", both_clocks(evidence.at_s), "", None)]
    if scheme == "merchant-rsa":
        steps.append(_string_to_sign(evidence))
    elif scheme == "jws":
        steps.append(_hash(evidence))
    steps.append(Step("signature", "record", "not known", _REDACTED, None))
    causes: tuple[Cause, ...] = ()
    if evidence.told:
        steps.append(told_step(evidence))
        causes = (told_cause(evidence),)
    return SignatureReport(
        scheme=scheme,
        verdict="wrong" if causes else "unknown",
        steps=tuple(steps),
        causes=causes,
        missing=(
            "the history keeps no signatures; explain the answer of requests itself, "
            "or send the call once more"
        ),
    )


def told_step(evidence: Evidence) -> Step:
    """Give what a sandbox computed itself, and what it was sent."""
    must_be, was = (evidence.told.get(name, "") for name in ("must_be", "was"))
    found = evidence.told.get("told", "")
    return Step("what the sandbox found", found, must_be, was, agrees=False)


def told_cause(evidence: Evidence) -> Cause:
    """Give the cause that a sandbox names."""
    code = evidence.told.get("cause", "")
    told = f"the sandbox says: {evidence.told.get('told', '')}"
    return Cause(code, told, FIXES.get(code, "look at what the sandbox computed"))


def _string_to_sign(evidence: Evidence) -> Step:
    step = Step("string to sign", "the request's values", "not known", "", None)
    try:
        known = field_list(evidence.method, evidence.url)
        values = evidence.query
        if evidence.method != "GET":
            found = parse_json(evidence.body) if evidence.body_whole else None
            values = found if isinstance(found, dict) else {}
        text = "".join(texts_of(known, values))
    except (SigningError, ValueError):
        return step._replace(sent="a value is missing, redacted or cut in the record")
    return step._replace(must_be=text, sent=_REDACTED)


def _hash(evidence: Evidence) -> Step:
    body = minified(evidence.body)
    step = Step("hash of the body (ds)", f"{len(body)} bytes", "", _REDACTED, None)
    if not evidence.body_whole:
        told = "not known: the record of the body is cut, or redacted in part"
        return step._replace(must_be=told)
    return step._replace(must_be=hashlib.sha256(body).hexdigest())
