"""What is wrong with a part of a message, held against the contract.

jsonschema-rs looks where it can be installed (the extra `sandbox` brings it; it takes
Decimals, and a list of 50 banks costs it some 30 us), and jsonschema where it cannot.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet.contract.calls import Operation
from paynet_nb.paynet.contract.reader import Source, sources
from paynet_nb.paynet.contract.schemas import schema

# What a validator tells of one fault: where in the value, where in the schema, and for
# "required" the name that is missing.
_Raw = tuple[Sequence[str | int], Sequence[str | int], str]
_Look = Callable[[Any], Iterator[_Raw]]


class Fault(NamedTuple):
    """One thing that is not as the contract wants it; never what was sent itself.

    Attributes:
        location: Where in the part, such as "banks[3].code"; "": the part itself.
        keyword: What does not hold: JSON Schema's "required", "type", "pattern"...
        wanted: What the contract wants there, in words.
        got_kind: What kind of thing was there: "nothing", "a text of 7 characters".
        sure: How sure the contract is of it; one of `SURE`.
        source: Where that was read.
    """

    location: str
    keyword: str
    wanted: str
    got_kind: str
    sure: str
    source: str


def faults(
    operation: Operation, part: str, value: Any, *, status: int = 200
) -> list[Fault]:
    """List all that the contract finds wrong with a part of a call.

    Args:
        operation: A call that is `known`; one that is not has no faults.
        part: One of `PARTS`.
        value: The parsed part, its numbers ints, Decimals or floats; a mapping of texts
            for "path", "query", "headers" and "signature". Names of headers may be in
            any case.
        status: The HTTP status, where the part is "answer".

    Raises:
        ValueError: There is no such part.
        ConfigurationError: Neither validator is installed.
    """
    if not operation.known:
        return []
    form, look = _looker(operation, part, status)
    if form is None:
        return []
    if part in {"path", "query", "headers", "signature"}:
        lower = part in {"headers", "signature"}
        value = {n.lower() if lower else n: v for n, v in value.items()}
    found = [_fault(form, value, *raw) for raw in look(value)]
    return sorted(found, key=lambda fault: (fault.location, fault.keyword))


@cache
def _looker(
    operation: Operation, part: str, status: int
) -> tuple[dict[str, Any] | None, _Look]:
    form = schema(operation, part, status)
    return form, (lambda value: iter(())) if form is None else compiled(form)


def compiled(form: dict[str, Any]) -> _Look:
    """Make of a schema what finds the faults of a value, by the validator at hand."""
    for maker in (by_jsonschema_rs, by_jsonschema):
        try:
            return maker(form)
        except ModuleNotFoundError:
            continue
    raise ConfigurationError(
        "no validator is installed: install paynet_nb[sandbox], or jsonschema"
    )


def by_jsonschema_rs(form: dict[str, Any]) -> _Look:
    """Find faults with jsonschema-rs."""
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator(form)

    def look(value: Any) -> Iterator[_Raw]:
        # Most often there is none, which costs a tenth of looking for each.
        for error in () if validator.is_valid(value) else validator.iter_errors(value):
            missing = getattr(error.kind, "property", "")
            yield error.instance_path, error.schema_path, missing

    return look


def by_jsonschema(form: dict[str, Any]) -> _Look:
    """Find the same faults with jsonschema, which is pure Python."""
    from jsonschema import (  # type: ignore[import-untyped]
        Draft202012Validator,
        ValidationError,
        validators,
    )

    def required(_: Any, names: Any, value: Any, __: Any) -> Iterator[ValidationError]:
        # One error a name, as jsonschema gives them, but the name apart from its text.
        if isinstance(value, dict):
            yield from (ValidationError(name) for name in names if name not in value)

    def pattern(_: Any, form: str, value: Any, __: Any) -> Iterator[ValidationError]:
        # In Python `$` is also before a last newline; in JSON Schema it is the end.
        form = re.sub(r"\$$", r"\\Z", form)
        if isinstance(value, str) and not re.search(form, value):
            yield ValidationError("")

    types = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "number": lambda _, value: _is_number(value),
            "integer": lambda _, value: _is_number(value) and value == int(value),
        }
    )
    validator = validators.extend(
        Draft202012Validator,
        {"required": required, "pattern": pattern},
        type_checker=types,
    )(form)

    def look(value: Any) -> Iterator[_Raw]:
        for error in validator.iter_errors(_exact(value)):
            missing = error.message if error.validator == "required" else ""
            yield error.absolute_path, error.absolute_schema_path, missing

    return look


def _is_number(value: Any) -> bool:
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return number and math.isfinite(value)


def _exact(value: Any) -> Any:
    """Write floats as the Decimals that they show: a remainder is then exact."""
    if isinstance(value, dict):
        return {name: _exact(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_exact(member) for member in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


def _fault(
    form: Mapping[str, Any],
    value: Any,
    at: Sequence[str | int],
    way: Sequence[str | int],
    missing: str,
) -> Fault:
    here: Any = form
    holder: Any = form
    told_by = form["x-source"]
    for step in way:
        # jsonschema leaves the step through a reference out; jsonschema-rs ends there.
        while step not in here and "$ref" in here:
            here = _referred(form, here)
            told_by = here.get("x-source", told_by)
        holder, here = here, here[step]
        if isinstance(here, dict):
            told_by = here.get("x-source", told_by)
    keyword = str(way[-1])
    if missing:
        field = holder.get("properties", {}).get(missing, {})
        told_by = field.get("x-source", told_by)
        kind = _referred(form, field).get("type", "") if field else ""
        wanted = f"this field{f', of type {_either(kind)}' if kind else ''}"
        return Fault(
            _location([*at, missing]), keyword, wanted, "nothing", *_source(told_by)
        )
    for step in at:
        value = value[step]
    wanted = _wanted(keyword, here)
    return Fault(_location(at), keyword, wanted, kind_of(value), *_source(told_by))


def _source(told_by: Mapping[str, str]) -> Source:
    return Source(told_by["sure"], sources()[told_by["page"]])


def _referred(form: Mapping[str, Any], here: Any) -> Any:
    while "$ref" in here:
        here = form["$defs"][here["$ref"].removeprefix("#/$defs/")]
    return here


def _location(steps: Sequence[str | int]) -> str:
    text = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps)
    return text.removeprefix(".")


def kind_of(value: Any) -> str:
    """Say what kind of thing a value is, and nothing of what it says."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return f"a text of {len(value)} character{'s' * (len(value) != 1)}"
        case int():
            return "a whole number"
        case float() | Decimal():
            return "a number"
        case list():
            return f"a list of {len(value)}"
        case dict():
            return f"an object with {len(value)} field{'s' * (len(value) != 1)}"
    return type(value).__name__


_WORDS = {
    "type": "of type {}",
    "pattern": "a text of the form {}",
    "minLength": "{} or more characters",
    "maxLength": "{} characters at most",
    "minItems": "{} or more elements",
    "minimum": "{} or more",
    "multipleOf": "a multiple of {}",
}


def _wanted(keyword: str, told: Any) -> str:
    if keyword in {"enum", "const"}:
        return _either(told)
    if keyword in {"anyOf", "oneOf"}:
        return f"one of {len(told)} forms"
    return _WORDS.get(keyword, keyword).format(_either(told))


def _either(told: Any) -> str:
    """Write what a schema allows, one thing or several."""
    return " or ".join(map(str, told)) if isinstance(told, list) else str(told)
