"""What a sandbox hides for learners to name: a scenario in force, a token's fault."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from paynet_nb.errors import ConfigurationError

# Each is plain to see in the history of a client that makes two calls, and keeps
# nobody waiting. The first ones differ from each other in what has to be looked at.
PATIENTS = (
    *("api-403", "token-html", "api-401", "api-reset", "token-paynet"),
    *("api-503", "token-missing", "token-revoked", "api-redirect", "token-500"),
    *("api-429", "wrong-token-type", "api-slow"),
)
# What may be wrong with a token, each with other words that mean it, findings' too.
TOKEN_FAULTS: Mapping[str, tuple[str, ...]] = {
    "other client": ("another client", "of another client", "sub", "wrong client"),
    "expired": ("ended", "exp"),
    "other issuer": ("another issuer", "issuer other host", "iss", "wrong issuer"),
    "not yet valid": ("nbf", "not valid yet", "too early"),
    "wrong signature": ("signature wrong", "forged", "signature", "no key fits"),
}


class Mystery:
    """A scenario in force whose name is not told; `Sandbox.mystery` makes it.

    It ends at `end()`, behind a `with` block, and when the sandbox gets another one.

    Attributes:
        seed: What it was chosen by.
    """

    def __init__(
        self, seed: int, name: str, in_force: AbstractContextManager[None]
    ) -> None:
        self.seed = seed
        self._name = name
        self._in_force: AbstractContextManager[None] | None = in_force
        in_force.__enter__()

    def is_it(self, name: str) -> bool:
        """Tell whether *name* is this scenario's; blanks, case and hyphens aside."""
        return plain_words(name) == plain_words(self._name)

    def end(self) -> None:
        """Put in force again what was before."""
        in_force, self._in_force = self._in_force, None
        if in_force:
            in_force.__exit__(None, None, None)

    def __enter__(self) -> Mystery:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()

    def __repr__(self) -> str:
        state = "in force" if self._in_force else "ended"
        return f"<Mystery {self.seed}, {state}: look at the history and name it>"


class MysteryToken(str):
    """A token with one fault, which no gateway takes; it does not show itself.

    Attributes:
        seed: What the fault was chosen by.
    """

    seed: int
    _fault: str

    @classmethod
    def of(cls, text: str, *, seed: int, fault: str) -> MysteryToken:
        """Make one of a token's text."""
        made = cls(text)
        made.seed, made._fault = seed, fault
        return made

    def is_it(self, name: str) -> bool:
        """Tell whether *name* says what is wrong with it."""
        known = (self._fault, *TOKEN_FAULTS[self._fault])
        return plain_words(name) in known

    def __repr__(self) -> str:
        return f"<MysteryToken {self.seed}: pn.inspect_token reads it>"


def chosen(seed: object, names: Sequence[str]) -> str:
    """Choose a name by a seed, which counts them from 1.

    Raises:
        ConfigurationError: The seed is no whole number.
    """
    if not isinstance(seed, int):
        raise ConfigurationError(
            "a mystery is chosen by a whole number such as 7, "
            f"not {type(seed).__name__}"
        )
    return names[(seed - 1) % len(names)]


def plain_words(name: Any) -> str:
    """Write a name as words in small letters, whatever parts them."""
    return " ".join(re.findall("[a-z0-9]+", str(name).lower()))
