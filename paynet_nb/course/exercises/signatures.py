"""Lesson 05: repair a signature; name what was signed wrongly."""

from __future__ import annotations

import json
import re
from typing import Any

from paynet_nb.auth import SigningKey, explain_signature
from paynet_nb.course.evidence import Evidence, sent
from paynet_nb.course.exercise import NOT_TRIED, RIGHT, Exercise, Judged, not_yet
from paynet_nb.errors import PaynetError
from paynet_nb.wire import Call

PAY = "/payments/redirect"
_NINTH = "00000009"
LESSONS_OWN = "broken"


def _is_ninth(body: dict[str, Any]) -> bool:
    return str(body.get("messageId", "")).endswith(_NINTH)


def _repaired(evidence: Evidence, _answer: object) -> Judged:
    calls = [call for call in evidence.to(PAY, method="POST") if _is_ninth(sent(call))]
    seen = [
        request
        for box in evidence.boxes
        for request in box.requests
        if request.path.endswith(PAY) and _is_ninth(_read(request.body))
    ]
    # Of each accepted one, whether it was signed; one by hand is in no history.
    good = [_is_signed(c.request_headers) for c in calls if _is_let_in(c)]
    good += [
        _is_signed(one.headers)
        for one in seen
        if one.outcome == "good" or one.codes.reason == "U149"
    ]
    if good:
        unsigned = not_yet("Payment 9 went out without a signature: sign it.")
        return RIGHT if any(good) else unsigned
    if len(seen) > 1 or any(call.label != LESSONS_OWN for call in calls):
        told = seen[-1].signature_check.get("told", "") if seen else ""
        return not_yet(f"The last one is refused still: {told or 'look at the codes'}.")
    return NOT_TRIED


def _is_let_in(call: Call) -> bool:
    # Whoever is told of a duplicate had a signature that was good, or none.
    return call.outcome == "good" or call.reason == "U149"


def _is_signed(headers: Any) -> bool:
    return "x-signature" in {name.lower() for name in headers}


def _read(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _cause_named(evidence: Evidence, answer: object) -> Judged:
    if answer is None:
        return NOT_TRIED
    keys = [box.participant_key for box in evidence.boxes] + evidence.of(SigningKey)
    causes = set[str]()
    for value in evidence.values():
        request = getattr(value, "request", None)
        signed = str(getattr(request, "url", "")).endswith("/v3/admin/echo")
        if signed and getattr(value, "status_code", 200) != 200:
            try:
                causes.add(explain_signature(value, keys).cause)
            except PaynetError:
                continue
    if not causes:
        return not_yet("No refused JWS is at hand: run the cell that makes it.")
    answer = getattr(answer, "cause", answer)  # of a whole report
    words = "_".join(re.findall("[a-z0-9]+", str(answer).lower())).removeprefix("the_")
    if words in causes:
        return RIGHT
    if words == "other_message":
        return not_yet("The hash is another, yes; but what was done to the body?")
    return not_yet("Not that: pn.explain_signature(answer, key).cause names it.")


EXERCISES = (
    Exercise(
        id="05.1",
        kind="done",
        title="Repair a signature",
        task="Payment 9 was refused. Send it again, signed so that it is accepted.",
        hints=(
            "Have pn.explain_signature look at the refused one: what does fix say?",
            "It was signed with a stranger's key: sign with box.merchant_key.",
            'pn.MerchantSignature(token, key) signs box.example("payment", 9).',
        ),
        solution="""\
mended = pn.Client(pn.MerchantSignature(token, key))
mended.post(PAY, json=box.example("payment", 9))
check("05.1")""",
        why="A refusal names no cause; comparing the two signed texts does.",
        judge=_repaired,
    ),
    Exercise(
        id="05.2",
        kind="diagnosed",
        title="Signed, then written anew",
        task="The JWS fits the body that was signed, not the one sent. Name the cause.",
        hints=(
            "pn.explain_signature(answer, key) shows both texts: what moved?",
            'Its cause is one word or two: check("05.2", "...").',
        ),
        solution='check("05.2", pn.explain_signature(answer, key).cause)',
        why="JSON can be written in many ways: sign the bytes that you send.",
        judge=_cause_named,
    ),
)
