"""What proves who calls: is the signature of a request good?

The keys are those that a sandbox made for the learner and those that were registered. A
merchant call without `X-Signature` is let in with its token alone, so that lessons can
begin without a key, unless the scenario "signature-demanded" is in force: a sandbox
assumption.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from werkzeug.datastructures import Headers

from paynet_nb.credentials import Secret
from paynet_nb.sandbox.answers import Raw, refused
from paynet_nb.sandbox.asked import Asked
from paynet_nb.sandbox.clock import Clock
from paynet_nb.sandbox.keys import Keys
from paynet_nb.sandbox.ledger import Ledger
from paynet_nb.sandbox.signed_tokens import SignedTokens, Wrong
from paynet_nb.sandbox.verdicts import Refusal

# The header of a refusal that tells, as JSON, what the sandbox found: no gateway does.
TOLD = "X-Sandbox-Signature-Check"
_REPORTS_TEXTS = {
    "x-timestamp": "Timestamp is required",
    "x-signature": "Signature is required",
}
WINDOW_S = 300  # around the server's time; PayNet tells that there is one, not which
_LONGEST = 1_000  # characters of a text that is told


class Signatures:
    """Checks the signatures of one sandbox's calls."""

    def __init__(
        self, keys: Keys, secret: Secret, clock: Clock, ledger: Ledger
    ) -> None:
        self._keys = keys
        self._secret = secret
        self._clock = clock
        self._tokens = SignedTokens(keys, ledger)

    def refusal(self, asked: Asked) -> Raw | None:
        """Refuse a call for its signature; None: it is good, or none is wanted.

        What was found wrong is told in the header `TOLD` and in `box.requests`.
        """
        if asked.operation is None:
            return None
        scheme = asked.operation.scheme
        wrong: Wrong | None = None
        if scheme == "reports-hmac":
            text, wrong = self._of_reports(asked.headers)
            why = Refusal("", text)
        elif scheme == "merchant-rsa":
            wrong = self._of_merchant(asked)
        elif scheme in {"jws", "pay-jwt"}:
            token, now, body = asked.bearer or "", self._clock.now(), asked.data
            wrong = self._tokens.problem_with(scheme, token, asked, body, now)
        if wrong is None:
            return None
        if scheme != "reports-hmac":
            status = 401 if wrong.code == "API.007" else 400
            # What PayNet would say; all that is known more is in the header.
            text = wrong.told if wrong.code != "KMS.001" else "Signature is invalid"
            why = Refusal(wrong.code, text, status=status)
        asked.signature_check = {"scheme": scheme, **wrong._asdict()}
        told = json.dumps(asked.signature_check)
        return refused(asked, why).with_headers({TOLD: told})

    def _of_merchant(self, asked: Asked) -> Wrong | None:
        sent = asked.headers.get("x-signature", "")
        if not sent:
            told = "there is no X-Signature header"
            demanded = asked.scenario.demands_signatures
            return Wrong("no_signature", told) if demanded else None
        signed = asked.operation.signed if asked.operation else ()
        in_query = asked.request.method in {"GET", "HEAD"}
        values = asked.query if in_query else asked.body
        text = _text_of(signed, values if isinstance(values, dict) else {})
        if text is None:
            return None  # a value is missing or no value: that is told as such
        due = text[:_LONGEST]
        name = asked.headers.get("x-signature-key", "")
        if not name:
            return Wrong("no_key_id", "there is no X-Signature-Key header", due)
        try:
            signature = base64.b64decode(sent, validate=True)
        except (binascii.Error, ValueError):
            told = "X-Signature is no base64 on one line"
            return Wrong("encoding_of_signature", told, due)
        of_other_text = False
        for key in self._keys.named(name):
            try:
                key.verify(signature, text.encode(), PKCS1v15(), SHA256())
            except InvalidSignature:
                of_other_text |= _opens(key, signature)
            else:
                return None
        if of_other_text:
            told = "the key is right, and another text was signed"
            return Wrong("signature_of_other_text", told, due)
        if not self._keys.has(name):
            told = "X-Signature-Key names no certificate that is registered here"
            return Wrong("key_id_of_another", told, due, name[:_LONGEST])
        return Wrong("unknown_key", "the key named did not make it", due)

    def _of_reports(self, headers: Headers) -> tuple[str, Wrong | None]:
        """Check the HMAC; also give the text that PayNet publishes for the fault."""
        causes = ("no_timestamp", "no_signature")
        for (name, text), cause in zip(_REPORTS_TEXTS.items(), causes, strict=True):
            if not headers.get(name):
                return text, Wrong(cause, f"there is no {name} header")
        stamp, sent = headers["x-timestamp"], headers["x-signature"]
        now = self._clock.now()
        is_number = stamp.isascii() and stamp.isdigit() and len(stamp) < 20
        if not is_number or abs(int(stamp) - now) > WINDOW_S:
            cause = "stale" if is_number else "timestamp_form"
            told = f"X-Timestamp is not within {WINDOW_S} s of the server's time"
            wrong = Wrong(cause, told, f"about {now:.0f}", stamp[:_LONGEST])
            return "Timestamp not within valid range", wrong
        secret = self._secret.reveal().encode()
        due = hmac.digest(secret, stamp.encode(), "sha256").hex()
        if not hmac.compare_digest(due.encode(), sent.encode("latin-1", "replace")):
            told = "X-Signature is not the HMAC of X-Timestamp in small hex digits"
            return "Invalid signature", Wrong("unknown_secret", told)
        return "", None


def _text_of(signed: tuple[str, ...], values: Mapping[str, Any]) -> str | None:
    """Join the values that a call signs; None: one is not there, or is none."""
    texts = []
    for field in signed:
        name, _, form = field.partition(" with ")
        value = name.strip("'") if name.startswith("'") else values.get(name)
        if form:
            try:
                value = f"{Decimal(str(value)):.2f}"
            except InvalidOperation:
                return None
        if not isinstance(value, str) or not value:
            return None
        texts.append(value)
    return "".join(texts)


def _opens(key: Any, signature: bytes) -> bool:
    try:
        key.recover_data_from_signature(signature, PKCS1v15(), None)
    except (InvalidSignature, ValueError):
        return False
    return True
