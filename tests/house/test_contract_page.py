"""The site's page of the contract: all that the document says is on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docs.contract import page
from paynet_nb.paynet.contract import document, operations, webhooks

WHOLE = document()
PAGE = page()


def part(heading: str) -> str:
    """Give what stands below a heading of the page."""
    (found,) = re.findall(
        rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
    return str(found)


def named(form: Any) -> Iterator[str]:
    """Give the names of all fields of a schema, not of those that it refers to."""
    if isinstance(form, dict):
        yield from form.get("properties", {})
        for inner in form.values():
            yield from named(inner)
    elif isinstance(form, list):
        for inner in form:
            yield from named(inner)


def test_each_call_is_there_with_what_signs_it_and_how_sure_it_is() -> None:
    """Its heading is its method and path; those that nobody describes are named."""
    known = [one for one in operations() if one.known]

    for one in known:
        told = part(f"{one.method} {one.path}")
        assert f"how sure: {one.sure} (" in told
        assert f"sent with: {one.scheme}" in told
        assert "](#message-" in told or "fields as" in told, one.path
    nobody = part("Calls whose bodies nobody tells")
    assert [
        one for one in operations() if not one.known and one.name not in nobody
    ] == []
    assert PAGE.count("### PayNet calls you: ") == len(webhooks())
    assert len(known) > 20


def test_each_parameter_and_field_is_there_with_its_source() -> None:
    """A field that must be there is bold."""
    for item in WHOLE["paths"].values():
        for one in item.values():
            for given in one.get("parameters", ()):
                name = given.get("name") or given["$ref"].rpartition("/")[2]
                given = WHOLE["components"]["parameters"].get(name, given)
                assert f"`{given['name']}`" in PAGE
    for name, form in WHOLE["components"]["schemas"].items():
        told = part(name)
        lines = told.splitlines()
        for field in {*named(form)}:
            rows = [line for line in lines if re.search(rf"[`.]{field}`", line)]
            assert rows, (name, field)
            assert all(re.search(r"\| [a-z-]+ \(\S+\) \|$", row) for row in rows)
        for field in form.get("required", ()):
            assert f"| **`{field}`** |" in told
    for name, told in WHOLE["x-sources"].items():
        assert f"| {name} | {told} |" in PAGE
