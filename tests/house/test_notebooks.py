"""The guided notebooks: committed clean, run to their end, keep no secret."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.house.repo import notebooks

JWT = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}")
LONGEST_CELL = 15  # lines

# Run last in each notebook's kernel: what must not be found goes to the test by a file
# of its own, past the notebook.
TELL_SECRETS = """
import gc as _gc, json as _json, pathlib as _pathlib
from paynet_nb.credentials import Secret as _Secret
# By its type: isinstance would ask a weak proxy, whose object may be gone.
_found = [s.reveal() for s in _gc.get_objects() if type(s) is _Secret]
_ = _pathlib.Path({path!r}).write_text(_json.dumps(_found))
"""


def read(path: Path) -> Any:
    """Read a notebook file."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook: Any) -> list[Any]:
    """Give the cells that run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def execute(notebook: Any, folder: Path) -> set[str]:
    """Run all cells in *folder*; give the secrets and tokens that the kernel held."""
    told = folder.with_suffix(".secrets")
    source = TELL_SECRETS.format(path=str(told))
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    folder.mkdir()
    client = NotebookClient(
        notebook,
        timeout=60,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    finally:
        notebook.cells.pop()
    return set(json.loads(told.read_text("utf-8")))


def leaks(notebook: Any, folder: Path, secrets: set[str]) -> set[str]:
    """Give the secrets found in the executed notebook or in a file that it wrote."""
    kept = nbformat.writes(notebook)
    for path in folder.rglob("*"):
        if path.is_file():
            kept += path.read_bytes().decode("utf-8", "replace")
    return {secret for secret in secrets if secret in kept}


def unannounced(notebook: Any) -> list[Any]:
    """Give what a learner should not meet: warnings and unplanned errors."""
    return [
        output
        for cell in code_cells(notebook)
        for output in cell.outputs
        if output.get("name") == "stderr"
        or (
            output.output_type == "error"
            and "raises-exception" not in cell.metadata.get("tags", [])
        )
    ]


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_a_notebook_is_committed_clean(path: Path) -> None:
    """No output, no count, no widget state, no personal kernel, no long cell."""
    notebook = read(path)
    nbformat.validate(notebook)

    code = code_cells(notebook)
    assert code
    assert [cell.outputs for cell in code if cell.outputs] == []
    assert [cell.execution_count for cell in code if cell.execution_count] == []
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert max(len(cell.source.splitlines()) for cell in code) <= LONGEST_CELL


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_a_notebook_runs_and_keeps_no_secret(path: Path, tmp_path: Path) -> None:
    """Top to bottom on the sandbox, without a person; nothing secret is left behind."""
    notebook, folder = read(path), tmp_path / "run"

    secrets = execute(notebook, folder)

    assert secrets, "the kernel told no secret, so this test proves nothing"
    assert unannounced(notebook) == []
    assert leaks(notebook, folder, secrets) == set()
    assert JWT.findall(nbformat.writes(notebook)) == []


def test_a_notebook_that_keeps_a_secret_is_noticed(tmp_path: Path) -> None:
    """The test above would fail for a secret or a token in an output or a file.

    The secret is printed, one token is shown, and another one is in a file.
    """
    notebook = nbformat.v4.new_notebook()
    for source in (
        "import paynet_nb as pn\nfrom paynet_nb.sandbox import Sandbox",
        "box = Sandbox()\nauth = pn.ClientCredentialsAuth(box.credentials)",
        "shown = auth.get_token()\nkept = auth.renew()",
        "print(box.credentials.client_secret.reveal())",
        "shown.access_token",
        "open('kept.csv', 'w').write(kept.access_token);",
    ):
        notebook.cells.append(nbformat.v4.new_code_cell(source))

    secrets = execute(notebook, tmp_path / "run")

    assert len(leaks(notebook, tmp_path / "run", secrets)) == 3


def test_a_cell_that_fails_is_noticed(tmp_path: Path) -> None:
    """A notebook whose cell raises without having said so does not pass."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells.append(nbformat.v4.new_code_cell("1 / 0"))

    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute(notebook, tmp_path / "run")
