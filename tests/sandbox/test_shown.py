from __future__ import annotations

import pickle

import pytest

from paynet_nb.errors import CredentialsError
from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import token_of


def test_its_secret_is_in_no_form_that_is_shown(box: Sandbox) -> None:
    """Neither repr, vars nor the card holds the secret, and a pickle cannot be made."""
    secret = box.credentials.client_secret.reveal()
    token = token_of(box)
    card = box._repr_html_()
    shown = [repr(box), repr(vars(box)), card, repr(box.requests)]
    parts = [part for part in vars(box).values() if hasattr(part, "__dict__")]
    inside = [value for part in parts for value in vars(part).values()]
    shown += [repr(vars(value)) for value in inside if hasattr(value, "__dict__")]

    for text in shown:
        assert secret not in text
        assert token not in text
    assert box.credentials.client_id in card
    with pytest.raises(CredentialsError):
        pickle.dumps(box)


def test_its_card_tells_what_it_is(box: Sandbox) -> None:
    """The card names the address and every scenario, and says that it is not PayNet."""
    card = box._repr_html_()

    assert box.url in card
    assert "not PayNet" in card
    assert box.scenarios
    for name in box.scenarios:
        assert name in card


def test_on_binder_it_is_not_on_the_readers_machine(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card says whose machine it runs on; Binder sets this variable there."""
    monkeypatch.delenv("BINDER_SERVICE_HOST", raising=False)
    assert "a gateway on this machine, not PayNet" in box._repr_html_()

    monkeypatch.setenv("BINDER_SERVICE_HOST", "10.0.0.1")
    assert "a gateway on a public machine, not PayNet" in box._repr_html_()


def test_its_environment_is_the_contract_s(box: Sandbox) -> None:
    """Environment and credentials are what the rest of paynet_nb takes."""
    environment = box.environment

    assert environment.name == environment.stage == "sandbox"
    assert environment.base_url == box.url
    assert environment.token_url == f"{box.url}/v1/picasso-guard/auth/token"
    assert environment.jwks_url == f"{box.url}/.well-known/jwks.json"
    assert box.credentials.environment is environment
    assert box.credentials.source == "sandbox"
