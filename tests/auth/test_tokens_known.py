"""What is live for one is masked for all who write to the same history."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from werkzeug import Request, Response

import paynet_nb as pn
from tests.helpers.gateway import Gateway, answer


def tokens_given(gateway: Gateway) -> list[str]:
    """Let each token request give another token, and the API quote them all."""
    given: list[str] = []

    def token(_: Request) -> Response:
        given.append(f"opaque-live-token-{len(given):04}-9f86d081884c")
        return answer(gateway.token_body(access_token=given[-1]))

    gateway.token = token
    gateway.api = lambda _: answer({"sessions": given})
    return given


def test_a_token_renewed_during_a_call_is_masked_in_it(gateway: Gateway) -> None:
    """It came after the request, and before the answer."""
    given = tokens_given(gateway)
    client = gateway.client()
    client.auth.get_token()

    def renew(_: Request) -> Response:
        worker = threading.Thread(target=client.auth.renew)
        worker.start()
        worker.join()
        return answer({"sessions": given})

    gateway.api = renew
    text = client.get("/x").text

    assert len(given) == 2
    assert not [token for token in given if token in text]


def test_the_token_of_another_auth_of_the_history_is_masked(gateway: Gateway) -> None:
    """In API calls, and in what the token endpoint answers."""
    given = tokens_given(gateway)
    history = pn.History()
    one, two = gateway.client(history=history), gateway.client(history=history)
    one.auth.get_token()
    two.auth.get_token()
    gateway.token = lambda _: answer(gateway.token_body(sessions=given))

    text = two.get("/x").text
    one.auth.renew()

    assert not [token for token in given if token in text]
    assert not [token for token in given if token in history[-1].text]


def test_each_token_that_has_not_ended_is_masked(
    gateway: Gateway, tmp_path: Path
) -> None:
    """The first of six may still be used by whoever finds it."""
    given = tokens_given(gateway)
    client = gateway.client()
    for _ in range(6):
        client.auth.renew()

    text = client.get("/x", label=given[0]).text

    assert not [token for token in given if token in text]
    with pytest.raises(pn.RefusedError, match="in use"):
        client.history.save(tmp_path / "calls.har")
