"""Laws 1 and 2: a module imports from lower floors only, a library has one door."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.repo import modules

# From the ground up, and on each floor from left to right; a folder is one room. One
# look goes upwards, by a name in a text: `display.show_live` makes the widget of a
# value that is shown, so that values below need not load widgets.
FLOORS = (
    "errors display paynet frames credentials wire auth history client widgets "
    "redaction snippets claims comparison store batch",
)
ROOF = {"__init__", "start"}
# The sandbox stands beside the house and shares no code with the client, so that it
# notices the client's faults; `display` is for its card.
SEEN_BY_THE_SANDBOX = {"credentials", "display", "errors", "paynet"}

DOORS = {
    "IPython": {"display"},
    "anywidget": {"widgets"},
    "authlib": {"sandbox"},
    "cryptography": {"auth", "sandbox"},
    "flask": {"sandbox"},
    "keyring": {"credentials"},
    "jwt": {"auth", "sandbox"},
    "matplotlib": {"history"},
    "numpy": {"frames"},
    "pandas": {"frames"},
    "requests": {"auth", "client", "history", "wire"},
    "tqdm": {"client"},
    "traitlets": {"widgets"},
    "urllib3": {"auth", "wire"},
    "waitress": {"sandbox"},
    "werkzeug": {"sandbox"},
}  # fmt: skip

ROOMS = " ".join(FLOORS).split()
MODULES = modules()


def imports(source: str, *, inside: str = "") -> Iterator[str]:
    """Give the modules that *source* imports when it runs, wherever the line stands.

    Args:
        source: A module's text.
        inside: The package that relative imports start from.
    """
    tree = ast.parse(source)
    unseen = {
        id(line)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for line in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in unseen:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = inside.split(".")[: len(inside.split(".")) - node.level + 1]
            base = [*start, node.module] if node.level else [node.module]
            for alias in node.names:
                yield ".".join([*filter(None, base), alias.name])


def rooms_entered(name: str, path: Path) -> set[str]:
    """Name the other rooms of the package that a module imports."""
    package = ".".join(["paynet_nb", *name.split(".")[:-1]])
    found = {
        # `import paynet_nb` alone gives all names: the roof.
        (*module.split("."), "__init__")[1]
        for module in imports(path.read_text("utf-8"), inside=package)
        if module.split(".")[0] == "paynet_nb"
    }
    return found - {room_of(name)}


def room_of(name: str) -> str:
    """Name the room that a module belongs to: a file or a folder of the package."""
    return name.split(".")[0]


def test_each_module_has_its_room() -> None:
    """The table names all modules, each once."""
    found = {room_of(name) for name in MODULES}

    assert len(ROOMS) == len(set(ROOMS))
    assert found <= {*ROOMS, *ROOF, "sandbox"}


@pytest.mark.parametrize("name", [m for m in MODULES if room_of(m) in ROOMS])
def test_a_module_imports_only_from_below(name: str) -> None:
    """What a module imports stands before it in the table: circles cannot be."""
    below = ROOMS[: ROOMS.index(room_of(name))]

    assert rooms_entered(name, MODULES[name]) - {*below} == set()


@pytest.mark.parametrize("name", [m for m in MODULES if room_of(m) == "sandbox"])
def test_the_sandbox_sees_little_of_the_house(name: str) -> None:
    """The sandbox shares no code with the client, so it notices the client's faults."""
    assert rooms_entered(name, MODULES[name]) <= SEEN_BY_THE_SANDBOX


@pytest.mark.parametrize("name", MODULES)
def test_a_library_enters_by_its_door(name: str) -> None:
    """A library is imported only by the rooms that the table names for it."""
    modules = imports(MODULES[name].read_text("utf-8"), inside="paynet_nb")
    libraries = {m.split(".")[0] for m in modules} - sys.stdlib_module_names

    open_to_it = {library for library, rooms in DOORS.items() if room_of(name) in rooms}
    assert libraries - {"paynet_nb"} <= open_to_it


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b, c", {"a.b", "c"}),
        ("def f():\n    from a import b", {"a.b"}),
        ("from . import b", {"p.q.b"}),
        ("from ..x import b", {"p.x.b"}),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    import b", {"b"}),
    ],
)
def test_imports_are_seen_wherever_they_stand(source: str, expected: set[str]) -> None:
    """The tests above look at all imports but those for the type checker."""
    assert set(imports(source, inside="p.q")) == expected
