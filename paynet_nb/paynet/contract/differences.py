"""How an answer differs from what the contract says: its faults, and what it adds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from paynet_nb.paynet.contract.calls import Operation, located, resolved
from paynet_nb.paynet.contract.reader import Source
from paynet_nb.paynet.contract.schemas import schema
from paynet_nb.paynet.contract.validation import Fault, faults, kind_of

_JSON = "application/json"
_SANDBOXS = "x-sandbox-"  # no gateway of PayNet's sends these
# A name that is none of an object's but somebody's data, such as an account's number.
_NAME = re.compile(r"[A-Za-z_$][A-Za-z_$.-]{0,39}[0-9]{0,2}")


def differences(
    operation: Operation, status: int, headers: Mapping[str, str], body: Any
) -> list[Fault]:
    """List how an answer differs from the contract; values are in none of them.

    Args:
        operation: A call that is `known`.
        status: The HTTP status.
        headers: The answer's.
        body: Parsed; a text where it is no JSON.

    Returns:
        Faults of the places "status", "content type", "headers.NAME", and of the body.
        A field, or a header named X-..., that the contract does not name is one, too:
        `keyword` "undeclared".
    """
    _, described = located(operation)
    answers = described["responses"]
    told = Source(operation.sure, operation.source)
    if 200 <= status < 300 and str(status) not in answers:
        wanted = " or ".join(one for one in answers if one.startswith("2"))
        return [Fault("status", "status", wanted, str(status), *told)]
    answer = resolved(answers.get(str(status)) or answers.get("default", {}))
    found = []
    media = _media_type(headers)
    types = [*answer.get("content", {})]
    if types and media not in types:
        wanted = " or ".join(types)
        came = media or "nothing"
        return [Fault("content type", "content type", wanted, came, *told)]
    have = {name.lower() for name in headers}
    found += [
        Fault(f"headers.{name}", "required", "this header", "nothing", *told)
        for name, form in answer.get("headers", {}).items()
        if name.lower() not in have and resolved(form).get("required", True)
    ]
    declared = {name.lower() for name in answer.get("headers", {})}
    found += [
        Fault(f"headers.{name}", "undeclared", "no such header", "a header", *told)
        for name in sorted(have - declared)
        if name.startswith("x-") and not name.startswith(_SANDBOXS)
    ]
    # The schema is that of the first type.
    if not types or media != types[0]:
        return found
    if media == _JSON and isinstance(body, str):
        return [*found, Fault("", "format", "JSON", kind_of(body), *told)]
    found += faults(operation, "answer", body, status=status)
    form = schema(operation, "answer", status)
    if form is not None:
        found += [
            Fault(place, "undeclared", "no field of this name", kind, *told)
            for place, kind in _undeclared(form, form, body, "")
        ]
    return found


def _media_type(headers: Mapping[str, str]) -> str:
    lower = {name.lower(): value for name, value in headers.items()}
    return lower.get("content-type", "").partition(";")[0].strip().lower()


def _undeclared(
    whole: Mapping[str, Any], form: Mapping[str, Any], value: Any, place: str
) -> Iterator[tuple[str, str]]:
    """Give the members that no schema names, where one names any."""
    branches = [*_branches(whole, form)]
    if isinstance(value, list):
        for branch in branches:
            if "items" in branch:
                for at, member in enumerate(value):
                    yield from _undeclared(
                        whole, branch["items"], member, f"{place}[{at}]"
                    )
    if not isinstance(value, dict):
        return
    named: dict[str, Any] = {}
    for branch in branches:
        named |= branch.get("properties", {})
    for name, member in value.items() if named else ():
        inner = f"{place}.{name}".removeprefix(".")
        if name in named:
            yield from _undeclared(whole, named[name], member, inner)
        else:
            shown = name if _NAME.fullmatch(name) else "(a name)"
            yield f"{place}.{shown}".removeprefix("."), kind_of(member)


def _branches(
    whole: Mapping[str, Any], form: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Give a schema and all that may hold beside it or in its place."""
    while "$ref" in form:
        form = whole["$defs"][form["$ref"].removeprefix("#/$defs/")]
    yield form
    for keyword in ("allOf", "anyOf", "oneOf"):
        for inner in form.get(keyword, ()):
            yield from _branches(whole, inner)
