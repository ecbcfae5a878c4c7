"""The files of the repository: their length, and what must not be in them."""

from __future__ import annotations

import ast
import re
from hashlib import sha256

import pytest

from tests.house.repo import ROOT, files

TOP_LEVEL = {
    *("paynet_nb", "notebooks", "tests", "binder", "docs", "examples"),
    *("pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"),
}
LONGEST_FILE = 400  # lines; a file over 300 is a question in review
LONGEST_FUNCTION = 50  # lines of code
JWT = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}")
# Of the sample token that PayNet's API-keys page prints (expired 2022-04-12).
PUBLISHED_SAMPLE = "9e3b2578ac04b1b019a5e6995efc1592650bf7fda3f1deeb4f0a60f80894ee8a"


def test_nothing_lies_at_the_top_that_does_not_belong_there() -> None:
    """What a run leaves in the folder where it began is no part of the project."""
    top = {path.relative_to(ROOT).parts[0] for path in files("--cached")}

    assert "pyproject.toml" in top
    assert {name for name in top if name[0] != "."} <= TOP_LEVEL


def test_no_file_is_longer_than_can_be_read_at_once() -> None:
    """Law 10: a module, script or style has at most 400 lines."""
    lengths = {
        path.relative_to(ROOT): len(path.read_text("utf-8").splitlines())
        for path in files()
        if path.suffix in {".py", ".js", ".css"}
    }

    assert {path.suffix for path in lengths} == {".py", ".js", ".css"}
    assert {path: n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def lengths_of_functions(source: str) -> dict[str, int]:
    """Count the lines of each function from `def` to its end, without its docstring.

    A docstring gives shapes, units, errors and sources; that it is long makes no
    function harder to follow. A function inside another counts in both.
    """
    functions = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    return {
        f"{node.name}, line {node.lineno}": _last(node) - node.lineno + 1 - _told(node)
        for node in functions
    }


def _last(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _told(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    if ast.get_docstring(node) is None:
        return 0
    return _last(node.body[0]) - node.body[0].lineno + 1


def test_no_function_is_longer_than_can_be_read_at_once() -> None:
    """Law 10: a function has at most 50 lines of code."""
    lengths = {
        (str(path.relative_to(ROOT)), name): n
        for path in files()
        if path.suffix == ".py"
        for name, n in lengths_of_functions(path.read_text("utf-8")).items()
    }

    assert len(lengths) > 500
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n    return 1", {"f, line 1": 2}),
        ('def f():\n    """A.\n\n    B.\n    """\n    return 1', {"f, line 1": 2}),
        ("@a\ndef f(\n    x,\n):\n    x", {"f, line 2": 4}),
        (
            "class A:\n    async def f(self):\n        def g():\n            pass",
            {"f, line 2": 3, "g, line 3": 2},
        ),
    ],
)
def test_code_counts_and_a_docstring_does_not(
    source: str, expected: dict[str, int]
) -> None:
    """The test above counts arguments and code of all functions, wherever they are."""
    assert lengths_of_functions(source) == expected


def test_no_program_that_a_test_runs_is_waited_for_without_end() -> None:
    """Each `subprocess.run` of the tests has a timeout."""
    runs = [
        (path.relative_to(ROOT), call.lineno, {word.arg for word in call.keywords})
        for path in files()
        if path.suffix == ".py" and "subprocess.run" in path.read_text("utf-8")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "subprocess.run"
    ]

    assert len(runs) > 10
    assert [run for run in runs if "timeout" not in run[2]] == []


def test_the_only_token_in_the_repository_is_the_published_sample() -> None:
    """No file holds a whole JWT, but one that holds the sample of the API-keys page."""
    tokens = {
        (path.relative_to(ROOT), sha256(token.encode()).hexdigest())
        for path in files()
        for token in JWT.findall(path.read_bytes().decode("utf-8", "replace"))
    }

    assert [token for _, token in tokens] == [PUBLISHED_SAMPLE], tokens
