"""Who am I: a Client ID and its secret, from code, variables, a prompt, a keyring."""

from paynet_nb.credentials.credentials import Credentials, cleaned, variable
from paynet_nb.credentials.keyring import from_keyring, key_from_keyring
from paynet_nb.credentials.secret import Secret

__all__ = [
    "Credentials",
    "Secret",
    "cleaned",
    "from_keyring",
    "key_from_keyring",
    "variable",
]
