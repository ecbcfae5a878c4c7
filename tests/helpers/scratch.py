"""A folder that Jupyter's programs keep all their files in, and what is found in it."""

from __future__ import annotations

import base64
import contextlib
import os
from pathlib import Path

import nbformat

import paynet_nb


def environment(folder: Path) -> dict[str, str]:
    """Give the variables that keep Jupyter's programs and kernels below *folder*."""
    places = {
        "HOME": "home",
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
    }
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "PAYNET_"))
    }
    return {
        **inherited,
        **{name: str(folder / place) for name, place in places.items()},
        # The package that the tests test, wherever it is.
        "PYTHONPATH": str(Path(paynet_nb.__file__).parents[1]),
    }


def write_notebook(path: Path, *cells: str) -> None:
    """Write a notebook of code cells."""
    notebook = nbformat.v4.new_notebook()
    # Without it JupyterLab asks for a kernel and waits, and papermill gives up.
    notebook.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(notebook, path)


def files_with(text: str, folder: Path) -> list[str]:
    """List the files below *folder* that hold *text*, as it is or in base64."""
    needles = encodings(text)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".ipynb" for path in files)
    found = []
    for path in files:
        with contextlib.suppress(FileNotFoundError):  # JupyterLab is still saving
            content = path.read_bytes()
            if any(needle in content for needle in needles):
                found.append(str(path.relative_to(folder)))
    return found


def encodings(text: str) -> set[bytes]:
    """Give *text* as it is, and what base64 makes of it at each of three offsets."""
    needles = {text.encode()}
    for offset in range(3):
        encoded = base64.b64encode(b"x" * offset + text.encode())
        # The first and the last four characters also depend on the neighbours.
        needles.add(encoded[4:-4])
    return needles
