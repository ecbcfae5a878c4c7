"""`Credentials`: the Client ID and Client Secret of one environment.

What this module does not do: no form, no file, no network.
"""

from __future__ import annotations

import getpass
import os
import re
import sys
from dataclasses import dataclass, field

from paynet_nb.credentials.secret import Secret
from paynet_nb.errors import (
    ConfigurationError,
    CredentialsError,
    RefusedError,
    without_locals,
)
from paynet_nb.paynet import (
    CERTIFICATION,
    KNOWN,
    STAGES,
    Environment,
    as_environment,
    is_loopback,
    origin_of,
)

_INVISIBLE = " \t\r\n\f\v\u00a0\u200b\u200c\u200d\u2060\ufeff"
_QUOTES = {'"': '"', "'": "'", "`": "`", "\u201c": "\u201d", "\u2018": "\u2019"}
_HEADLESS = (
    "nobody can answer a prompt here; set PAYNET_CLIENT_ID and PAYNET_CLIENT_SECRET "
    "and use pn.Credentials.from_env()"
)
# What pages write where a key belongs: PayNet's has **yourClientId**, others have
# <your client id>, YOUR_CLIENT_SECRET, client_id, ${CLIENT_ID}, stars.
_PLACEHOLDER = re.compile(
    r"<[\w .-]+>|\{\{.*\}\}|\$\{\w+\}|\$PAYNET_\w+|[*.x_-]{3,}"
    r"|\W*(?:(?:your|my|the|paynet|enter|insert|paste|put)[\s_-]*)*"
    r"client[\s_-]*(?:id|secret|key)(?:[\s_-]*here)?\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, init=False)
class Credentials:
    """What identifies an application to one environment.

    White space and quotes around pasted values are taken off.

    Attributes:
        client_id: The application's name; not a secret.
        client_secret: The application's password; `client_secret.reveal()` gives it.
        environment: The one environment that these are for.
        source: Where they came from: "arguments", "environment variables", "prompt"...

    Raises:
        CredentialsError: A value is empty or cannot be right (RFC 6749 appendix A:
            printable ASCII only).
        RefusedError: This is a public machine, and the environment no sandbox.
    """

    client_id: str
    client_secret: Secret
    environment: Environment
    source: str = field(compare=False)

    @without_locals
    def __init__(
        self,
        client_id: str,
        client_secret: str | Secret,
        environment: Environment,
        *,
        source: str = "arguments",
    ) -> None:
        client_id, client_secret = cleaned(client_id), _cleaned_secret(client_secret)
        object.__setattr__(self, "client_id", client_id)
        object.__setattr__(self, "client_secret", client_secret)
        object.__setattr__(self, "environment", environment)
        object.__setattr__(self, "source", source)
        if not isinstance(environment, Environment):
            raise ConfigurationError(
                "credentials belong to one environment; pass one as the third "
                "argument, for example pn.CERTIFICATION"
            )
        environment.refuse_if_closed()
        for what, problem in (
            ("Client ID", _problem(client_id)),
            ("Client Secret", _problem(client_secret.reveal())),
        ):
            if problem:
                raise CredentialsError(
                    f"the {what} for {environment.name!r} {problem}; "
                    f"{_where_keys_are(environment)}"
                )

    @classmethod
    @without_locals
    def from_env(cls, environment: Environment | None = None) -> Credentials:
        """Read PAYNET_CLIENT_ID and PAYNET_CLIENT_SECRET.

        Quotes and white space that an env file put around a value are taken off.

        Args:
            environment: Which environment they are for. When None, PAYNET_BASE_URL and
                PAYNET_TOKEN_URL give one of your own, else PAYNET_ENVIRONMENT names a
                known one (default: certification).

        Raises:
            CredentialsError: A variable is not set or its value cannot be right.
            ConfigurationError: No environment can be made of the variables; the one
                that is wrong is named.
        """
        names = ("PAYNET_CLIENT_ID", "PAYNET_CLIENT_SECRET")
        values = [_cleaned_secret(Secret(os.environ.get(name, ""))) for name in names]
        missing = [
            name
            for name, value in zip(names, values, strict=True)
            if not value.reveal()
        ]
        if missing:
            raise CredentialsError(
                f"{' and '.join(missing)} not set; set them before the notebook's "
                "server starts, or use pn.CredentialForm or pn.Credentials.prompt"
            )
        if environment is None:
            environment = _environment_from_env()
        as_environment(environment)
        for name, value in zip(names, values, strict=True):
            if problem := _problem(value.reveal()):
                raise CredentialsError(
                    f"{name} for {environment.name!r} {problem}; "
                    f"{_where_keys_are(environment)}"
                )
        client_id, client_secret = values
        return cls(
            client_id.reveal(),
            client_secret,
            environment,
            source="environment variables",
        )

    @classmethod
    @without_locals
    def prompt(cls, environment: Environment) -> Credentials:
        """Ask for both values with `getpass`, so that neither is shown or kept.

        Raises:
            CredentialsError: Nobody can answer (a headless run), or a value cannot be
                right.
        """
        as_environment(environment).refuse_if_closed()
        # The Client ID too: people paste into the wrong field, and input() would leave
        # that in the notebook.
        client_id = _ask(f"Client ID for {environment.name}: ")
        client_secret = _ask(f"Client Secret for {environment.name}: ")
        return cls(client_id.reveal(), client_secret, environment, source="prompt")


def cleaned(value: object) -> str:
    """Take off what copying adds: white space, marks without width, quotes around."""
    if not isinstance(value, str):
        return ""
    text = value.strip(_INVISIBLE)
    while len(text) > 1 and _QUOTES.get(text[0]) == text[-1]:
        text = text[1:-1].strip(_INVISIBLE)
    return text


def _cleaned_secret(value: str | Secret) -> Secret:
    return Secret(cleaned(value.reveal() if isinstance(value, Secret) else value))


def _problem(value: str) -> str | None:
    """Say what is wrong with a cleaned value without quoting it; None: nothing."""
    if not value:
        return "is empty or no text"
    if _PLACEHOLDER.fullmatch(value):
        return "is still the placeholder of an example, not yours"
    if len(value.splitlines()) > 1:
        return "has a line break inside"
    if not all(" " <= character <= "~" for character in value):
        return (
            "holds a character that no key has (a control character, a masking dot or "
            "a letter outside ASCII; RFC 6749 appendix A)"
        )
    return None


def _where_keys_are(environment: Environment) -> str:
    if environment.stage == "sandbox":
        return "a sandbox has keys of its own, box.credentials"
    return "copy it again from the API keys in PayNet's Developer Portal"


def _environment_from_env() -> Environment:
    name = variable("PAYNET_ENVIRONMENT").lower()
    base_url = _address("PAYNET_BASE_URL")
    token_url = _address("PAYNET_TOKEN_URL")
    known = {environment.name: environment for environment in KNOWN}
    if not base_url and not token_url and (name or CERTIFICATION.name) in known:
        return known[name or CERTIFICATION.name]
    if not base_url and not token_url and name not in STAGES:
        raise ConfigurationError(
            f"PAYNET_ENVIRONMENT={name!r} is not known; use {', '.join(known)}; "
            "or set PAYNET_BASE_URL and PAYNET_TOKEN_URL for another environment"
        )
    if name in STAGES:
        stage = name
    elif base_url and is_loopback(origin_of(base_url).host):
        stage = "sandbox"
    else:
        # An address that nobody named is treated as the one where a mistake costs most.
        stage = "production"
    return Environment(
        name=name or "my-environment",
        base_url=base_url,
        token_url=token_url,
        stage=stage,
        source="environment variables",
    )


def variable(name: str) -> str:
    """Read an environment variable, without what env files put around values.

    `docker --env-file` and others keep the quotes of NAME="value".
    """
    return cleaned(os.environ.get(name, ""))


def _address(name: str) -> str:
    url = variable(name)
    try:
        if url:
            origin_of(url)
    except RefusedError as error:
        raise ConfigurationError(f"{name}: {error}") from None
    return url


def _ask(question: str) -> Secret:
    if not _someone_can_answer():
        raise CredentialsError(_HEADLESS)
    try:
        return Secret(getpass.getpass(question))
    except (EOFError, NotImplementedError):
        # ipykernel raises StdinNotImplementedError, a NotImplementedError, at once.
        pass
    raise CredentialsError(_HEADLESS)


def _someone_can_answer() -> bool:
    """Tell whether a prompt has a reader: a Jupyter front end or a terminal."""
    # ipykernel puts its own function in place of the standard library's.
    if getattr(getpass.getpass, "__module__", "") != getpass.__name__:
        return True
    return sys.stdin is not None and sys.stdin.isatty()
