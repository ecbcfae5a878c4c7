"""A PayNet-like gateway on this machine: `Sandbox`, for lessons and for tests.

It stands on Flask, Authlib, PyJWT and waitress, which the extra "sandbox" installs.
"""

from __future__ import annotations

from paynet_nb.errors import ConfigurationError

__all__ = ["Classroom", "HttpServer", "MysteryToken", "Sandbox", "listen"]

_missing = ""
try:
    from paynet_nb.sandbox.box import Sandbox
    from paynet_nb.sandbox.classroom import Classroom
    from paynet_nb.sandbox.mysteries import MysteryToken
    from paynet_nb.sandbox.server import HttpServer, listen
except ModuleNotFoundError as error:
    if not error.name or error.name.partition(".")[0] == "paynet_nb":
        raise
    _missing = error.name
if _missing:
    raise ConfigurationError(
        f"the sandbox needs {_missing}, which is not installed; run: "
        'python -m pip install "paynet_nb[sandbox]"'
    )
