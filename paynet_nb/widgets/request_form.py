"""`RequestForm`: make a call by hand, and see the Python that does the same.

What is typed comes from the browser as one binary buffer, as in `CredentialForm`: a
header may be a secret. What goes back is the call as the history keeps it.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import anywidget
import traitlets

from paynet_nb.client import Client
from paynet_nb.credentials import Secret
from paynet_nb.display import visible
from paynet_nb.errors import CallError, ConfigurationError, PaynetError, without_locals
from paynet_nb.paynet import (
    SURE,
    Environment,
    Operation,
    operations,
    path_in,
    sample,
    written,
)
from paynet_nb.widgets.choices import band, in_lines, show_form
from paynet_nb.widgets.request_python import as_python
from paynet_nb.widgets.scripts import script, style
from paynet_nb.wire import Call, parse_json

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_BY_TOKEN = frozenset({"token", "merchant-rsa"})  # the sandbox wants no more for these


class RequestForm(anywidget.AnyWidget):
    """A form that makes one call after the other with a client.

    It knows the calls that PayNet or a sandbox is known to have, checks JSON as it
    is typed, sends by the same `client.call` as a cell would, so that the call is in
    `client.history`, and writes that cell. Showing it sends nothing. In a production
    environment it allows only GET until the environment's name is typed. A press of
    "Send" before the last one's answer is there sends nothing.

        pn.RequestForm(client)

    Args:
        client: Makes the calls.

    Attributes:
        last: The call made last; None: none yet, or nothing was sent.

    Raises:
        ConfigurationError: *client* is something else.
    """

    _esm = script("request_form.js")
    _css = style("view.css", "form.css", "request_form.css")

    # All that is synced, so all that a notebook can save: nothing that was typed but
    # what a call shows of itself.
    _environment = traitlets.Dict().tag(sync=True)
    _endpoints = traitlets.List(traitlets.Dict()).tag(sync=True)
    _methods = traitlets.List(list(_METHODS)).tag(sync=True)
    _locked = traitlets.Bool().tag(sync=True)
    _sent = traitlets.Int(0).tag(sync=True)  # presses of "Send" that are over
    _answer = traitlets.Dict(
        {"state": "idle", "text": "nothing sent yet", "html": ""}
    ).tag(sync=True)

    @without_locals
    def __init__(self, client: Client) -> None:
        if not isinstance(client, Client):
            raise ConfigurationError(
                f"a request form wants a client, pn.Client(auth), not "
                f"{type(client).__name__}"
            )
        self._client = client
        self.last: Call | None = None
        environment = client.environment
        super().__init__(
            _environment={
                "name": environment.name,
                "host": str(environment.origin).removeprefix("https://"),
                "stage": environment.stage,
                "band": band(environment),
            },
            _endpoints=_offers(environment),
            _locked=client.locked,
        )
        self.on_msg(self._receive)

    def _ipython_display_(self) -> None:
        show_form(self)

    def __repr__(self) -> str:
        """Say what a front end shows that cannot show widgets."""
        return (
            f"<RequestForm for {self._client.environment.name}. "
            "Where no form is shown: client.call(method, path)>"
        )

    def _receive(
        self, _widget: object, content: dict[str, Any], buffers: list[memoryview]
    ) -> None:
        """Unlock production, write the Python of a call, or make the call."""
        if "unlock" in content:
            self._unlock(str(content["unlock"]))
            return
        typed = Secret(str(buffers[0], "utf-8", "replace"))
        buffers.clear()  # the kernel keeps the message that it is handling
        if "python" in content:
            self._show_python(str(content["python"]), typed)
            return
        if content["sent"] != self._sent:
            # Pressed before the last answer was seen: a double click, or while the
            # kernel was busy. Nobody wants to pay twice.
            return
        self.last = None
        self._say("asking", f"asking {self._client.environment.origin} ...")
        # The last word when somebody interrupts the kernel.
        outcome = "failed", "interrupted; whether it was sent, the history tells"
        try:
            outcome = self._call(typed)
        finally:
            self._locked = self._client.locked  # a cell may have unlocked it
            self._sent += 1  # before the answer is shown
            self._say(*outcome)

    def _unlock(self, name: str) -> None:
        # First a line of its own: one that stays the same is not sent again, and the
        # browser would go on waiting.
        self._say("asking", f"unlocking {self._client.environment.name} ...")
        try:
            self._client.unlock(name)
        except PaynetError as error:
            self._say("failed", str(error))
        else:
            self._locked = self._client.locked
            self._say("good", f"{name} is unlocked for this client: money may move")

    def _show_python(self, asked: str, typed: Secret) -> None:
        # A message of its own and no state: a notebook saves state.
        try:
            self.send({"asked": asked, "python": as_python(**_arguments(typed))})
        except PaynetError as error:
            self.send({"asked": asked, "problem": visible(error)})

    def _call(self, typed: Secret) -> tuple[str, str]:
        try:
            self.last = call = self._client.call(**_arguments(typed))
        except CallError as error:
            self.last = error.call
            return "failed", str(error)
        except PaynetError as error:
            return "failed", str(error)
        except Exception as error:  # noqa: BLE001  # ipywidgets would print its frames
            return "failed", f"cannot be sent as it is: {type(error).__name__}"
        # The sign before it is that of the history's row.
        return call.outcome, f"{call.status_in_words}, {call.elapsed_s * 1000:.0f} ms"

    def _say(self, state: str, text: str) -> None:
        html = self.last._repr_html_() if self.last else ""
        self._answer = {"state": state, **in_lines(text), "html": html}


def _arguments(typed: Secret) -> dict[str, Any]:
    """Read what was typed as the arguments of `Client.call`.

    Raises:
        ConfigurationError: It is no JSON, or has a number that no Decimal can hold.
    """
    fields = json.loads(typed.reveal())
    try:
        body = parse_json(fields["json"]) if fields["json"].strip() else None
    except ValueError as error:  # its text quotes nothing of what was typed
        raise ConfigurationError(f"JSON: {error}; nothing was sent") from None
    return {
        "method": fields["method"],
        "path": fields["path"],
        "params": [(name, value) for name, value in fields["query"]] or None,
        "headers": dict(fields["headers"]) or None,
        "json": body,
    }


def _offers(environment: Environment) -> list[dict[str, str]]:
    """Describe the calls that an environment is known to have, token requests apart.

    Of a sandbox's, those that the token alone opens there: what is offered to practise
    on works with a press of "Send".
    """
    practised = environment.stage == "sandbox"
    found = ((one, path_in(environment, one)) for one in operations())
    return [
        _in_words(one, path)
        for one, path in found
        if path and one.family != "token" and (one.scheme in _BY_TOKEN or not practised)
    ]


def _in_words(operation: Operation, path: str) -> dict[str, str]:
    """Describe a call for the browser: fields as a person would type them."""
    example = sample(operation)
    query = "\n".join(f"{name}={value}" for name, value in example.query.items())
    return {
        "title": f"{operation.method} {urlsplit(path).path}, {operation.name}",
        "source": f"This call is {SURE[operation.sure]} ({operation.source}); "
        f"sent with: {operation.scheme}.",
        "method": operation.method,
        "path": path.removesuffix(operation.path) + example.path,
        "query": query,
        "json": "" if example.body is None else written(example.body, width=0).rstrip(),
    }
