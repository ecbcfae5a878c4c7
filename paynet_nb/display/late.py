"""Load what a door names when it is first used (PEP 562), so that imports are quick."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def names_loaded_late(
    package: str, names: Mapping[str, str]
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """Make `__all__`, `__getattr__` and `__dir__` of a package.

    Args:
        package: The package's full name, its `__name__`.
        names: A module below the package, and the names, parted by spaces, that the
            package gives from it. No name may be that of a module there, which would
            take its place once it is imported.
    """
    home = {name: module for module, some in names.items() for name in some.split()}
    given = vars(sys.modules[package])

    def load(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        given[name] = getattr(import_module(f"{package}.{home[name]}"), name)
        return given[name]

    def public() -> list[str]:
        # What else the package has, its modules and what it imports, is its own matter.
        return sorted({*home, *(name for name in given if name.startswith("__"))})

    return sorted(home), load, public
