"""What JSON Web Tokens say: `inspect_token` and what belongs to it.

reading      inspect_token, compare_tokens, unverified_claims
pasted       a token found in what was pasted
fields       what each field means
findings     what is odd about a token
inspection   the result, as a table, a card and a text
public_keys  the forms that keys come in
pem          PEM and DER
key_download a JWKS from its URL
signature    whether a key fits
"""

from __future__ import annotations

from paynet_nb.auth.claims.findings import Finding
from paynet_nb.auth.claims.inspection import TokenInspection
from paynet_nb.auth.claims.reading import (
    compare_tokens,
    inspect_token,
    unverified_claims,
)
from paynet_nb.paynet import SAMPLE_TOKEN

__all__ = [
    "SAMPLE_TOKEN",
    "Finding",
    "TokenInspection",
    "compare_tokens",
    "inspect_token",
    "unverified_claims",
]
