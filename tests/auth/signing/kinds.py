"""The kinds of mistakes by name, each with the cause that a report must name first."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

import requests

from paynet_nb.auth.signing.key import SigningKey

Request = requests.PreparedRequest


class Keys(NamedTuple):
    """The key that should sign, and another one at hand."""

    right: SigningKey
    other: SigningKey


Kind = Callable[[random.Random, Keys], Request]
KINDS: dict[str, tuple[str, Kind]] = {}


def kind(cause: str, name: str) -> Callable[[Kind], Kind]:
    """List a kind of mistake with its cause."""

    def listed(build: Kind) -> Kind:
        assert name not in KINDS
        KINDS[name] = (cause, build)
        return build

    return listed
