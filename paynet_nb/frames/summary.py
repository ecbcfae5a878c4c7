"""A history's frame -> how often and how quickly each of its endpoints answered."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from paynet_nb.display import path_of

_KEYS = ["environment", "kind", "method", "path"]
_PERCENTILES = (50, 95, 99)


def summarize(exchanges: pd.DataFrame, outcomes: Iterable[str]) -> pd.DataFrame:
    """Count and time the exchanges of each endpoint; see `History.summary`."""
    marked = _marked(exchanges)
    grouped = marked.groupby(_KEYS, sort=False)
    columns = {"count": grouped.size()}
    for name in outcomes:
        counts = marked[marked["outcome"] == name].groupby(_KEYS, sort=False).size()
        columns[name] = counts.reindex(columns["count"].index, fill_value=0)
    for percent in _PERCENTILES:
        columns[f"p{percent}_ms"] = grouped["answered_ms"].quantile(percent / 100)
    told = pd.DataFrame(columns).reset_index()
    return told.sort_values("count", ascending=False, kind="stable", ignore_index=True)


def by_endpoint(exchanges: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Part a history's frame by endpoint, each with its name, the busiest first."""
    marked = _marked(exchanges)
    several = marked["environment"].nunique() > 1
    found = []
    for (environment, kind, method, path), rows in marked.groupby(_KEYS, sort=False):
        asked = "token request " if kind == "token" else ""
        where = f"{environment}: " if several else ""
        found.append((f"{where}{asked}{method} {path}", rows))
    return sorted(found, key=lambda one: -len(one[1]))


def _marked(exchanges: pd.DataFrame) -> pd.DataFrame:
    return exchanges.assign(
        path=exchanges["url"].map(path_of),
        answered_ms=exchanges["elapsed_ms"].where(exchanges["status"].notna()),
    )
