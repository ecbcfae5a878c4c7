"""Where credentials come from: environment variables and prompts."""

from __future__ import annotations

import getpass
import io
import sys

import pytest

import paynet_nb as pn

SECRET = "canary-secret-7f3a"


def test_from_env_reads_the_two_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an environment named they are for the Certification Centre."""
    monkeypatch.setenv("PAYNET_CLIENT_ID", "id")
    monkeypatch.setenv("PAYNET_CLIENT_SECRET", SECRET)

    credentials = pn.Credentials.from_env()

    assert credentials.environment is pn.CERTIFICATION
    assert credentials.client_secret.reveal() == SECRET
    assert credentials.source == "environment variables"


@pytest.mark.parametrize("environment", [pn.CERTIFICATION, pn.REPORTS_UAT])
def test_from_env_takes_a_known_environment_by_name(
    monkeypatch: pytest.MonkeyPatch, environment: pn.Environment
) -> None:
    """PAYNET_ENVIRONMENT is compared without case."""
    monkeypatch.setenv("PAYNET_CLIENT_ID", "id")
    monkeypatch.setenv("PAYNET_CLIENT_SECRET", SECRET)
    monkeypatch.setenv("PAYNET_ENVIRONMENT", environment.name.upper())

    assert pn.Credentials.from_env().environment is environment


@pytest.mark.parametrize(
    ("name", "base_url", "stage"),
    [
        ("", "http://127.0.0.1:8000", "sandbox"),
        ("", "https://api.example.my", "production"),
        ("system-verification", "https://api.example.my", "system-verification"),
        ("our-bank", "https://api.example.my", "production"),
    ],
)
def test_from_env_makes_an_environment_of_two_urls(
    monkeypatch: pytest.MonkeyPatch, name: str, base_url: str, stage: str
) -> None:
    """An address of unknown stage is treated with production's care."""
    monkeypatch.setenv("PAYNET_CLIENT_ID", "id")
    monkeypatch.setenv("PAYNET_CLIENT_SECRET", SECRET)
    monkeypatch.setenv("PAYNET_ENVIRONMENT", name)
    monkeypatch.setenv("PAYNET_BASE_URL", base_url)
    monkeypatch.setenv("PAYNET_TOKEN_URL", f"{base_url}/auth/token")

    environment = pn.Credentials.from_env().environment

    assert (environment.base_url, environment.stage) == (base_url, stage)


@pytest.mark.parametrize("around", ['"{}"', "'{}'", ' " {} " ', "\u201c{}\u201d\n"])
def test_what_env_files_put_around_values_is_taken_off(
    monkeypatch: pytest.MonkeyPatch, around: str
) -> None:
    """Docker keeps the quotes of an env file; all five variables are read alike."""
    url = "https://api.example.my/v1"
    for name, value in {
        "PAYNET_CLIENT_ID": "id",
        "PAYNET_CLIENT_SECRET": SECRET,
        "PAYNET_ENVIRONMENT": "System-Verification",
        "PAYNET_BASE_URL": url,
        "PAYNET_TOKEN_URL": f"{url}/token",
    }.items():
        monkeypatch.setenv(name, around.format(value))

    credentials = pn.Credentials.from_env()

    assert credentials.client_id == "id"
    assert credentials.client_secret.reveal() == SECRET
    environment = credentials.environment
    assert (environment.base_url, environment.token_url) == (url, f"{url}/token")
    assert environment.stage == "system-verification"


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("PAYNET_CLIENT_ID", "<YourClientID>", pn.CredentialsError),
        ("PAYNET_CLIENT_ID", "caf\u00e9", pn.CredentialsError),
        ("PAYNET_CLIENT_SECRET", "can\nary", pn.CredentialsError),
        ("PAYNET_BASE_URL", "api.example.my", pn.ConfigurationError),
        ("PAYNET_TOKEN_URL", "http://api.example.my/token", pn.ConfigurationError),
    ],
)
def test_the_variable_that_is_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, error: type[Exception]
) -> None:
    """One line that begins with its name, and does not quote a key."""
    url = "https://api.example.my/v1"
    good = {
        "PAYNET_CLIENT_ID": "id",
        "PAYNET_CLIENT_SECRET": SECRET,
        "PAYNET_BASE_URL": url,
        "PAYNET_TOKEN_URL": url,
    }
    for each, right in {**good, name: value}.items():
        monkeypatch.setenv(each, right)

    with pytest.raises(error, match=f"^{name}") as caught:
        pn.Credentials.from_env()

    assert "canary" not in str(caught.value)
    assert "can\nary" not in str(caught.value)


def test_from_env_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the variables and the other ways in."""
    monkeypatch.setenv("PAYNET_CLIENT_ID", "id")

    with pytest.raises(pn.CredentialsError, match="PAYNET_CLIENT_SECRET not set"):
        pn.Credentials.from_env()


def test_from_env_wants_both_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    """One URL alone is told, not completed by a guess."""
    monkeypatch.setenv("PAYNET_CLIENT_ID", "id")
    monkeypatch.setenv("PAYNET_CLIENT_SECRET", SECRET)
    monkeypatch.setenv("PAYNET_BASE_URL", "https://api.example.my")

    with pytest.raises(pn.ConfigurationError, match="PAYNET_TOKEN_URL"):
        pn.Credentials.from_env()


@pytest.mark.parametrize("name", ["production", "typo"])
def test_from_env_guesses_no_url(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Production's URL is published nowhere, so its name alone is an error."""
    monkeypatch.setenv("PAYNET_CLIENT_ID", "id")
    monkeypatch.setenv("PAYNET_CLIENT_SECRET", SECRET)
    monkeypatch.setenv("PAYNET_ENVIRONMENT", name)

    with pytest.raises(pn.ConfigurationError, match="PAYNET_TOKEN_URL"):
        pn.Credentials.from_env()


def test_a_prompt_without_a_person_fails_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A headless run says what to set instead of waiting."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("never read\n"))

    with pytest.raises(pn.CredentialsError, match="PAYNET_CLIENT_ID"):
        pn.Credentials.prompt(pn.CERTIFICATION)


def test_a_kernel_that_has_no_stdin_fails_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Under nbclient ipykernel's getpass raises a NotImplementedError."""

    def no_stdin(prompt: str) -> str:
        raise NotImplementedError(prompt)

    monkeypatch.setattr(getpass, "getpass", no_stdin)

    with pytest.raises(pn.CredentialsError, match="PAYNET_CLIENT_ID") as caught:
        pn.Credentials.prompt(pn.CERTIFICATION)
    assert caught.value.__context__ is None


def test_a_prompt_asks_for_both_values_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both go through getpass: people paste into the wrong field."""
    asked = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return SECRET

    monkeypatch.setattr(getpass, "getpass", answer)

    credentials = pn.Credentials.prompt(pn.CERTIFICATION)

    assert asked == [
        "Client ID for certification: ",
        "Client Secret for certification: ",
    ]
    assert credentials.client_secret.reveal() == SECRET
    assert credentials.source == "prompt"
