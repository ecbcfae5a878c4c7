"""The demo: its eight blocks, and what must not be in them."""

from __future__ import annotations

import gc
import re
from typing import NamedTuple

import pytest

from paynet_nb.credentials import Secret
from paynet_nb.start.demo import WIDTH, story


class Told(NamedTuple):
    blocks: list[str]
    secrets: set[str]


@pytest.fixture(scope="module")
def told() -> Told:
    """Run the demo once, and collect each secret and token that it holds meanwhile."""
    told = Told([], set())
    others = secrets_alive()  # other tests' made-up secrets may be plain words
    for block in story():
        told.blocks.append(block)
        told.secrets.update(secret.reveal() for secret in secrets_alive() - others)
    return told


def secrets_alive() -> set[Secret]:
    """Collect each secret that this process holds now."""
    return {kept for kept in gc.get_objects() if type(kept) is Secret}


def test_the_demo_has_eight_short_blocks(told: Told) -> None:
    """Each is a numbered heading and at most twelve lines that fit a plain terminal."""
    lines = [block.splitlines() for block in told.blocks]

    assert [block[0].partition(".")[0] for block in lines] == list("12345678")
    assert max(len(block) - 1 for block in lines) <= 12
    assert max(len(line) for block in lines for line in block) <= WIDTH


def test_the_demo_can_be_read_without_colour_and_in_any_encoding(told: Told) -> None:
    """There are printable ASCII characters and line ends in it, and nothing else."""
    assert re.fullmatch(r"[ -~\n]+", "".join(told.blocks))


def test_the_demo_shows_neither_secret_nor_token(told: Told) -> None:
    """What it holds as secrets, the token among them, is not in what it tells."""
    text = "".join(told.blocks)

    assert any(secret.startswith("eyJ") for secret in told.secrets)
    assert any(re.fullmatch("[0-9a-f]{32}", secret) for secret in told.secrets)
    assert [secret for secret in told.secrets if secret in text] == []


def test_the_demo_shows_what_the_page_says_of_a_token(told: Told) -> None:
    """The request has the page's three fields, the answer its four."""
    token = told.blocks[1]

    for field in (
        "grant_type=client_credentials",
        "client_id=",
        "client_secret=[redacted]",
    ):
        assert f"  {field}" in token
    for field in ("access_token", "token_type", "scope", "expires_in"):
        assert f"  {field} " in token


def test_the_demo_explains_each_claim_and_checks_the_signature(told: Told) -> None:
    """All fields of the token are there, and its end in both time zones."""
    jwt = told.blocks[2]

    for field in ("kid", "alg", "sub", "nbf", "scope", "iss", "exp", "iat", "jti"):
        assert re.search(rf"^ +{field} ", jwt, re.MULTILINE)
    assert re.search(r"ends [\d:\s-]+ UTC,[\d:\s-]+ Kuala\s+Lumpur", jwt)
    assert "public key: True" in jwt


@pytest.mark.parametrize(
    "row",
    [
        r"PUT +/v1/picasso-guard/echo +good +200 +ACSP +U000",
        r"(GET +/merchants/v1/payments/lists/bank +good +200 +ACSP +U000 .*\s+){3}",
        r"POST +/merchants/v1/payments/redirect +good +200 +ACSP +U000",
        r"POST +/merchants/v1/payments/redirect +refused +200 +RJCT +U112",
        r"GET +/merchants/v1/payments/lists/shop +failed +404 +RJCT +API.001",
    ],
)
def test_the_demo_makes_its_calls(told: Told, row: str) -> None:
    """The page's own kind, a paged list, a payment, a refusal in a 200, and a 404."""
    assert re.search(row, told.blocks[3])


def test_the_demo_shows_the_banks_and_the_history_as_tables(told: Told) -> None:
    """The list counts its banks; the history begins with the one token request."""
    banks, history = told.blocks[4:6]

    assert "The first 5 of 124" in banks
    assert re.search(r"^ +0 .* token +POST +good +200 ", history, re.MULTILINE)
    assert len(re.findall(r" token +POST ", history)) == 1


@pytest.mark.parametrize(
    "row",
    [
        r"as it must be +good U000 +nothing wrong",
        r"Client ID signed +failed KMS.001 +client_id",
        r"ID of another message +failed KMS.001 +other_message",
        r"another key +failed KMS.001 +unknown_key",
        r"another certificate named +failed KMS.001 +key_id_of_another",
    ],
)
def test_the_demo_signs_and_explains(told: Told, row: str) -> None:
    """A good payment, and four that are refused for as many causes."""
    assert re.search(row, told.blocks[6])
