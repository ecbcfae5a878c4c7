"""Cells run in a kernel of their own, without a browser and without a person."""

from __future__ import annotations

from typing import Any

import nbformat
from nbclient import NotebookClient

from tests.house.repo import ROOT


def run(*cells: str) -> list[str]:
    """Run cells as a headless run does; give what each showed, errors too, as text."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    NotebookClient(
        notebook,
        timeout=60,
        allow_errors=True,
        kernel_name="python3",
        # From here the cells can import this folder's helpers.
        resources={"metadata": {"path": str(ROOT)}},
    ).execute()
    return ["".join(map(_text, cell.outputs)) for cell in notebook.cells]


def _text(output: Any) -> str:
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}\n"
    return str(output.get("text") or output.data.get("text/plain", ""))
