"""`RequestForm` in production: only GET until the environment's name is typed."""

from __future__ import annotations

import pytest

import paynet_nb as pn
from tests.helpers.forms import answer_of, send, unlock
from tests.helpers.gateway import Gateway


@pytest.fixture
def production(gateway: Gateway) -> pn.Client:
    """Make a client that takes the gateway for production."""
    here = gateway.environment
    environment = pn.Environment(
        name="prod",
        stage="production",
        base_url=here.base_url,
        token_url=here.token_url,
    )
    return pn.Client(None, environment)


def test_production_wants_its_name_typed(
    gateway: Gateway, production: pn.Client
) -> None:
    """GET goes without; anything else is refused until the right name is typed."""
    form = pn.RequestForm(production)
    assert form.get_state()["_locked"] is True

    send(form, "GET", "/a")
    send(form, "POST", "/b")
    assert "is production and only GET is allowed" in answer_of(form)["text"]
    assert answer_of(form)["html"] == ""  # not the card of the call before
    unlock(form, "Prod")
    assert "does not unlock" in answer_of(form)["text"]
    assert form.get_state()["_locked"] is True
    unlock(form, "prod")
    assert "prod is unlocked" in answer_of(form)["text"]
    assert form.get_state()["_locked"] is False
    send(form, "POST", "/c")

    sent = [(request.method, request.path) for request in gateway.api_requests]
    assert sent == [("GET", "/a"), ("POST", "/c")]


def test_a_wrong_name_typed_twice_is_answered_twice(production: pn.Client) -> None:
    """What stays the same is not sent, and the browser would wait for an answer."""
    form = pn.RequestForm(production)
    unlock(form, "Prod")
    states: list[str] = []
    form.observe(lambda change: states.append(change["new"]["state"]), "_answer")

    unlock(form, "Prod")

    assert states == ["asking", "failed"]


def test_a_client_that_a_cell_unlocked_is_not_locked_here(
    production: pn.Client,
) -> None:
    """Before the form is made, or while it is shown: it does not say otherwise."""
    form = pn.RequestForm(production)

    production.unlock("prod")
    send(form, "POST", "/a")

    assert answer_of(form)["text"].startswith("good, 200 OK")
    assert form.get_state()["_locked"] is False
    assert pn.RequestForm(production).get_state()["_locked"] is False


def test_what_is_typed_in_place_of_the_name_is_not_repeated(
    production: pn.Client,
) -> None:
    """It may be a secret, and what the form says is saved with the notebook."""
    form = pn.RequestForm(production)
    states: list[str] = []
    form.observe(lambda change: states.append(str(change["new"])), "_answer")

    unlock(form, "canary")

    assert "does not unlock" in states[-1]
    assert "canary" not in f"{states} {form.get_state()}"
