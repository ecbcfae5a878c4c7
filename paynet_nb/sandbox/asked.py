"""A request as the contract reads it: which call it is, its parts, all its faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Request
from werkzeug.exceptions import HTTPException

from paynet_nb.paynet import Fault, Operation, faults, find_operation, path_values

MOST = 100  # faults of one request; a stranger may send a list of a million
_NO_JSON = "JSON that can be read"
_FORM = "application/x-www-form-urlencoded"


@dataclass(kw_only=True)
class Asked:
    """What a request asks for.

    Attributes:
        operation: The call of the contract; None: the contract has none like it.
        path: What stands for the {names} of the call's path.
        query: The query's fields.
        headers: The headers.
        body: The body: parsed JSON, a form's fields, None where there is none.
        faults: All that the contract finds wrong with it, `MOST` at most, their places
            named like "body.customer.name"; what was sent is in none of them.
    """

    operation: Operation | None
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    faults: list[Fault] = field(default_factory=list)


def asked_by(request: Request) -> Asked:
    """Read a request; a call that the contract does not describe has no faults."""
    # HEAD is GET without the answer's body (RFC 9110 section 9.3.2).
    method = "GET" if request.method == "HEAD" else request.method
    called = find_operation(method, request.path)
    if called is None or not called.known:
        return Asked(operation=called)
    asked = Asked(
        operation=called,
        path=path_values(called, request.path),
        query=request.args.to_dict(),
        headers=dict(request.headers),
    )
    parts: dict[str, Any] = {
        "path": asked.path,
        "query": asked.query,
        "headers": asked.headers,
        "signature": asked.headers,
    }
    found = [
        _placed(part, one)
        for part, value in parts.items()
        for one in faults(called, part, value)
    ]
    asked.faults = [*found, *_of_body(asked, called, request)][:MOST]
    return asked


def _of_body(asked: Asked, called: Operation, request: Request) -> list[Fault]:
    try:
        if called.family == "token" or request.mimetype == _FORM:
            asked.body = request.form.to_dict()
        elif request.get_data():
            asked.body = request.get_json(force=True)
        return [_placed("body", one) for one in faults(called, "body", asked.body)]
    except (HTTPException, ValueError, RecursionError):
        # No JSON, or nested deeper than Python or the validator reads.
        told = called.sure, called.source
        kind = f"{len(request.get_data()):,} bytes that are none"
        return [Fault("body", "format", _NO_JSON, kind, *told)]


def _placed(part: str, fault: Fault) -> Fault:
    return fault._replace(location=f"{part}.{fault.location}".rstrip("."))
