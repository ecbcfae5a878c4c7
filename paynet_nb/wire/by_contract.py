"""What the contract finds wrong with a request, sent or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from paynet_nb.display import visible
from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet import Fault, Operation, faults, find_operation, path_values
from paynet_nb.wire.json_text import parse_json
from paynet_nb.wire.redaction.by_name import REDACTED

if TYPE_CHECKING:
    from paynet_nb.wire.call import Call

_NAMED = 3  # faults that a line names
_NOT_READ = object()


def faults_of(
    operation: Operation, path: str, url: str, headers: Mapping[str, Any], **body: Any
) -> Iterator[tuple[str, Fault]]:
    """Give the faults of a request, each with the part that has it.

    Args:
        operation: The call that it is.
        path: As the operation was found by it.
        url: The whole URL; its query is looked at.
        headers: Their names in any case; what the auth adds may be missing.
        body: `json=`, the parsed body; left out, the body is not looked at.
    """
    query = urlsplit(url).query
    parts: dict[str, Any] = {
        "path": path_values(operation, path),
        "query": dict(parse_qsl(query, keep_blank_values=True)),
        "headers": {name.lower(): value for name, value in headers.items()},
    }
    if "json" in body:
        parts["body"] = body["json"]
    for part, value in parts.items():
        for fault in faults(operation, part, value):
            if not is_masked(value, fault.location):
                yield part, fault


def told_of(call: Call) -> str:
    """Name in one line what the contract finds wrong with a recorded request.

    A header that is not there is no fault where the status is 2xx: the gateway did
    without it. `client.check` tells it all the same.

    Returns:
        Places, never what stands there; "": nothing is wrong, the contract does not
        describe the call, or no validator is installed.
    """
    operation = find_operation(call.method, call.url)
    if call.kind == "token" or operation is None or not operation.known:
        return ""
    done_without = call.status is not None and 200 <= call.status < 300
    body = _body_of(call)
    given = {} if body is _NOT_READ else {"json": body}
    try:
        found = faults_of(operation, call.url, call.url, call.request_headers, **given)
        places = [
            f"{part} {one.location}".strip()
            for part, one in found
            if not (done_without and (part, one.keyword) == ("headers", "required"))
        ]
    except (ConfigurationError, RecursionError):
        return ""
    places = list(dict.fromkeys(places))
    if not places:
        return ""
    more = [f"{len(places) - _NAMED} more"] * (len(places) > _NAMED)
    return f"not as the contract wants: {visible(', '.join(places[:_NAMED] + more))}"


def is_masked(value: Any, location: str) -> bool:
    """Tell whether what stands at a place, as "a[0].b", was masked when recorded."""
    for step in re.findall(r"[^.\[\]]+", location):
        try:
            value = value[int(step)] if isinstance(value, list) else value[step]
        except (LookupError, TypeError, ValueError):
            return False
    return isinstance(value, str) and REDACTED in value


def _body_of(call: Call) -> Any:
    """Parse what was sent; a text where it is no JSON, `_NOT_READ` where it was cut."""
    if call.request_body_cut:
        return _NOT_READ
    try:
        return parse_json(call.request_body) if call.request_body else None
    except ValueError:
        return call.request_text
