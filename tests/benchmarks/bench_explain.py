"""A thousand mistakes by chance: how many are found, and what an explanation takes.

python -m tests.benchmarks.bench_explain
"""

from __future__ import annotations

from paynet_nb import SigningKey
from tests.auth.signing.kinds import KINDS, Keys
from tests.auth.signing.test_explain import by_chance

MANY = 1_000


def main() -> None:
    """Print the figures, and fail where one is over its limit."""
    made = [SigningKey.generate().self_signed(name) for name in ("right", "other")]
    wrong, slow = by_chance(Keys(*made), MANY)
    slow.sort()
    print(f"  {len(KINDS)} kinds; first cause right in {1 - len(wrong) / MANY:.1%}")
    print(
        f"  {slow[MANY // 2] * 1e3:.0f} ms in the middle, {slow[-1] * 1e3:.0f} ms most"
    )
    for one in wrong:
        print("  not found:", *one)
    assert len(wrong) <= MANY // 50
    assert slow[-MANY // 100] < 0.2


if __name__ == "__main__":
    main()
