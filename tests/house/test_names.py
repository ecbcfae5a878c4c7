"""The public names, and what importing them costs."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

import paynet_nb
from paynet_nb import errors
from tests.helpers.programs import TIMEOUT_S
from tests.house.repo import PACKAGE

HEAVY = {
    "IPython",
    "anywidget",
    "authlib",
    "flask",
    "ipywidgets",
    "jwt",
    "numpy",
    "pandas",
    "requests",
}


def names_for_the_type_checker() -> set[str]:
    """Read the names that `__init__` imports for type checkers and editors."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    found = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("paynet_nb")
        for alias in node.names
        if alias.asname  # "as" itself: given on
    }
    assert found
    return found


def loaded_by(statement: str) -> set[str]:
    """Tell which heavy libraries a fresh interpreter has loaded after *statement*."""
    source = f"import sys; {statement}; print(*sys.modules)"
    printed = subprocess.run(
        [sys.executable, "-c", source],
        check=True,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    ).stdout
    return HEAVY & set(printed.split())


def test_the_declared_names_are_the_real_ones() -> None:
    """`__all__`, `dir()` and what type checkers see are the same names."""
    listed = [name for name in dir(paynet_nb) if not name.startswith("_")]

    assert set(paynet_nb.__all__) == names_for_the_type_checker()
    # Also in a process that has loaded rooms, whose names are the package's, too.
    assert listed == sorted(paynet_nb.__all__)


@pytest.mark.parametrize("name", paynet_nb.__all__)
def test_a_public_name_can_be_had_and_is_explained(name: str) -> None:
    """A public name leads to an object of this package, and a class has a docstring."""
    found = getattr(paynet_nb, name)

    if callable(found):
        assert found.__module__.startswith("paynet_nb.")
        assert found.__doc__


def test_all_errors_are_public() -> None:
    """What can be raised can be caught by name, without looking for its module."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    # Not those that are caught as Python's own KeyboardInterrupt.
    raised = {kind.__name__ for kind in kinds if issubclass(kind, Exception)}

    assert len(raised) > 5
    assert raised <= set(paynet_nb.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """Names that are looked up late fail as any module's do."""
    with pytest.raises(AttributeError, match="no_such_name"):
        getattr(paynet_nb, "no_such_name")  # noqa: B009  # mypy knows that it is not there


@pytest.mark.parametrize(
    ("statement", "loaded"),
    [
        ("import paynet_nb", set()),
        ("import paynet_nb; paynet_nb.CERTIFICATION; paynet_nb.Credentials", set()),
        ("import paynet_nb; paynet_nb.tables", {"numpy", "pandas"}),
    ],
)
def test_an_import_is_light(statement: str, loaded: set[str]) -> None:
    """A heavy library is loaded when a name needs it, and not before."""
    assert loaded_by(statement) == loaded
