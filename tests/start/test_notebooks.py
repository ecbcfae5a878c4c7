"""`paynet-nb lab`: notebooks are copied, never over another file, and opened."""

from __future__ import annotations

import contextlib
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from paynet_nb.start import main, notebooks as lab
from tests.helpers.programs import TIMEOUT_S, running


def test_lab_copies_the_notebooks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder is made, and each notebook in it is as it was delivered."""
    folder = tmp_path / "a" / "b"

    code = main(["lab", str(folder), "--copy-only"])

    delivered = {path.name: path.read_bytes() for path in lab.notebooks()}
    assert code == 0
    assert lab.FIRST in delivered
    copied = folder.glob("[!.]*")
    assert {path.name: path.read_bytes() for path in copied} == delivered
    assert capsys.readouterr().out == f"{len(delivered)} notebooks copied to {folder}\n"


def test_lab_never_writes_to_a_file_that_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changed notebook is kept and named; one that is as delivered needs no word."""
    main(["lab", str(tmp_path), "--copy-only"])
    (tmp_path / lab.FIRST).write_text("mine")
    capsys.readouterr()

    code = main(["lab", str(tmp_path), "--copy-only"])

    assert code == 0
    assert (tmp_path / lab.FIRST).read_text() == "mine"
    assert capsys.readouterr().out.splitlines() == [
        f"0 notebooks copied to {tmp_path}",
        f"kept as you changed them: {lab.FIRST}",
    ]


def test_a_notebook_that_was_only_run_is_not_changed(tmp_path: Path) -> None:
    """Outputs, counts and metadata are no change; a letter in a cell is."""
    lab.copy_notebooks(tmp_path)
    path = tmp_path / lab.FIRST
    notebook = json.loads(path.read_text("utf-8"))
    cell = next(x for x in notebook["cells"] if x["cell_type"] == "code")
    cell.update(execution_count=7, outputs=[{"output_type": "stream", "text": "x"}])
    notebook["metadata"]["widgets"] = {}
    path.write_text(json.dumps(notebook), "utf-8")

    assert lab.copy_notebooks(tmp_path).kept == []

    cell["source"] = [*cell["source"], "\n# mine"]
    path.write_text(json.dumps(notebook), "utf-8")
    assert lab.copy_notebooks(tmp_path).kept == [lab.FIRST]


def in_a_first_cell(path: Path, text: str) -> None:
    """Put a line into a lesson's first cell of code."""
    notebook = json.loads(path.read_text("utf-8"))
    cell = next(x for x in notebook["cells"] if x["cell_type"] == "code")
    cell["source"] = [*cell["source"], text]
    path.write_text(json.dumps(notebook), "utf-8")


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install a package of two lessons; its folder is given, to deliver others."""
    package = tmp_path / "package"
    (package / "notebooks").mkdir(parents=True)
    for lesson in lab.notebooks()[:2]:
        (package / "notebooks" / lesson.name).write_bytes(lesson.read_bytes())
    monkeypatch.setattr(lab, "__file__", str(package / "start" / "notebooks.py"))
    return package / "notebooks"


def test_a_lesson_that_nobody_changed_is_renewed(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not one that somebody did, now or before an earlier release; its name is told."""
    mine = tmp_path / "mine"
    lab.copy_notebooks(mine)
    first, second = sorted(release.iterdir())
    in_a_first_cell(mine / second.name, "\nmy_answer = 7")
    for number in (1, 2):
        for path in (first, second):
            in_a_first_cell(path, f"\n# release {number}")

        assert main(["lab", str(mine), "--copy-only"]) == 0

        assert (mine / first.name).read_bytes() == first.read_bytes()
        assert "my_answer = 7" in (mine / second.name).read_text("utf-8")
        assert capsys.readouterr().out.splitlines() == [
            f"0 notebooks copied to {mine}",
            f"renewed, you had not changed them: {first.name}",
            f"kept as you changed them: {second.name}",
        ]
    assert not [*mine.glob("*.tmp")]


@pytest.mark.parametrize("damage", ["", "[]", '{"00_start_here.ipynb": 7}'])
def test_without_a_note_of_what_was_delivered_nothing_is_renewed(
    release: Path, tmp_path: Path, damage: str
) -> None:
    """Then a difference may be somebody's work."""
    mine = tmp_path / "mine"
    lab.copy_notebooks(mine)
    note = next(mine.glob(".*"))
    note.write_text(damage)
    first, _ = sorted(release.iterdir())
    in_a_first_cell(first, "\n# new")
    before = (mine / first.name).read_bytes()

    copied = lab.copy_notebooks(mine)

    assert (copied.renewed, copied.kept) == ([], [first.name])
    assert (mine / first.name).read_bytes() == before


@pytest.mark.parametrize("name", ["00", "00_start_here", lab.FIRST])
def test_a_clean_copy_is_written_beside(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One's own stays, and so does an earlier clean copy."""
    (tmp_path / lab.FIRST).write_text("mine")

    codes = [main(["lab", str(tmp_path), "--fresh", name]) for _ in range(2)]

    clean = lab.notebooks()[0].read_bytes()
    assert codes == [0, 0]
    assert (tmp_path / lab.FIRST).read_text() == "mine"
    told = capsys.readouterr().out
    for made in ("00_start_here-fresh.ipynb", "00_start_here-fresh2.ipynb"):
        assert (tmp_path / made).read_bytes() == clean
        assert made in told


@pytest.mark.parametrize("name", ["99", "0", ""])
def test_a_clean_copy_is_of_one_lesson(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name of none, or of several, is told with those that there are."""
    assert main(["lab", str(tmp_path), "--fresh", name]) == 1
    assert re.fullmatch(
        r"paynet-nb: --fresh .*00_start_here.*\n", capsys.readouterr().err
    )
    assert [*tmp_path.iterdir()] == []


def test_kernels_of_lessons_left_open_end_after_ten_minutes() -> None:
    """Jupyter's own reading of the words: a kernel that works is left alone."""
    from jupyter_server.serverapp import ServerApp
    from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

    app = ServerApp()
    app.parse_command_line([*lab.CULLED])
    kernels = AsyncMappingKernelManager(config=app.config)

    assert (kernels.cull_idle_timeout, kernels.cull_interval) == (600, 60)
    assert (kernels.cull_connected, kernels.cull_busy) == (True, False)
    ServerApp.clear_instance()


def test_lab_says_where_it_cannot_copy_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that cannot be made is one line on stderr."""
    (tmp_path / "file").touch()

    code = main(["lab", str(tmp_path / "file" / "below"), "--copy-only"])

    assert code == 1
    assert re.fullmatch(
        r"paynet-nb: the notebooks cannot .+\n", capsys.readouterr().err
    )


def test_lab_opens_jupyterlab_on_the_first_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs in the user's folder, says where in few lines, and ends by `kill`."""
    for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
        monkeypatch.setenv(f"JUPYTER_{name}", str(tmp_path / name))
    monkeypatch.setenv("HOME", str(tmp_path))

    with running("lab", "--no-open", folder=tmp_path) as process:
        server = jupyter_server(tmp_path / "RUNTIME_DIR")
        session = requests.Session()
        # The file is there a moment before the server listens.
        patient = HTTPAdapter(max_retries=Retry(connect=9, backoff_factor=0.05))
        session.mount("http://", patient)
        session.headers["Authorization"] = f"token {server['token']}"
        page = session.get(f"{server['url']}lab/tree/{lab.FIRST}", timeout=TIMEOUT_S)
        process.terminate()
        # Until JupyterLab has ended, which writes to the same log.
        told, log = process.communicate(timeout=TIMEOUT_S)

    assert Path(server["root_dir"]) == tmp_path / "paynet_notebooks"
    assert page.status_code == 200
    assert f"{server['port']}/lab/tree/{lab.FIRST}?token=" in log
    assert process.returncode == 0
    before, _, _ = (told + log).partition("http://")
    lines = [line for line in before.splitlines() if line.strip()]
    # Some versions of Jupyter warn of what they do themselves, in two lines.
    warned = [line for line in lines if "Deprecat" in line or "_generator(" in line]
    assert len(lines) - len(warned) <= 5
    with pytest.raises(requests.ConnectionError):
        requests.get(server["url"], timeout=TIMEOUT_S)


def jupyter_server(folder: Path) -> dict[str, Any]:
    """Wait until a Jupyter server has written to *folder* how to reach it."""
    end = time.monotonic() + TIMEOUT_S
    while time.monotonic() < end:
        for path in folder.glob("jpserver-*.json"):
            with contextlib.suppress(ValueError):  # being written just now
                found: dict[str, Any] = json.loads(path.read_text())
                return found
        time.sleep(0.05)
    raise AssertionError("no Jupyter server came up")
