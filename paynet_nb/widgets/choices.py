"""What a form lets a person choose from: environments, described in words."""

from __future__ import annotations

from typing import NamedTuple

from paynet_nb.client import HasKeys
from paynet_nb.credentials import Credentials
from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet import Environment

_STAGES = {
    "sandbox": "Sandbox: to practise on, not PayNet",
    "certification": "Certification Centre: test cases, no real payments",
    "system-verification": "System Verification: tests before production",
    # The sign as text (U+FE0E): as an emoji it would be a picture of its own colour.
    "production": "\N{WARNING SIGN}\ufe0e PRODUCTION: the real network, no test",
}
_ITS_KEYS_HERE = "This is a sandbox, not PayNet. It has keys of its own:"
_ITS_KEYS_ELSEWHERE = (
    "This is a sandbox, not PayNet. It has keys of its own, box.credentials; "
    "pn.CredentialForm(box), with the box itself, offers them here."
)


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
        note = _ITS_KEYS_HERE if self.keys else _ITS_KEYS_ELSEWHERE
        return {
            "name": environment.name,
            "host": str(environment.origin).removeprefix("https://"),
            "stage": _STAGES[environment.stage],
            "note": note if environment.stage == "sandbox" else "",
            "keys": self.keys is not None,
        }
