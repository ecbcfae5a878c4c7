"""How recorded answers differ from the contract: a frame, and a file to send."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from paynet_nb import frames
from paynet_nb.errors import CallError, ConfigurationError
from paynet_nb.history.as_path import as_path
from paynet_nb.paynet import Fault, Operation, differences, find_operation, known_code
from paynet_nb.wire import Call, is_masked

if TYPE_CHECKING:
    import pandas as pd

_TYPES = {
    **dict.fromkeys(
        ("call", "status", "element", "contract", "sure", "source", "came"), "str"
    ),
    "count": "Int64",
    **dict.fromkeys(("first_seen", "last_seen"), "datetime64[us, UTC]"),
}
_NOT_FOUND = frozenset({404, 405})


class _Key(NamedTuple):
    call: str
    status: str
    element: str
    contract: str
    sure: str
    source: str
    came: str


def drift(calls: Iterable[Call]) -> pd.DataFrame:
    """Tabulate how answers differ from the contract, as `History.drift` says."""
    seen: dict[_Key, list[float]] = {}
    for call in calls:
        for key in dict.fromkeys(_differences_of(call)):
            seen.setdefault(key, []).append(call.sent_at_s)
    rows = sorted(seen.items())
    columns: dict[str, list[Any]] = {
        name: [getattr(key, name) for key, _ in rows] for name in _Key._fields
    }
    columns["count"] = [len(times) for _, times in rows]
    columns["first_seen"] = [min(times) for _, times in rows]
    columns["last_seen"] = [max(times) for _, times in rows]
    return frames.columns_to_frame(columns, _TYPES)


def write_drift(calls: Iterable[Call], path: str | os.PathLike[str]) -> int:
    """Write the differences to a YAML file, and give how many there are.

    Raises:
        ConfigurationError: The file cannot be written.
    """
    frame = drift(calls)
    lines = ["# How PayNet's answers differ from paynet_nb's contract; no values.", ""]
    lines.append("differences:" if len(frame) else "differences: []")
    for row in frame.to_dict("records"):
        pairs = [f"{name}: {_yaml(value)}" for name, value in row.items()]
        lines.append("  - " + "\n    ".join([*pairs, "confirmed: false"]))
    try:
        as_path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        problem = (error.strerror or type(error).__name__).lower()
        raise ConfigurationError(f"{path} cannot be written: {problem}") from None
    return len(frame)


def _yaml(value: Any) -> str:
    # JSON's texts and numbers are YAML's (YAML 1.2, section 10.2).
    return json.dumps(value if isinstance(value, str | int) else value.isoformat())


def _differences_of(call: Call) -> Iterator[_Key]:
    if call.status is None or call.method == "HEAD" or call.kind == "notification":
        return
    operation = find_operation(call.method, call.url)
    if operation is None or not operation.known:
        # One that was seen and taken over is as far known as it can be.
        seen_before = operation is not None and operation.sure == "observed"
        if call.status not in _NOT_FOUND and not seen_before:
            yield _unknown_call(call, operation)
        return
    name = f"{operation.method} {operation.path}"
    body = _body_of(call)
    if body is None and call.body_cut:
        return
    for one in _merged(differences(operation, call.status, call.headers, body)):
        if not is_masked(body, one.location):
            place = re.sub(r"\[\d+\]", "[]", one.location) or "answer"
            yield _Key(
                name,
                str(call.status),
                place,
                one.wanted,
                one.sure,
                one.source,
                one.got_kind,
            )
    if call.reason and known_code(call.reason) is None:
        wanted, came = "a code of pn.codes()", f"a code like {_shape(call.reason)}"
        known = operation.sure, operation.source
        yield _Key(name, str(call.status), "reason code", wanted, *known, came)


def _merged(found: Iterable[Fault]) -> Iterable[Fault]:
    """Make one difference of all that one place has, as its length and its form."""
    by_place: dict[str, Fault] = {}
    for one in found:
        first = by_place.setdefault(one.location, one)
        if first is not one:
            wanted = f"{first.wanted}; {one.wanted}"
            by_place[one.location] = first._replace(wanted=wanted)
    return by_place.values()


def _unknown_call(call: Call, operation: Operation | None) -> _Key:
    # A part of a path with a digit or of some length may be somebody's data.
    parts = re.sub(r"^https?://[^/]*", "", call.url).partition("?")[0].split("/")
    path = "/".join(
        "..." if re.search(r"\d{2}|[^\w.-]", one) or len(one) > 24 else one
        for one in parts
    )
    sure, source = (
        (operation.sure, operation.source) if operation else ("assumption", "paynet_nb")
    )
    wanted = "a call that it describes"
    name = f"{call.method} {operation.path if operation else path}"
    status = str(call.status)
    return _Key(name, status, "call", wanted, sure, source, f"status {status}")


def _body_of(call: Call) -> Any:
    """Parse an answer's body; a text where it is no JSON, None where it was cut."""
    if call.body_cut:
        return None
    try:
        return call.json()
    except CallError:
        return call.text


def _shape(text: str) -> str:
    """Write a text's letters as A and its digits as 9: "A999"."""
    letters = re.sub(r"[^\W\d_]", "A", text[:12])
    return re.sub(r"\d", "9", letters)
