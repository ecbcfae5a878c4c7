"""How often PayNet's pages let a program poll."""

from __future__ import annotations

from collections.abc import Mapping

# Seconds between two polls of one payment or consent, as PayNet's DuitNow Pay pages
# have them (docs.developer.paynet.my/docs/duitnow-pay/integration).
PACES: Mapping[str, float] = {
    "/v2/bw/checkout-status": 30.0,
    "/v1/bw/rtp": 30.0,
    "/v1/bw/consent/request": 30.0,
}
