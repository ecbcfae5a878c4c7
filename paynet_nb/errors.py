"""The exceptions of paynet_nb: one root, one leaf for each thing a user can act on.

    PaynetError
    |-- ConfigurationError (also ValueError)  an environment or an argument is wrong
    |-- CredentialsError (also ValueError)    no usable Client ID or Client Secret
    |-- TokenError                            the token endpoint gave no usable token
    |-- ClaimsError (also ValueError)         a text that cannot be read as a JWT
    |-- SigningError (also ValueError)        no key to sign with, or nothing to sign
    |-- CallError                             an API call had no usable answer
    `-- RefusedError                          stopped here: not sent, or not written

An HTTP status is data, not an exception: a 404 is an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paynet_nb.wire import Call


class PaynetError(Exception):
    """The root of all errors of paynet_nb; its message never holds a secret."""


class ConfigurationError(PaynetError, ValueError):
    """An environment or an argument is missing or cannot be right."""


class CredentialsError(PaynetError, ValueError):
    """There is no usable Client ID or Client Secret."""


class TokenError(PaynetError):
    """The token endpoint gave no usable token.

    Attributes:
        status: The HTTP status of the answer; None: there was no answer.
        error: The OAuth error code of the answer (RFC 6749 section 5.2), else None.
    """

    def __init__(
        self, message: str, *, status: int | None = None, error: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = error


class ClaimsError(PaynetError, ValueError):
    """A text cannot be read as a JSON Web Token, or a key cannot be used."""


class SigningError(PaynetError, ValueError):
    """A private key cannot be used, or a request cannot be signed as it is."""


class CallError(PaynetError):
    """An API call had no answer, or one that cannot be read as JSON.

    Attributes:
        call: What was recorded of it, redacted; None: nothing was sent.
    """

    def __init__(self, message: str, *, call: Call | None = None) -> None:
        super().__init__(message)
        self.call = call


class RefusedError(PaynetError):
    """Stopped here, before anything was sent or a file was there to hand on.

    Foreign host, plain HTTP, the production lock, or a file that would hold a secret.
    """
