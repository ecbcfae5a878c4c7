"""All that the contract finds wrong with a request that a sandbox saw.

The sandbox refuses by its own few rules, one fault at a time, as PayNet does. This list
is beside that, and it also has what the sandbox does not insist on, as `X-Signature`.
"""

from __future__ import annotations

from typing import Any

from flask import Request
from werkzeug.exceptions import HTTPException

from paynet_nb.paynet import Fault, Operation, faults, find_operation, path_values

MOST = 100  # faults of one request; a stranger may send a list of a million
_NO_JSON = "JSON that can be read"
_FORM = "application/x-www-form-urlencoded"


def faults_of(request: Request) -> tuple[Fault, ...]:
    """List the faults of a request, their places named like "body.customer.name".

    A call that the contract does not describe has none, and none has more than `MOST`.
    """
    called = find_operation(request.method, request.path)
    if called is None or not called.known:
        return ()
    headers = dict(request.headers)
    parts: dict[str, Any] = {
        "path": path_values(called, request.path),
        "query": request.args.to_dict(),
        "headers": headers,
        "signature": headers,
    }
    found = [
        _placed(part, one)
        for part, value in parts.items()
        for one in faults(called, part, value)
    ]
    return (*found, *_of_body(called, request))[:MOST]


def _of_body(called: Operation, request: Request) -> list[Fault]:
    try:
        if called.family == "token" or request.mimetype == _FORM:
            body: Any = request.form.to_dict()
        else:
            body = request.get_json(force=True) if request.get_data() else None
        return [_placed("body", one) for one in faults(called, "body", body)]
    except (HTTPException, ValueError, RecursionError):
        # No JSON, or nested deeper than Python or the validator reads.
        told = called.sure, called.source
        kind = f"{len(request.get_data()):,} bytes that are none"
        return [Fault("body", "format", _NO_JSON, kind, *told)]


def _placed(part: str, fault: Fault) -> Fault:
    return fault._replace(location=f"{part}.{fault.location}".rstrip("."))
