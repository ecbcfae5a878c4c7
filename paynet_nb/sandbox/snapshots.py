"""A sandbox's state outside of it: a dict that JSON can hold, or a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from paynet_nb.errors import ConfigurationError

FORMAT = "paynet_nb sandbox state 1"


def write_state(
    tables: dict[str, Any], time: datetime | None, path: str | Path | None
) -> dict[str, Any]:
    """Make a state, and write it to a file if one is named."""
    told = time.isoformat() if time else None
    state = {"format": FORMAT, "time": told, "tables": tables}
    if path is not None:
        Path(path).write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")
    return state


def read_state(state: Mapping[str, Any] | str | Path) -> dict[str, Any]:
    """Read a state; its time is a datetime or None.

    Raises:
        ConfigurationError: It is none, or the file cannot be read.
    """
    if isinstance(state, str | Path):
        try:
            return _checked(json.loads(Path(state).read_text("utf-8")))
        except OSError as error:
            raise ConfigurationError(f"{state}: {error.strerror}") from None
        except ValueError:
            raise ConfigurationError(f"{state}: {_NONE}") from None
    return _checked(state)


_NONE = "this is no state of a sandbox; give what box.state() gave"


def _checked(found: Any) -> dict[str, Any]:
    is_one = isinstance(found, Mapping) and found.get("format") == FORMAT
    if not is_one or not isinstance(found.get("tables"), dict):
        raise ConfigurationError(_NONE)
    moved = found.get("time")
    time = datetime.fromisoformat(moved) if moved else None
    return {"tables": found["tables"], "time": time}
