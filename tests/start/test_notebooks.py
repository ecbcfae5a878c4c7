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
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == delivered
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
