"""What a form lets a person choose from: environments, described in words."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from paynet_nb.client import HasKeys
from paynet_nb.credentials import Credentials
from paynet_nb.display import escape, show_with_still, visible
from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet import (
    PUBLIC_MACHINE,
    STAGES_IN_WORDS,
    Environment,
    is_public_machine,
)

_ITS_KEYS_ELSEWHERE = (
    "This is a sandbox, not PayNet. It has keys of its own, box.credentials; "
    "pn.CredentialForm(box), with the box itself, offers them here."
)
_AGAIN = re.compile(r" \((not asked again for \d+ s)\)$")


class Choice(NamedTuple):
    """One environment to choose, and its keys where they are at hand."""

    environment: Environment
    keys: Credentials | None

    @classmethod
    def of(cls, given: object) -> Choice:
        """Make a choice of an environment or of a gateway.

        Raises:
            ConfigurationError: It is neither.
        """
        if isinstance(given, Environment):
            return cls(given, None)
        if isinstance(given, HasKeys):
            return cls(given.environment, given.credentials)
        raise ConfigurationError(
            "a form wants environments such as pn.CERTIFICATION, "
            f"not {type(given).__name__}"
        )

    def in_words(self) -> dict[str, object]:
        """Describe it for the browser; `keys` says whether keys can be offered."""
        environment = self.environment
        note = "" if self.keys else _ITS_KEYS_ELSEWHERE
        public = f" {PUBLIC_MACHINE}." if is_public_machine() else ""
        return {
            "name": environment.name,
            "host": str(environment.origin).removeprefix("https://"),
            "stage": environment.stage,
            "in_words": STAGES_IN_WORDS[environment.stage],
            "closed": PUBLIC_MACHINE if environment.is_closed_here else "",
            "band": band(environment),
            "note": (note + public).strip() if environment.stage == "sandbox" else "",
            "keys": self.keys is not None,
        }


def band(environment: Environment) -> str:
    """Give what a form has beside its title where it is no exercise, else ""."""
    production = environment.stage == "production"
    return STAGES_IN_WORDS["production"].partition(",")[0] if production else ""


def in_lines(message: object) -> dict[str, str]:
    """Put an error's line into three: what, what to do, when it is asked again."""
    text = visible(message)
    again = _AGAIN.search(text)
    text, _, advice = text[: again.start() if again else None].partition("; ")
    return {"text": text, "advice": advice, "where": again[1] if again else ""}


def show_form(form: Any) -> None:
    """Show a form; once its kernel is gone, a line says how to have it again."""
    line = f"No form here? Run this cell to show it. {form!r}"
    show_with_still(form, f"<p>{escape(line)}</p>", repr(form))
