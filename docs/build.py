"""Build the site: the pages of this folder, the contract, the lessons run, a reference.

    python -m docs.build site

Each lesson is run first, so that the site shows what it shows. Warnings are errors.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from sphinx.cmd.build import build_main

from docs import contract

DOCS = Path(__file__).parent
ROOT = DOCS.parent
PICTURES = "tests/browser/readme"


def run_lessons(folder: Path) -> None:
    """Run each lesson, and write it with its outputs to *folder*."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        with tempfile.TemporaryDirectory() as own:
            resources = {"metadata": {"path": own}}
            NotebookClient(notebook, timeout=60, resources=resources).execute()
        nbformat.write(notebook, folder / path.name)


def build(lessons: Path, out: Path) -> str:
    """Build the site.

    Args:
        lessons: The lessons with their outputs.
        out: Where the site goes.

    Returns:
        What Sphinx warned of; "": nothing.
    """
    with tempfile.TemporaryDirectory() as made:
        source = Path(made) / "source"
        shutil.copytree(DOCS, source, ignore=shutil.ignore_patterns("*.ipynb"))
        _copy_still(lessons, source / "lessons")
        shutil.copytree(ROOT / PICTURES, source / "_static" / "pictures")
        for picture in (ROOT / "notebooks").glob("*.svg"):
            shutil.copy(picture, source / "_static")
        for name, page in _pages().items():
            (source / name).write_text(page, "utf-8")
        # Here and not in a process of its own: most of its time is imports.
        told = io.StringIO()
        with contextlib.redirect_stderr(told), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Sphinx's own libraries
            words = ["-q", "-W", "--keep-going", "-E", str(source), str(out)]
            code = build_main(words)
    return told.getvalue() or f"exit code {code}" if code else ""


def _pages() -> dict[str, str]:
    """Give the pages, and the trainer's among them, with the links of the site."""
    pages = {path.name: path.read_text("utf-8") for path in DOCS.glob("*.md")}
    pages["contract.md"] = contract.page()
    pages["trainer.md"] = (ROOT / "notebooks" / "README.md").read_text("utf-8")
    links = {
        f"../{PICTURES}/": "_static/pictures/",
        "](../notebooks/README.md)": "](trainer.md)",
    }
    of_trainer = {
        "](../docs/": "](",
        "](../README.md)": "](index.md)",
        'src="flow': 'src="_static/flow',
        'srcset="flow': 'srcset="_static/flow',
        "](0": "](lessons/0",
    }
    for name in pages:
        for here, there in (
            links | (of_trainer if name == "trainer.md" else {})
        ).items():
            pages[name] = pages[name].replace(here, there)
    return pages


def _copy_still(lessons: Path, to: Path) -> None:
    """Copy the lessons without their widgets, beside which a still picture stands."""
    to.mkdir()
    for path in lessons.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        python = {"name": "python", "pygments_lexer": "ipython3"}
        notebook.metadata = nbformat.from_dict({"language_info": python})
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = [one for one in cell.outputs if not _is_widget(one)]
        nbformat.write(notebook, to / path.name)


def _is_widget(output: Any) -> bool:
    return "application/vnd.jupyter.widget-view+json" in output.get("data", {})


def main() -> int:
    """Build the site into the folder that is named."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "site")
    with tempfile.TemporaryDirectory() as lessons:
        run_lessons(Path(lessons))
        problem = build(Path(lessons), out)
    sys.stderr.write(problem)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
