"""What Binder's images bring, in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

from tests.helpers.programs import TIMEOUT_S
from tests.house.repo import ROOT

# repo2docker's locks of 2025-10, which the images are built from, have these.
_PINS = "jupyterlab==4.4.9 notebook==7.4.7 ipywidgets==8.1.7 jupyter_server==2.17.0"
# As it was before the tests took proxies and certificates out: pip may need them.
_ENVIRONMENT = dict(os.environ)


def installed(folder: Path) -> Path:
    """Install what a Binder of this repository has; give that environment's Python."""
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    python = programs / "python"
    # Not compiled: most of it is never imported.
    pip = f"-m pip install --quiet --no-compile {_PINS} -r binder/requirements.txt"
    subprocess.run(
        [python, *pip.split()],
        cwd=ROOT,
        env=_ENVIRONMENT,
        check=True,
        timeout=10 * TIMEOUT_S,
    )
    return python
