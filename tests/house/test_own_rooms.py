"""A test looks at the wire and at public names, never behind a room's door."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house.repo import ROOT

FILES = sorted((ROOT / "tests").rglob("*.py"))
# What other libraries give under such names: of named tuples, IPython, Python itself.
GIVEN = frozenset(
    {
        *("_replace", "_asdict", "_fields", "_make"),
        *("_repr_html_", "_repr_mimebundle_", "_ipython_display_"),
        *("_exit", "_current_frames"),
    }
)
# Fast, to rule most files out: what is none of a test's own `self._name`.
MAYBE = re.compile(
    r"(?<!\bself)(?<!\bcls)\._(?!_)|['\"]_(?!_)\w+['\"]|import[^\n]* _(?!_)|import \("
)
OWN = frozenset({"self", "cls"})
BY_TEXT = frozenset({"getattr", "setattr", "delattr", "hasattr", "object"})


def private(name: object) -> bool:
    """Tell whether a name is one that only its own room may use."""
    is_private = isinstance(name, str) and name.startswith("_") and name.isidentifier()
    return is_private and not str(name).startswith("__") and name not in GIVEN


def reached_into(source: str) -> Iterator[str]:
    """Give where *source*, and the programs that are texts in it, reach into another.

    A test may use what its own classes hold, by `self`, `cls`, or in its own module.
    """
    if not MAYBE.search(source):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and private(node.attr):
            if not (isinstance(node.value, ast.Name) and node.value.id in OWN):
                yield ast.unparse(node)
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names if private(alias.name))
        elif isinstance(node, (ast.Call, ast.Subscript)):
            yield from by_text(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from in_program(node.value)


def by_text(node: ast.Call | ast.Subscript) -> Iterator[str]:
    """Give a private name that is a text: setattr(x, "_y"), vars(x)["_y"]."""
    if isinstance(node, ast.Subscript):
        names = [node.slice]
        if not re.search(r"^vars\(|\.__dict__$", ast.unparse(node.value)):
            return
    else:
        if ast.unparse(node.func).rpartition(".")[2] not in BY_TEXT:
            return
        names = node.args[1:2]
    for name in names:
        if isinstance(name, ast.Constant) and private(name.value):
            yield ast.unparse(node)


def in_program(text: str) -> Iterator[str]:
    """Give what a program in a text reaches into; a text that is none, nothing."""
    if "\n" not in text or "import " not in text:
        return
    try:
        ast.parse(text)
    except SyntaxError:
        return
    yield from reached_into(text)


def test_the_search_finds_what_reaches_into_a_room() -> None:
    """However it is written; what is a test's own, or a library's, is left alone."""
    bad = [
        *("call._codes", "history._store._lock", "vars(copy)['_secrets']"),
        *("setattr(call, '_codes', 1)", "monkeypatch.setattr(room, '_PAUSE_S', 0)"),
        *("from room import _part", "x = 'import room\\nroom._part()'"),
    ]
    good = [
        *("self._lock", "frame._repr_html_()", "pair._replace(a=1)", "os._exit(0)"),
        *("call.__dict__['_'.join('ab')]", "state['_css']", "_helper()"),
        *("x = 'import antigravity\\nnot Python: _at all'",),
    ]

    assert [line for line in bad if not [*reached_into(line)]] == []
    assert [line for line in good if [*reached_into(line)]] == []


def test_no_test_reaches_into_a_room() -> None:
    """What it could see there may change without a sign; what a caller sees may not."""
    found = {
        str(path.relative_to(ROOT)): [*reached_into(path.read_text("utf-8"))]
        for path in FILES
    }

    assert len(found) > 100
    assert {path: lines for path, lines in found.items() if lines} == {}
