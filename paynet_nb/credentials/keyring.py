"""Credentials that a person keeps in the keyring of the operating system.

Entries under one service, because that is all that every backend can: not each of
them tells the user names of a service. A person writes them with keyring's own command:

    python -m keyring set paynet_nb:certification client-id
    python -m keyring set paynet_nb:certification client-secret
    python -m keyring set paynet_nb:certification signing-key < key.pem

What this module does not do: it writes nothing there.
"""

from __future__ import annotations

from paynet_nb.credentials.credentials import Credentials
from paynet_nb.credentials.secret import Secret
from paynet_nb.errors import CredentialsError
from paynet_nb.paynet import Environment

CLIENT_ID, CLIENT_SECRET = "client-id", "client-secret"
SIGNING_KEY = "signing-key"


def service_of(environment: Environment) -> str:
    """Name the keyring's service that an environment's credentials are kept under."""
    return f"paynet_nb:{environment.name}"


def from_keyring(environment: Environment) -> Credentials | str:
    """Read an environment's credentials.

    Returns:
        The credentials; or, where the keyring does not serve, why.

    Raises:
        CredentialsError: One of the two entries is missing, or cannot be right.
    """
    try:
        import keyring
    except ModuleNotFoundError:
        return 'not installed: pip install "paynet_nb[keyring]"'
    service = service_of(environment)
    try:
        client_id, client_secret = (
            _sealed(keyring.get_password(service, entry))
            for entry in (CLIENT_ID, CLIENT_SECRET)
        )
    except Exception as error:  # noqa: BLE001  # backends raise what their platform does
        # Its kind alone: nobody knows what a backend writes into its errors.
        return f"cannot be read: {type(error).__name__}"
    if not (client_id or client_secret):
        return f"nothing under {service}"
    if not (client_id and client_secret):
        missing = CLIENT_SECRET if client_id else CLIENT_ID
        raise CredentialsError(
            f"the keyring has no {missing} under {service}; "
            f"run: python -m keyring set {service} {missing}"
        )
    return Credentials(client_id.reveal(), client_secret, environment, source="keyring")


def key_from_keyring(environment: Environment) -> Secret | None:
    """Read the text of an environment's private key; None: it is not there."""
    try:
        import keyring

        return _sealed(keyring.get_password(service_of(environment), SIGNING_KEY))
    except Exception:  # noqa: BLE001  # not installed, or what its platform does
        return None


def _sealed(value: str | None) -> Secret | None:
    return None if value is None else Secret(value)
