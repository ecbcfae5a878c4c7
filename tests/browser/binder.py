"""What Binder's images bring, in an environment of its own."""

from __future__ import annotations

from pathlib import Path

import uv

from tests.helpers.environments import environment_with, run
from tests.house.repo import ROOT


def installed(folder: Path) -> Path:
    """Install what a Binder of this repository has; give that environment's Python."""
    wanted = ["-r", "binder/image.txt", "-r", "binder/requirements.txt"]
    python = environment_with(folder, *wanted) / "python"
    # As in `.ci/run`: with it the server compiles a grammar for seconds as it starts.
    uninstall = (uv.find_uv_bin(), "pip", "uninstall", "--quiet", "--python", python)
    run(*uninstall, "rfc3987-syntax", cwd=ROOT)
    return python
