"""Scripts and styles that a widget is made of, as the one text that a browser gets."""

from __future__ import annotations

from pathlib import Path


def joined(*names: str) -> str:
    """Join files of this folder; a later one may use what is above it.

    They do not import each other: a front end gets one module, not the folder.
    """
    folder = Path(__file__).parent
    return "\n".join((folder / name).read_text("utf-8") for name in names)
