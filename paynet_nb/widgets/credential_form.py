"""`CredentialForm`: ask for credentials in a notebook and leave no trace of them there.

What is typed comes from the browser as binary buffers of one message. It is never
widget state, which notebooks save and other tabs see; and a logger that prints messages
prints a buffer as an address.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import anywidget
import traitlets

from paynet_nb.auth import ClientCredentialsAuth
from paynet_nb.client import Client
from paynet_nb.credentials import Credentials
from paynet_nb.display import KUALA_LUMPUR, visible
from paynet_nb.environments import Environment, origin_of
from paynet_nb.errors import ConfigurationError, CredentialsError, PaynetError
from paynet_nb.secret import Secret
from paynet_nb.tokens import Token
from paynet_nb.widgets.choices import Choice, Gateway

_WITHOUT_A_FORM = (
    "set PAYNET_CLIENT_ID and PAYNET_CLIENT_SECRET and use pn.Credentials.from_env()"
)


class _Session(NamedTuple):
    auth: ClientCredentialsAuth
    client: Client


class CredentialForm(anywidget.AnyWidget):
    """A form for Client ID and Client Secret that gets a token with them.

    Showing it sends nothing; its button asks the token endpoint of the environment that
    was chosen. Show the same form as often as you like: it keeps what it holds.

        form = pn.CredentialForm(pn.CERTIFICATION)
        form

    Args:
        environments: What can be chosen. A `Sandbox` in place of its environment also
            offers the sandbox's keys by one click.
        on_submit: Called with the credentials each time a token is held. What it raises
            is told in the form, in one line.

    Raises:
        ConfigurationError: There is no environment, or one is something else.
    """

    _esm = Path(__file__).with_suffix(".js")
    _css = Path(__file__).with_suffix(".css")

    # All that is synced, so all that a notebook can save: no Client ID, no secret.
    _environments = traitlets.List(traitlets.Dict()).tag(sync=True)
    _progress = traitlets.Dict({"state": "idle", "text": "no token yet"}).tag(sync=True)

    def __init__(
        self,
        *environments: Environment | Gateway,
        on_submit: Callable[[Credentials], object] | None = None,
    ) -> None:
        self._choices = [Choice.of(environment) for environment in environments]
        if not self._choices:
            raise ConfigurationError(
                "a form wants an environment; write pn.CredentialForm(pn.CERTIFICATION)"
            )
        self._on_submit = on_submit
        self._tried: _Session | None = None
        self._held: _Session | None = None
        super().__init__(_environments=[choice.in_words() for choice in self._choices])
        # Not by overriding _handle_custom_msg: messages would stop arriving.
        self.on_msg(self._receive)

    @property
    def submitted(self) -> bool:
        """Whether there are credentials that a token was given for."""
        return self._held is not None

    @property
    def credentials(self) -> Credentials:
        """The credentials that a token was given for.

        Raises:
            CredentialsError: There are none yet.
        """
        return self._session().auth.credentials

    @property
    def auth(self) -> ClientCredentialsAuth:
        """The one auth of these credentials; it holds the token.

        Raises:
            CredentialsError: There are no credentials yet.
        """
        return self._session().auth

    @property
    def client(self) -> Client:
        """The one client of these credentials.

        Raises:
            CredentialsError: There are no credentials yet.
        """
        return self._session().client

    def __repr__(self) -> str:
        """Say what a front end shows that cannot show widgets."""
        names = ", ".join(choice.environment.name for choice in self._choices)
        return (
            f"<CredentialForm for {names} ({self._progress['text']}). "
            f"Where no form is shown: {_WITHOUT_A_FORM}>"
        )

    def _session(self) -> _Session:
        # Read once: JupyterLab has messages handled in a thread beside the cells.
        held = self._held
        if held is None:
            raise CredentialsError(
                "no credentials yet: fill in the form above and press Get token, then "
                f"run this cell again; headless: {_WITHOUT_A_FORM}"
            )
        return held

    def _receive(
        self, _widget: object, content: dict[str, Any], buffers: list[memoryview]
    ) -> None:
        """Take Client ID and Client Secret, or nothing: then the sandbox's own keys."""
        typed = [Secret(str(buffer, "utf-8", "replace")) for buffer in buffers]
        buffers.clear()  # the kernel keeps the message that it is handling
        choice = self._choices[content["environment"]]
        name = choice.environment.name
        self._held = None
        origin = origin_of(choice.environment.token_url)
        self._say("asking", f"{name}: asking {origin} for a token ...")
        # The last word when somebody interrupts the kernel.
        state, text = "failed", "interrupted; press the button again"
        try:
            state, text = self._submit(choice, typed)
        finally:
            self._say(state, f"{name}: {text}")

    def _submit(self, choice: Choice, typed: list[Secret]) -> tuple[str, str]:
        try:
            session = self._session_for(_credentials(choice, typed))
            token = session.auth.get_token()
        except PaynetError as error:
            reason = str(error).removeprefix("no token: ")
            return "failed", f"no token because {reason}"
        self._held = session
        return "held", _until(token) + self._call_back(session.auth)

    def _session_for(self, credentials: Credentials) -> _Session:
        """Give the session of these credentials: pressing twice asks for one token."""
        tried = self._tried
        if tried is None or tried.auth.credentials != credentials:
            auth = ClientCredentialsAuth(credentials)
            self._tried = tried = _Session(auth, Client(auth))
        return tried

    def _call_back(self, auth: ClientCredentialsAuth) -> str:
        if self._on_submit is None:
            return ""
        try:
            self._on_submit(auth.credentials)
        except Exception as error:  # noqa: BLE001  # ipywidgets would print its frames
            said = auth.redactor.text(str(error))
            return f"; but on_submit failed: {type(error).__name__}: {said}"
        return ""

    def _say(self, state: str, text: str) -> None:
        self._progress = {"state": state, "text": visible(text)}


def _credentials(choice: Choice, typed: list[Secret]) -> Credentials:
    if choice.keys and not typed:
        return choice.keys
    client_id, client_secret = typed
    return Credentials(
        client_id.reveal(), client_secret, choice.environment, source="form"
    )


def _until(token: Token) -> str:
    if token.expires_at is None:
        return "token held, its end is not known"
    end = token.expires_at.astimezone(KUALA_LUMPUR)
    return f"token held until {end:%Y-%m-%d %H:%M} Kuala Lumpur"
