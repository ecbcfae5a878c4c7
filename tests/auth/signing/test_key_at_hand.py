"""The key that a person keeps: environment variables, the keyring, `session.key`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyrings.alt.file import PlaintextKeyring

import paynet_nb as pn
from tests.helpers.gateway import CLIENT_ID, SECRET, Gateway
from tests.helpers.places import shown_by_error
from tests.helpers.programs import openssl

FILE, TEXT = "PAYNET_SIGNING_KEY_FILE", "PAYNET_SIGNING_KEY"
PASSWORD, CERTIFICATE = "PAYNET_SIGNING_KEY_PASSWORD", "PAYNET_SIGNING_CERTIFICATE_FILE"


@pytest.fixture(scope="module")
def key() -> pn.SigningKey:
    """One throw-away key for all."""
    return pn.SigningKey.generate().self_signed("tests")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[PlaintextKeyring]:
    """Put a keyring that is a file in place of the machine's own."""
    before, backend = keyring.get_keyring(), PlaintextKeyring()
    backend.file_path = str(tmp_path / "keyring.cfg")
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def test_a_variable_names_the_file(
    key: pn.SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Encrypted, its certificate in a file of its own, in quotes of an env file."""
    (tmp_path / "c.pem").write_text(key.certificate_pem() or "")
    monkeypatch.setenv(FILE, f'"{key.save(tmp_path / "key.pem", "open sesame")}"')
    monkeypatch.setenv(PASSWORD, "open sesame")
    monkeypatch.setenv(CERTIFICATE, str(tmp_path / "c.pem"))

    assert pn.SigningKey.from_env() == key


def test_a_pkcs12_file_is_known_by_its_name(
    key: pn.SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its certificate comes with it."""
    (tmp_path / "both.pem").write_text(f"{key.reveal()}{key.certificate_pem()}")
    words = "pkcs12 -export -in both.pem -out key.P12 -passout pass:sesame"
    openssl(tmp_path, *words.split())
    monkeypatch.setenv(FILE, str(tmp_path / "key.P12"))
    monkeypatch.setenv(PASSWORD, "sesame")

    assert pn.SigningKey.from_env() == key


def test_a_variable_may_hold_the_text(
    key: pn.SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On one line, its line breaks written out."""
    monkeypatch.setenv(TEXT, key.reveal().replace("\n", "\\n"))

    assert pn.SigningKey.from_env().public_key == key.public_key


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, "neither is set"),
        ({FILE: "x.pem", TEXT: "x"}, "both are set"),
        ({FILE: "/nowhere/x.pem"}, "No such file"),
        ({FILE: "/nowhere/x.p12"}, "No such file"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    variables: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to do."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(pn.SigningError, match=told) as caught:
        pn.SigningKey.from_env()

    assert len(str(caught.value).splitlines()) == 1


def test_an_error_shows_no_key_and_no_password(
    key: pn.SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a text that is damaged: message, locals, `%xmode Verbose`."""
    canary = key.reveal()[100:164]
    monkeypatch.setenv(TEXT, key.reveal()[:-200])
    monkeypatch.setenv(PASSWORD, "canary-of-a-password")

    with pytest.raises(pn.SigningError) as caught:
        pn.SigningKey.from_env()

    shown = "".join(shown_by_error(caught.value).values()).replace("\\n", "\n")
    assert canary not in shown
    assert "canary" not in shown


def test_a_session_finds_the_key(
    gateway: Gateway,
    key: pn.SigningKey,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kept: PlaintextKeyring,
) -> None:
    """The variables' first, else the keyring's; read once, and when asked for."""
    other = pn.SigningKey.generate()
    kept.set_password("paynet_nb:test", "signing-key", key.reveal())
    made = [pn.login(gateway.environment, **KEYS) for _ in "12"]
    from_keyring = made[0].key
    monkeypatch.setenv(FILE, str(other.save(tmp_path / "other.pem")))

    assert from_keyring.public_key == key.public_key
    assert made[0].key is from_keyring
    assert made[1].key == other


KEYS = {"client_id": CLIENT_ID, "client_secret": SECRET}


def test_a_session_without_a_key_says_where_to_put_one(
    gateway: Gateway, kept: PlaintextKeyring
) -> None:
    """Nothing is read and nothing asked for until somebody signs."""
    session = pn.login(gateway.environment, **KEYS)

    with pytest.raises(pn.SigningError, match=FILE):
        session.key  # noqa: B018  # a property
