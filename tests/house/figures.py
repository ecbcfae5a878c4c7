"""The figures of the house: `python -m tests.house.figures` prints them.

An arrow is a pair of rooms of which one imports the other when it runs, however many of
its modules do. Imports for type checkers alone are counted by themselves.
"""

from __future__ import annotations

import ast
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from tests.house.repo import PACKAGE, modules
from tests.house.test_floors import FLOORS, entered, room_of

# Files at the package's root that are no rooms.
NO_ROOMS = {"__init__", "__main__", "errors"}


class Figures(NamedTuple):
    """What the house is measured by.

    Attributes:
        rooms: Folders at the package's root.
        arrows: Pairs of rooms, of which the first imports the second.
        upward: The arrows that go up, or from one room to another on its floor.
        for_types: Upward imports for type checkers alone: module and what it names.
        entered: The rooms that a warm `client.get` enters, in their order.
        moves: How often it goes from one room to another.
    """

    rooms: list[str]
    arrows: list[tuple[str, str]]
    upward: list[tuple[str, str]]
    for_types: list[tuple[str, str]]
    entered: list[str]
    moves: int


def measure() -> Figures:
    """Measure the package as it stands."""
    found = modules()
    rooms = sorted({room_of(name) for name in found} - NO_ROOMS)
    arrows = sorted(
        {
            (room_of(name), room_of(module) or "__init__")
            for name, path in found.items()
            for module in entered(name, path)
        }
    )
    upward = [
        (start, end)
        for start, end in arrows
        if start in FLOORS and end in FLOORS and FLOORS[end] >= FLOORS[start]
    ]
    for_types = [
        (name, module)
        for name, path in found.items()
        if room_of(name) in FLOORS
        for module in _for_types(path)
        if FLOORS.get(room_of(module), 0) > FLOORS[room_of(name)]
    ]
    visited = rooms_of_a_warm_get()
    moves = sum(a != b for a, b in itertools.pairwise(visited))
    return Figures(rooms, arrows, upward, for_types, [*dict.fromkeys(visited)], moves)


def _for_types(path: Path) -> Iterator[str]:
    """Give what a module imports for type checkers alone, below the package."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for line in ast.walk(node):
                module = (isinstance(line, ast.ImportFrom) and line.module) or ""
                if module.startswith("paynet_nb."):
                    yield module.removeprefix("paynet_nb.")


def rooms_of_a_warm_get() -> list[str]:
    """Give the room of each function that the second `client.get` enters."""
    visited: list[str] = []

    def note(frame: FrameType, event: str, _: Any) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(PACKAGE):
            room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
            visited.extend({room} - NO_ROOMS)

    # The sandbox answers in threads of its own, which are not looked at.
    with Sandbox() as box:
        client = pn.Client(pn.ClientCredentialsAuth(box.credentials))
        client.get("/merchants/v1/payments/lists/bank")
        sys.setprofile(note)
        try:
            client.get("/merchants/v1/payments/lists/bank")
        finally:
            sys.setprofile(None)
    return visited


def main() -> None:
    """Print the figures."""
    found = measure()
    lines = {
        f"{len(found.rooms)} rooms at the root": ", ".join(found.rooms),
        f"{len(found.arrows)} arrows between rooms": "",
        f"{len(found.upward)} of them upward or sideways": found.upward or "",
        f"{len(found.for_types)} upward for types only": found.for_types or "",
        f"a warm client.get enters {len(found.entered)} rooms": ", ".join(
            found.entered
        ),
        f"and moves {found.moves} times between them": "",
    }
    for what, which in lines.items():
        print(f"{what}{f': {which}' if which else ''}")


if __name__ == "__main__":
    main()
