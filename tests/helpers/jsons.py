"""JSON data for tests: a usual answer, and all that JSON data can be."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, settings, strategies as st

BANKS: dict[str, Any] = {
    "header": {"messageId": "M1", "status": {"code": "ACSP", "reason": None}},
    "pageKey": "DENGMYK1",
    "banks": [
        {"code": "00123", "active": True, "urls": [{"url": "/1"}, {"url": "/2"}]},
        {"code": "TESTMYK1", "active": False, "urls": []},
        {"code": "VACMYKL1", "active": True},
    ],
}

# Names that a careless scheme takes for its own, or for one another.
ODD_NAMES = st.sampled_from(
    ["", "a", "b", "a.b", ".", "#", "a#", "a[]", "[]", "a{}", '"', '"a"', "\\", "root"]
)
NAMES = ODD_NAMES | st.text(st.characters(codec=None), max_size=4)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=2**63 - 2, max_value=2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None), max_size=5)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
    max_leaves=30,
)


# A property holds however busy the machine is.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def canonical(data: Any) -> str:
    """Write JSON data so that only the order of an object's names makes no difference.

    1, 1.0, Decimal("1.0"), Decimal("1.00"), "1", true and null all differ.
    """

    def marked(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: marked(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [marked(inner) for inner in value]
        return f"{type(value).__name__} {value}"

    return json.dumps(marked(data), sort_keys=True)
