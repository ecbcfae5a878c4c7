"""`auto`: for each call the signature that PayNet's contract wants of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import requests

from paynet_nb.auth.base import Auth
from paynet_nb.auth.client_credentials import ClientCredentialsAuth
from paynet_nb.auth.signing.jws_auth import JwsAuth
from paynet_nb.auth.signing.key import SigningKey
from paynet_nb.auth.signing.merchant_signature import MerchantSignature
from paynet_nb.auth.signing.pay_jwt_auth import PayJwtAuth
from paynet_nb.auth.signing.reports_auth import ReportsAuth
from paynet_nb.auth.signing.signed_auth import SignedAuth, SignedTokenAuth
from paynet_nb.credentials import Credentials
from paynet_nb.errors import SigningError, without_locals
from paynet_nb.paynet import find_operation

_WANTS = {
    "merchant-rsa": ("pn.MerchantSignature", "key="),
    "jws": ("pn.JwsAuth", "key= and iss="),
    "pay-jwt": ("pn.PayJwtAuth", "key=, iss= and sub="),
}


@without_locals
def auto(
    credentials_or_auth: Credentials | ClientCredentialsAuth,
    *,
    key: SigningKey | None = None,
    iss: str | None = None,
    sub: str | None = None,
    key_id: str | None = None,
    unsigned: bool = False,
    clock: Callable[[], float] | None = None,
) -> ContractAuth:
    """Make an auth that signs each call as the contract wants it.

    A call that the contract does not know gets the token alone.

    Args:
        credentials_or_auth: Whose token.
        key: The private key; without one, only calls of Reports are signed.
        iss: The participant's BIC, for JWS and DuitNow Pay.
        sub: The merchant ID, for DuitNow Pay.
        key_id: What names the key at PayNet; default: its certificate's serial number.
        unsigned: Send what cannot be signed with the token alone, to see what is
            answered; else it is refused before it is sent.
        clock: Unix time; for tests.

    Raises:
        SigningError: An argument cannot be right.
    """
    token = (
        credentials_or_auth
        if isinstance(credentials_or_auth, ClientCredentialsAuth)
        else ClientCredentialsAuth(credentials_or_auth, clock=clock)
    )
    schemes: dict[str, Auth] = {
        "token": token,
        "none": token,
        "reports-hmac": ReportsAuth(token, clock=clock),
    }
    if key is not None:
        schemes["merchant-rsa"] = MerchantSignature(token, key, key_id, clock=clock)
        if iss is not None:
            schemes["jws"] = JwsAuth(key, iss=iss, key_id=key_id, clock=clock)
        if iss is not None and sub is not None:
            schemes["pay-jwt"] = PayJwtAuth(
                key, iss=iss, sub=sub, key_id=key_id, clock=clock
            )
    return ContractAuth(token, schemes, unsigned=unsigned)


class ContractAuth(SignedTokenAuth):
    """What `auto` gives: it has each call authorized by the scheme that is due.

    Args:
        token_auth: Authorizes what needs no signature.
        schemes: The auths at hand, by the contract's names for schemes.
        unsigned: Also authorizes what cannot be signed.
    """

    def __init__(
        self,
        token_auth: ClientCredentialsAuth,
        schemes: Mapping[str, Auth],
        *,
        unsigned: bool,
    ) -> None:
        super().__init__(token_auth, clock=None)
        self._schemes = schemes
        self._unsigned = unsigned

    def authorize(self, request: requests.PreparedRequest) -> None:
        """Put on *request* what the contract wants of it.

        Raises:
            RefusedError: It goes to another origin than the environment's.
            TokenError: There is no token to be had.
            SigningError: It cannot be signed as the contract wants it.
        """
        # Also of a call whose signature is no token: what is signed could be used.
        self.token_auth.check_origin(request)
        try:
            self._scheme_of(request).authorize(request)
        except SigningError:
            if not self._unsigned:
                raise
            self.token_auth.authorize(request)

    def sign(self, request: requests.PreparedRequest) -> None:
        """Put the signature that is due on *request*, and no token beside it.

        Raises:
            SigningError: It cannot be signed as the contract wants it.
        """
        chosen = self._scheme_of(request)
        if isinstance(chosen, SignedAuth):
            chosen.sign(request)

    def renewed_request(
        self, response: requests.Response, *, replay_unsafe: bool = False
    ) -> requests.PreparedRequest | None:
        """Make the request to send once more after a 401, by what authorized it."""
        chosen = self._schemes.get(_wanted(response.request), self.token_auth)
        return chosen.renewed_request(response, replay_unsafe=replay_unsafe)

    def _scheme_of(self, request: requests.PreparedRequest) -> Auth:
        wanted = _wanted(request)
        if wanted not in self._schemes:
            name, lacks = _WANTS[wanted]
            raise SigningError(
                f"{request.method} {request.path_url.partition('?')[0]} is signed by "
                f"{name}; give {lacks} to pn.auto, or unsigned=True to send it with "
                "the token alone"
            )
        return self._schemes[wanted]

    def __repr__(self) -> str:
        signs = ", ".join(sorted(self._schemes.keys() - {"none", "token"}))
        return f"<ContractAuth {signs} beside {self.token_auth!r}>"


def _wanted(request: requests.PreparedRequest) -> str:
    found = find_operation(request.method or "", request.url or "")
    return found.scheme if found else "token"
