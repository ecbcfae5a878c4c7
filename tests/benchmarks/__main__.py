"""Run the benchmarks, or those that are named, and hold them against a run of before.

python -m tests.benchmarks [ledger kernel ...] --out now.json --against before.json
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from tests.benchmarks.rows import kept, lines


def main() -> None:
    """Print one table, and write it as JSON where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    here = Path(__file__).parent
    names = [path.stem[6:] for path in sorted(here.glob("bench_*.py"))]
    parser.add_argument("names", nargs="*", metavar="name", help="default: all")
    parser.add_argument("--out", type=Path, help="a JSON file to write")
    parser.add_argument("--against", type=Path, help="such a file, of a run of before")
    given = parser.parse_args()
    del sys.argv[1:]  # some benchmarks read their own
    rows = []
    print(f"{'what':40} {'ours':>10} {'peer':>10} {'ratio':>7}")
    for name in given.names or names:
        bench = import_module(f"tests.benchmarks.bench_{name}")
        for row in bench.rows():
            print(*lines([row], given.against), flush=True)
            rows.append(row)
    if given.out:
        given.out.write_text(kept(rows))


if __name__ == "__main__":
    main()
