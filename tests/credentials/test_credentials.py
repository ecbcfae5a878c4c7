"""Credentials: what is taken off, what is refused, what they never show."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import pprint
import traceback

import pytest

import paynet_nb as pn
from paynet_nb.credentials import Secret

SECRET = "canary-secret-7f3a"


def made(client_id: str = "id", secret: str = SECRET) -> pn.Credentials:
    """Make credentials for the Certification Centre."""
    return pn.Credentials(client_id, secret, pn.CERTIFICATION)


@pytest.mark.parametrize(
    "pasted",
    [
        f" {SECRET}\n",
        f'"{SECRET}"',
        f"\u201c{SECRET}\u201d",
        f" '\"{SECRET}\"' \r\n",
        f"\ufeff{SECRET}\u200b",
        f"\u00a0{SECRET}\u00a0",
    ],
)
def test_what_copying_adds_is_taken_off(pasted: str) -> None:
    """White space, quotes and marks without width around a pasted value go."""
    credentials = made(pasted, pasted)

    assert credentials.client_id == SECRET
    assert credentials.client_secret.reveal() == SECRET


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ('""', "is empty"),
        ("abc\ndef", "line break"),
        ("abc\x00def", "character"),
        ("abc\u2028def", "line break"),
        ("\u2022\u2022\u2022\u2022", "character"),
        ("**yourClientId**", "placeholder"),
        ("yourClientSecret", "placeholder"),
        ("<yourClientId>", "placeholder"),
        ("<your client id>", "placeholder"),
        ("YOUR_CLIENT_SECRET", "placeholder"),
        ("my-client-id here", "placeholder"),
        ("client_id", "placeholder"),
        ("[Client Secret]", "placeholder"),
        ("${PAYNET_CLIENT_ID}", "placeholder"),
        ("{{clientSecret}}", "placeholder"),
        ("********", "placeholder"),
        ("xxxxxxxx", "placeholder"),
    ],
)
@pytest.mark.parametrize("place", ["Client ID", "Client Secret"])
def test_an_impossible_value_is_refused(value: str, said: str, place: str) -> None:
    """One line says which value and why, without quoting it."""
    with pytest.raises(pn.CredentialsError, match=said) as caught:
        made(value) if place == "Client ID" else made(secret=value)

    assert place in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(value) < 4 or value not in str(caught.value)


@pytest.mark.parametrize(
    "value",
    ["client-7f3a", "my-clientid-2", "a*b", "x1", "secret", "$secret", "*id*"],
)
def test_what_may_be_a_key_is_taken(value: str) -> None:
    """A value that is no name of a key's place, or more than that, is sent."""
    assert made(value, value).client_id == value


def test_a_sandboxs_keys_are_in_no_portal() -> None:
    """Whoever pastes an example for a sandbox reads where its keys are."""
    here = pn.Environment(
        name="here",
        base_url="http://[::1]/",
        token_url="http://[::1]/",
        stage="sandbox",
    )
    with pytest.raises(pn.CredentialsError, match=r"box\.credentials") as caught:
        pn.Credentials("client_id", SECRET, here)

    assert "Portal" not in str(caught.value)


def test_inner_spaces_and_signs_stay() -> None:
    """RFC 6749 appendix A allows all of printable ASCII."""
    secret = "a /+&= %:'\"z"

    assert made(secret=secret).client_secret.reveal() == secret


def test_the_secret_shows_in_no_form_but_reveal() -> None:
    """Printing, listing, formatting, comparing and copying mask it."""
    credentials = made()
    forms = [
        repr(credentials),
        str(credentials),
        f"{credentials}",
        pprint.pformat(vars(credentials)),
        str(dataclasses.asdict(credentials)),
        str(dataclasses.astuple(credentials)),
        repr(copy.deepcopy(credentials).client_secret),
        repr({name: getattr(credentials.client_secret, name) for name in ("reveal",)}),
        str(dir(credentials.client_secret)),
        json.dumps(credentials, default=str),
        f"{credentials.client_secret!s:>40}",
    ]

    assert credentials.client_secret.reveal() == SECRET
    assert all(SECRET not in form for form in forms)


def test_a_secret_is_not_pickled() -> None:
    """A pickle is a file that others read."""
    with pytest.raises(pn.CredentialsError, match="not pickled"):
        pickle.dumps(made())


def test_an_error_holds_no_secret_among_its_locals() -> None:
    """A traceback that prints local names, as %xmode Verbose does, shows none."""
    with pytest.raises(pn.CredentialsError) as caught:
        made(secret=f"{SECRET}\n{SECRET}")
    shown = traceback.TracebackException.from_exception(
        caught.value, capture_locals=True
    )
    # The first two frames are the test's own, where the caller wrote the secret down.
    shown.stack[:] = shown.stack[2:]

    assert shown.stack
    assert SECRET not in "".join(shown.format())


def test_secrets_compare_by_value_and_do_not_change() -> None:
    """Equal texts are equal secrets; nobody changes one."""
    assert Secret("a" * 8) == Secret("a" * 8)
    assert Secret("a" * 8) != Secret("b" * 8)
    assert Secret("a" * 8) != "a" * 8
    assert len({Secret("a" * 8), Secret("a" * 8)}) == 1
    with pytest.raises(AttributeError):
        Secret("a").reveal = lambda: "b"


def test_credentials_want_an_environment() -> None:
    """A forgotten environment is an error here, not a wrong host later."""
    with pytest.raises(pn.ConfigurationError, match="CERTIFICATION"):
        pn.Credentials("id", SECRET, "certification")  # type: ignore[arg-type]
