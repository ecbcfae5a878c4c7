"""Scripts and styles that a widget is made of, as the one text that a browser gets."""

from __future__ import annotations

from pathlib import Path


def joined(*names: str) -> str:
    """Join files of the folder `static`; a later one may use what is above it.

    They do not import each other: a front end gets one module, not the folder.
    """
    folder = Path(__file__).with_name("static")
    return "\n".join((folder / name).read_text("utf-8") for name in names)
