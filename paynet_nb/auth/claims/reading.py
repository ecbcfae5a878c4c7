"""`inspect_token` and `compare_tokens`: what JSON Web Tokens say.

Reading is not checking: whoever holds a token can read it, and anyone can write one
that reads the same. Only `keys` can tell that its issuer signed it.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from paynet_nb import frames
from paynet_nb.auth.claims.fields import HEADER, PAYLOAD, fields_of
from paynet_nb.auth.claims.findings import GRAVEST_FIRST, remarks_on
from paynet_nb.auth.claims.inspection import TokenInspection, cell
from paynet_nb.auth.claims.pasted import Pasted, pasted
from paynet_nb.errors import ClaimsError, without_locals
from paynet_nb.paynet import as_environment

if TYPE_CHECKING:
    import pandas as pd

    from paynet_nb.auth.claims.public_keys import KeysLike
    from paynet_nb.paynet import Environment

_BASE64URL = re.compile("[A-Za-z0-9_-]*")


class HasAccessToken(Protocol):
    """What a `Token` has; `expires_in` and `scope` are used too, where they are."""

    @property
    def access_token(self) -> str:
        """The token's text."""


TokenLike = HasAccessToken | Mapping[str, Any] | str


class _Jwt(NamedTuple):
    source: Pasted
    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bool
    repeated: list[str]


@without_locals
def inspect_token(
    token_or_text: TokenLike,
    keys: KeysLike | None = None,
    environment: Environment | None = None,
    *,
    now: float | None = None,
) -> TokenInspection:
    """Read a JSON Web Token and list what is odd about it.

    Sends nothing, unless *keys* is a URL.

    Args:
        token_or_text: A `Token`, a token answer, or a pasted text: `Bearer`, line
            breaks, quotes and padding do not matter.
        keys: What to check the signature with: public keys or certificates in PEM, a
            JWK, a JWKS, or the URL of a JWKS, such as `environment.jwks_url`, which is
            fetched as the token was, with proxies and `verify=` of its auth. Also
            bytes or a `Path` of a file, and a list of all these.
        environment: Where the token is from, to compare its issuer with.
        now: The time to judge by (Unix time, seconds); default: this moment.

    Raises:
        ClaimsError: It is not a JWT that can be read, or *keys* holds no public key.
        ConfigurationError: *environment* is none.
        RefusedError: The URL in *keys* is plain http to another machine.
    """
    kept_by = getattr(token_or_text, "kept_by", lambda: None)
    way_out = getattr(kept_by(), "transport", None)
    if environment is not None:
        as_environment(environment)
    source = pasted(token_or_text)
    token = _opened(source, "the token")
    findings = remarks_on(
        token.header,
        token.claims,
        signed=token.signed,
        repeated=token.repeated,
        now=time.time() if now is None else now,
        environment=environment,
        expires_in=token.source.expires_in,
        scope=token.source.scope,
    )
    verified = None
    if keys is not None:
        # Here, so that PyJWT and cryptography are loaded by those only who check one.
        from paynet_nb.auth.claims.public_keys import public_keys
        from paynet_nb.auth.claims.signature import check

        found = public_keys(keys, way_out)
        if isinstance(found, str):
            raise ClaimsError(found)
        verified, wrong = check(token.source.token, token.header, found)
        findings += [wrong] if wrong else []
    findings.sort(key=lambda found: GRAVEST_FIRST.index(found.severity))
    return TokenInspection(token.header, token.claims, verified, findings)


@without_locals
def compare_tokens(a: TokenLike, b: TokenLike) -> pd.DataFrame:
    """Tabulate which fields of two JSON Web Tokens stay and which change.

    Args:
        a: One token, as for `inspect_token`.
        b: Another, for instance the one that replaced it.

    Returns:
        Columns: part ("header" or "payload"), name, change ("same", "changed", "added"
        or "removed"), left, right (the values in *a* and *b*; missing: None).

    Raises:
        ClaimsError: One of them is not a JWT that can be read.
    """
    sources = pasted(a), pasted(b)
    left = _opened(sources[0], "the first token")
    right = _opened(sources[1], "the second token")
    rows = [
        (part, name, _change(name, old, new), cell(old.get(name)), cell(new.get(name)))
        for part, old, new in (
            (HEADER, left.header, right.header),
            (PAYLOAD, left.claims, right.claims),
        )
        for name in {**old, **new}
    ]
    columns = ("part", "name", "change", "left", "right")
    return frames.columns_to_frame(
        {name: [row[i] for row in rows] for i, name in enumerate(columns)},
        {"left": "object", "right": "object"},
    )


def unverified_claims(text: str) -> dict[str, Any] | None:
    """Read the payload of a JWT without checking anything; None: it is not a JWT."""
    source = pasted(text)
    token = source if isinstance(source, str) else _read(source)
    return None if isinstance(token, str) else token.claims


def _opened(source: Pasted | str, what: str) -> _Jwt:
    token = source if isinstance(source, str) else _read(source)
    if isinstance(token, str):
        raise ClaimsError(f"{what} cannot be read as a JWT: {token}")
    return token


def _read(source: Pasted) -> _Jwt | str:
    """Take a JWT apart (RFC 7515 section 5.2); a text instead says what is wrong.

    It does not raise: its locals hold the token.
    """
    parts = source.token.reveal().split(".")
    if len(parts) != 3:
        return _miscounted(len(parts), empty=parts == [""])
    repeated: list[str] = []
    header, claims = (fields_of(_decoded(part), repeated) for part in parts[:2])
    if header is not None and (kind := _other_kind(header, claims, parts[1])):
        return kind
    for number, part in enumerate(parts, 1):
        if not _is_base64url(part):
            return f"part {number} of 3 is not base64url; copy the token again, whole"
    if header is None or claims is None:
        number = 1 if header is None else 2
        return f"part {number} of 3 is not a JSON object; copy the token again, whole"
    return _Jwt(source, header, claims, bool(parts[2]), repeated)


def _other_kind(
    header: Mapping[str, Any], claims: Mapping[str, Any] | None, payload: str
) -> str | None:
    """Name a whole JWS that is no JWT with claims to be read; None: it may be one."""
    if not payload:
        return (
            "it is a detached signature (header..signature, RFC 7515 appendix F): what "
            "it signs was sent apart, as a body for instance, so it holds no claims"
        )
    if header.get("b64") is False:
        return "its payload is not encoded (b64, RFC 7797): it is no JWT"
    if claims is not None:
        return None
    if "zip" in header:
        return (
            "its payload is packed (zip, RFC 7516 section 4.1.3), which is for what is "
            "encrypted; whoever issued it can say how to unpack it"
        )
    inner = _decoded(payload).split(b".")
    if str(header.get("cty", "")).upper().endswith("JWT") or len(inner) in (3, 5):
        return (
            "it is nested: its payload is a token of its own (cty JWT, RFC 7519 "
            "appendix A.2); decode the middle part and inspect that"
        )
    return None


def _decoded(part: str) -> bytes:
    """Decode base64url without padding (RFC 7515 section 2); else nothing."""
    if not _is_base64url(part):
        return b""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _is_base64url(part: str) -> bool:
    return bool(_BASE64URL.fullmatch(part)) and len(part) % 4 != 1


def _miscounted(count: int, *, empty: bool) -> str:
    if empty:
        return "there is no text"
    if count == 1:
        return (
            "it has no dots, so it is an opaque token, which only its issuer can "
            "explain, or no token at all"
        )
    if count == 5:
        return (
            "it has 5 parts, so it is encrypted (JWE, RFC 7516): only the API that it "
            "is for can read it"
        )
    return f"it has {count} parts, not 3; copy the token again, whole"


def _change(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if name not in old or name not in new:
        return "added" if name in new else "removed"
    # As JSON text, since in Python True == 1 and NaN != NaN.
    left, right = (json.dumps(part[name], sort_keys=True) for part in (old, new))
    return "same" if left == right else "changed"
