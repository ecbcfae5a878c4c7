"""The lessons: committed clean, within their budgets, run untouched and solved.

Of each lesson its own cells as they are, then wrong answers to its exercises, then the
solutions. Nothing secret is left behind by any of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import paynet_nb
from paynet_nb.course import EXERCISES, FILE
from paynet_nb.sandbox import Sandbox
from tests.course.wrong_answers import RIGHT_TOO, WRONG
from tests.house.repo import notebooks

JWT = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}")
LONGEST_CELL = 15  # lines
MOST_WORDS = 600
CELLS = range(8, 11)
CHECKED = re.compile(r'check\("(\d\d\.\d)"')
MINUTES = re.compile(r"^#+ .* · (\d+) min$")
ANNOUNCED = re.compile(r"(?i)\bwatch|predict|in the place of|read its first line")
STUCK = "Run > Run All Above Selected Cell"

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


def execute(notebook: Any, folder: Path, *, go_on: bool = False) -> set[str]:
    """Run all cells in *folder*; give the secrets and tokens that the kernel held."""
    told = folder.with_suffix(".secrets")
    source = TELL_SECRETS.format(path=str(told))
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    folder.mkdir()
    client = NotebookClient(
        notebook,
        timeout=60,
        kernel_name="python3",
        allow_errors=go_on,
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


class Lesson(NamedTuple):
    """A lesson that was run.

    Attributes:
        ran: Its own cells, run, and behind them those of the course's checker.
        own: How many of the cells are its own.
        asked: Behind these: of each answer the exercise, what is due, what came.
        left: What must not be found, and was.
        kept: What its file of progress says.
    """

    ran: Any
    own: int
    asked: list[tuple[str, str, str]]
    left: set[str]
    kept: dict[str, Any]


def shown(cell: Any) -> str:
    """Give all that a cell shows as text."""
    return "\n".join(
        str(output.get("text") or output.get("data", {}).get("text/plain", ""))
        for output in cell.outputs
    )


def answers(lesson: str) -> Iterator[tuple[str, str, str]]:
    """Give the checker's cells: the exercise, the code, and what must be said of it."""
    for name, exercise in EXERCISES.items():
        if exercise.lesson == lesson:
            yield from ((name, code, due) for code, due in WRONG[name])
            right = (*RIGHT_TOO.get(name, ()), exercise.solution)
            yield from ((name, code, exercise.why) for code in right)
            # A prediction is taken up, everything else is state.
            again = exercise.kind != "diagnosed"
            yield name, f'check("{name}")', exercise.why if again else exercise.task


# Before a lesson: an empty folder, no variable or setting of the lesson before.
BEGIN = """
import os, pandas
pandas.reset_option("display.max_colwidth")
os.makedirs({0!r})
os.chdir({0!r})
%reset -f
"""


@pytest.fixture(scope="module")
def lessons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Lesson]:
    """Run each lesson once, untouched and then answered, for all tests here.

    In one kernel: a start, with all that is imported, takes longer than a lesson.
    """
    folder = tmp_path_factory.mktemp("lessons") / "run"
    whole, parts = nbformat.v4.new_notebook(), {}
    for path in notebooks():
        own, asked = read(path).cells, [*answers(path.stem[:2])]
        begin = BEGIN.format(str(folder / path.stem))
        checks = [code for _, code, _ in asked]
        cells = [nbformat.v4.new_code_cell(code) for code in (begin, *checks)]
        whole.cells += [cells[0], *own, *cells[1:]]
        parts[path.stem] = own, cells[1:], asked

    secrets = execute(whole, folder, go_on=True)

    assert secrets, "the kernel told no secret, so this proves nothing"
    return {
        stem: _looked_at(folder / stem, own, checks, asked, secrets)
        for stem, (own, checks, asked) in parts.items()
    }


def _looked_at(
    folder: Path, own: Any, checks: Any, asked: Any, secrets: set[str]
) -> Lesson:
    ran = nbformat.v4.new_notebook(cells=[*own, *checks])
    came = [
        (name, due, shown(cell))
        for (name, _, due), cell in zip(asked, checks, strict=True)
    ]
    left = leaks(ran, folder, secrets) | {*JWT.findall(nbformat.writes(ran))}
    kept = json.loads((folder / FILE).read_text("utf-8"))["exercises"]
    return Lesson(ran, len(own), came, left, kept)


@pytest.fixture(params=notebooks(), ids=lambda path: path.stem)
def lesson(request: pytest.FixtureRequest, lessons: dict[str, Lesson]) -> Lesson:
    """Give each lesson that was run."""
    return lessons[request.param.stem]


def test_a_lesson_runs_untouched_and_keeps_no_secret(lesson: Lesson) -> None:
    """Top to bottom without a person: no warning, no error, nothing secret left."""
    assert unannounced(lesson.ran) == []
    assert lesson.left == set()


def test_no_table_of_a_lesson_is_cut(lessons: dict[str, Lesson]) -> None:
    """What a text says to watch is there: pandas ends a long cell with dots."""
    tables = [
        (stem, html)
        for stem, lesson in lessons.items()
        for cell in lesson.ran.cells[: lesson.own]
        for output in cell.get("outputs", [])
        if "dataframe" in (html := output.get("data", {}).get("text/html", ""))
    ]
    cut = [
        (stem, found)
        for stem, html in tables
        for found in re.findall(r">([^<>]*\.\.\.)</t[dh]>", html)
    ]

    assert len({stem for stem, _ in tables}) > 4  # so something was looked at
    assert cut == []


def test_an_untouched_exercise_is_not_tried_and_shows_its_hint(lesson: Lesson) -> None:
    """Each exercise of the lesson is in one cell, and says so there."""
    cells = code_cells(lesson.ran)[: -len(lesson.asked)]
    for name in dict.fromkeys(name for name, _, _ in lesson.asked):
        (cell,) = (c for c in cells if name in CHECKED.findall(c.source))
        told = shown(cell)
        assert f"not tried  {name} " in told
        assert f"Hint: {EXERCISES[name].hints[0]}" in told


def test_wrong_answers_are_told_what_is_missing_and_solutions_pass(
    lesson: Lesson,
) -> None:
    """Each answer gets its own words, a solution why it matters, in three lines."""
    for name, due, came in lesson.asked:
        assert due in came, (name, came)
        (verdict,) = re.findall(rf"(\S+ \S+)  {re.escape(name)} ", came)
        right, solved = due == EXERCISES[name].why, verdict.endswith(" right")
        assert solved == right
        assert len(came.strip().split("\n")) <= 3
    # "right" stays, however often it was asked for afterwards.
    assert {one["verdict"] for one in lesson.kept.values()} == {"right"}
    assert {*lesson.kept} == {name for name, _, _ in lesson.asked}


def test_no_exercise_is_orphaned_and_each_has_two_wrong_answers() -> None:
    """Those of the data, of the lessons and of the wrong answers are the same."""
    in_lessons = {
        path.stem[:2]: [
            name
            for cell in code_cells(read(path))
            for name in CHECKED.findall(cell.source)
        ]
        for path in notebooks()
    }
    of_data = {
        lesson: [name for name, one in EXERCISES.items() if one.lesson == lesson]
        for lesson in in_lessons
    }

    assert {lesson: sorted(names) for lesson, names in in_lessons.items()} == of_data
    assert [*chain(*of_data.values())] == [*EXERCISES] == [*WRONG]
    assert [name for name, wrong in WRONG.items() if len(wrong) < 2] == []


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_a_lesson_keeps_to_its_budget(path: Path) -> None:
    """Few words and cells, minutes beside each heading, and what each cell needs."""
    notebook = read(path)
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    headings = [line for line in text.split("\n") if re.match("##? ", line)]
    timed = [MINUTES.match(line) for line in headings]
    whole, *parts = (int(found[1]) for found in timed if found)

    assert len(text.split()) <= MOST_WORDS
    assert len(code_cells(notebook)) in CELLS
    assert [h for h, found in zip(headings, timed, strict=True) if not found] == []
    assert sum(parts) <= whole
    assert STUCK in text
    assert "predict" in text.lower()
    assert "**Certification Centre:**" in text
    assert [cell.source for cell in unannounced_cells(notebook)] == []


def unannounced_cells(notebook: Any) -> list[Any]:
    """Give the code cells before which no text says what to watch."""
    before, found = "", []
    for cell in notebook.cells:
        if cell.cell_type == "code" and not ANNOUNCED.search(before):
            found.append(cell)
        before = cell.source if cell.cell_type == "markdown" else ""
    return found


def test_the_site_builds_without_a_warning(
    lessons: dict[str, Lesson], tmp_path: Path
) -> None:
    """Pages, the contract, lessons with outputs, a reference from the docstrings."""
    from docs.build import build  # Sphinx: half a second for who needs it

    ran = tmp_path / "lessons"
    ran.mkdir()
    for stem, lesson in lessons.items():
        notebook = nbformat.v4.new_notebook(cells=lesson.ran.cells[: lesson.own])
        nbformat.write(notebook, ran / f"{stem}.ipynb")

    assert build(ran, tmp_path / "site") == ""
    pages = {path.name: path.read_text("utf-8") for path in tmp_path.rglob("*.html")}
    assert {f"{stem}.html" for stem in lessons} <= {*pages}
    assert "JSON Web Token" in pages["00_start_here.html"]
    assert "ClientCredentialsAuth" in pages["reference.html"]
    assert 'id="message-businessmessageid"' in pages["contract.html"]


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_the_words_of_a_lesson_name_what_is_there(path: Path) -> None:
    """Public names, the sandbox's, exercises and other lessons, in text and code."""
    text = "\n".join(cell.source for cell in read(path).cells)
    exercises = re.findall(r'(?:check|hint|solution)\("(.+?)"', text)
    linked = re.findall(r"\]\((.+?\.ipynb)\)", text)

    assert set(re.findall(r"\bpn\.(\w+)", text)) <= {*paynet_nb.__all__}
    own = {*dir(Sandbox), "credentials", "url", "environment"}
    assert set(re.findall(r"\bbox\.(\w+)", text)) <= own
    assert {*exercises} <= {*EXERCISES}
    assert linked
    assert {*linked} <= {other.name for other in notebooks()}


def test_the_first_lesson_shows_a_decoded_token_at_once() -> None:
    """In its second cell, which takes no minute to reach."""
    second = code_cells(read(notebooks()[0]))[1]

    assert "inspect_token" in second.source


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
