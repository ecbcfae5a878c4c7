"""The schema of one part of a message, complete in itself: validators compile it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from paynet_nb.paynet.contract.calls import Operation, located, resolved
from paynet_nb.paynet.contract.reader import merged

PARTS = ("path", "query", "headers", "signature", "body", "answer")

_PLACE = {"path": "path", "query": "query", "headers": "header"}
_COMPONENTS = "#/components/schemas/"


def schema(operation: Operation, part: str, status: int = 200) -> dict[str, Any] | None:
    """Give the JSON Schema (2020-12) of one part of a call.

    Args:
        operation: A call that is `known`.
        part: One of `PARTS`. "path", "query", "headers" and "signature" are objects of
            texts; "signature" holds the headers that prove who calls, names of headers
            are in lower case. "answer" is the body of an answer.
        status: The answer's HTTP status.

    Returns:
        The schema with all that it refers to in `$defs`; None: the contract says
        nothing about this part.

    Raises:
        LookupError: The contract does not describe the call.
        ValueError: There is no such part.
    """
    _, described = located(operation)
    if part in _PLACE:
        found = _of_parameters(described, part)
    elif part == "signature":
        found = _of_signature(described)
    elif part == "body":
        found = _of_content(described.get("requestBody", {}))
    elif part == "answer":
        answers = described["responses"]
        answer = answers.get(str(status)) or answers.get("default", {})
        source = answer.get("x-source")
        found = _of_content(resolved(answer))
        if found is not None and source:
            found = {"x-source": source, **found}
    else:
        raise ValueError(f"no part of a message: {part}; there are {', '.join(PARTS)}")
    if found is None:
        return None
    return _complete({"x-source": described["x-source"], **found})


def _of_parameters(described: Mapping[str, Any], part: str) -> dict[str, Any] | None:
    properties, required = {}, []
    for one in map(resolved, described.get("parameters", ())):
        if one["in"] != _PLACE[part]:
            continue
        name = one["name"].lower() if part == "headers" else one["name"]
        source = {"x-source": one["x-source"]} if "x-source" in one else {}
        properties[name] = {**one["schema"], **source}
        if one["required"]:
            required.append(name)
    if not properties:
        return None
    return {"type": "object", "required": required, "properties": properties}


def _of_signature(described: Mapping[str, Any]) -> dict[str, Any] | None:
    schemes = merged()["components"]["securitySchemes"]
    properties: dict[str, Any] = {}
    for name in described["security"][0] if described["security"] else ():
        scheme = schemes[name]
        if scheme["type"] == "apiKey":
            form = {"x-source": scheme["x-source"], **scheme["x-schema"]}
            properties[scheme["name"].lower()] = form
        else:
            form = {"type": "string", "pattern": "^[Bb]earer [^ ]+$"}
            properties["authorization"] = {"x-source": scheme["x-source"], **form}
    if not properties:
        return None
    return {"type": "object", "required": [*properties], "properties": properties}


def _of_content(holder: Mapping[str, Any]) -> dict[str, Any] | None:
    for content in holder.get("content", {}).values():
        source = {"x-source": holder["x-source"]} if "x-source" in holder else {}
        return {**source, **content["schema"]}
    return None


def _complete(form: dict[str, Any]) -> dict[str, Any]:
    """Put all components that a schema refers to into it."""
    components = merged()["components"]["schemas"]
    wanted, have = [*_references(form)], {}
    while wanted:
        name = wanted.pop()
        if name not in have:
            have[name] = components[name]
            wanted.extend(_references(components[name]))
    whole = {**form, "$defs": have} if have else form
    copied: dict[str, Any] = _inside(whole)
    return copied


def _references(form: Any) -> Iterator[str]:
    if isinstance(form, dict):
        if "$ref" in form:
            yield form["$ref"].removeprefix(_COMPONENTS)
        for member in form.values():
            yield from _references(member)
    elif isinstance(form, list):
        for member in form:
            yield from _references(member)


def _inside(form: Any) -> Any:
    """Copy a schema, its references leading to its own `$defs`."""
    if isinstance(form, dict):
        return {
            name: member.replace(_COMPONENTS, "#/$defs/")
            if name == "$ref"
            else _inside(member)
            for name, member in form.items()
        }
    return [_inside(member) for member in form] if isinstance(form, list) else form
