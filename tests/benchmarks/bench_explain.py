"""A thousand mistakes by chance: how many are found, and what an explanation takes.

python -m tests.benchmarks explain
"""

from __future__ import annotations

from collections.abc import Iterator

from paynet_nb import SigningKey
from tests.auth.signing.kinds import Keys
from tests.auth.signing.test_explain import by_chance
from tests.benchmarks.rows import Row

MANY = 1_000
MOST_MS = 200


def rows() -> Iterator[Row]:
    """Count those that are not found, and time the middle one and a slow one."""
    made = [SigningKey.generate().self_signed(name) for name in ("right", "other")]
    wrong, slow = by_chance(Keys(*made), MANY)
    for one in wrong:
        print("  not found:", *one)
    slow.sort()
    yield Row("explain: wrong first causes; most", len(wrong), MANY // 50)
    yield Row("explain: ms, middle; most", slow[MANY // 2] * 1e3, MOST_MS)
    yield Row("explain: ms, slower than 99%; most", slow[-MANY // 100] * 1e3, MOST_MS)
