"""Run a snippet as its user would, against an API that tells what it was sent."""

from __future__ import annotations

import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from werkzeug import Request, Response

from tests.helpers.gateway import SECRET, answer
from tests.helpers.programs import TIMEOUT_S

TOKEN = "opaque-token-0001"
VARIABLES = {"PAYNET_TOKEN": TOKEN, "PAYNET_CLIENT_SECRET": SECRET}
# What every client writes in its own way.
OWN = {"User-Agent", "Accept-Encoding", "Connection"}


def tell(request: Request) -> Response:
    """Answer with all that a request said; of the token, with its hash."""
    headers = {name: v for name, v in request.headers.items() if name not in OWN}
    # Under its own name the history would mask it.
    headers["used"] = sha256(headers.pop("Authorization").encode()).hexdigest()
    body = request.get_data().decode("latin-1")
    url = request.environ["REQUEST_URI"]
    return answer([request.method, url, dict(sorted(headers.items())), body])


def in_bash(command: str, folder: Path, **variables: str) -> str:
    """Run a command of curl in bash, with no settings of the developer's."""
    if not shutil.which("curl"):
        pytest.skip("curl is not on this machine")
    path = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        ["bash"],  # noqa: S607
        input=command,  # as it is pasted: no word of another command
        env={**path, **VARIABLES, **variables},
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    ).stdout


def in_python(program: str, folder: Path, **variables: str) -> str:
    """Run a program, and give the answer's body that it printed."""
    printed = subprocess.run(
        [sys.executable, "-c", program],
        env={**VARIABLES, **variables, "PYTHONIOENCODING": "utf-8"},
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    ).stdout
    return printed.partition(" ")[2]
