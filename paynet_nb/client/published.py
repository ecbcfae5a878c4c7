"""What is published of PayNet's gateway, as tables to look things up in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paynet_nb import frames
from paynet_nb.paynet import Environment, operations, path_in

if TYPE_CHECKING:
    import pandas as pd


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
