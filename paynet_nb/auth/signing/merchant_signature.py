"""`MerchantSignature`: X-Signature over some fields, beside the bearer token."""

from __future__ import annotations

import base64
from collections.abc import Callable

import requests

from paynet_nb.auth.client_credentials import ClientCredentialsAuth
from paynet_nb.auth.signing.key import SigningKey
from paynet_nb.auth.signing.merchant_fields import field_list, texts_of, values_of
from paynet_nb.auth.signing.signed_auth import SignedTokenAuth
from paynet_nb.credentials import Credentials
from paynet_nb.errors import SigningError, without_locals
from paynet_nb.wire import Hidden


class MerchantSignature(SignedTokenAuth):
    """Sign calls of the merchant APIs (DuitNow Online Banking/Wallets).

    Three calls can be signed: list of banks, payment, and status; what the others sign
    is not published. `clientId` in a request is the merchant ID (M and 7 digits), not
    the Client ID. The signature does not cover the rest of the body.

    Args:
        credentials_or_auth: Whose token goes with it.
        key: The private key.
        key_id: What `X-Signature-Key` says: the serial number of the certificate that
            verifies the signature, in lower-case hex; default: that of `key`.
        clock: Unix time; for tests.

    Raises:
        SigningError: There is no *key_id*, and no certificate beside the key.
    """

    @without_locals
    def __init__(
        self,
        credentials_or_auth: Credentials | ClientCredentialsAuth,
        key: SigningKey,
        key_id: str | None = None,
        *,
        clock: Callable[[], float] | None = None,
    ) -> None:
        super().__init__(credentials_or_auth, clock=clock)
        self.key, self.key_id = key, checked_key_id(key, key_id)

    def sign(self, request: requests.PreparedRequest) -> None:
        """Put X-Signature and X-Signature-Key on *request*.

        Raises:
            SigningError: What this call signs is not known, or it lacks a field.
        """
        known = field_list(request.method or "", request.url or "")
        text = "".join(texts_of(known, values_of(request)))
        signature = base64.b64encode(self.key.sign(text.encode())).decode()
        request.headers["X-Signature"] = Hidden(signature)
        request.headers["X-Signature-Key"] = self.key_id

    def __repr__(self) -> str:
        return f"<MerchantSignature {self.key_id} beside {self.token_auth!r}>"


def checked_key_id(key: SigningKey, key_id: str | None) -> str:
    """Give the ID to name a key by.

    Raises:
        SigningError: *key* is no `SigningKey`, or nothing names it.
    """
    if not isinstance(key, SigningKey):
        raise SigningError(
            f"key is no pn.SigningKey, but {type(key).__name__}; read one with "
            "pn.SigningKey.from_pem(path)"
        )
    found = key.serial if key_id is None else key_id
    if not found:
        raise SigningError(
            "no certificate stands beside the key; give key_id=, its name at PayNet, "
            "or key.with_certificate(path)"
        )
    return found
