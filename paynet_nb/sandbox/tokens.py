"""The sandbox's tokens: made, signed, remembered, and handed out by Authlib.

The good answer and the claims have the form of PayNet's API-keys page. PayNet's error
answers are not published: RFC 6749 section 5.2 with 400, and 401 for a wrong client,
is a sandbox assumption. So is the JWKS; PayNet publishes none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import uuid
from typing import Any

import jwt
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, InvalidRequestError, grants
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask, Request, Response, g, request

from paynet_nb.credentials import Credentials
from paynet_nb.paynet import AnswerCodes
from paynet_nb.sandbox.chance import Chance
from paynet_nb.sandbox.clock import Clock
from paynet_nb.sandbox.forgeries import token_of
from paynet_nb.sandbox.keys import GatewayKey
from paynet_nb.sandbox.ledger import forget_oldest
from paynet_nb.sandbox.scenarios import Scenario

SCOPE = "rpp:merchant"
FORM = "application/x-www-form-urlencoded"
REPORTS = "get_reports_token"  # the call by which the reports' token is asked for
REPORTS_LIFETIME_S = 3600
JWS_LIFETIME_S = 900


class TokenDesk:
    """Makes tokens and knows which of them are good."""

    def __init__(
        self,
        issuer: str,
        lifetime_s: int,
        clock: Clock,
        chance: Chance,
        key: GatewayKey,
    ) -> None:
        self._issuer = issuer
        self._lifetime_s = lifetime_s
        self._clock = clock
        self._chance = chance
        self._key = key
        # When each ends (Unix time), by its hash: no listing can show a token.
        self._ends: dict[bytes, float] = {}
        self._any_given = False
        self._lock = threading.Lock()

    @property
    def public_key(self) -> rsa.RSAPublicKey:
        """What verifies all that it signs."""
        return self._key.private.public_key()

    def jwks(self) -> dict[str, Any]:
        """Give the public key (RFC 7517 section 5)."""
        key = jwt.algorithms.RSAAlgorithm.to_jwk(
            self._key.private.public_key(), as_dict=True
        )
        # Without "alg": the one key signs tokens as RS256, messages as RS512.
        jwk = {"kty": "RSA", "use": "sig", "kid": self._key.kid}
        return {"keys": [jwk | {"n": key["n"], "e": key["e"]}]}

    def answer(
        self, client_id: str, scenario: Scenario, *, reports: bool = False
    ) -> dict[str, Any]:
        """Make a token and the answer that carries it, as the gateway or Reports do."""
        lifetime_s = scenario.lifetime_s or self._lifetime_s
        if reports:
            lifetime_s = min(lifetime_s, REPORTS_LIFETIME_S)
        if scenario.opaque:
            text = f"opaque-{self._chance.hex(32)}"
        else:
            now = int(self._clock.now()) + scenario.skew_s
            text = self._jwt(self._claims(client_id, now, lifetime_s))
        self._remember(text, lifetime_s, scenario)
        answer = _Answer(
            {
                "access_token": text,
                "token_type": "Bearer" if reports else "bearer",
                **({} if reports else {"scope": SCOPE}),
                "expires_in": lifetime_s,
            }
        )
        if scenario.reshape:
            scenario.reshape(answer)
        return answer

    def held_until(self) -> float | None:
        """Tell when the last of the good tokens ends (Unix time); None: none is."""
        now = self._clock.now()
        return max((end for end in [*self._ends.values()] if end > now), default=None)

    def gave(self, digest: bytes) -> bool:
        """Tell whether it knows a token still: given, not revoked; ended ones, too.

        Args:
            digest: The token's, by `digest_of`.
        """
        return digest in self._ends

    def problem_with(self, token: str) -> str | None:
        """Say why *token* is refused; None: it is good."""
        end = self._ends.get(digest_of(token))
        if end is None:
            return "The access token is unknown or revoked"
        return "The access token expired" if self._clock.now() >= end else None

    def revoke(self) -> None:
        """Refuse from now on every token given so far."""
        with self._lock:
            self._ends = {}

    def sign(self, text: str) -> str:
        """Sign *text* as PayNet signs fields: RSA-SHA256, PKCS#1 v1.5, base64."""
        signature = self._key.private.sign(text.encode(), padding.PKCS1v15(), SHA256())
        return base64.b64encode(signature).decode()

    def sign_body(
        self, body: str, *, message_id: str, issuer: str, forgery: str = ""
    ) -> str:
        """Make the JWS of a message: its claim `ds` is the hash of the body.

        Args:
            body: As it is sent.
            message_id: The message's own.
            issuer: Whose message it is.
            forgery: What is wrong with it, one of `FORGERIES`; "": nothing.
        """
        now = int(self._clock.now())
        claims = {
            "iat": now,
            "iss": issuer,
            "jti": message_id,
            "exp": now + JWS_LIFETIME_S,
            "key": issuer,
            "ds": hashlib.sha256(body.encode()).hexdigest(),
        }
        return token_of(claims, self._key, "RS512", forgery)

    def sign_data(self, body: Any, issuer: str, *, forgery: str = "") -> str:
        """Make the JWT of a DuitNow Pay answer or notification.

        An assumption: its claims are those of a request, the body in `data`.
        """
        now = int(self._clock.now())
        claims = {
            "iat": now,
            "exp": now + JWS_LIFETIME_S,
            "iss": issuer,
            "jti": str(uuid.UUID(int=self._chance.bits(128), version=4)),
            "key": issuer,
            "data": body,
        }
        return token_of(claims, self._key, "RS256", forgery)

    def faulty(self, client_id: str, fault: str) -> str:
        """Make a token with one of `mysteries.TOKEN_FAULTS`, which is good for no call.

        It was never given out, so the gateway knows it as little as a stranger's.
        """
        now, life_s = int(self._clock.now()), self._lifetime_s
        issued = now - 2 * life_s if fault == "expired" else now
        claims = self._claims(client_id, issued, life_s)
        if fault == "other client":
            claims["sub"] = self._chance.hex(16)
        if fault == "other issuer":
            claims["iss"] = "https://gateway.example/auth"
        if fault == "not yet valid":
            claims["nbf"] = now + life_s // 2
        text = self._jwt(claims)
        if fault != "wrong signature":
            return text
        signed, dot, _ = text.rpartition(".")
        return signed + dot + self._jwt(claims | {"jti": ""}).rpartition(".")[2]

    def _claims(self, client_id: str, now: int, lifetime_s: int) -> dict[str, Any]:
        return {
            "sub": client_id,
            "nbf": now,
            "scope": SCOPE,
            "iss": self._issuer,
            "exp": now + lifetime_s,
            "iat": now,
            "jti": self._chance.hex(16),
        }

    def _jwt(self, claims: dict[str, Any]) -> str:
        # typ None: PyJWT leaves the field out, as the page's token does.
        headers = {"kid": self._key.kid, "typ": None}
        return jwt.encode(claims, self._key.private, algorithm="RS256", headers=headers)

    def _remember(self, token: str, lifetime_s: int, scenario: Scenario) -> None:
        end = self._clock.now() + lifetime_s
        with self._lock:
            good = self._any_given or not scenario.revokes
            self._any_given = True
            if good:
                self._ends[digest_of(token)] = end
                forget_oldest(self._ends)


def digest_of(token: str) -> bytes:
    """Give what a token is remembered by: no listing can show the token itself."""
    return hashlib.sha256(token.encode()).digest()


class _Answer(dict[str, Any]):
    """A token answer whose repr, which Authlib logs at DEBUG, holds no token."""

    def __repr__(self) -> str:
        return "[token answer]"


class _Client(ClientMixin):
    """The one client of a sandbox, as Authlib asks about it."""

    def __init__(self, credentials: Credentials) -> None:
        self.client_id = credentials.client_id
        self._secret = credentials.client_secret

    def check_client_secret(self, client_secret: str) -> bool:
        expected = self._secret.reveal().encode()
        return hmac.compare_digest(client_secret.encode(), expected)

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "client_secret_post"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"


class _Grant(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post",)


class TokenRoute(AuthorizationServer):
    """POST .../auth/token: client credentials in a form (RFC 6749 section 4.4)."""

    def __init__(self, app: Flask, credentials: Credentials, desk: TokenDesk) -> None:
        client = _Client(credentials)
        super().__init__(
            app,
            query_client=lambda asked: client if asked == client.client_id else None,
            save_token=lambda token, request: None,
        )
        self.register_grant(_Grant)
        # The scope asked for plays no part: PayNet's server assigns it.
        self.register_token_generator(
            "default",
            lambda client, **_: desk.answer(
                client.client_id, g.asked.scenario, reports=request.endpoint == REPORTS
            ),
        )

    def respond(self) -> Response:
        """Answer the token request that Flask is serving."""
        problem = _problem_with(request)
        if problem:
            return self.handle_error_response(request, InvalidRequestError(problem))
        response: Response = self.create_token_response()
        return response

    def handle_error_response(self, request: Request, error: OAuth2Error) -> Response:
        """Answer 401 to a wrong client, and not which of the two values is wrong."""
        if error.error == "invalid_client":
            error.status_code = 401
            error.description = "Client authentication failed"
        g.asked.codes = AnswerCodes(code=error.error)
        response: Response = super().handle_error_response(request, error)
        return response


def _problem_with(request: Request) -> str | None:
    if request.mimetype != FORM:
        return f"The Content-Type must be {FORM}"
    for field in ("grant_type", "client_id", "client_secret"):
        if len(request.form.getlist(field)) > 1:
            return f"The field {field} is there more than once"
        if not request.form.get(field):
            return f"The field {field} is missing"
    return None
