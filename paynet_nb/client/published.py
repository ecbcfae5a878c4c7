"""What is published of PayNet's gateway, as tables to look things up in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paynet_nb import frames
from paynet_nb.paynet import Environment, code_table, operations, path_in

if TYPE_CHECKING:
    import pandas as pd


_CODE_COLUMNS = ("code", "family", "meaning", "what_to_check", "source", "sure")


def codes() -> pd.DataFrame:
    """List all codes of PayNet's that are known, one row each.

    Returns:
        Columns: code, family ("status", "gateway", "key-management", "platform" (U...),
        "cross-border" (P...), "reject" (0001...), "participant" (D...), "bank" (two
        characters), "pay", "consent", "consent-end", "report" (E...)), meaning (in this
        project's words), what_to_check (what to look at first), source (where the
        meaning was read), sure ("page": a page of PayNet, "transcript": somebody's copy
        of one, "observed": in an answer of PayNet's, "third-party": in a public client,
        "assumption"). A few codes, as PNDG, have a row in two families.
    """
    return frames.columns_to_frame(
        {name: [getattr(one, name) for one in code_table()] for name in _CODE_COLUMNS},
        dict.fromkeys(_CODE_COLUMNS, "str"),
    )


def endpoints(environment: Environment) -> pd.DataFrame:
    """Tabulate all calls of PayNet's that are known, as `Client.endpoints` says."""
    rows = [
        {
            "call": f"{one.method} {one.path}".strip(),
            "name": one.name,
            "family": one.family,
            "scheme": one.scheme if one.known else "",
            "path": path_in(environment, one) or "",
            "sure": one.sure,
            "source": one.source,
            "missing": one.missing,
        }
        for one in operations()
    ]
    return frames.columns_to_frame(
        {name: [row[name] for row in rows] for name in rows[0]},
        dict.fromkeys(rows[0], "str"),
    )
