"""`Secret`: a text that shows itself only when asked by name."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, NoReturn

from paynet_nb.errors import CredentialsError


class Secret:
    """A text that only `reveal()` gives; masked in every other form.

    It is kept in a closure, so that no listing of attributes, no `vars()` and no
    traceback that prints local names can show it. It cannot be pickled.
    """

    __slots__ = ("reveal",)

    reveal: Callable[[], str]

    def __init__(self, value: str) -> None:
        def reveal() -> str:
            return value

        object.__setattr__(self, "reveal", reveal)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret is not changed; make a new one")

    def __repr__(self) -> str:
        return "[redacted]"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(
            self.reveal().encode("utf-8", "surrogatepass"),
            other.reveal().encode("utf-8", "surrogatepass"),
        )

    def __hash__(self) -> int:
        return hash((Secret, self.reveal()))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise CredentialsError(
            "a secret is not pickled; give the other process its own credentials"
        )
