"""`login` and the keyring of the operating system; here one that is a file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyrings.alt.file import PlaintextKeyring

import paynet_nb as pn
from tests.helpers.gateway import CLIENT_ID, SECRET, Gateway
from tests.helpers.programs import TIMEOUT_S
from tests.house.repo import ROOT


@pytest.fixture
def use(tmp_path: Path) -> Iterator[Callable[[KeyringBackend], None]]:
    """Put a keyring in place of the machine's own."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.fixture
def kept(use: Callable[[KeyringBackend], None], tmp_path: Path) -> KeyringBackend:
    """Use a keyring that is a file, still empty."""
    backend = PlaintextKeyring()
    backend.file_path = str(tmp_path / "keyring.cfg")
    use(backend)
    return keyring.get_keyring()


def test_the_keyring_comes_after_the_variables(
    gateway: Gateway, kept: KeyringBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    """It serves without a person, and neither value is printed."""
    kept.set_password("paynet_nb:test", "client-id", CLIENT_ID)
    kept.set_password("paynet_nb:test", "client-secret", SECRET)

    session = pn.login(gateway.environment)

    assert session.credentials == gateway.credentials
    assert session.credentials.source == "keyring"
    assert capsys.readouterr().err == (
        "test: credentials from keyring; nothing in: arguments (not given), "
        "environment variables (not set)\n"
    )


def test_another_environments_entry_is_not_taken(
    gateway: Gateway, kept: KeyringBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each environment has entries of its own."""
    kept.set_password("paynet_nb:certification", "client-id", CLIENT_ID)
    kept.set_password("paynet_nb:certification", "client-secret", SECRET)

    with pytest.raises(pn.CredentialsError):
        pn.login(gateway.environment)

    assert "keyring (nothing under paynet_nb:test)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("entry", "missing"),
    [("client-id", "client-secret"), ("client-secret", "client-id")],
)
def test_half_of_the_entries_is_a_mistake(
    gateway: Gateway, kept: KeyringBackend, entry: str, missing: str
) -> None:
    """The error gives the command that writes the other half."""
    kept.set_password("paynet_nb:test", entry, "0123456789abcdef")

    with pytest.raises(
        pn.CredentialsError, match=f"keyring set paynet_nb:test {missing}"
    ):
        pn.login(gateway.environment)


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        (NoKeyring(), "cannot be read: NoKeyringError"),
        (NullKeyring(), "nothing under paynet_nb:test"),
    ],
)
def test_a_keyring_that_does_not_serve_is_passed_over(
    gateway: Gateway,
    use: Callable[[KeyringBackend], None],
    capsys: pytest.CaptureFixture[str],
    backend: KeyringBackend,
    reason: str,
) -> None:
    """None, or one that keeps nothing: it is said, and the next source is tried."""
    use(backend)

    with pytest.raises(pn.CredentialsError, match="nobody can answer"):
        pn.login(gateway.environment)

    assert f"keyring ({reason}), form (" in capsys.readouterr().err


def test_a_broken_keyring_is_passed_over_by_name(
    gateway: Gateway,
    kept: KeyringBackend,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its error is named and not quoted: this one quotes the line it fell over."""
    (tmp_path / "keyring.cfg").write_text(f"client-secret = {SECRET}", "utf-8")

    with pytest.raises(pn.CredentialsError, match="nobody can answer") as caught:
        pn.login(gateway.environment)

    told = capsys.readouterr().err
    assert "keyring (cannot be read: MissingSectionHeaderError), form (" in told
    assert SECRET not in f"{told}{caught.value}"


def test_the_commands_of_the_readme_fill_it(tmp_path: Path) -> None:
    """What a person types once is what every later login finds, in a new process."""
    commands = re.findall(
        r"^python (-m keyring set .+)$",
        (ROOT / "docs" / "keys.md").read_text("utf-8"),
        re.M,
    )
    environment = {
        **os.environ,
        "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring",
        "XDG_DATA_HOME": str(tmp_path),
        "LOCALAPPDATA": str(tmp_path),
    }

    def python(*words: str, typed: str = "") -> str:
        return subprocess.run(
            [sys.executable, *words],
            input=typed,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        ).stdout

    assert len(commands) == 2
    for command, value in zip(commands, (CLIENT_ID, SECRET), strict=True):
        python(*command.split(), typed=value)
    source = (
        "import paynet_nb as pn; found = pn.login(pn.CERTIFICATION).credentials; "
        "print(found.source, found.client_id, found.client_secret.reveal())"
    )

    assert python("-c", source) == f"keyring {CLIENT_ID} {SECRET}\n"
