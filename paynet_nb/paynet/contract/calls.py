"""The contract's calls: which there are, which of them is meant, samples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from paynet_nb.paynet.contract.reader import (
    merged,
    server_path,
    servers_of,
    source_of,
    sources,
)
from paynet_nb.paynet.samples import today

EXAMPLE_DAY = "20260701"  # of all examples in the contract, also as 2026-07-01
_ID_HEADER = "X-Business-Message-Id"  # bears the ID that is in the body
_SERVER = re.compile("https?://[^/]*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One call that the contract speaks of.

    Attributes:
        id: The contract's name for it; "" for a call that is not described.
        method: The HTTP method; "" if nobody tells it.
        path: Below the server's address, with {names} to fill in; "": nobody tells it.
        name: What it is for, in words.
        family: One of `FAMILIES`.
        scheme: What goes with it: "merchant-rsa" (token, X-Signature), "jws",
            "pay-jwt", "reports-hmac" (token, X-Timestamp, X-Signature), "token" or
            "none".
        signed: For "merchant-rsa": the fields of the text to sign, in their order;
            one in quotes stands for itself.
        servers: The addresses that are known to have it, the first one first to try.
        base: The path at the end of those addresses, such as "/v1/picasso-guard".
        accepted: Status codes that are good news here, if not the usual ones.
        sandbox: "also" or "only" if this project's sandbox has it; "": it has not.
        moves_money: Whether it moves money, or begins what does.
        pace_s: Seconds to leave between two calls for one transaction, if published.
        sure: How sure it is; one of `SURE`.
        source: Where it was read.
        known: Whether its bodies are known.
        missing: What is not known of it; "": nothing.
    """

    id: str
    method: str
    path: str
    name: str
    family: str
    scheme: str = "none"
    signed: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    base: str = ""
    accepted: tuple[str, ...] = ()
    sandbox: str = ""
    moves_money: bool = False
    pace_s: float | None = None
    sure: str
    source: str
    known: bool = True
    missing: str = ""

    def __hash__(self) -> int:
        return hash((self.id, self.method, self.path))


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """Made-up values to call an operation with.

    Attributes:
        path: With its names filled in.
        query: The fields that are required.
        headers: Those that are required, without the ones that sign.
        body: As the request's `media_type` wants it; None: there is none.
        media_type: "application/json", the token's form, or "" without a body.
    """

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    media_type: str


@cache
def operations() -> tuple[Operation, ...]:
    """List all calls to PayNet, those that nobody describes last."""
    whole = merged()
    described = [
        _operation(("paths", path, method), path, servers_of(whole, item))
        for path, item in whole["paths"].items()
        for method in item
    ]
    return (*described, *map(_not_described, whole["x-calls-not-described"]))


@cache
def paces() -> Mapping[str, float]:
    """Seconds between two polls of one payment or consent, by the ends of paths."""
    return {one.path: one.pace_s for one in operations() if one.pace_s is not None}


@cache
def notifications() -> Mapping[str, Operation]:
    """PayNet's calls to a participant or merchant, by kind, such as "transfer-v3".

    A path is what the address ends with that was registered; "": nothing fixed.
    """
    return {
        name: _operation(("webhooks", name, method), called.get("x-path", ""), ())
        for name, item in merged()["webhooks"].items()
        for method, called in item.items()
    }


def webhooks() -> tuple[Operation, ...]:
    """List PayNet's calls to a participant or merchant; path "": as was registered."""
    return tuple(notifications().values())


def find_operation(method: str, path: str) -> Operation | None:
    """Find the call that is meant.

    Args:
        method: The HTTP method, in any case.
        path: Below a server's address, or with that address's path in front, or a whole
            URL. A query and a slash at the end do not count.
    """
    method = method.upper()
    asked = _path_of(path)
    by_path, by_length = _table()
    some = by_path.get(asked) or [
        one
        for form, one in by_length.get(asked.count("/"), ())
        if form.fullmatch(asked)
    ]
    return next((one for one in some if one.method in {method, ""}), None)


def path_values(operation: Operation, path: str) -> dict[str, str]:
    """Read what stands in a path for the {names} of an operation's; {}: no names."""
    asked = _path_of(path)
    for form, one in _table()[1].get(asked.count("/"), ()):
        if one is operation and (found := form.fullmatch(asked)):
            return {name: unquote(text) for name, text in found.groupdict().items()}
    return {}


def _path_of(url: str) -> str:
    asked = url.partition("#")[0].partition("?")[0]
    server = _SERVER.match(asked)
    return "/" + asked[server.end() if server else 0 :].strip("/")


def sample(operation: Operation, day: str | None = None) -> Sample:
    """Give the examples of the contract, moved to another day.

    Args:
        operation: A call that is `known`.
        day: YYYYMMDD; default: today in Malaysia. IDs and times bear it.

    Raises:
        LookupError: The contract does not describe the call.
    """
    _, described = located(operation)
    values: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}}
    for parameter in map(resolved, described.get("parameters", ())):
        if parameter["required"]:
            values[parameter["in"]][parameter["name"]] = parameter["example"]
    contents = described.get("requestBody", {}).get("content", {})
    media_type, content = next(iter(contents.items()), ("", {}))
    body = examples_of(content)[0] if media_type else None
    if _ID_HEADER in values["header"] and body is not None:
        head = body.get("appHeader") or body["data"]
        values["header"][_ID_HEADER] = head["businessMessageId"]
    moved = _Move(day or today())
    return Sample(
        path=operation.path.format_map(values["path"]),
        query=moved(values["query"]),
        headers=moved(values["header"]),
        body=moved(body),
        media_type=media_type,
    )


def sample_answer(operation: Operation, day: str | None = None) -> Any:
    """Give the example of a good answer, moved to a day as `sample` is.

    Returns:
        Its body; None: it has none.

    Raises:
        LookupError: The contract does not describe the call.
    """
    _, described = located(operation)
    contents = resolved(described["responses"]["200"]).get("content", {})
    content = next(iter(contents.values()), None)
    return _Move(day or today())(examples_of(content)[0]) if content else None


def located(operation: Operation) -> tuple[tuple[str, str, str], Mapping[str, Any]]:
    """Find an operation in the document: the way to it, and what stands there.

    Raises:
        LookupError: The contract does not describe the call.
    """
    way = _ways().get(operation.id)
    if way is None:
        told = f"{operation.method} {operation.path}".strip() or operation.name
        raise LookupError(f"the contract does not describe this call: {told}")
    section, name, method = way
    described: Mapping[str, Any] = merged()[section][name][method]
    return way, described


def resolved(element: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what an element is that refers to another one."""
    here: Any = element
    while "$ref" in here:
        steps = here["$ref"].removeprefix("#/").split("/")
        here = merged()
        for step in steps:
            here = here[step]
    found: Mapping[str, Any] = here
    return found


def examples_of(content: Mapping[str, Any]) -> list[Any]:
    """List the examples of a body; there is one at least."""
    if "examples" in content:
        return [example["value"] for example in content["examples"].values()]
    return [content["example"]]


class _Move:
    """Moves the texts of an example to another day."""

    def __init__(self, day: str) -> None:
        self._day = day
        self._iso = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        self._example_iso = f"{EXAMPLE_DAY[:4]}-{EXAMPLE_DAY[4:6]}-{EXAMPLE_DAY[6:]}"

    def __call__(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self(member) for member in value]
        if isinstance(value, str):
            text = value.replace(EXAMPLE_DAY, self._day)
            return text.replace(self._example_iso, self._iso)
        return value


def _operation(way: tuple[str, str, str], path: str, servers: Any) -> Operation:
    section, name, method = way
    described = merged()[section][name][method]
    sure, page = source_of(way)
    signing = described["x-signing"]
    return Operation(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        name=described["summary"],
        family=described["tags"][0],
        scheme=signing["scheme"],
        signed=tuple(signing.get("over", ())),
        servers=tuple(server["url"] for server in servers),
        base=server_path(servers) if servers else "",
        accepted=tuple(described.get("x-accepted", ())),
        sandbox=described.get("x-sandbox", ""),
        moves_money=described.get("x-moves-money", False),
        pace_s=described.get("x-pace", {}).get("seconds"),
        sure=sure,
        source=page,
    )


def _not_described(told: Mapping[str, Any]) -> Operation:
    told_by = told["x-source"]
    return Operation(
        id="",
        method=told["method"] or "",
        path=told["path"] or "",
        name=told["name"],
        family=told["family"],
        sure=told_by["sure"],
        source=sources()[told_by["page"]],
        known=False,
        missing=told["missing"],
    )


@cache
def _ways() -> Mapping[str, tuple[str, str, str]]:
    """Where each described operation stands, by its ID."""
    return {
        described["operationId"]: (section, name, method)
        for section in ("paths", "webhooks")
        for name, item in merged()[section].items()
        for method, described in item.items()
    }


@cache
def _table() -> tuple[
    Mapping[str, list[Operation]],
    Mapping[int, list[tuple[re.Pattern[str], Operation]]],
]:
    """The operations of each path, with and without its base.

    Those with names in their paths are by the number of slashes: no name holds one.
    """
    by_path: dict[str, list[Operation]] = {}
    by_length: dict[int, list[tuple[re.Pattern[str], Operation]]] = {}
    for one in operations():
        for path in {one.path, one.base + one.path} - {""}:
            if "{" in path:
                form = re.sub(r"\\\{(.*?)\\\}", r"(?P<\1>[^/]+)", re.escape(path))
                some = by_length.setdefault(path.count("/"), [])
                some.append((re.compile(form), one))
            else:
                by_path.setdefault(path, []).append(one)
    return by_path, by_length
