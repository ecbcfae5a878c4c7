"""A notebook that programs run, not people, keeps no secret in what they write."""

from __future__ import annotations

import re
import secrets
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from paynet_nb.sandbox import Sandbox
from tests.helpers import scratch

TIMEOUT_S = 120
JWT = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}")
# The cells that get a token by the form, as a browser makes the form get it, and by
# variables, and that show all that can be shown.
SHOWING = (
    """
import os
import paynet_nb as pn
here = pn.Environment(
    name="here",
    stage="sandbox",
    base_url=os.environ["PAYNET_BASE_URL"],
    token_url=os.environ["PAYNET_TOKEN_URL"],
)
form = pn.CredentialForm(here)
form
""",
    """
typed = os.environ["PAYNET_CLIENT_ID"], os.environ["PAYNET_CLIENT_SECRET"]
content = {"data": {"method": "custom", "content": {"environment": 0}}}
buffers = [memoryview(text.encode()) for text in typed]
form.comm.handle_msg({"content": content, "buffers": buffers})
""",
    "form",
    "form.auth.get_token()",
    "form.credentials",
    "pn.inspect_token(form.auth.get_token())",
    "form.client.get('/merchants/v1/payments/lists/bank')",
    "form.client.history",
    "session = pn.login(here)\nsession",
    "session.client.get('/nowhere')",
    "session.client.history",
)
# Beside them, what the search has to find: a secret left behind.
CARELESS = "import ipywidgets\nipywidgets.Password(value=os.environ['CANARY'])"
# As in their manuals; each writes the state of widgets into the file.
RUNNERS = pytest.mark.parametrize(
    ("command", "written"),
    [
        ("-c 'import nbclient.cli as c; c.main()' --inplace run.ipynb", "run.ipynb"),
        ("-m nbconvert --execute --to html run.ipynb", "run.html"),
        ("-m papermill run.ipynb done.ipynb", "done.ipynb"),
    ],
    ids=["nbclient", "nbconvert", "papermill"],
)


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """Run a sandbox outside of the notebook's kernel."""
    with Sandbox() as box:
        yield box


def run(command: str, box: Sandbox, canary: str, folder: Path) -> None:
    """Write a notebook to *folder*, and run it with a sandbox's keys in variables."""
    scratch.write_notebook(folder / "run.ipynb", *SHOWING, CARELESS)
    keys = {
        "PAYNET_BASE_URL": box.environment.base_url,
        "PAYNET_TOKEN_URL": box.environment.token_url,
        "PAYNET_CLIENT_ID": box.credentials.client_id,
        "PAYNET_CLIENT_SECRET": box.credentials.client_secret.reveal(),
        "CANARY": canary,
    }
    with (folder / "log").open("wb") as log:
        subprocess.run(
            [sys.executable, *shlex.split(command)],
            cwd=folder,
            env=scratch.environment(folder) | keys,
            stdout=log,
            stderr=log,
            check=True,
            timeout=TIMEOUT_S,
        )


@RUNNERS
def test_secrets_leave_no_trace(
    command: str, written: str, box: Sandbox, tmp_path: Path
) -> None:
    """Form, login, token, calls and history are shown without secret and token.

    The control is in the same run: the value of a plain password field is found.
    """
    canary = secrets.token_hex(16)
    run(command, box, canary, tmp_path)

    text = (tmp_path / written).read_text("utf-8")
    # So the form was there, got its token, and the calls were made.
    for shown in ("widget-state", "held until", "source=", "paynet-", "/nowhere"):
        assert shown in text
    assert scratch.files_with(canary, tmp_path) == [written]
    assert scratch.files_with(box.credentials.client_secret.reveal(), tmp_path) == []
    assert JWT.findall(text) == []
