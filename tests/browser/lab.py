"""A JupyterLab in a scratch tree, and what its files and its kernels give away."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import nbformat.sign
import requests
import zmq

from tests.helpers import scratch
from tests.helpers.programs import limited

_HOST = "127.0.0.1"
_UP_WITHIN_S = 180
# What makes leaks likely, and news off, which would ask another host. A save by itself
# beside one by hand ends in a dialog, which takes the keys that a test types then; two
# zeros of a secret are the shortcut to restart the kernel. Each open notebook's cursor
# blinks for ever, and the page is drawn sixty times a second for it.
_SETTINGS = {
    "@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True},
    "@jupyterlab/codemirror-extension/plugin": {
        "defaultConfig": {"cursorBlinkRate": 0}
    },
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false"},
}
# They work at each cell that is shown or run, and show nothing that a test looks at.
_OFF = ["cell-toolbar", "debugger", "extensionmanager", "lsp", "toc"]


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

    def address(self, notebook: str, page: str = "lab/tree") -> str:
        """Give the address of a notebook, in JupyterLab in a workspace without a past.

        Args:
            notebook: The file's name.
            page: `lab/tree`, or of another front end that this server has.
        """
        return f"{self.url}/{page}/{notebook}?reset&token={self._token}"

    def write(self, name: str, *cells: str) -> None:
        """Write a notebook."""
        scratch.write_notebook(self.folder / "notebooks" / name, *cells)

    def read(self, name: str) -> Any:
        """Read a notebook as it was saved last."""
        return nbformat.read(self.folder / "notebooks" / name, as_version=4)

    def forget_widgets(self, name: str) -> None:
        """Take the state of widgets out, as JupyterLab does that is not set to save it.

        The notebook is signed anew: of one that is not trusted no widget is shown.
        """
        notebook = self.read(name)
        del notebook.metadata["widgets"]
        nbformat.write(notebook, self.folder / "notebooks" / name)
        notary = nbformat.sign.NotebookNotary(data_dir=str(self.folder / "data"))
        notary.sign(notebook)
        notary.store.close()

    def idle_kernel(self, notebook: str) -> str | None:
        """Give the id of a notebook's kernel once that waits for work."""
        for session in self._ask("GET", "/api/sessions").json():
            kernel = session["kernel"]
            if session["path"] == notebook and kernel["execution_state"] == "idle":
                return str(kernel["id"])
        return None

    def kernels(self) -> set[str]:
        """Give the ids of all kernels."""
        return {kernel["id"] for kernel in self._ask("GET", "/api/kernels").json()}

    def end_sessions(self) -> None:
        """End all kernels, and with them the sessions: two may have one kernel."""
        for kernel in self.kernels():
            self.shut_down(kernel)

    def files_with(self, text: str) -> list[str]:
        """List the files below `folder` that hold *text*, as it is or in base64."""
        return scratch.files_with(text, self.folder)

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

    def shut_down(self, kernel: str) -> None:
        """End a kernel, as happens to each between two days."""
        self._ask("DELETE", f"/api/kernels/{kernel}")

    def _ask(self, method: str, path: str) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False  # no proxy stands between this machine and itself
            session.headers["Authorization"] = f"token {self._token}"
            answer = session.request(method, f"{self.url}{path}", timeout=60)
        answer.raise_for_status()
        return answer


class Front(NamedTuple):
    """A front end: a server, and where on it notebooks are opened."""

    lab: Lab
    path: str


@contextmanager
def serving(folder: Path, python: str = sys.executable) -> Iterator[Lab]:
    """Serve JupyterLab for a `with` block; all that it writes goes to *folder*.

    Notebook 7 and Voila are extensions of the same server, so they are served, too.

    Args:
        folder: Where it may write.
        python: Of the environment that JupyterLab is installed in.
    """
    off = {f"@jupyterlab/{name}-extension": True for name in _OFF}
    files = {
        f"settings/{name}.jupyterlab-settings": values
        for name, values in _SETTINGS.items()
    } | {"config/labconfig/page_config.json": {"disabledExtensions": off}}
    for name, values in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), "utf-8")
    (folder / "notebooks").mkdir()
    (folder / "home").mkdir()
    # Asked for no port, two servers that start in the same moment find the same one
    # free, and only the first can listen there.
    with socket.create_server((_HOST, 0)) as free:
        port = free.getsockname()[1]
    command = f"jupyterlab --no-browser --allow-root --ip={_HOST} --port={port}".split()
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [
                *(python, "-m", *command, f"--notebook-dir={folder / 'notebooks'}"),
                "--LabApp.expose_app_in_browser=True",  # tests open notebooks by it
            ],
            env=scratch.environment(folder),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _when_up(folder, server)
        finally:
            server.terminate()
            with limited(server):
                server.wait()


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
