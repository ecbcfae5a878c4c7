"""`paynet-nb lab --collect`: a class's progress as one table and one picture."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from paynet_nb.course import EXERCISES, FILE
from paynet_nb.start import main

FIRST, SECOND, *_ = EXERCISES
TEXT = "{http://www.w3.org/2000/svg}text"


def put(path: Path, **verdicts: str) -> None:
    """Put a learner's progress there, in the course's own form."""
    path.parent.mkdir(parents=True, exist_ok=True)
    exercises = {name: {"verdict": one, "tries": 1} for name, one in verdicts.items()}
    path.write_text(json.dumps({"format": 1, "exercises": exercises}))


def rows(folder: Path) -> list[dict[str, str]]:
    """Read the table."""
    text = (folder / "class_progress.csv").read_text("utf-8")
    return [*csv.DictReader(text.splitlines())]


def test_a_class_is_one_table_and_one_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By folder or by file; what is no progress is passed over and named."""
    put(tmp_path / "aisyah" / FILE, **{FIRST: "right", SECOND: "not yet"})
    put(tmp_path / "wei.json", **{FIRST: "right"})
    (tmp_path / "other.json").write_text("[1]")

    # Twice: its own files are none of a learner's.
    codes = [main(["lab", "--collect", str(tmp_path)]) for _ in range(2)]

    columns = ("learner", "right", FIRST, SECOND)
    told = [tuple(row[name] for name in columns) for row in rows(tmp_path)]
    drawn = ET.parse(tmp_path / "class_progress.svg").getroot()  # noqa: S314
    texts = [one.text for one in drawn.iter(TEXT)]
    assert codes == [0, 0]
    assert told == [
        ("aisyah", "1", "right", "not yet"),
        ("wei", "1", "right", "not tried"),
    ]
    assert {"aisyah", "wei", FIRST, SECOND} <= {*texts}
    assert texts.count("\N{CHECK MARK}") == 2
    printed = capsys.readouterr().out
    assert "2 learners" in printed
    assert "other.json" in printed


def test_a_learners_file_is_data_and_no_formula_and_no_markup(tmp_path: Path) -> None:
    """Learners hand these files in: names and verdicts may be anything."""
    put(tmp_path / "=cmd" / FILE, **{FIRST: "<script>", "<i>": "right"})
    put(tmp_path / "<b>" / FILE, **{FIRST: "right"})

    assert main(["lab", "--collect", str(tmp_path)]) == 0

    assert {row["learner"]: row[FIRST] for row in rows(tmp_path)} == {
        "'=cmd": "not tried",
        "<b>": "right",
    }
    picture = (tmp_path / "class_progress.svg").read_text("utf-8")
    assert "<script" not in picture
    assert "<b>" not in picture
    assert "<i>" not in picture


@pytest.mark.parametrize("content", ["", "{", '{"exercises": 1}', "[" * 100_000])
def test_a_folder_without_progress_is_told_in_one_line(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written there."""
    (tmp_path / FILE).write_text(content)

    assert main(["lab", "--collect", str(tmp_path)]) == 1
    assert re.fullmatch(r"paynet-nb: .+holds no progress.+\n", capsys.readouterr().err)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
