"""What the README and CONTRIBUTING say is so: code, names, commands, variables."""

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
    """The README's tables name each public name, and no name that is not there."""
    named = set(re.findall(r"^\| `pn\.(\w+)", TEXT, re.MULTILINE))
    failures = set(re.findall(r"^\| `(\w+Error)", TEXT, re.MULTILINE))

    assert named | failures == set(paynet_nb.__all__)
    assert failures == {name for name in vars(errors) if name.endswith("Error")}


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"paynet-nb ([a-z]+)", TEXT)) or {"none found"})
)
def test_a_command_that_is_named_is_there(command: str) -> None:
    """Each `paynet-nb` command of the README tells what it does when asked."""
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
    """The README names each variable that keys are read from, and no other."""
    source = "".join(
        (PACKAGE / path).read_text("utf-8")
        for path in ("credentials/credentials.py", "auth/signing/key.py")
    )
    variable = re.compile(r"\bPAYNET_[A-Z_]*[A-Z]\b")

    # PAYNET_TOKEN is what a call that was written as cURL or Python reads.
    named = set(variable.findall(TEXT)) - {"PAYNET_TOKEN"}
    assert named == set(variable.findall(source))
