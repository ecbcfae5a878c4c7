"""`CredentialForm` without a browser: a message goes in, credentials come out.

Failures and leaks: test_credential_form_failures.py; in a browser: tests/browser.
"""

from __future__ import annotations

import re

import paynet_nb as pn
from tests.helpers.forms import status, submit
from tests.helpers.gateway import CLIENT_ID, SECRET, Gateway


def test_what_was_typed_becomes_credentials_of_the_chosen_environment(
    gateway: Gateway,
) -> None:
    """The second environment was chosen, so the credentials are for that."""
    form = pn.CredentialForm(pn.CERTIFICATION, gateway.environment)

    submit(form, CLIENT_ID, SECRET, environment=1)

    assert form.submitted
    assert form.credentials == gateway.credentials
    assert form.credentials.source == "form"


def test_the_form_gives_one_auth_and_one_client(gateway: Gateway) -> None:
    """The token of the form is the one that calls use; it is asked for once."""
    form = pn.CredentialForm(gateway.environment)
    submit(form, CLIENT_ID, SECRET)

    form.client.get("/anything")

    assert form.client.auth is form.auth
    assert list(form.client.history.to_frame()["kind"]) == ["token", "call"]
    assert len(gateway.token_requests) == 1


def test_pressing_twice_asks_once(gateway: Gateway) -> None:
    """The same credentials again keep the token, the client and its history."""
    form = pn.CredentialForm(gateway.environment)
    submit(form, CLIENT_ID, SECRET)
    client = form.client

    submit(form, CLIENT_ID, SECRET)

    assert form.client is client
    assert len(gateway.token_requests) == 1


def test_the_status_says_until_when_in_kuala_lumpur(gateway: Gateway) -> None:
    """The line names the environment, the time and the zone."""
    form = pn.CredentialForm(gateway.environment)

    submit(form, CLIENT_ID, SECRET)

    expected = r"test: token held until 20\d\d-\d\d-\d\d \d\d:\d\d Kuala Lumpur"
    assert re.fullmatch(expected, status(form))


def test_a_sandbox_lends_its_keys_by_a_click(gateway: Gateway) -> None:
    """A click sends no secret: the kernel has the sandbox's keys already."""
    form = pn.CredentialForm(gateway)

    submit(form)

    assert form.credentials is gateway.credentials
    [offer] = form.get_state()["_environments"]
    assert offer["keys"] is True
    assert "not PayNet" in offer["in_words"]


def test_a_sandbox_without_its_keys_says_where_they_are(gateway: Gateway) -> None:
    """An environment alone has no keys to offer; the form says what would."""
    form = pn.CredentialForm(gateway.environment)

    [offer] = form.get_state()["_environments"]

    assert offer["keys"] is False
    assert "pn.CredentialForm(box)" in offer["note"]


def test_an_environment_is_described_in_words(gateway: Gateway) -> None:
    """Name, host and stage; production by word and by sign."""
    form = pn.CredentialForm(pn.CERTIFICATION, pn.REPORTS_PRODUCTION)

    first, second = form.get_state()["_environments"]

    assert first["name"] == "certification"
    assert first["host"] == "certification.api.developer.inet.paynet.my"
    assert "Certification Centre" in first["in_words"]
    assert "\N{WARNING SIGN}" in second["in_words"]
    assert "PRODUCTION" in second["in_words"]
    assert (first["band"], first["stage"]) == ("", "certification")
    assert second["band"] == "\N{WARNING SIGN}\ufe0e PRODUCTION: the real network"


def test_on_submit_gets_the_credentials_once_a_token_is_held(gateway: Gateway) -> None:
    """The callback finds the form ready."""
    seen: list[tuple[pn.Credentials, bool]] = []

    def on_submit(credentials: pn.Credentials) -> None:
        seen.append((credentials, form.submitted))

    form = pn.CredentialForm(gateway.environment, on_submit=on_submit)
    submit(form, CLIENT_ID, SECRET)

    assert seen == [(gateway.credentials, True)]


def test_where_no_form_can_be_shown_text_says_what_to_do() -> None:
    """GitHub and a terminal show the text in place of the form."""
    bundle = pn.CredentialForm(pn.CERTIFICATION)._repr_mimebundle_()

    assert bundle is not None
    assert (
        "<CredentialForm for certification (no token yet)." in bundle[0]["text/plain"]
    )
    assert "PAYNET_CLIENT_ID" in bundle[0]["text/plain"]
