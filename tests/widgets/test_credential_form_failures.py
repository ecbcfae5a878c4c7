"""`CredentialForm` when something is wrong, and what it never tells anybody."""

from __future__ import annotations

import logging
from typing import Any

import comm
import pytest
import requests
from comm.base_comm import BaseComm

import paynet_nb as pn
from tests.helpers.forms import status, submit
from tests.helpers.gateway import CLIENT_ID, SECRET, Gateway, answer

WRONG = "wr0ng-canary-7f3a"


class Wire(BaseComm):
    """The kernel's side of a comm; what it published is kept as text."""

    published: list[str]

    def publish_msg(self, msg_type: str, *parts: Any, **named: Any) -> None:
        """Keep what would go to all front ends."""
        self.published.append(f"{msg_type} {parts} {named}")


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for the kernel; gives what it broadcast."""
    monkeypatch.setattr(Wire, "published", [], raising=False)
    # The place that ipykernel puts its own function in, too.
    monkeypatch.setattr(comm, "create_comm", Wire)
    return Wire.published


@pytest.mark.parametrize("name", ["credentials", "auth", "client"])
def test_reading_before_a_token_says_what_to_do(gateway: Gateway, name: str) -> None:
    """Whoever runs the next cell too early reads which button to press."""
    form = pn.CredentialForm(gateway.environment)

    with pytest.raises(
        pn.CredentialsError, match=r"press Get token, .*PAYNET_CLIENT_ID"
    ):
        getattr(form, name)

    assert not form.submitted


def test_a_wrong_secret_shows_the_reason_and_leaves_nothing_valid(
    gateway: Gateway,
) -> None:
    """What was held before is not taken for the credentials typed last."""
    form = pn.CredentialForm(gateway.environment)
    submit(form, CLIENT_ID, SECRET)
    gateway.token = lambda _request: answer({"error": "invalid_client"}, 401)

    submit(form, CLIENT_ID, WRONG)

    said = form.get_state()["_progress"]
    assert said["text"] == "test: the keys were refused (401 invalid_client)"
    assert said["advice"] == "a sandbox has keys of its own: box.credentials"
    url = gateway.environment.token_url
    assert said["where"] == f"asked {url}; not asked again for 5 s"
    assert not form.submitted


def test_an_impossible_value_is_refused_without_asking(gateway: Gateway) -> None:
    """A masking dot that was copied in place of the secret never leaves the machine."""
    form = pn.CredentialForm(gateway.environment)

    submit(form, CLIENT_ID, "\N{BULLET}" * 8)

    assert "the Client Secret holds a character" in status(form)
    assert gateway.token_requests == []


def test_the_text_of_an_example_is_refused_without_asking(gateway: Gateway) -> None:
    """What a page has in the place of a key never leaves the machine."""
    form = pn.CredentialForm(gateway.environment)

    submit(form, "<your client id>", "YOUR_CLIENT_SECRET")

    assert "the Client ID is still the placeholder" in status(form)
    assert gateway.token_requests == []


def test_neither_value_is_broadcast_kept_in_state_or_logged(
    gateway: Gateway, published: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Front ends and logs learn of the submission, not of what was typed."""
    caplog.set_level(logging.DEBUG)
    form = pn.CredentialForm(gateway.environment)

    message = submit(form, CLIENT_ID, SECRET)

    assert message["buffers"] == []
    told = (
        f"{published} {form.get_state()} {form!r} {vars(form)} {caplog.text} {message}"
    )
    assert "token held" in told
    assert "handle_msg" in caplog.text  # the logger that prints messages did print
    assert SECRET not in told
    assert CLIENT_ID not in f"{published} {caplog.text} {message}"


def test_a_failing_on_submit_is_told_without_the_secret(gateway: Gateway) -> None:
    """The form shows what was raised; the token is held all the same."""

    def on_submit(credentials: pn.Credentials) -> None:
        raise KeyError(f"no place for {credentials.client_secret.reveal()}")

    form = pn.CredentialForm(gateway.environment, on_submit=on_submit)
    submit(form, CLIENT_ID, SECRET)

    assert "on_submit failed: KeyError: 'no place for [client secret]'" in status(form)
    assert form.submitted


def test_an_unforeseen_error_is_named_without_its_frames(
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    published: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A fault below leaves no traceback, whose frames hold the request, anywhere."""

    def send(*_parts: Any, **_options: Any) -> None:
        raise ZeroDivisionError(WRONG)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    form = pn.CredentialForm(gateway.environment)
    submit(form, CLIENT_ID, WRONG)

    assert "ZeroDivisionError" in status(form)
    assert WRONG not in f"{published} {caplog.text}"


def test_an_interrupted_submission_does_not_ask_for_ever(gateway: Gateway) -> None:
    """After an interrupt the form does not go on saying that it asks."""

    def on_submit(_credentials: pn.Credentials) -> None:
        raise KeyboardInterrupt

    form = pn.CredentialForm(gateway.environment, on_submit=on_submit)
    with pytest.raises(KeyboardInterrupt):
        submit(form, CLIENT_ID, SECRET)

    assert status(form) == "test: interrupted; press the button again"


@pytest.mark.parametrize("wrong", [(), ("certification",), (None,)])
def test_a_form_wants_environments(wrong: tuple[Any, ...]) -> None:
    """A mistake is told when the form is made, not when somebody presses its button."""
    with pytest.raises(pn.ConfigurationError, match=r"pn\.C"):
        pn.CredentialForm(*wrong)
