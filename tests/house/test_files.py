"""The files of the repository: their length, what must not be in them, Binder's."""

from __future__ import annotations

import ast
import re
import tomllib
from hashlib import sha256

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.repo import README, ROOT, files, notebooks

LONGEST_FILE = 400  # lines; a file over 300 is a question in review
LONGEST_FUNCTION = 50  # lines of code
JWT = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}")
# Of the sample token that PayNet's API-keys page prints (expired 2022-04-12).
PUBLISHED_SAMPLE = "9e3b2578ac04b1b019a5e6995efc1592650bf7fda3f1deeb4f0a60f80894ee8a"


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
        if path.suffix == ".py"
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


def test_binder_can_build_and_opens_the_first_notebook() -> None:
    """Binder reads one folder, knows the Python version, and has the page to open."""
    runtime = (ROOT / "binder" / "runtime.txt").read_text("utf-8")
    requirements = (ROOT / "binder" / "requirements.txt").read_text("utf-8")
    opened = re.findall(r"urlpath=lab/tree/(\S+?\.ipynb)", README.read_text("utf-8"))

    # repo2docker knows python-X.Y only; python-3.11.7 makes it fail.
    assert re.fullmatch(r"python-3\.1[1-3]\n?", runtime)
    assert "-e .[plot,sandbox]" in requirements.splitlines()
    assert not (ROOT / ".binder").exists()
    assert [ROOT / path for path in opened] == notebooks()[:1]


def test_binder_holds_each_version_that_it_installs() -> None:
    """The constraints name all that the package asks for, within what it asks."""
    folder = ROOT / "binder"
    held = {
        canonicalize_name(name): version
        for name, version in re.findall(
            r"^([\w.-]+)==(\S+)$",
            (folder / "constraints.txt").read_text(),
            re.MULTILINE,
        )
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [
        Requirement(one)
        for one in (*project["dependencies"], *extras["plot"], *extras["sandbox"])
    ]
    image = (folder / "image.txt").read_text().splitlines()
    wanted += [Requirement(one) for one in image if not one.startswith("#")]

    unheld = {
        str(one): held.get(canonicalize_name(one.name))
        for one in wanted
        if held.get(canonicalize_name(one.name), "") not in one.specifier
    }
    assert len(wanted) > 15
    assert unheld == {}
    assert "-c constraints.txt" in (folder / "requirements.txt").read_text()


def test_binder_warms_up_when_it_is_built() -> None:
    """repo2docker runs the file only if it may be run, and fails if it fails."""
    script = ROOT / "binder" / "postBuild"

    assert script.stat().st_mode & 0o111
    assert script.read_text().startswith("#!/bin/bash\n")
    assert "set -euo pipefail" in script.read_text()
