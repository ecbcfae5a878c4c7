"""Rows -> requests, each checked before the first is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from paynet_nb.client.batch.built import BuiltRequest, Fields
from paynet_nb.client.batch.scheduler import PlannedCall
from paynet_nb.client.batch.templates import (
    columns_in,
    fill,
    fill_path,
    fill_query,
    given,
)
from paynet_nb.client.caller import Caller
from paynet_nb.client.request import as_method, has_authorization
from paynet_nb.errors import ConfigurationError, PaynetError

if TYPE_CHECKING:
    from paynet_nb.frames import Sheet


# What stands in a query is percent-encoded there.
_FILL = {"params": fill_query}


def read(
    sheet: Sheet, caller: Caller, templates: Mapping[str, Any]
) -> Iterator[PlannedCall]:
    """Make the requests of the rows that are to be sent.

    Args:
        sheet: The rows.
        caller: Builds each request as it will be sent, which checks it.
        templates: method, path, params, json, headers and label; None: the rows' own
            column of that name counts.

    Raises:
        ConfigurationError: A column is missing, or a cell cannot be used.
        RefusedError: A request goes to another origin or is not allowed in production.
    """
    wanted = {name for part in templates.values() for name in columns_in(part)}
    if missing := sorted(wanted - sheet.columns):
        raise ConfigurationError(
            f"the requests have no column {', '.join(map(repr, missing))}; they have "
            f"{', '.join(map(repr, sorted(sheet.columns))) or 'none'}"
        )
    if templates["path"] is None and "path" not in sheet.columns:
        raise ConfigurationError(
            "the requests have no column 'path', and path= is not given"
        )
    known: dict[Fields, Fields] = {}
    for position, row in zip(sheet.to_send, sheet.cells(), strict=True):
        problem: PaynetError | None = None
        try:
            fields = _fields(row, templates)
            request = caller.build(**_parts(fields))
            url = caller.url_of(request)
        except PaynetError as error:
            problem = error
        if problem:
            label, ending = sheet.label(position), "; nothing was sent"
            text = str(problem).removesuffix(ending)
            raise type(problem)(f"row {label!r}: {text}{ending}")
        built = BuiltRequest.of(request, known)
        yield PlannedCall(
            position=position,
            method=built.method,
            url=url,
            request=built,
            authorized=has_authorization(fields["headers"]),
            label=fields["label"],
        )


def _fields(row: Mapping[str, Any], templates: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, template in templates.items():
        if template is None:
            fields[name] = given(row.get(name), name)
        else:
            as_path = name == "path" and isinstance(template, str)
            write = fill_path if as_path else _FILL.get(name, fill)
            fields[name] = write(template, row)
    if not fields["path"]:
        raise ConfigurationError("there is no path")
    fields["method"] = as_method(fields["method"] or "GET")
    fields["label"] = str(fields["label"] or "")
    return fields


def _parts(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in fields.items() if name != "label"}
