"""What a type checker says, of this repository and to the people who use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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


MISTAKES = {
    "import paynet_nb as pn\npn.Clinet\n": 'has no attribute "Clinet"',
    (
        "import paynet_nb as pn\n"
        "pn.Environment(name='x', base_url='', token_url='', stage='prod')\n"
    ): "incompatible type \"Literal['prod']\"",
}


def mypy(*words: str) -> subprocess.CompletedProcess[str]:
    """Run mypy as set up in pyproject.toml; a second run finds what the first knew."""
    return subprocess.run(
        [sys.executable, "-m", "mypy", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=10 * TIMEOUT_S,
    )


def test_the_types_fit() -> None:
    """Package and tests are clean under mypy."""
    found = mypy()

    assert found.returncode == 0, found.stdout + found.stderr


def test_a_type_checker_sees_what_a_person_means(tmp_path: Path) -> None:
    """A mistyped name or stage is an error; the way to the token is none."""
    (tmp_path / "good.py").write_text(GOOD, "utf-8")
    for number, mistake in enumerate(MISTAKES):
        (tmp_path / f"mistake_{number}.py").write_text(mistake, "utf-8")
    said = mypy(*map(str, sorted(tmp_path.glob("*.py")))).stdout

    *errors, summary = said.splitlines()
    errors.sort()  # by the name of the file
    assert f"checked {1 + len(MISTAKES)} source files" in summary
    assert len(errors) == len(MISTAKES)
    for number, (error, expected) in enumerate(
        zip(errors, MISTAKES.values(), strict=True)
    ):
        assert f"mistake_{number}.py" in error
        assert expected in error
