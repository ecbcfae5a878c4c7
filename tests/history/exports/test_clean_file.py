"""`publish`: a clean file gets its name, and nothing else stays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

import paynet_nb as pn
from paynet_nb.credentials import Secret
from paynet_nb.history.exports.clean_file import publish
from paynet_nb.wire import Redactor
from tests.helpers.programs import TIMEOUT_S
from tests.wire.redaction.test_guarantees import MASK, fragments, secrets

ROOT = Path(__file__).parents[3]


def as_text(path: Path) -> list[tuple[str, str]]:
    """Read a file that encodes nothing."""
    return [("", path.read_bytes().decode("utf-8", "replace"))]


@settings(deadline=None)  # the machine may be busy
@given(fragments, secrets, st.sampled_from(["{}", "a{}b", '["{}", "{}"]']))
def test_what_was_redacted_is_not_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str, secret: str, place: str
) -> None:
    """A mask, or what stands beside it, is never taken for a secret."""
    path = tmp_path_factory.getbasetemp() / "clean"
    written = place.replace("{}", f"{text}{secret}{text}")
    body = Redactor({secret: MASK}).body(written) or b""

    publish(path, lambda part: write(part, body), as_text, secrets=[Secret(secret)])

    assert path.read_bytes() == body


def write(path: Path, body: bytes) -> None:
    """Write bytes."""
    path.write_bytes(body)


def test_a_secret_of_three_letters_refuses_nothing(tmp_path: Path) -> None:
    """It would stand in ordinary words."""
    path = tmp_path / "words"
    secrets = [Secret("wor"), Secret("")]

    publish(path, lambda part: write(part, b"words"), as_text, secrets=secrets)

    assert path.read_bytes() == b"words"


def test_a_mask_may_hold_a_word_that_is_the_secret(tmp_path: Path) -> None:
    """A trainer's secret may be "secret"; a mask is no leak of it."""
    path = tmp_path / "masks"
    text = b"[client secret] [token #0123abcd] [redacted] [personal]"
    secrets = [Secret("secret"), Secret("0123abcd"), Secret("redacted")]

    publish(path, lambda part: write(part, text), as_text, secrets=secrets)

    assert path.read_bytes() == text


def test_a_folder_that_takes_no_file_is_named(tmp_path: Path) -> None:
    """In one line, and not by the name of a file that nobody asked for."""
    path = tmp_path / f"{'x' * 300}.csv"  # a read-only folder stops no root

    with pytest.raises(pn.ConfigurationError) as caught:
        publish(path, lambda part: write(part, b""), as_text, secrets=[])

    assert f"{path.name} cannot be written in {tmp_path}: " in str(caught.value)


def test_a_failure_while_writing_leaves_nothing(tmp_path: Path) -> None:
    """Neither half a file nor one beside it; the one that was there stays."""
    path = tmp_path / "calls"
    path.write_text("older")

    def half(part: Path) -> None:
        part.write_text("half")
        raise OSError("the disk is full")

    with pytest.raises(pn.ConfigurationError, match=r"calls cannot be .*: the disk is"):
        publish(path, half, as_text, secrets=[])
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "older"


FULL = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import paynet_nb as pn
from tests.helpers.records import call_of
import pandas, pyarrow.parquet, openpyxl
folder = Path(sys.argv[1])
history = pn.History()
for number in range(400):
    history.append(call_of(label=str(number) * 90, body=b"x" * 100, status=200))
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
for ending in ("csv", "xlsx", "parquet", "jsonl", "har", "html"):
    path = folder / f"calls.{ending}"
    path.write_text("before")
    try:
        history.report(path) if ending == "html" else history.save(path)
    except pn.ConfigurationError as error:
        assert "\\n" not in str(error), error
        assert f"{path.name} cannot be written" in str(error), error
    else:
        raise AssertionError(ending)
    assert path.read_text() == "before"
print(len(list(folder.iterdir())))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_disk_without_room_is_told_and_keeps_no_half_file(tmp_path: Path) -> None:
    """In one line, for each kind of file; what was there before is as it was."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path), str(ROOT)],
        capture_output=True,
        check=False,
        text=True,
        timeout=TIMEOUT_S,
    )

    # openpyxl's own temporary file complains, too, so stderr is not looked at.
    assert (done.stdout, done.returncode) == ("6\n", 0), done.stderr


def test_the_name_of_a_folder_is_no_name_for_a_file(tmp_path: Path) -> None:
    """One line, and nothing is left beside it."""
    (tmp_path / "calls.csv").mkdir()

    with pytest.raises(pn.ConfigurationError, match=r"calls\.csv cannot be written"):
        pn.History().save(tmp_path / "calls.csv")

    assert [path.name for path in tmp_path.iterdir()] == ["calls.csv"]
