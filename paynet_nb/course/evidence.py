"""`Evidence`: what a learner's own variables tell of what was done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from inspect import getattr_static
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from paynet_nb.client import Client, Session
from paynet_nb.errors import CallError
from paynet_nb.history import History
from paynet_nb.sandbox import Sandbox
from paynet_nb.wire import Call

Kind = TypeVar("Kind")
_NOTEBOOKS_OWN = ("In", "Out")
_MOST_INSIDE = 1_000  # of a list or a dict only so many members are looked at


class Evidence:
    """What is in the variables of a notebook or a program, whatever their names.

    Names that begin with an underscore are not looked at, nor what a notebook keeps of
    cells' outputs; of lists and dicts the members are, of a session and a client what
    they hold.

    Args:
        variables: Names and what they hold.
    """

    def __init__(self, variables: Mapping[str, Any]) -> None:
        # A copy: threads of a notebook may add some meanwhile.
        self._named = {
            name: value
            for name, value in dict(variables).items()
            if name[:1] != "_" and name not in _NOTEBOOKS_OWN
        }

    def of(self, kind: type[Kind], *, but: Iterable[str] = ()) -> list[Kind]:
        """List what is of a kind, once each.

        Args:
            kind: A class.
            but: Variables that are not looked at: a lesson's own.
        """
        return [value for value in self.values(but) if isinstance(value, kind)]

    def values(self, but: Iterable[str] = ()) -> list[Any]:
        """List all values, once each; *but* as for `of`."""
        left_out = {*but}
        found = {
            id(value): value
            for name, held in self._named.items()
            if name not in left_out
            for value in _within(held)
        }
        return [*found.values()]

    @cached_property
    def clients(self) -> list[Client[Any]]:
        """All clients, those of sessions, too."""
        sessions = [one for one in self.of(Session) if one.submitted]
        return [*self.of(Client), *(session.client for session in sessions)]

    @cached_property
    def histories(self) -> list[History]:
        """All histories, once each; one from a journal holds what was before.

        Those of listeners, too: what any value holds under this name.
        """
        # Read past properties: what is asked of a value itself may raise.
        held = [getattr_static(value, "history", None) for value in self.values()]
        found = [*self.of(History), *(one for one in held if isinstance(one, History))]
        found += [client.history for client in self.clients]
        return [*{id(one): one for one in found}.values()]

    @cached_property
    def calls(self) -> list[Call]:
        """All exchanges that are kept somewhere, once each, oldest first."""
        kept = [call for history in self.histories for call in history]
        kept += [call.kept for call in self.of(Call)]
        once = {(c.sent_at_s, c.method, c.url, c.attempt): c for c in kept}
        return sorted(once.values(), key=lambda call: call.sent_at_s)

    @cached_property
    def boxes(self) -> list[Sandbox]:
        """All sandboxes."""
        return self.of(Sandbox)

    def token_requests(self) -> Iterator[tuple[Any, list[Call]]]:
        """Give each auth with the token requests that it made."""
        auths = [*self.values(), *(client.auth for client in self.clients)]
        for auth in {id(one): one for one in auths}.values():
            # By its class: what is asked of a value itself may raise.
            if hasattr(type(auth), "record_in"):
                own = History()
                auth.record_in(own)
                yield auth, [call for call in own if call.kind == "token"]

    def to(self, path: str, *, method: str = "") -> list[Call]:
        """List the calls whose path ends with *path*, oldest first."""
        return [
            call
            for call in self.calls
            if call.path.endswith(path) and call.method in (method or call.method)
        ]


def query_of(call: Call) -> dict[str, str]:
    """Give the query's fields; of a repeated one the last value."""
    fields = parse_qs(urlsplit(call.url).query, keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}


def sent(call: Call) -> dict[str, Any]:
    """Give the JSON object that was sent; {} where there was none."""
    try:
        read = json.loads(call.request_text or "")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def came(call: Call) -> dict[str, Any]:
    """Give the JSON object that was answered; {} where there was none."""
    try:
        read = call.json()
    except CallError:
        return {}
    return read if isinstance(read, dict) else {}


def _within(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, Mapping):
        yield from [*value.values()][:_MOST_INSIDE]
    elif isinstance(value, list | tuple):
        yield from value[:_MOST_INSIDE]
