"""`Session`: what a login gives, the same whichever way in has served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from paynet_nb.auth import ClientCredentialsAuth
from paynet_nb.client.client import Client
from paynet_nb.credentials import Credentials
from paynet_nb.paynet import Environment


@runtime_checkable
class Gateway(Protocol):
    """What brings an environment and keys for it, as a `Sandbox` does."""

    @property
    def environment(self) -> Environment:
        """Where the gateway is."""

    @property
    def credentials(self) -> Credentials:
        """The keys that it accepts."""


class Holder(Protocol):
    """What has credentials, or will have them: a form that is still to be filled in.

    The three raise `CredentialsError` while there are none.
    """

    @property
    def submitted(self) -> bool:
        """Whether there are credentials."""

    @property
    def credentials(self) -> Credentials:
        """The credentials."""

    @property
    def auth(self) -> ClientCredentialsAuth:
        """Their one auth."""

    @property
    def client(self) -> Client:
        """Their one client."""


@dataclass(frozen=True, eq=False)
class Held:
    """One auth and one client for credentials that are at hand."""

    auth: ClientCredentialsAuth
    client: Client

    @classmethod
    def of(cls, credentials: Credentials) -> Held:
        """Make auth and client; nothing is sent."""
        auth = ClientCredentialsAuth(credentials)
        return cls(auth, Client(auth))

    @property
    def submitted(self) -> bool:
        """Always."""
        return True

    @property
    def credentials(self) -> Credentials:
        """The credentials."""
        return self.auth.credentials


class Session:
    """Credentials, auth and client of one login; `pn.login` makes it.

    Where a form has to be filled in first, they are there once it is.

    Attributes:
        holder: The form, to show it again; or what was found at once.
    """

    def __init__(self, environment: Environment, holder: Holder) -> None:
        self._environment = environment
        self.holder = holder

    @property
    def submitted(self) -> bool:
        """Whether there are credentials."""
        return self.holder.submitted

    @property
    def credentials(self) -> Credentials:
        """The credentials; their `source` says where they came from.

        Raises:
            CredentialsError: There are none yet.
        """
        return self.holder.credentials

    @property
    def auth(self) -> ClientCredentialsAuth:
        """The one auth of these credentials.

        Raises:
            CredentialsError: There are no credentials yet.
        """
        return self.holder.auth

    @property
    def client(self) -> Client:
        """The one client of these credentials.

        Raises:
            CredentialsError: There are no credentials yet.
        """
        return self.holder.client

    def __repr__(self) -> str:
        state = "no credentials yet, fill in its form"
        if self.submitted:
            state = f"credentials from {self.credentials.source}"
        return f"<Session for {self._environment.name}: {state}>"
