"""`CredentialForm`: ask for credentials in a notebook and leave no trace of them there.

What is typed comes from the browser as binary buffers of one message. It is never
widget state, which notebooks save and other tabs see; and a logger that prints messages
prints a buffer as an address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from paynet_nb.auth import ClientCredentialsAuth, Token
from paynet_nb.client import WITHOUT_A_FORM, Client, HasKeys, Session
from paynet_nb.credentials import Credentials, Secret
from paynet_nb.display import KUALA_LUMPUR, running_cell, variables, visible
from paynet_nb.errors import ConfigurationError, PaynetError, TokenError, without_locals
from paynet_nb.paynet import Environment, origin_of
from paynet_nb.widgets.choices import Choice, in_lines, show_form
from paynet_nb.widgets.scripts import script, style

_KEYS_REFUSED = ("invalid_client", "invalid_grant")
_FROM_BEFORE = ", from the form run before"


class CredentialForm(anywidget.AnyWidget):
    """A form for Client ID and Client Secret that gets a token with them.

    Showing it sends nothing; its button asks the token endpoint of the environment that
    was chosen. Show the same form as often as you like: it keeps what it holds. Run its
    cell again, and the new form takes over what the form in your variable holds.

        form = pn.CredentialForm(pn.CERTIFICATION)
        form

    Attributes:
        session: Holds the credentials once a token was given for them.

    Args:
        environments: What can be chosen. A `Sandbox` in place of its environment also
            offers the sandbox's keys by one click.
        on_submit: Called with the credentials each time a token is held, but for one
            that was taken over. What it raises is told in the form, in one line.

    Raises:
        ConfigurationError: There is no environment, or one is something else.
    """

    _esm = script("credential_form.js")
    _css = style("view.css", "form.css", "credential_form.css")

    # All that is synced, so all that a notebook can save: no Client ID, no secret.
    _environments = traitlets.List(traitlets.Dict()).tag(sync=True)
    _chosen = traitlets.Int(0).tag(sync=True)
    _progress = traitlets.Dict({"state": "idle", "text": "no token yet"}).tag(sync=True)

    @without_locals
    def __init__(
        self,
        *environments: Environment | HasKeys,
        on_submit: Callable[[Credentials], object] | None = None,
    ) -> None:
        self._choices = [Choice.of(environment) for environment in environments]
        if not self._choices:
            raise ConfigurationError(
                "a form wants an environment; write pn.CredentialForm(pn.CERTIFICATION)"
            )
        self._on_submit = on_submit
        self._cell = running_cell()
        self.session = Session(self._names(), form=self)
        self._tried: Session | None = None
        opened = (not one.environment.is_closed_here for one in self._choices)
        super().__init__(
            _environments=[choice.in_words() for choice in self._choices],
            _chosen=[*opened, True].index(True) % len(self._choices),
        )
        self._take_over()
        # Not by overriding _handle_custom_msg: messages would stop arriving.
        self.on_msg(self._receive)

    @property
    def submitted(self) -> bool:
        """Whether there are credentials that a token was given for."""
        return self.session.submitted

    @property
    def credentials(self) -> Credentials:
        """The credentials that a token was given for.

        Raises:
            CredentialsError: There are none yet.
        """
        return self.session.credentials

    @property
    def auth(self) -> ClientCredentialsAuth:
        """The one auth of these credentials; it holds the token.

        Raises:
            CredentialsError: There are no credentials yet.
        """
        return self.session.auth

    @property
    def client(self) -> Client[ClientCredentialsAuth]:
        """The one client of these credentials.

        Raises:
            CredentialsError: There are no credentials yet.
        """
        return self.session.client

    def _ipython_display_(self) -> None:
        show_form(self)

    def __repr__(self) -> str:
        """Say what a front end shows that cannot show widgets."""
        return (
            f"<CredentialForm for {self._names()} ({self._progress['text']}). "
            f"Where no form is shown: {WITHOUT_A_FORM}>"
        )

    def _names(self) -> str:
        return ", ".join(choice.environment.name for choice in self._choices)

    def _take_over(self) -> None:
        """Hold on to what this cell's last run had, if that is beyond doubt.

        Another cell's form may be for another merchant's keys. Looked for in the
        person's variables: a list of forms kept by this module would keep the secrets
        of forms that nobody refers to any more.
        """
        values = [v.form if isinstance(v, Session) else v for v in variables()]
        forms = [
            value
            for value in values
            if isinstance(value, CredentialForm)
            and value.submitted
            and value._cell == self._cell
            and value._offered() == self._offered()
        ]
        if len({id(form.client) for form in forms}) == 1:
            before = forms[0]
            self._tried = before._tried
            self.session.take(before.session)
            self._chosen = before._chosen
            told = before._progress["text"].removesuffix(_FROM_BEFORE)
            self._say("held", told + _FROM_BEFORE)

    def _offered(self) -> list[Environment]:
        return [choice.environment for choice in self._choices]

    def _receive(
        self, _widget: object, content: dict[str, Any], buffers: list[memoryview]
    ) -> None:
        """Take Client ID and Client Secret, or nothing: then the sandbox's own keys."""
        typed = [Secret(str(buffer, "utf-8", "replace")) for buffer in buffers]
        buffers.clear()  # the kernel keeps the message that it is handling
        choice = self._choices[content["environment"]]
        self._chosen = content["environment"]
        name = choice.environment.name
        self.session.take(None)
        origin = origin_of(choice.environment.token_url)
        self._say("asking", f"{name}: asking {origin} for a token ...")
        # The last word when somebody interrupts the kernel.
        state, text, where = "failed", "interrupted; press the button again", ""
        try:
            state, text, where = self._submit(choice, typed)
        finally:
            self._say(state, f"{name}: {text}", where)

    def _submit(self, choice: Choice, typed: list[Secret]) -> tuple[str, str, str]:
        try:
            session = self._session_of(_credentials(choice, typed))
            token = session.auth.get_token()
        except TokenError as error:
            url = choice.environment.token_url
            return "failed", _why_none(error, choice.environment), f"asked {url}"
        except PaynetError as error:
            # The environment stands before it already.
            reason = str(error).replace(f" for {choice.environment.name!r}", "", 1)
            return "failed", reason, "nothing was sent"
        self.session.take(session)
        return "held", _until(token) + self._call_back(session.auth), ""

    def _session_of(self, credentials: Credentials) -> Session:
        """Give one auth for the same credentials: pressing twice asks for one token."""
        tried = self._tried
        if tried is None or tried.credentials != credentials:
            self._tried = tried = Session.of(credentials)
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

    def _say(self, state: str, text: str, where: str = "") -> None:
        lines = in_lines(text)
        lines["where"] = "; ".join(filter(None, (visible(where), lines["where"])))
        self._progress = {"state": state, **lines}


def _credentials(choice: Choice, typed: list[Secret]) -> Credentials:
    if choice.keys and not typed:
        return choice.keys
    client_id, client_secret = typed
    return Credentials(
        client_id.reveal(), client_secret, choice.environment, source="form"
    )


def _why_none(error: TokenError, environment: Environment) -> str:
    reason = str(error).removeprefix("no token: ")
    if error.error not in _KEYS_REFUSED:
        reason = reason.replace(environment.token_url, "the token endpoint", 1)
        reason = reason.replace(str(environment.origin), "its address", 1)
        return f"no token: {reason}"
    _, _, advice = reason.partition("; ")
    return f"the keys were refused ({error.status} {error.error}); {advice}"


def _until(token: Token) -> str:
    if token.expires_at is None:
        return "token held, its end is not known"
    end = token.expires_at.astimezone(KUALA_LUMPUR)
    return f"token held until {end:%Y-%m-%d %H:%M} Kuala Lumpur"
