"""`login`: credentials from where they are at hand, else from a person."""

from __future__ import annotations

import sys
from collections.abc import Callable

from paynet_nb.client import HasKeys, Session
from paynet_nb.credentials import Credentials, Secret, from_keyring, variable
from paynet_nb.display import has_kernel, running_cell, show, visible
from paynet_nb.errors import ConfigurationError, without_locals
from paynet_nb.paynet import Environment


@without_locals
def login(
    environment: Environment | HasKeys,
    *,
    client_id: str | None = None,
    client_secret: str | Secret | None = None,
) -> Session:
    """Take credentials from the first that has them, and say in one line which it was.

    In order: the arguments; the keys that a `Sandbox` brings; PAYNET_CLIENT_ID and
    PAYNET_CLIENT_SECRET; the keyring of the operating system (extra "keyring"); in a
    notebook a form, which is shown; else a prompt. It sends nothing and waits for
    nobody but at the prompt of a terminal.

        session = pn.login(pn.CERTIFICATION)

    Args:
        environment: Which environment they are for, or a `Sandbox`.
        client_id: The Client ID, where a program has it from elsewhere.
        client_secret: The Client Secret that goes with it.

    Returns:
        What has `credentials`, `auth` and `client`: at once, or once the form is
        filled in.

    Raises:
        CredentialsError: What was found is half there or cannot be right, or there is
            nothing and nobody to ask.
        ConfigurationError: *environment* is neither an environment nor a sandbox.
        RefusedError: This is a public machine, and the environment no sandbox.
    """
    gateway = None if isinstance(environment, Environment) else environment
    where = _environment_of(environment)
    where.refuse_if_closed()
    ways: dict[str, Callable[[], Credentials | str]] = {
        "arguments": lambda: _from_arguments(where, client_id, client_secret),
        "the sandbox": lambda: gateway.credentials if gateway else "",
        "environment variables": lambda: _from_variables(where),
        "keyring": lambda: from_keyring(where),
    }
    passed_over: list[str] = []
    for way, look in ways.items():
        found = look()
        if isinstance(found, Credentials):
            _tell(where, f"credentials from {way}", passed_over)
            return Session.of(found)
        if found:
            passed_over.append(f"{way} ({found})")
    if has_kernel():
        _tell(where, "fill in the form", passed_over)
        # Here, so that widgets are loaded by those only who need one.
        from paynet_nb.widgets import CredentialForm

        form = CredentialForm(where)
        show(form)
        form.session.shown_in = running_cell()
        return form.session
    _tell(where, "asking here", [*passed_over, "form (this is no notebook)"])
    return Session.of(Credentials.prompt(where))


def _environment_of(given: object) -> Environment:
    if isinstance(given, Environment):
        return given
    if isinstance(given, HasKeys):
        return given.environment
    raise ConfigurationError(
        "login wants an environment such as pn.CERTIFICATION, or a Sandbox, "
        f"not {type(given).__name__}"
    )


def _from_arguments(
    environment: Environment, client_id: str | None, client_secret: str | Secret | None
) -> Credentials | str:
    if client_id is None and client_secret is None:
        return "not given"
    return Credentials(client_id or "", client_secret or "", environment)


def _from_variables(environment: Environment) -> Credentials | str:
    names = ("PAYNET_CLIENT_ID", "PAYNET_CLIENT_SECRET")
    if not any(map(variable, names)):
        return "not set"
    # The keys of one environment are not sent to another.
    name = variable("PAYNET_ENVIRONMENT")
    token_url = variable("PAYNET_TOKEN_URL")
    if token_url and token_url != environment.token_url:
        return "for another PAYNET_TOKEN_URL"
    if not token_url and name and name.lower() != environment.name.lower():
        return f"for {name!r}"
    return Credentials.from_env(environment)


def _tell(environment: Environment, outcome: str, passed_over: list[str]) -> None:
    rest = f"; nothing in: {', '.join(passed_over)}" if passed_over else ""
    # A script's output may be data for another program; a notebook paints stderr red.
    channel = sys.stdout if has_kernel() else sys.stderr
    print(visible(f"{environment.name}: {outcome}{rest}"), file=channel)
