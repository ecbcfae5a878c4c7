"""What the README and docs/ say is so: code, names, commands, variables, links."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
from typing import Any

import pytest

import paynet_nb
from paynet_nb import errors
from tests.helpers.programs import TIMEOUT_S
from tests.house.repo import PACKAGE, README, ROOT

TEXT = README.read_text("utf-8")
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = {path: path.read_text("utf-8") for path in (README, *DOCS)}
ALL = "\n".join(PAGES.values())
LONGEST_README = 200  # lines
BLOCK = re.compile(r"^```(\S+)(.*)\n((?:.*\n)*?)```$", re.MULTILINE)


def python_blocks(text: str) -> list[str]:
    """Find the Python blocks to run, each moved down to the line where it stands.

    A block that needs PayNet's own network is marked "```python no-run".
    """
    return [
        "\n" * text.count("\n", 0, block.start(3)) + block[3]
        for block in BLOCK.finditer(text)
        if block[1] == "python" and "no-run" not in block[2]
    ]


def run(blocks: list[str]) -> dict[str, Any]:
    """Run the blocks one after the other, as a reader's notebook would."""
    namespace: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            for block in blocks:
                exec(compile(block, str(README), "exec"), namespace)  # noqa: S102
        finally:
            if "box" in namespace:
                namespace["box"].stop()
    return namespace


def test_the_code_of_the_readme_runs() -> None:
    """A reader who pastes the README's code, top to bottom, gets a table of banks."""
    namespace = run(python_blocks(TEXT))

    assert len(namespace["banks"]) > 0


def test_the_code_of_the_docs_runs() -> None:
    """Each page goes on from the README's ten lines, and is run so, page by page."""
    ten_lines, pages = python_blocks(TEXT), [python_blocks(PAGES[p]) for p in DOCS]

    assert len(ten_lines) == 1
    assert sum(map(bool, pages)) >= 3
    run([*ten_lines, *(block for page in pages for block in page)])


def test_the_readme_is_a_front_door() -> None:
    """It can be read in five minutes; what is longer is in docs/."""
    assert len(TEXT.splitlines()) <= LONGEST_README


def test_each_promise_is_held_by_a_test_that_is_there() -> None:
    """The README's table of promises names tests, each in the file that it links to."""
    table = TEXT.partition("## What is promised")[2].partition("\n## ")[0]
    named = re.findall(r"\[(test_\w+)\]\((\S+?)\)", table)

    assert len(named) >= len(re.findall(r"^\| [A-Z]", table, re.MULTILINE)) - 1
    for test, path in named:
        assert f"def {test}(" in (ROOT / path).read_text("utf-8"), test


def test_links_lead_somewhere() -> None:
    """A link or a picture of a page, that is none to a site, is a file here."""
    for page, text in PAGES.items():
        linked = re.findall(r"\]\(([^)\s]+)\)|src(?:set)?=\"([^\"]+)\"", text)
        for address in {one or other for one, other in linked}:
            path = address.partition("#")[0]
            assert "://" in address or not path or (page.parent / path).exists(), (
                address
            )


def test_code_that_does_not_run_is_noticed() -> None:
    """A block that fails makes the test above fail, at the line of the README."""
    blocks = python_blocks(
        "text\n```python\nraise KeyError\n```\n```python no-run\n1/0\n```\n"
    )

    with pytest.raises(KeyError) as failed:
        run(blocks)
    assert failed.traceback[-1].lineno == 2  # counted from 0


def test_the_two_commands_stand_there() -> None:
    """The commands that get a stranger to a result and to the tests are as promised."""
    assert 'python -m pip install ".[lab]" && paynet-nb demo' in TEXT
    assert 'python -m pip install -e ".[test]" && python -m pytest' in TEXT


def test_the_table_of_names_is_complete() -> None:
    """The tables name each public name, and no name that is not there."""
    text = PAGES[ROOT / "docs" / "names.md"]
    named = set(re.findall(r"^\| `pn\.(\w+)", text, re.MULTILINE))
    failures = set(re.findall(r"^\| `(\w+Error)", text, re.MULTILINE))

    assert named | failures == set(paynet_nb.__all__)
    assert failures == {name for name in vars(errors) if name.endswith("Error")}


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"paynet-nb ([a-z]+)", ALL)) or {"none found"})
)
def test_a_command_that_is_named_is_there(command: str) -> None:
    """Each `paynet-nb` command that is named tells what it does when asked."""
    answer = subprocess.run(
        [sys.executable, "-m", "paynet_nb", command, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )

    assert answer.returncode == 0, answer.stderr
    assert command in answer.stdout


def test_the_environment_variables_are_those_of_the_code() -> None:
    """The pages name each variable that keys are read from, and no other."""
    source = "".join(
        (PACKAGE / path).read_text("utf-8")
        for path in ("credentials/credentials.py", "auth/signing/key.py")
    )
    variable = re.compile(r"\bPAYNET_[A-Z_]*[A-Z]\b")

    # PAYNET_TOKEN is what a call that was written as cURL or Python reads.
    named = set(variable.findall(ALL)) - {"PAYNET_TOKEN"}
    assert named == set(variable.findall(source))
