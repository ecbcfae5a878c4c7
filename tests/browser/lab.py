"""A JupyterLab in a scratch tree, and what its files and its kernels give away."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import requests
import zmq

import paynet_nb

_HOST = "127.0.0.1"
_UP_WITHIN_S = 60
# What makes leaks likely, and news off, which would ask another host.
_SETTINGS = {
    "@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True},
    "@jupyterlab/docmanager-extension/plugin": {"autosaveInterval": 2},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false"},
}


class Lab:
    """A running JupyterLab.

    Attributes:
        folder: All that it writes is below: notebooks, checkpoints, settings, logs.
        url: Where it is.
    """

    def __init__(self, folder: Path, url: str, token: str) -> None:
        self.folder = folder
        self.url = url
        self._token = token

    def address(self, notebook: str) -> str:
        """Give the address of a notebook in a workspace without a past."""
        return f"{self.url}/lab/tree/{notebook}?reset&token={self._token}"

    def write(self, name: str, *cells: str) -> None:
        """Write a notebook."""
        notebook = nbformat.v4.new_notebook()
        # Without it JupyterLab asks for a kernel and waits.
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(notebook, self.folder / "notebooks" / name)

    def read(self, name: str) -> Any:
        """Read a notebook as it was saved last."""
        return nbformat.read(self.folder / "notebooks" / name, as_version=4)

    def idle_kernel(self, notebook: str) -> str | None:
        """Give the id of a notebook's kernel once that waits for work."""
        for session in self._get("/api/sessions"):
            kernel = session["kernel"]
            if session["path"] == notebook and kernel["execution_state"] == "idle":
                return str(kernel["id"])
        return None

    def files_with(self, text: str) -> list[str]:
        """List the files below `folder` that hold *text*, as it is or in base64."""
        needles = encodings(text)
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        assert any(path.suffix == ".ipynb" for path in files)
        return [
            str(path.relative_to(self.folder))
            for path in files
            if any(needle in path.read_bytes() for needle in needles)
        ]

    @contextmanager
    def broadcasts(self, kernel: str) -> Iterator[list[bytes]]:
        """Listen in on a kernel as a second client; the list is filled at the end."""
        told: list[bytes] = []
        connection = json.loads(
            (self.folder / "runtime" / f"kernel-{kernel}.json").read_text("utf-8")
        )
        with zmq.Context() as context, context.socket(zmq.SUB) as socket_:
            socket_.set(zmq.RCVHWM, 0)
            socket_.subscribe(b"")
            socket_.connect(f"tcp://{_HOST}:{connection['iopub_port']}")
            yield told
            while socket_.poll(500):
                told += socket_.recv_multipart()

    def _get(self, path: str) -> Any:
        headers = {"Authorization": f"token {self._token}"}
        return _get(f"{self.url}{path}", headers=headers).json()


def encodings(text: str) -> set[bytes]:
    """Give *text* as it is, and what base64 makes of it at each of three offsets."""
    needles = {text.encode()}
    for offset in range(3):
        encoded = base64.b64encode(b"x" * offset + text.encode())
        # The first and the last four characters also depend on the neighbours.
        needles.add(encoded[4:-4])
    return needles


@contextmanager
def serving(folder: Path) -> Iterator[Lab]:
    """Serve JupyterLab for a `with` block; all that it writes goes to *folder*."""
    for name, values in _SETTINGS.items():
        path = folder / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), "utf-8")
    (folder / "notebooks").mkdir()
    (folder / "home").mkdir()
    # No port is asked for: JupyterLab takes a free one and writes down which.
    command = f"jupyterlab --no-browser --allow-root --ip={_HOST}".split()
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, f"--notebook-dir={folder / 'notebooks'}"],
            env=_environment(folder),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _when_up(folder, server)
        finally:
            server.terminate()
            server.wait()


def _environment(folder: Path) -> dict[str, str]:
    """Give the variables that keep JupyterLab and its kernels below *folder*."""
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


def _get(url: str, **options: Any) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False  # no proxy stands between this machine and itself
        return session.get(url, timeout=10, **options)


def _when_up(folder: Path, server: subprocess.Popen[bytes]) -> Lab:
    written = folder / "runtime" / f"jpserver-{server.pid}.json"
    deadline = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            about = json.loads(written.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            time.sleep(0.1)
        else:
            return Lab(folder, f"http://{_HOST}:{about['port']}", about["token"])
    log = (folder / "server.log").read_text("utf-8")
    raise AssertionError(f"JupyterLab did not start:\n{log}")
