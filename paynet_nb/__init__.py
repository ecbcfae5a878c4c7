"""paynet_nb: explore PayNet's API gateway in a notebook, from a key to a table.

    import paynet_nb as pn
    from paynet_nb.sandbox import Sandbox

    box = Sandbox()
    client = pn.Client(pn.ClientCredentialsAuth(box.credentials))
    call = client.put("/v1/picasso-guard/echo", json={"hello": "PayNet"})
    call.to_frame()

Each name is loaded when it is first used (PEP 562), so importing the package is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paynet_nb.auth.claims import (
        SAMPLE_TOKEN,
        Finding,
        TokenInspection,
        compare_tokens,
        inspect_token,
    )
    from paynet_nb.auth.client_credentials import ClientCredentialsAuth
    from paynet_nb.auth.token import Token
    from paynet_nb.client.client import Client
    from paynet_nb.client.session import Session
    from paynet_nb.credentials.credentials import Credentials
    from paynet_nb.errors import (
        CallError,
        ClaimsError,
        ConfigurationError,
        CredentialsError,
        PaynetError,
        RefusedError,
        TokenError,
    )
    from paynet_nb.frames import rebuild, tables
    from paynet_nb.history.comparison import compare
    from paynet_nb.history.history import History
    from paynet_nb.paynet.environments import (
        CERTIFICATION,
        REPORTS_PRODUCTION,
        REPORTS_UAT,
        Environment,
    )
    from paynet_nb.start.sign_in import login
    from paynet_nb.widgets import CredentialForm, RequestForm
    from paynet_nb.wire.call import Call

__version__ = "0.1.0"

_HOME = {
    "CERTIFICATION": "paynet.environments",
    "Call": "wire.call",
    "CallError": "errors",
    "ClaimsError": "errors",
    "Client": "client.client",
    "ClientCredentialsAuth": "auth.client_credentials",
    "ConfigurationError": "errors",
    "CredentialForm": "widgets",
    "Credentials": "credentials.credentials",
    "CredentialsError": "errors",
    "Environment": "paynet.environments",
    "Finding": "auth.claims",
    "History": "history.history",
    "PaynetError": "errors",
    "REPORTS_PRODUCTION": "paynet.environments",
    "REPORTS_UAT": "paynet.environments",
    "RefusedError": "errors",
    "RequestForm": "widgets",
    "SAMPLE_TOKEN": "paynet.sample_token",
    "Session": "client.session",
    "Token": "auth.token",
    "TokenError": "errors",
    "TokenInspection": "auth.claims",
    "compare": "history.comparison",
    "compare_tokens": "auth.claims",
    "inspect_token": "auth.claims",
    "login": "start.sign_in",
    "rebuild": "frames",
    "tables": "frames",
}

__all__ = [
    "CERTIFICATION",
    "REPORTS_PRODUCTION",
    "REPORTS_UAT",
    "SAMPLE_TOKEN",
    "Call",
    "CallError",
    "ClaimsError",
    "Client",
    "ClientCredentialsAuth",
    "ConfigurationError",
    "CredentialForm",
    "Credentials",
    "CredentialsError",
    "Environment",
    "Finding",
    "History",
    "PaynetError",
    "RefusedError",
    "RequestForm",
    "Session",
    "Token",
    "TokenError",
    "TokenInspection",
    "compare",
    "compare_tokens",
    "inspect_token",
    "login",
    "rebuild",
    "tables",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, also those not loaded yet, for completion."""
    return sorted({*globals(), *__all__})
