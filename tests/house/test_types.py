"""What a type checker says to the people who use the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.programs import TIMEOUT_S
from tests.house.repo import ROOT

GOOD = """
import paynet_nb as pn

def main(auth: pn.ClientCredentialsAuth, session: pn.Session) -> None:
    client = pn.Client(auth)
    token: pn.Token = client.auth.get_token()
    session.client.auth.forget()
    form_client = pn.CredentialForm(pn.CERTIFICATION).client
    form_client.auth.renew()
    pn.Client(None, pn.CERTIFICATION).get("/x").json()
"""


def said(program: str, folder: Path) -> str:
    """Give what mypy says of a program that uses the package."""
    file = folder / "program.py"
    file.write_text(program, "utf-8")
    command = ["-m", "mypy", "--strict", "--no-incremental", "--follow-imports=silent"]
    return subprocess.run(
        [sys.executable, *command, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=10 * TIMEOUT_S,
    ).stdout


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (GOOD, "Success"),
        ("import paynet_nb as pn\npn.Clinet\n", 'has no attribute "Clinet"'),
        (
            "import paynet_nb as pn\n"
            "pn.Environment(name='x', base_url='', token_url='', stage='prod')\n",
            "incompatible type \"Literal['prod']\"",
        ),
    ],
)
def test_a_type_checker_sees_what_a_person_means(
    program: str, expected: str, tmp_path: Path
) -> None:
    """A mistyped name or stage is an error; the way to the token is none."""
    assert expected in said(program, tmp_path)
