"""`publish`: a clean file gets its name, and nothing else stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

import paynet_nb as pn
from paynet_nb.credentials import Secret
from paynet_nb.history.exports.clean_file import publish
from paynet_nb.wire import Redactor
from tests.wire.redaction.test_guarantees import MASK, fragments, secrets


def as_text(path: Path) -> str:
    """Read a file that encodes nothing."""
    return path.read_bytes().decode("utf-8", "replace")


@given(fragments, secrets, st.sampled_from(["{}", "a{}b", '["{}", "{}"]']))
def test_what_was_redacted_is_not_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str, secret: str, place: str
) -> None:
    """A mask, or what stands beside it, is never taken for a secret."""
    path = tmp_path_factory.getbasetemp() / "clean"
    written = place.replace("{}", f"{text}{secret}{text}")
    body = Redactor({secret: MASK}).body(written) or b""

    publish(path, lambda part: write(part, body), as_text, secrets=[Secret(secret)])

    assert path.read_bytes() == body


def write(path: Path, body: bytes) -> None:
    """Write bytes."""
    path.write_bytes(body)


def test_a_secret_of_three_letters_refuses_nothing(tmp_path: Path) -> None:
    """It would stand in ordinary words."""
    path = tmp_path / "words"
    secrets = [Secret("wor"), Secret("")]

    publish(path, lambda part: write(part, b"words"), as_text, secrets=secrets)

    assert path.read_bytes() == b"words"


def test_a_mask_may_hold_a_word_that_is_the_secret(tmp_path: Path) -> None:
    """A trainer's secret may be "secret"; a mask is no leak of it."""
    path = tmp_path / "masks"
    text = b"[client secret] [token #0123abcd] [redacted] [personal]"
    secrets = [Secret("secret"), Secret("0123abcd"), Secret("redacted")]

    publish(path, lambda part: write(part, text), as_text, secrets=secrets)

    assert path.read_bytes() == text


def test_a_folder_that_takes_no_file_is_named(tmp_path: Path) -> None:
    """In one line, and not by the name of a file that nobody asked for."""
    path = tmp_path / f"{'x' * 300}.csv"  # a read-only folder stops no root

    with pytest.raises(pn.ConfigurationError) as caught:
        publish(path, lambda part: write(part, b""), as_text, secrets=[])

    assert f"{path.name} cannot be written in {tmp_path}: " in str(caught.value)


def test_a_failure_while_writing_leaves_nothing(tmp_path: Path) -> None:
    """Neither half a file nor one beside it; the one that was there stays."""
    path = tmp_path / "calls"
    path.write_text("older")

    def half(part: Path) -> None:
        part.write_text("half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        publish(path, half, as_text, secrets=[])
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "older"
