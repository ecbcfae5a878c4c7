"""Laws 1 and 2: a module imports from lower floors only, a library has one door."""

from __future__ import annotations

import ast
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import paynet_nb
from tests.house.repo import modules

# Each room, from the ground up, may import what stands on a lower floor. One look goes
# upwards, by a name in a text: `display.show_live` makes the widget of a value that is
# shown, so that values below need not load widgets.
FLOORS = {
    "errors": 0,
    "display": 0,
    "paynet": 1,
    "frames": 1,
    "credentials": 2,
    "wire": 3,
    "auth": 4,
    "history": 5,
    "client": 6,
    "widgets": 7,
    "course": 8,
    "start": 8,
}
# The sandbox stands beside the house and shares no code with the client, so that it
# notices the client's faults; who stands on the top floor may start one.
SEEN_BY_THE_SANDBOX = {"credentials", "display", "errors", "paynet"}
# It hands a `SigningKey` to the learner; what it checks with is the public half.
HANDS_OUT_A_KEY = {"sandbox.box", "sandbox.keys"}
TOP = 8

DOORS = {
    "IPython": {"display"},
    "anywidget": {"widgets"},
    "authlib": {"sandbox"},
    "cheroot": {"sandbox"},
    "cryptography": {"auth", "sandbox"},
    "flask": {"sandbox"},
    "greenlet": {"client", "wire"},
    "httpx": {"auth"},
    "idna": {"paynet"},
    "jsonschema": {"paynet"},
    "jsonschema_rs": {"paynet"},
    "keyring": {"credentials"},
    "jwt": {"auth", "sandbox"},
    "matplotlib": {"history"},
    "numpy": {"frames"},
    "pandas": {"frames"},
    "pyarrow": {"frames"},
    "pycurl": {"wire"},
    "requests": {"auth", "client", "history", "wire"},
    "tqdm": {"display"},
    "traitlets": {"widgets"},
    "urllib3": {"auth", "wire"},
    "waitress": {"sandbox"},
    "werkzeug": {"sandbox"},
}  # fmt: skip

MODULES = modules()


@cache
def imports(source: str, *, inside: str = "") -> frozenset[str]:
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
    found = set()
    for node in ast.walk(tree):
        if id(node) in unseen:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = inside.split(".")[: len(inside.split(".")) - node.level + 1]
            base = [*start, node.module] if node.level else [node.module]
            found |= {
                ".".join([*filter(None, base), alias.name]) for alias in node.names
            }
    return frozenset(found)


def entered(name: str, path: Path) -> set[str]:
    """Name what a module imports of other rooms, as dotted names below the package."""
    found = {
        module.partition(".")[2]
        for module in imports(path.read_text("utf-8"), inside=package_of(name))
        if module.split(".")[0] == "paynet_nb"
    }
    return {module for module in found if room_of(module) != room_of(name)}


def package_of(name: str) -> str:
    """Name the package that a module's relative imports start from."""
    return ".".join(["paynet_nb", *name.split(".")[:-1]])


def room_of(name: str) -> str:
    """Name the room that a module belongs to: a file or a folder of the package."""
    return name.split(".")[0]


def test_each_module_has_its_room() -> None:
    """The table names all rooms, and the package's root holds nothing else."""
    found = {room_of(name) for name in MODULES}

    assert found == {*FLOORS, "sandbox", "__init__", "__main__"}


@pytest.mark.parametrize("name", [m for m in MODULES if room_of(m) in FLOORS])
def test_a_module_imports_only_from_below(name: str) -> None:
    """What a module imports stands on a lower floor: circles cannot be."""
    floor = FLOORS[room_of(name)]
    below = {room for room, its_floor in FLOORS.items() if its_floor < floor}
    allowed = below | ({"sandbox"} if floor == TOP else set())

    assert {room_of(module) for module in entered(name, MODULES[name])} <= allowed


@pytest.mark.parametrize("name", [m for m in MODULES if room_of(m) == "sandbox"])
def test_the_sandbox_sees_little_of_the_house(name: str) -> None:
    """The sandbox shares no code with the client, so it notices the client's faults."""
    rooms = {room_of(module) for module in entered(name, MODULES[name])}

    assert rooms <= SEEN_BY_THE_SANDBOX | (
        {"auth"} if name in HANDS_OUT_A_KEY else set()
    )


@pytest.mark.parametrize("name", MODULES)
def test_a_room_is_entered_by_its_door(name: str) -> None:
    """Another room's name comes from its `__init__`, never from a file behind it."""
    past = {m for m in entered(name, MODULES[name]) if m.count(".") > 1 or m in MODULES}

    assert past - {*FLOORS, "sandbox"} == set()


@pytest.mark.parametrize("room", [*FLOORS])
def test_a_door_gives_what_it_names(room: str) -> None:
    """No module of a room bears a name of its door: once imported it would be it."""
    door = import_module(f"paynet_nb.{room}")
    listed = getattr(door, "__all__", [])

    assert listed or room == "errors"
    assert [name for name in listed if f"{room}.{name}" in MODULES] == []
    assert [name for name in listed if not hasattr(door, name)] == []


def test_no_module_bears_a_public_name() -> None:
    """Importing a module that is named as a public function would overwrite it."""
    names = {name.rpartition(".")[2] for name in MODULES}

    assert names & {*paynet_nb.__all__} == set()


@pytest.mark.parametrize("name", MODULES)
def test_a_library_enters_by_its_door(name: str) -> None:
    """A library is imported only by the rooms that the table names for it."""
    modules = imports(MODULES[name].read_text("utf-8"), inside=package_of(name))
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
    assert imports(source, inside="p.q") == expected
