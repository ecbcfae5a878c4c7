"""What Binder's images bring, in an environment of its own."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.environments import environment_with

# repo2docker's locks of 2025-10, which the images are built from, have these.
_PINS = "jupyterlab==4.4.9 notebook==7.4.7 ipywidgets==8.1.7 jupyter_server==2.17.0"


def installed(folder: Path) -> Path:
    """Install what a Binder of this repository has; give that environment's Python."""
    wanted = [*_PINS.split(), "-r", "binder/requirements.txt"]
    return environment_with(folder, *wanted) / "python"
