"""Which fields have a new value in each answer: IDs of messages, times."""

from __future__ import annotations

import functools
import re

# Names as PayNet's API families, RFC 7519 (jti, iat, nbf, exp) and HTTP write them.
# Not here: what stays the same from call to call, as clientId and consentId do.
_NAME = re.compile(
    r"date|expires|lastmodified|.*(?:datetime|timestamp)|iat|nbf|exp|authtime|jti|nonce"
    r"|.*(?:message|transaction|endtoend|request|correlation|interaction|trace|checkout"
    r"|registration|session)id"
    r"|.*signature"
)
_VALUE = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.IGNORECASE | re.ASCII,
)


def is_volatile(name: str, value: object) -> bool:
    """Tell whether *value*, of the field *name*, is expected to be new each time."""
    return _is_volatile_name(name) or (
        isinstance(value, str) and _VALUE.fullmatch(value) is not None
    )


@functools.lru_cache(maxsize=1024)
def _is_volatile_name(name: str) -> bool:
    return _NAME.fullmatch(re.sub(r"[^a-z0-9]", "", name.lower())) is not None
