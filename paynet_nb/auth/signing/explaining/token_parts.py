"""Take a bearer token apart as it was sent, and say what is wrong with its form."""

from __future__ import annotations

import base64
import binascii
import json
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from paynet_nb.auth.signing.explaining.evidence import Evidence
from paynet_nb.auth.signing.explaining.report import Cause, Step
from paynet_nb.auth.signing.explaining.rsa_search import cause_of
from paynet_nb.auth.signing.key import base64url
from paynet_nb.display import both_clocks, duration

_TOLERATED_S = 60.0  # a clock may be so far off
_LONGEST_LIFE_S = 3_600
_MILLISECONDS = 100_000_000_000  # as seconds it would be the year 5138


@dataclass(repr=False)
class TokenParts:
    """The parts of a JWS or JWT, read as leniently as can be.

    Attributes:
        parts: As they were sent, without white space.
        header: The first part; {}: it cannot be read.
        claims: The second part; {}: it cannot be read.
        raw: The bytes of both.
        causes: What is wrong with the form.
    """

    parts: list[str] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    raw: tuple[bytes, bytes] = (b"", b"")
    causes: list[Cause] = field(default_factory=list)

    @property
    def readable(self) -> bool:
        """Whether there is something to check."""
        return bool(self.claims)

    @property
    def due(self) -> bytes:
        """What must be signed: header and claims in base64url, a dot between."""
        return b".".join(map(base64url, self.raw))


def take_apart(evidence: Evidence) -> TokenParts:
    """Read the token of a request."""
    value = evidence.header("Authorization")
    found = TokenParts()
    if not value:
        found.causes.append(
            cause_of("no_signature", "there is no Authorization header")
        )
        return found
    scheme, _, token = value.strip().partition(" ")
    if not token:
        scheme, token = "", value
    twice = token.strip().lower().startswith("bearer ")
    if scheme.lower() != "bearer" or twice:
        told = "says Bearer twice" if twice else "does not begin with Bearer"
        found.causes.append(cause_of("not_bearer", f"the Authorization header {told}"))
        token = re.sub(r"(?i)^\s*bearer\s+", "", token)
    if re.search(r"\s|\\n|[\"']", token.strip()) or token != token.strip():
        told = "the token has blanks, line breaks or quotes in it"
        found.causes.append(cause_of("line_break_in_token", told))
        token = re.sub(r"\s|\\[rn]|[\"']", "", token)
    found.parts = token.split(".")
    if len(found.parts) != 3:
        told = f"the token has {len(found.parts)} parts, and a JWS has 3"
        found.causes.append(cause_of("not_a_jws", told))
        if len(found.parts) < 2:
            return found
    signed = ".".join(found.parts[:2])
    if "=" in signed or "%3D" in signed:
        told = "header or claims are padded with ="
        found.causes.append(cause_of("padding", told))
    if re.search("[+/]", signed):
        told = "header or claims are plain base64, with + or /"
        found.causes.append(cause_of("plain_base64", told))
    found.raw = (_decoded(found.parts[0]), _decoded(found.parts[1]))
    header, claims = map(_object, found.raw)
    found.header, found.claims = header, claims
    if not claims:
        told = "header or claims of the token are no JSON in base64url"
        found.causes.append(cause_of("not_a_jws", told))
    return found


def check_alg(token: TokenParts, allowed: tuple[str, ...]) -> Step:
    """Check the algorithm that the header names."""
    alg = token.header.get("alg")
    if alg not in allowed:
        told = (
            f"the header says alg {str(alg)[:20]!r}, and {' or '.join(allowed)} is due"
        )
        token.causes.append(cause_of("alg_not_allowed", told))
    return Step("algorithm", "header", " or ".join(allowed), str(alg), alg in allowed)


def check_claims(token: TokenParts, names: tuple[str, ...]) -> Step:
    """Check that all claims are there, with the types that they must have."""
    missing = [name for name in names if token.claims.get(name) in (None, "")]
    if missing:
        told = f"the claim {', '.join(missing)} is missing or empty"
        token.causes.append(cause_of("missing_claim", told))
    numbers = ("iat", "exp")
    odd = [
        name
        for name in names
        if name not in missing
        and isinstance(token.claims[name], str) == (name in numbers)
    ]
    if odd:
        told = f"the claim {', '.join(odd)} has another type than it must have"
        token.causes.append(cause_of("claim_type", told))
    sent = ", ".join(name for name in token.claims if name != "data")
    agrees = not (missing or odd)
    return Step("claims", "token", ", ".join(names), sent, agrees)


def check_times(token: TokenParts, evidence: Evidence) -> Step:
    """Check iat and exp against the server's time."""
    times = [_number(token.claims.get(name)) for name in ("iat", "exp")]
    issued, ends = times
    whose = "the server's time" if evidence.timed else "the time now"
    before = len(token.causes)
    if any(one is not None and one > _MILLISECONDS for one in times):
        told = "iat or exp counts milliseconds"
        token.causes.append(cause_of("milliseconds", told))
    elif ends is not None:
        late = evidence.at_s - ends
        if issued is not None and ends - issued > _LONGEST_LIFE_S:
            told = f"it lives {duration(ends - issued)}, and 1 h is the most"
            token.causes.append(cause_of("life_too_long", told))
        if late > 0:
            told = (
                f"it ended {duration(late)} before {whose}: the clock that made it is "
                "behind, or an old token was sent again"
            )
            token.causes.append(cause_of("expired", told))
        if issued is not None and issued - evidence.at_s > _TOLERATED_S:
            told = f"iat is {duration(issued - evidence.at_s)} ahead of {whose}"
            token.causes.append(cause_of("clock_ahead", told))
    sent = f"iat {token.claims.get('iat')}, exp {token.claims.get('exp')}"
    return Step(
        "time",
        whose,
        f"iat <= {both_clocks(evidence.at_s)} < exp",
        sent,
        len(token.causes) == before,
    )


def is_uuid4(text: object) -> bool:
    """Tell whether a text is a UUID of version 4."""
    try:
        return uuid.UUID(str(text)).version == 4
    except ValueError:
        return False


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _decoded(part: str) -> bytes:
    bare = part.replace("%3D", "=").translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
