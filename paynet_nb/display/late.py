"""Load what a door names when it is first used (PEP 562), so that imports are quick."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any


def _missing(package: str, name: str, home: Iterable[str]) -> AttributeError:
    """Tell that a door has no such name, and which one it has."""
    # Here: nobody mistypes in a worker process.
    from difflib import get_close_matches

    by_letters = {known.lower(): known for known in home}
    near = get_close_matches(name.lower(), by_letters, 1, cutoff=0.75)
    meant = f"; did you mean {by_letters[near[0]]!r}?" if near else ""
    problem = f"module {package!r} has no attribute {name!r}{meant}"
    # With an object of its own Python does not guess once more.
    return AttributeError(problem, name=name, obj=None)


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
            raise _missing(package, name, home)
        given[name] = getattr(import_module(f"{package}.{home[name]}"), name)
        return given[name]

    def public() -> list[str]:
        # What else the package has, its modules and what it imports, is its own matter.
        return sorted({*home, *(name for name in given if name.startswith("__"))})

    return sorted(home), load, public
