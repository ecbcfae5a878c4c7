"""The contract as one document: its files put together, and how sure each thing is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from paynet_nb.paynet.contract.layout import parsed

FAMILIES = (
    "token",
    "merchant-v1",
    "participant-v2",
    "participant-v3",
    "duitnow-pay",
    "reports",
    "certification-centre",
)
# How sure something is, the surest first, and that in words.
SURE = {
    "page": "published by PayNet",
    "transcript": "from a copy of PayNet's page",
    "observed": "seen in an answer of PayNet's",
    "third-party": "assumed from public programs, not from PayNet",
    "assumption": "assumed, not from PayNet",
}

_FOLDER = Path(__file__).parent


class Source(NamedTuple):
    """How sure an element of the contract is, and where it was read."""

    sure: str
    page: str


def document(server: str | None = None) -> dict[str, Any]:
    """Give the whole OpenAPI document; it is the caller's to change.

    Its numbers with a point are Decimals: write it with `written`.

    Args:
        server: The address of one server that has all calls, such as a sandbox's. The
            document then names no other, and its paths start where that server's do:
            `/v1/picasso-guard/v3/...`. Default: PayNet's servers, the paths below them.
    """
    whole = deepcopy(merged())
    if server is None:
        return whole
    paths: dict[str, Any] = {}
    for path, item in whole["paths"].items():
        base = server_path(servers_of(whole, item))
        for operation in item.values():
            operation.pop("servers", None)
        paths[base + path] = item
    return {**whole, "servers": [{"url": server}], "paths": paths}


def source_of(steps: Sequence[str | int]) -> Source:
    """Tell how sure an element is, from its own `x-source` or that around it.

    Args:
        steps: The way to it from the document's top, such as
            ("components", "schemas", "Bank", "properties", "browser").

    Raises:
        LookupError: The document has no such element.
    """
    here: Any = merged()
    found = here["info"]["x-source"]
    for step in steps:
        here = here[step]
        if isinstance(here, dict):
            found = here.get("x-source", found)
    return Source(found["sure"], sources()[found["page"]])


@cache
def sources() -> Mapping[str, str]:
    """Give the address or the description of each source, by its name."""
    common = parsed((_FOLDER / "common.json").read_text("utf-8"))
    named: Mapping[str, str] = common["x-sources"]
    return named


@cache
def merged() -> dict[str, Any]:
    """Put the files together; the one copy that all readers share and none changes."""
    whole: dict[str, Any] = parsed((_FOLDER / "common.json").read_text("utf-8"))
    for family in FAMILIES:
        add_part(whole, parsed((_FOLDER / f"{family}.json").read_text("utf-8")), family)
    return whole


def add_part(whole: dict[str, Any], part: Mapping[str, Any], name: str) -> None:
    """Put a part of the document into it.

    Raises:
        ValueError: The document has one of the part's elements already.
    """
    for section, entries in part.items():
        if section == "components":
            add_part(whole.setdefault(section, {}), entries, name)
            continue
        known = whole.setdefault(section, {})
        if twice := known.keys() & entries.keys():
            raise ValueError(f"{name}.json: {section} has {min(twice)} a second time")
        known.update(entries)


def servers_of(whole: Mapping[str, Any], item: Mapping[str, Any]) -> list[Any]:
    """Give the servers that have a path: those of its first call, or the document's."""
    first: Mapping[str, Any] = next(iter(item.values()))
    servers: list[Any] = first.get("servers", whole["servers"])
    return servers


def server_path(servers: Sequence[Mapping[str, Any]]) -> str:
    """Give the path that an address of a server ends with, such as /pay-guard."""
    address: str = servers[0]["url"]
    return urlsplit(address).path.rstrip("/")
