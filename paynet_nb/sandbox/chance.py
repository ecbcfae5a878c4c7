"""`Chance`: where a sandbox's random IDs come from."""

from __future__ import annotations

import random
import secrets


class Chance:
    """Random bits: the system's, or the same ones in each run.

    Args:
        seed: Gives the same bits each time; None: bits that nobody can guess.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._seed = seed
        self._begin("keys")

    def reset(self) -> None:
        """Begin anew, with other bits than keys were made of."""
        self._begin("answers")

    def _begin(self, purpose: str) -> None:
        seeded = self._seed is not None
        # A seed is asked for to get what is known beforehand.
        self._source = random.Random(f"{self._seed} {purpose}") if seeded else None  # noqa: S311

    def bits(self, number: int) -> int:
        """Give so many random bits."""
        source = self._source
        return source.getrandbits(number) if source else secrets.randbits(number)

    def hex(self, size: int) -> str:
        """Write *size* random bytes in hex."""
        return f"{self.bits(8 * size):0{2 * size}x}"
