"""`Client`: call an API, record each exchange, hand it over as tables."""

from __future__ import annotations

from typing import Any

import requests
from requests.auth import AuthBase

from paynet_nb.auth import RenewingAuth
from paynet_nb.client.batch import call_many as many
from paynet_nb.client.caller import Caller
from paynet_nb.client.request import Headers, Params, unshown
from paynet_nb.errors import ConfigurationError, RefusedError
from paynet_nb.history import History
from paynet_nb.paynet import Environment
from paynet_nb.wire import Call, Timeout


class Client:
    """Call the APIs of one environment; every exchange goes into `history`.

    An HTTP status is data: a 404 gives a `Call` like any other. Redirects are not
    followed. Threads may share a client. Constructing sends nothing.

    Args:
        auth: Any auth of requests, or None for calls without one.
        environment: Where the calls go; default: the environment of the auth.
        history: The history to write to; default: a new one.
        timeout: Seconds to connect and to wait for the API.
        replay_unsafe: Send POST and PATCH again, too, after a 401 and a new token.

    Raises:
        ConfigurationError: Neither *environment* nor *auth* names an environment.
    """

    def __init__(
        self,
        auth: RenewingAuth | AuthBase | tuple[str, str] | None,
        environment: Environment | None = None,
        history: History | None = None,
        *,
        timeout: Timeout = (5.0, 30.0),
        replay_unsafe: bool = False,
    ) -> None:
        if environment is None and isinstance(auth, RenewingAuth):
            environment = auth.credentials.environment
        if environment is None:
            raise ConfigurationError(
                "this auth names no environment; pass environment=, "
                "for example pn.CERTIFICATION"
            )
        self.auth = auth
        self.environment = environment
        # Not `history or ...`: an empty history is false.
        self.history = History() if history is None else history
        self._caller = Caller(
            auth,
            environment,
            self.history,
            timeout=timeout,
            replay_unsafe=replay_unsafe,
        )

    @property
    def session(self) -> requests.Session:
        """The session in use, shared with the auth's own requests."""
        return self._caller.transport.session

    @property
    def locked(self) -> bool:
        """Whether only GET is allowed, as in production until `unlock`."""
        return self._caller.locked

    def unlock(self, name: str) -> None:
        """Allow more than GET in a production environment.

        Args:
            name: The environment's name, typed out: money may move from here on.

        Raises:
            RefusedError: It is not this environment's name.
        """
        if name != self.environment.name:
            # Not quoted: it may be anything, a secret pasted into the wrong field too.
            raise RefusedError(
                "this name does not unlock the client; its environment is "
                f"{self.environment.name!r}"
            )
        self._caller.locked = False

    def get(
        self,
        path: str,
        *,
        params: Params = None,
        headers: Headers = None,
        label: str = "",
    ) -> Call:
        """Send a GET; see `call`."""
        headers = unshown(headers)
        return self.call("GET", path, params=params, headers=headers, label=label)

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
        headers = unshown(headers)
        return self.call(
            "POST",
            path,
            params=params,
            json=json,
            headers=headers,
            label=label,
            replay_unsafe=replay_unsafe,
        )

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
        headers = unshown(headers)
        return self.call(
            "PUT", path, params=params, json=json, headers=headers, label=label
        )

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
        headers = unshown(headers)
        return self.call(
            "PATCH",
            path,
            params=params,
            json=json,
            headers=headers,
            label=label,
            replay_unsafe=replay_unsafe,
        )

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
        headers = unshown(headers)
        return self.call(
            "DELETE", path, params=params, json=json, headers=headers, label=label
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Params = None,
        json: Any = None,
        headers: Headers = None,
        label: str = "",
        replay_unsafe: bool = False,
    ) -> Call:
        """Send one request and record it.

        Args:
            method: The HTTP method.
            path: Below the environment's base URL, or a whole URL of the same origin.
            params: The query.
            json: A body, sent as JSON; a `Decimal` is sent as a number digit by digit.
            headers: Further headers; an `Authorization` here takes the auth's place,
                and None takes a header of the session away.
            label: A name for this call in the history.
            replay_unsafe: Send again after a 401 even where the method is not
                idempotent, with the same body.

        Returns:
            The exchange, whatever its status.

        Raises:
            RefusedError: Another origin, a locked production environment, or a request
                that cannot be sent; nothing was sent.
            ConfigurationError: An argument is of a wrong type, or *json* has no JSON
                form; nothing was sent.
            TokenError: The auth has no token.
            CallError: There was no answer; it is in the history all the same.
        """
        headers = unshown(headers)
        return self._caller.call(
            method,
            path,
            params=params,
            json=json,
            headers=headers,
            label=label,
            replay_unsafe=replay_unsafe,
        )

    call_many = many.call_many
