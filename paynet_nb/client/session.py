"""`Session`: who holds credentials, the same whichever way in has served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from paynet_nb.auth import ClientCredentialsAuth
from paynet_nb.client.client import Client
from paynet_nb.credentials import Credentials, key_from_keyring, variable
from paynet_nb.display import running_cell, show, show_text
from paynet_nb.errors import CredentialsError
from paynet_nb.paynet import Environment

if TYPE_CHECKING:
    from paynet_nb.auth import SigningKey

_KEY_VARIABLES = ("PAYNET_SIGNING_KEY_FILE", "PAYNET_SIGNING_KEY")
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
        shown_in: The cell that shows the form already; None: none does.
    """

    def __init__(self, place: str, form: object = None) -> None:
        self._place = place
        self.form = form
        self.shown_in: str | None = None
        self._client: Client[ClientCredentialsAuth] | None = None
        self._key: SigningKey | None = None

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

    @property
    def key(self) -> SigningKey:
        """The private key to sign with, read when it is first asked for.

        It is that of `SigningKey.from_env`, else the entry "signing-key" that the
        keyring of the operating system has for this environment.

        Raises:
            SigningError: There is none, or none that serves.
            CredentialsError: There are no credentials yet.
        """
        if self._key is None:
            # Here, so that cryptography is loaded by those only who sign.
            from paynet_nb.auth import SigningKey

            named = any(map(variable, _KEY_VARIABLES))
            kept = None if named else key_from_keyring(self.credentials.environment)
            self._key = (
                SigningKey.from_pem(kept.reveal()) if kept else SigningKey.from_env()
            )
        return self._key

    def _ipython_display_(self) -> None:
        # A form tells how things are now; a text would stay as it was.
        if self.form is None:
            show_text(repr(self))
        elif self.shown_in is None or self.shown_in != running_cell():
            show(self.form)

    def __repr__(self) -> str:
        if not self.submitted:
            return f"<Session for {self._place}: no credentials yet, fill in its form>"
        where = self.credentials.environment.name
        return f"<Session for {where}: credentials from {self.credentials.source}>"
