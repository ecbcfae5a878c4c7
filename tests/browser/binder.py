"""What Binder's images bring, in an environment of its own."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.environments import environment_with


def installed(folder: Path) -> Path:
    """Install what a Binder of this repository has; give that environment's Python."""
    wanted = ["-r", "binder/image.txt", "-r", "binder/requirements.txt"]
    return environment_with(folder, *wanted) / "python"
