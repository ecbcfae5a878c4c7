"""`Session`: who holds credentials, the same whichever way in has served."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from paynet_nb.auth import ClientCredentialsAuth
from paynet_nb.client.client import Client
from paynet_nb.credentials import Credentials
from paynet_nb.errors import CredentialsError
from paynet_nb.paynet import Environment

WITHOUT_A_FORM = (
    "set PAYNET_CLIENT_ID and PAYNET_CLIENT_SECRET and use pn.Credentials.from_env()"
)


@runtime_checkable
class HasKeys(Protocol):
    """What brings an environment and keys for it, as a `Sandbox` does."""

    @property
    def environment(self) -> Environment:
        """Where the gateway is."""

    @property
    def credentials(self) -> Credentials:
        """The keys that it accepts."""


class Session:
    """Credentials with their one auth and their one client; `pn.login` makes it.

    Where a form has to be filled in first, it is empty until that is done.

    Args:
        place: The name of the environment, or of those to choose from.

    Attributes:
        form: The form that fills it, to show it again; None: it needed none.
    """

    def __init__(self, place: str, form: object = None) -> None:
        self._place = place
        self.form = form
        self._client: Client[ClientCredentialsAuth] | None = None

    @classmethod
    def of(cls, credentials: Credentials) -> Session:
        """Make a session of credentials that are at hand; nothing is sent."""
        made = cls(credentials.environment.name)
        made._client = Client(ClientCredentialsAuth(credentials))
        return made

    def take(self, other: Session | None) -> None:
        """Hold what *other* holds; None: nothing from here on."""
        self._client = other._client if other else None

    @property
    def submitted(self) -> bool:
        """Whether there are credentials."""
        return self._client is not None

    @property
    def credentials(self) -> Credentials:
        """The credentials; their `source` says where they came from.

        Raises:
            CredentialsError: There are none yet.
        """
        return self.auth.credentials

    @property
    def auth(self) -> ClientCredentialsAuth:
        """The one auth of these credentials; it holds the token.

        Raises:
            CredentialsError: There are no credentials yet.
        """
        return self.client.auth

    @property
    def client(self) -> Client[ClientCredentialsAuth]:
        """The one client of these credentials.

        Raises:
            CredentialsError: There are no credentials yet.
        """
        # Read once: JupyterLab has messages handled in a thread beside the cells.
        client = self._client
        if client is None:
            raise CredentialsError(
                "no credentials yet: fill in the form above and press Get token, then "
                f"run this cell again; headless: {WITHOUT_A_FORM}"
            )
        return client

    def __repr__(self) -> str:
        if not self.submitted:
            return f"<Session for {self._place}: no credentials yet, fill in its form>"
        where = self.credentials.environment.name
        return f"<Session for {where}: credentials from {self.credentials.source}>"
