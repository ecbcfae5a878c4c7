"""`login`: the first source that serves wins, and one line says which and why.

The keyring: test_login_keyring.py; the form: test_login_in_a_kernel.py.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from typing import Any

import pytest

import paynet_nb as pn
from tests.helpers.gateway import CLIENT_ID, SECRET, Gateway
from tests.helpers.programs import TIMEOUT_S, limited

ID_SET, SECRET_SET = (
    ("PAYNET_CLIENT_ID", "id-of-env"),
    ("PAYNET_CLIENT_SECRET", "s" * 9),
)


@pytest.fixture
def keys_in_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the two environment variables."""
    monkeypatch.setenv(*ID_SET)
    monkeypatch.setenv(*SECRET_SET)


@pytest.mark.usefixtures("keys_in_variables")
def test_arguments_come_first(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a program passes wins over all that lies around, and is not printed."""
    session = pn.login(gateway.environment, client_id=CLIENT_ID, client_secret=SECRET)

    assert session.credentials == gateway.credentials
    assert session.credentials.source == "arguments"
    assert capsys.readouterr().err == "test: credentials from arguments\n"


@pytest.mark.usefixtures("keys_in_variables")
def test_a_sandbox_brings_its_keys(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a sandbox nobody is asked, and no real key goes to it."""
    session = pn.login(gateway)

    assert session.credentials is gateway.credentials
    told = "test: credentials from the sandbox; nothing in: arguments (not given)\n"
    assert capsys.readouterr().err == told


@pytest.mark.usefixtures("keys_in_variables")
def test_then_come_the_environment_variables(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are ready in the same cell, and nothing was sent for it."""
    session = pn.login(gateway.environment)

    assert session.submitted
    assert session.credentials.client_id == "id-of-env"
    assert session.credentials.source == "environment variables"
    assert session.client.auth is session.auth
    assert gateway.token_requests == []
    said = capsys.readouterr()
    assert said.err == (
        "test: credentials from environment variables; "
        "nothing in: arguments (not given)\n"
    )
    assert said.out == ""  # which may be data for another program
    assert repr(session) == "<Session for test: credentials from environment variables>"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PAYNET_ENVIRONMENT", "certification", "for 'certification'"),
        ("PAYNET_TOKEN_URL", "https://x.example/t", "for another PAYNET_TOKEN_URL"),
    ],
)
@pytest.mark.usefixtures("keys_in_variables")
def test_keys_of_another_environment_are_passed_over(
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    reason: str,
) -> None:
    """Where the variables say whose keys they are, nobody else gets them."""
    monkeypatch.setenv(name, value)

    with pytest.raises(pn.CredentialsError):
        pn.login(gateway.environment)

    assert f"environment variables ({reason})" in capsys.readouterr().err


@pytest.mark.usefixtures("keys_in_variables")
def test_keys_of_this_environment_are_taken(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same name, without case, or the same token URL."""
    monkeypatch.setenv("PAYNET_ENVIRONMENT", "TEST")
    assert pn.login(gateway.environment).submitted

    monkeypatch.setenv("PAYNET_ENVIRONMENT", "named otherwise")
    monkeypatch.setenv("PAYNET_TOKEN_URL", gateway.environment.token_url)
    assert pn.login(gateway.environment).submitted


@pytest.mark.parametrize(
    ("given", "missing"),
    [(ID_SET, "PAYNET_CLIENT_SECRET"), (SECRET_SET, "PAYNET_CLIENT_ID")],
)
def test_half_of_the_variables_is_a_mistake(
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    given: tuple[str, str],
    missing: str,
) -> None:
    """Somebody meant them, so another source would be a surprise."""
    monkeypatch.setenv(*given)

    with pytest.raises(pn.CredentialsError, match=f"{missing} not set"):
        pn.login(gateway.environment)


def test_half_of_the_arguments_is_a_mistake(gateway: Gateway) -> None:
    """The error says which half is missing."""
    with pytest.raises(pn.CredentialsError, match="the Client Secret for 'test' is em"):
        pn.login(gateway.environment, client_id=CLIENT_ID)


@pytest.mark.parametrize("secret", [SECRET, SECRET.encode(), [SECRET]])
def test_an_impossible_argument_shows_no_secret(
    gateway: Gateway, capsys: pytest.CaptureFixture[str], secret: Any
) -> None:
    """Neither the error nor the locals of our frames hold what was passed."""
    with pytest.raises(pn.CredentialsError) as caught:
        pn.login(gateway.environment, client_id="", client_secret=secret)

    ours = caught.traceback[1:]
    assert len(ours) > 1
    assert SECRET not in f"{caught.value} {[entry.locals for entry in ours]}"
    assert SECRET not in str(capsys.readouterr())


def test_a_login_wants_an_environment() -> None:
    """A name in place of the environment is told at once."""
    with pytest.raises(pn.ConfigurationError, match=r"pn\.CERTIFICATION, .* not str"):
        pn.login("certification")  # type: ignore[arg-type]  # the mistake


def test_a_script_without_a_person_ends_at_once() -> None:
    """Nothing found, nobody there: one line of error, what to set, and no waiting."""
    source = "import paynet_nb as pn; pn.login(pn.CERTIFICATION)"
    started = time.monotonic()

    # A pipe that stays open: a read from it would never end.
    with subprocess.Popen(
        [sys.executable, "-c", source],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as script:
        assert script.wait(TIMEOUT_S) == 1
        said = script.stderr.read() if script.stderr else ""

    told, *_, error = said.splitlines()
    assert told.startswith("certification: asking here; nothing in: arguments (not gi")
    assert "environment variables (not set), keyring (" in told
    assert told.endswith("form (this is no notebook)")
    assert "CredentialsError: nobody can answer" in error
    assert "PAYNET_CLIENT_ID" in error
    assert time.monotonic() - started < 15


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
def test_a_terminal_is_asked_last_and_shows_nothing() -> None:
    """Both values are typed unseen where somebody sits."""
    source = """
import paynet_nb as pn
found = pn.login(pn.CERTIFICATION).credentials
print(found.source, found.client_id, len(found.client_secret.reveal()))
"""
    person, terminal = os.openpty()
    with (
        subprocess.Popen(
            [sys.executable, "-c", source],
            start_new_session=True,  # away from the terminal of whoever runs the tests
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as script,
        limited(script),
    ):
        assert script.stderr
        assert script.stdout
        told = b""
        for typed in (CLIENT_ID, SECRET):
            while not told.endswith(b" for certification: "):
                told += script.stderr.read(1)
                assert script.poll() is None, told
            os.write(person, f"{typed}\n".encode())
            told += b"."
        printed = script.stdout.read().decode()
    echoed = os.read(person, 1000) if select.select([person], [], [], 0)[0] else b""
    os.close(terminal)
    os.close(person)

    assert printed == f"prompt {CLIENT_ID} {len(SECRET)}\n"
    assert b"form (this is no notebook)" in told
    assert CLIENT_ID.encode() not in told + echoed
    assert SECRET.encode() not in told + echoed


@pytest.mark.usefixtures("keys_in_variables")
def test_a_login_by_variables_loads_no_widgets() -> None:
    """A script that runs every minute does not load what draws forms."""
    source = (
        "import sys, paynet_nb as pn; pn.login(pn.CERTIFICATION); "
        "print({'ipywidgets', 'anywidget', 'IPython', 'keyring'}"
        " & set(sys.modules))"
    )

    printed = subprocess.run(
        [sys.executable, "-c", source],
        check=True,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    ).stdout

    assert printed == "set()\n"
