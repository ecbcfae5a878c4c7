"""Write the site's page of the contract: calls, messages, how sure each is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from paynet_nb.paynet.contract import SURE, document, operations

_HEAD = """# The contract

All calls of PayNet's gateway that are known. This page is made of the document by which
the sandbox answers, a form offers calls and `client.endpoints()` lists them. It is not
PayNet's: each line says how sure it is, and where it was read ([Sources](#sources)).

| how sure | in words |
|---|---|
"""
_WORDS = {"string": "text", "integer": "whole number", "object": "fields"}
_LIMITS = {
    "const": "always `{}`",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "multipleOf": "in steps of {}",
    "minItems": "at least {} of them",
    "pattern": "`{}`",
}


def page() -> str:
    """Give the page as Markdown of MyST's kind."""
    whole = document()
    words = [_HEAD.rstrip("\n"), *(f"| {sure} | {SURE[sure]} |" for sure in SURE)]
    for tag in whole["tags"]:
        words += ["", f"## {tag['name']}", "", _text(tag.get("description", ""))]
        words += _calls(whole, tag["name"])
    words += ["", "## Calls whose bodies nobody tells", ""]
    words += _table(
        ("call", "what for", "what is missing", "how sure", "source"),
        (
            (
                f"`{f'{one.method} {one.path}'.strip()}`" if one.path else "",
                *(one.name, one.missing, one.sure, one.source),
            )
            for one in operations()
            if not one.known
        ),
    )
    words += ["", "## Messages", "", "Fields that a message must have are **bold**."]
    for name, form in whole["components"]["schemas"].items():
        words += ["", f"({_anchor(name)})=", f"### {name}", ""]
        words += _message(form, form.get("x-source", whole["info"]["x-source"]))
    words += ["", "## Sources", ""]
    words += _table(("name", "what it is"), sorted(whole["x-sources"].items()))
    return "\n".join(words) + "\n"


def _calls(whole: Mapping[str, Any], family: str) -> Iterator[str]:
    headings = {"paths": "{} {}", "webhooks": "PayNet calls you: {1}"}
    for section, heading in headings.items():
        for path, item in whole[section].items():
            for method, one in item.items():
                if one["tags"][0] == family:
                    yield from ("", f"### {heading.format(method.upper(), path)}", "")
                    yield from _call(whole, section, one)


def _call(
    whole: Mapping[str, Any], section: str, one: Mapping[str, Any]
) -> Iterator[str]:
    """Describe one call: what it is for, what signs it, what goes and what comes."""
    servers = [server["url"] for server in one.get("servers", whole["servers"])]
    yield _text(f"{_capital(one['summary'])}. {one.get('description', '')}")
    yield ""
    yield f"- how sure: {_source(one['x-source'])}"
    if one.get("x-sandbox") == "only":
        yield "- only this project's sandbox has it"
    elif section == "paths":
        yield f"- server: {', '.join(f'`{url}`' for url in servers)}"
    if "x-pace" in one:
        yield f"- pace: {one['x-pace']['seconds']} s or more between two"
    signing = one["x-signing"]
    over = f", over {', '.join(signing['over'])}" if "over" in signing else ""
    yield f"- sent with: {signing['scheme']}{over}"
    inside = []
    for what, holder in _bodies(whole, one):
        for media_type, content in holder.get("content", {}).items():
            yield f"- {what}: {_kind(content)} as `{media_type}`"
            source = holder.get("x-source", one["x-source"])
            inside += [(what, *row) for row in _fields(content["schema"], "", source)]
    if inside:
        yield ""
        yield from _table(("in", "field", "what it holds", "how sure"), inside)
    if one.get("parameters"):
        yield ""
        yield from _table(
            ("parameter", "where", "what it holds", "how sure"),
            _parameters(whole, one),
        )


def _parameters(
    whole: Mapping[str, Any], call: Mapping[str, Any]
) -> Iterator[tuple[str, ...]]:
    for one in (_resolved(whole, one) for one in call["parameters"]):
        told = _source(one.get("x-source", call["x-source"]))
        yield _name(one["name"], one["required"]), one["in"], _kind(one), told


def _bodies(
    whole: Mapping[str, Any], one: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "body", one.get("requestBody", {})
    for status, answer in one["responses"].items():
        yield f"answer, {status}", _resolved(whole, answer)


def _message(form: Mapping[str, Any], source: Mapping[str, str]) -> Iterator[str]:
    """Describe one schema: what it is, and its fields, those inside them too."""
    told = _kind({"schema": form}).removesuffix(".")
    yield f"{_capital(told)}. How sure: {_source(source)}."
    rows = [*_fields(form, "", source)]
    if rows:
        yield ""
        yield from _table(("field", "what it holds", "how sure"), rows)


def _fields(
    form: Mapping[str, Any], before: str, source: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    required = form.get("required", ())
    for name, inner in form.get("properties", {}).items():
        told, whole_name = inner.get("x-source", source), before + name
        kind = _kind({"schema": inner})
        yield _name(whole_name, name in required), kind, _source(told)
        yield from _fields(inner, f"{whole_name}.", told)
        yield from _fields(inner.get("items", {}), f"{whole_name}[].", told)
    for key in ("allOf", "anyOf", "then", "else"):
        parts = form.get(key, ())
        for part in [parts] if isinstance(parts, dict) else parts:
            yield from _fields(part, before, source)


def _kind(holder: Mapping[str, Any]) -> str:
    """Tell in words what a schema takes, and what is said of it."""
    form = holder["schema"]
    told = [_type(form), _length(form)]
    told += [words.format(form[key]) for key, words in _LIMITS.items() if key in form]
    if "enum" in form:
        told.append("one of " + ", ".join(f"`{one}`" for one in form["enum"]))
    said = holder.get("description") or form.get("description", "")
    return _text(f"{', '.join(filter(None, told))}{': ' if said else ''}{said}")


def _length(form: Mapping[str, Any]) -> str:
    least, most = form.get("minLength", 0), form.get("maxLength")
    if most is None:
        return (
            "not empty" if least == 1 else f"{least} characters or more" * bool(least)
        )
    return f"{f'{least} to {most}' if least != most else most} characters"


def _type(form: Mapping[str, Any]) -> str:
    if "$ref" in form:
        name = form["$ref"].rpartition("/")[2]
        return f"[{name}](#{_anchor(name)})"
    if "items" in form:
        return f"list of {_type(form['items'])}"
    parts = [_type(one) for one in form.get("allOf", ())]
    choices = [_type(one) for one in form.get("anyOf", ())]
    if parts or choices:
        return " and ".join(parts) or " or ".join(choices)
    types = form.get("type", "anything")
    some = [types] if isinstance(types, str) else types
    return " or ".join(_WORDS.get(one, one) for one in some)


def _source(told: Mapping[str, str]) -> str:
    return f"{told['sure']} ({told['page']})"


def _resolved(whole: Mapping[str, Any], one: Mapping[str, Any]) -> Mapping[str, Any]:
    here: Any = one
    while "$ref" in here:
        steps = here["$ref"].removeprefix("#/").split("/")
        here = whole
        for step in steps:
            here = here[step]
    return here


def _anchor(name: str) -> str:
    return f"message-{name.lower()}"


def _name(name: str, required: bool) -> str:  # noqa: FBT001
    return f"**`{name}`**" if required else f"`{name}`"


def _table(heads: tuple[str, ...], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for row in rows:
        # A bar would end the cell, in code, too.
        cells = (str(cell).replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _text(text: str) -> str:
    return " ".join(text.split())
