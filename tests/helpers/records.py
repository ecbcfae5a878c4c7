"""Records of exchanges that never were, for tests."""

from __future__ import annotations

from typing import Any

from paynet_nb.wire import Call


def call_of(**fields: Any) -> Call:
    """Make a record by hand."""
    plain: dict[str, Any] = {
        "kind": "call",
        "environment": "test",
        "method": "GET",
        "url": "https://api.example.my/",
        "request_headers": {},
        "request_body": None,
        "sent_at_s": 1_760_000_000.5,
        "elapsed_s": 0.25,
        "request_bytes": 0,
    }
    return Call(**{**plain, **fields})
