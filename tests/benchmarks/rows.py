"""What a benchmark says: rows of one table, which a later run can be held against."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Row(NamedTuple):
    """One figure: what was measured, ours and a peer's in one unit, in one run."""

    name: str
    ours: float
    peer: float

    @property
    def ratio(self) -> float:
        """Ours as a share of the peer's."""
        return self.ours / self.peer


def kept(rows: Iterable[Row]) -> str:
    """Write rows as JSON."""
    told = {row.name: [row.ours, row.peer, round(row.ratio, 4)] for row in rows}
    return json.dumps(told, indent=1) + "\n"


def lines(rows: Iterable[Row], against: Path | None = None) -> list[str]:
    """Write rows as lines; with a file of before, how each ratio changed."""
    before = json.loads(against.read_text()) if against else {}
    written = []
    for row in rows:
        line = f"{row.name:40} {row.ours:10.4g} {row.peer:10.4g} {row.ratio:7.2f}"
        if row.name in before:
            was = Row(row.name, *before[row.name][:2]).ratio
            change = f"{row.ratio / was:.2f} of before" if was else "0 before"
            line += f" {change:>19}"
        written.append(line)
    return written
