"""`RequestForm` without a browser: a message goes in, a call is made.

What the browser does with what is typed: tests/browser/test_request_form.py.
"""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
import requests

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from tests.helpers.forms import answer_of, send
from tests.helpers.gateway import Gateway, answer

CANARY = "canary-7f3a-typed"


@pytest.fixture
def client(gateway: Gateway) -> pn.Client:
    """Make a client of the gateway."""
    return gateway.client()


def test_a_sample_payment_has_its_amounts_as_text(client: pn.Client) -> None:
    """As the lessons teach: of all bodies that are offered none has a JSON number."""
    offers = pn.RequestForm(client).get_state()["_endpoints"]

    bodies = [offer["json"] for offer in offers if '"amount"' in offer["json"]]
    assert bodies
    assert all(re.search(r'"amount": "\d+\.\d\d"', body) for body in bodies)
    assert [body for body in bodies if re.search(r'"amount": *[\d.-]', body)] == []


def test_what_is_sent_is_a_call_of_the_client(
    gateway: Gateway, client: pn.Client
) -> None:
    """Query, headers and JSON arrive as typed, and the call is in the history."""
    form = pn.RequestForm(client)

    send(
        form,
        "POST",
        "/pay",
        query=[["id", "0 1"], ["id", "2"]],
        headers=[["X-Ip-Address", "0"]],
        json='{"amount": 10.00}',
    )

    [request] = gateway.api_requests
    assert request.method == "POST"
    assert request.query_string == b"id=0+1&id=2"
    assert request.headers["X-Ip-Address"] == "0"
    assert request.get_data() == b'{"amount":10.00}'
    assert request.headers["Authorization"].startswith("Bearer opaque-token")
    assert form.last is client.history[-1]
    assert form.last.kind == "call"


def test_the_answer_is_shown_in_words_and_as_a_card(client: pn.Client) -> None:
    """The status line says how it went, the card is that of the call."""
    form = pn.RequestForm(client)

    send(form, "GET", "/anything")

    shown = answer_of(form)
    assert shown["state"] == "good"
    assert shown["text"].startswith("good, 200 OK, ")
    assert shown["text"].endswith(" ms")
    assert form.last
    assert shown["html"] == form.last._repr_html_()


def test_an_answer_that_refuses_has_the_sign_of_a_failure(
    gateway: Gateway, client: pn.Client
) -> None:
    """As in the history: a check mark before "503 ..." would mislead."""
    gateway.api = lambda _: answer({}, 503)
    form = pn.RequestForm(client)

    send(form, "GET", "/anything")

    assert answer_of(form)["state"] == "failed"
    assert answer_of(form)["text"].startswith("failed, 503 Service Unavailable, ")


def test_what_a_server_says_is_no_markup(gateway: Gateway, client: pn.Client) -> None:
    """The card is put into the page as it is, so it holds nothing unescaped."""
    hostile = "<img src=x onerror=alert(1)>"
    gateway.api = lambda _: answer({hostile: hostile}, 200, X_Odd=hostile)
    form = pn.RequestForm(client)

    send(form, "GET", "/anything")

    assert "onerror" in answer_of(form)["html"]
    assert "<img" not in answer_of(form)["html"]


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("https://elsewhere.example/x", {}, "a call to https://elsewhere.example is"),
        ("/x", {"headers": [["X", "a\nb"]]}, "X"),
        ("/x", {"json": '{"a": 1e99999999999999999999}'}, "Decimal, line 1, column 7;"),
    ],
)
def test_what_is_refused_is_one_line(
    gateway: Gateway, client: pn.Client, path: str, typed: dict[str, Any], said: str
) -> None:
    """The rules are those of `client.call`; nothing is sent and nothing is raised."""
    form = pn.RequestForm(client)

    send(form, "POST", path, **typed)

    assert answer_of(form)["state"] == "failed"
    assert said in answer_of(form)["text"]
    assert "\n" not in answer_of(form)["text"]
    assert answer_of(form)["html"] == ""
    assert gateway.api_requests == []


def test_no_answer_is_shown_and_recorded() -> None:
    """A gateway that is gone is a line in the form, and a row in the history."""
    with Sandbox() as box:
        client = pn.Client(None, box.environment)
    form = pn.RequestForm(client)

    send(form, "GET", "/anything")

    assert "no answer" in answer_of(form)["html"]
    assert answer_of(form)["state"] == "failed"
    assert form.last is client.history[-1]


def test_a_typed_secret_is_kept_nowhere(
    client: pn.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """An `Authorization` that was typed is in no state, log, message or history."""
    caplog.set_level(logging.DEBUG)
    form = pn.RequestForm(client)

    message = send(form, "GET", "/x", headers=[["Authorization", f"Bearer {CANARY}"]])

    assert form.last
    assert message["buffers"] == []
    kept = f"{form.get_state()} {vars(form)} {message} {caplog.text} {form.last}"
    assert "handle_msg" in caplog.text  # the logger that prints messages did print
    assert CANARY not in kept + str(dict(form.last.request_headers))


def test_an_unforeseen_error_is_named_without_its_frames(
    client: pn.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault below leaves no traceback, whose frames hold what was typed."""

    def send_nothing(*_parts: Any, **_options: Any) -> None:
        raise ZeroDivisionError(CANARY)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send_nothing)
    form = pn.RequestForm(client)

    send(form, "GET", "/x", headers=[["Authorization", CANARY]])

    assert "ZeroDivisionError" in answer_of(form)["text"]
    assert CANARY not in str(form.get_state())


def test_an_interrupted_call_does_not_ask_for_ever(
    gateway: Gateway, client: pn.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an interrupt the form says so and can be used again."""

    def interrupt(*_parts: Any, **_options: Any) -> None:
        raise KeyboardInterrupt

    form = pn.RequestForm(client)
    send(form, "GET", "/x")
    with monkeypatch.context() as patched:
        patched.setattr(requests.adapters.HTTPAdapter, "send", interrupt)
        with pytest.raises(KeyboardInterrupt):
            send(form, "GET", "/x")

    assert answer_of(form)["text"].startswith("interrupted; ")
    send(form, "GET", "/x")
    assert answer_of(form)["state"] == "good"


def test_a_form_wants_a_client() -> None:
    """An auth in place of a client is told when the form is made."""
    with pytest.raises(pn.ConfigurationError, match=r"pn\.Client\(auth\), not str"):
        pn.RequestForm("client")  # type: ignore[arg-type]  # the mistake


def test_a_second_press_before_the_answer_is_seen_sends_nothing(
    gateway: Gateway, client: pn.Client
) -> None:
    """A double click, or presses while the kernel is busy, must not pay twice."""
    form = pn.RequestForm(client)
    seen = form.get_state("_sent")["_sent"]

    for _ in range(2):
        send(form, "POST", "/pay", seen=seen)
    told = answer_of(form)
    send(form, "POST", "/pay")

    assert told["text"].startswith("good, 200 OK")
    assert len(gateway.api_requests) == 2
    assert form.last is client.history[-1]
