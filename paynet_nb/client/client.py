"""`Client`: call an API, record each exchange, hand it over as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from paynet_nb.auth import RenewingAuth
from paynet_nb.client.batch import call_many as many
from paynet_nb.client.caller import Auth, Caller
from paynet_nb.client.checking import check
from paynet_nb.client.completion import paths
from paynet_nb.client.published import endpoints
from paynet_nb.client.request import (
    Headers,
    Params,
    as_method,
    build_request,
)
from paynet_nb.display import complete
from paynet_nb.errors import ConfigurationError, without_locals
from paynet_nb.history import History
from paynet_nb.paynet import Environment, as_environment
from paynet_nb.wire import Call, Timeout

if TYPE_CHECKING:
    import pandas as pd

    from paynet_nb.auth import KeysLike


class Client(Caller[Auth]):
    """Call the APIs of one environment; every exchange goes into `history`.

    An HTTP status is data: a 404 gives a `Call` like any other. Redirects are not
    followed. Threads may share a client. Constructing sends nothing. In IPython Tab
    offers the paths of the contract, after `client.get("` for example.

    Args:
        auth: Any auth of requests, or None for calls without one.
        environment: Where the calls go; default: the environment of the auth.
        history: The history to write to; default: a new one.
        timeout: Seconds to connect and to wait for the API.
        replay_unsafe: Send POST and PATCH again, too, after a 401 and a new token.
        answer_keys: PayNet's public keys, by which answers of version 3 and of DuitNow
            Pay are verified (see `Call.signature`): PEM text of keys or certificates,
            a JWK, a JWKS, its URL, a `Path`, or a list of these; default: those at the
            environment's `jwks_url`. A key is chosen by `kid`: a JWK's, or the serial
            number of a certificate; one without a name serves for any.

    Raises:
        ConfigurationError: Neither *environment* nor *auth* names an environment, or
            what is given as one is of another kind.
        RefusedError: This is a public machine, and the environment no sandbox.
    """

    @without_locals
    def __init__(
        self,
        auth: Auth,
        environment: Environment | None = None,
        history: History | None = None,
        *,
        timeout: Timeout = (5.0, 30.0),
        replay_unsafe: bool = False,
        answer_keys: KeysLike | None = None,
    ) -> None:
        if not _may_authorize(auth):
            # What requests could put on no request: credentials, a token's text.
            raise ConfigurationError(
                "a client wants an auth such as pn.ClientCredentialsAuth(credentials), "
                f"not {type(auth).__name__}"
            )
        given: object = auth
        if environment is None and isinstance(given, RenewingAuth):
            environment = given.credentials.environment
        if environment is None:
            raise ConfigurationError(
                "this auth names no environment; pass environment=, "
                "for example pn.CERTIFICATION"
            )
        as_environment(environment).refuse_if_closed()
        if history is None:  # not `history or ...`: an empty one is false
            history = History()
        if not isinstance(history, History):
            raise ConfigurationError(
                "history= wants a pn.History, such as pn.History(path), "
                f"not {type(history).__name__}"
            )
        super().__init__(
            auth,
            environment,
            history,
            timeout=timeout,
            replay_unsafe=replay_unsafe,
            answer_keys=answer_keys,
        )
        complete(paths)

    @property
    def session(self) -> requests.Session:
        """The session in use, shared with the auth's own requests."""
        return self.transport.session

    @without_locals
    def get(
        self,
        path: str,
        *,
        params: Params = None,
        headers: Headers = None,
        label: str = "",
    ) -> Call:
        """Send a GET; see `call`."""
        return self.call("GET", path, params=params, headers=headers, label=label)

    @without_locals
    def post(
        self,
        path: str,
        *,
        params: Params = None,
        json: Any = None,
        headers: Headers = None,
        label: str = "",
        replay_unsafe: bool = False,
    ) -> Call:
        """Send a POST; see `call`."""
        return self.call(
            "POST",
            path,
            params=params,
            json=json,
            headers=headers,
            label=label,
            replay_unsafe=replay_unsafe,
        )

    @without_locals
    def put(
        self,
        path: str,
        *,
        params: Params = None,
        json: Any = None,
        headers: Headers = None,
        label: str = "",
    ) -> Call:
        """Send a PUT; see `call`."""
        return self.call(
            "PUT", path, params=params, json=json, headers=headers, label=label
        )

    @without_locals
    def patch(
        self,
        path: str,
        *,
        params: Params = None,
        json: Any = None,
        headers: Headers = None,
        label: str = "",
        replay_unsafe: bool = False,
    ) -> Call:
        """Send a PATCH; see `call`."""
        return self.call(
            "PATCH",
            path,
            params=params,
            json=json,
            headers=headers,
            label=label,
            replay_unsafe=replay_unsafe,
        )

    @without_locals
    def delete(
        self,
        path: str,
        *,
        params: Params = None,
        json: Any = None,
        headers: Headers = None,
        label: str = "",
    ) -> Call:
        """Send a DELETE; see `call`."""
        return self.call(
            "DELETE", path, params=params, json=json, headers=headers, label=label
        )

    call_many = many.call_many

    def endpoints(self) -> pd.DataFrame:
        """List all calls of PayNet's gateway that are known, one row each.

        It is the contract that `paynet_nb` ships with, and asks nobody.

        Returns:
            Columns: call (method and path, as published), name, family (the product's
            API), scheme (what goes with it: "merchant-rsa", "jws", "pay-jwt",
            "reports-hmac", "token", "none"; "": not known), path (what to call here;
            "": nobody tells that this environment has it), sure ("page": a page of
            PayNet, "transcript": somebody's copy of one, "observed": in an answer of
            PayNet's, "third-party": in a public client, "assumption"), source (where
            it was read), missing (what is not known of it).
        """
        return endpoints(self.environment)

    @without_locals
    def check(
        self,
        method: str,
        path: str,
        *,
        params: Params = None,
        json: Any = None,
        headers: Headers = None,
    ) -> pd.DataFrame:
        """Tell what the contract finds wrong with a call, and send nothing.

        The arguments are those of `call`, which never refuses because of this, and
        names the fields where it is shown: PayNet has the last word, and much of the
        contract is not sure. What the auth adds when
        a call is sent, the token and the signature, is not looked at.

        Returns:
            One row a fault, none if all is well. Columns: part ("path", "query",
            "headers", "body"), location (in the part, such as "customer.name"; "": the
            part itself), wanted, got (what kind of thing is there, never what it says),
            sure and source (of what is wanted, as in `endpoints`).

        Raises:
            RefusedError, ConfigurationError: The request could not be sent as it is,
                whatever the contract says; see `call`.
        """
        request = build_request(
            self.transport.session,
            self.environment,
            as_method(method),
            path,
            params=params,
            json=json,
            headers=headers,
        )
        return check(request, path, json)


def _may_authorize(given: object) -> bool:
    return given is None or callable(given) or isinstance(given, tuple)
