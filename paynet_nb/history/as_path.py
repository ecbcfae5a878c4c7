"""The name of a file, as a person gives it."""

from __future__ import annotations

import os
from pathlib import Path

from paynet_nb.errors import ConfigurationError


def as_path(given: object) -> Path:
    """Take a text or a path; "~" is the home folder.

    Raises:
        ConfigurationError: It is neither.
    """
    if isinstance(given, str | os.PathLike):
        return Path(os.path.expanduser(given))
    raise ConfigurationError(
        f"the name of a file is wanted, a text or a path, not {type(given).__name__}"
    )
