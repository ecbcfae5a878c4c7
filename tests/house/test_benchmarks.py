"""The table of the benchmarks can be held against one of before."""

from __future__ import annotations

import json
from pathlib import Path

from tests.benchmarks import rows
from tests.benchmarks.rows import Row, kept, lines


def test_each_benchmark_gives_rows() -> None:
    """One that printed by itself could be held against nothing."""
    found = [*Path(rows.__file__).parent.glob("bench_*.py")]

    assert len(found) > 5
    for path in found:
        assert "\ndef rows() -> Iterator[Row]:" in path.read_text("utf-8"), path.name


def test_a_run_is_held_against_one_of_before(tmp_path: Path) -> None:
    """By the ratio to the peer in the same run; a new figure stands alone."""
    before = tmp_path / "before.json"
    before.write_text(kept([Row("search", 2.0, 4.0), Row("faults", 0, 20)]))

    now = [Row("search", 3.0, 4.0), Row("new", 1.0, 2.0), Row("faults", 1, 20)]
    told = lines(now, before)

    assert json.loads(before.read_text())["search"] == [2.0, 4.0, 0.5]
    assert told[0].split() == ["search", "3", "4", "0.75", "1.50", "of", "before"]
    assert told[1].split() == ["new", "1", "2", "0.50"]
    assert told[2].split() == ["faults", "1", "20", "0.05", "0", "before"]
