"""The file that hands a sandbox's keys to another program, while it runs."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from paynet_nb.credentials import Credentials
from paynet_nb.errors import ConfigurationError


def as_variables(credentials: Credentials) -> str:
    """Write what `Credentials.from_env` reads, one variable a line."""
    environment = credentials.environment
    variables = {
        "ENVIRONMENT": environment.name,
        "BASE_URL": environment.base_url,
        "TOKEN_URL": environment.token_url,
        "CLIENT_ID": credentials.client_id,
        "CLIENT_SECRET": credentials.client_secret.reveal(),
    }
    return "".join(f"PAYNET_{name}={value}\n" for name, value in variables.items())


@contextlib.contextmanager
def kept(text: str, path: Path | None) -> Iterator[None]:
    """Keep keys in a file of its owner's, for as long as the block runs; None: nowhere.

    Printed, a secret would stay in a terminal's memory, a log or a screenshot.

    Raises:
        ConfigurationError: The file is there already, or cannot be written.
    """
    if path is None:
        yield
        return
    try:
        # Made for the owner alone from the start, and never over another file.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be made: {(error.strerror or '').lower()}; "
            "name a new file: paynet-nb sandbox --keys FILE"
        ) from None
    try:
        try:
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            problem = (error.strerror or type(error).__name__).lower()
            raise ConfigurationError(f"{path} cannot be written: {problem}") from None
        yield
    finally:
        path.unlink(missing_ok=True)
