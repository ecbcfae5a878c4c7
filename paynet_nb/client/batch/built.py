"""`BuiltRequest`: what a batch keeps of a checked request until it is sent."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, TypeAlias

import requests

from paynet_nb.wire import copied

Fields: TypeAlias = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, repr=False)
class BuiltRequest:
    """The parts of a request, in a tenth of a `PreparedRequest`'s memory.

    It has no repr: a header may be a credential.

    Attributes:
        method: The HTTP method.
        url: The whole URL.
        headers: Names and values.
        body: As it is sent; None: there is none.
    """

    method: str
    url: str
    headers: Fields
    body: bytes | None

    @classmethod
    def of(
        cls, request: requests.PreparedRequest, known: dict[Fields, Fields]
    ) -> BuiltRequest:
        """Take a request apart.

        Args:
            request: As `Caller.build` made it.
            known: The headers of others; what is the same is kept once.
        """
        pairs = ((pair,) for pair in request.headers.items())
        headers = tuple(known.setdefault(one, one)[0] for one in pairs)
        body = request.body
        return cls(
            sys.intern(request.method or ""),
            request.url or "",
            known.setdefault(headers, headers),
            body if isinstance(body, bytes) else None,
        )

    def prepared(self, session: requests.Session) -> requests.PreparedRequest:
        """Make the request again, with the hooks of *session*."""
        request = requests.PreparedRequest()
        request.method, request.url, request.body = self.method, self.url, self.body
        request.headers = copied(dict(self.headers))
        if any(session.hooks.values()):
            request.prepare_hooks(session.hooks)
        return request
