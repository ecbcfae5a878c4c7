"""A stderr that a person looks at, so that bars are drawn on it."""

from __future__ import annotations

import io


class Terminal(io.StringIO):
    """Keeps what a terminal was told."""

    def isatty(self) -> bool:
        """It is one."""
        return True
