"""What a trainer has in hand: seed, clock, reset, state, magic values."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from paynet_nb.errors import ConfigurationError
from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import (
    PAYMENT,
    ask,
    ask_token,
    bank_list,
    call,
    code_in,
    outcome,
    pay,
    payment_status,
    token_of,
)

# What keys sign, and where a sandbox is: different in each.
_KEYS = re.compile(r'"(access_token|endToEndIdSignature)":\s*"[^"]*"|:\d{4,5}\b')


def run(box: Sandbox) -> list[str]:
    """Make some calls of all kinds, on the day of the sandbox."""
    answers = [ask_token(box), bank_list(box), pay(box)]
    answers.append(payment_status(box, PAYMENT["endToEndId"]))
    answers += [ask(box, "create_intent"), ask(box, "start_consent")]
    token = token_of(box)
    answers.append(call(box, "PUT", "/v1/picasso-guard/echo", token=token, json={}))
    answers.append(ask(box, "make_business_message_id"))
    return [_KEYS.sub("", answer.text) for answer in answers]


def test_two_runs_with_a_seed_are_byte_equal() -> None:
    """Also after a reset, and another seed gives other IDs."""
    with Sandbox(seed=7) as one, Sandbox(seed=7) as two, Sandbox(seed=8) as other:
        first = run(one)
        one.reset()
        again, twin, different = run(one), run(two), run(other)

        assert first == twin
        assert first == again
        assert first != different
        assert one.credentials.client_id == two.credentials.client_id
        assert two.credentials.client_id != other.credentials.client_id
        assert '"date":"2026-07-01T10:00:00.000"' in first[2].replace(": ", ":")


def test_the_clock_ends_tokens_and_begins_days(box: Sandbox) -> None:
    """It is moved, nobody waits; the Date of answers goes with it."""
    token = token_of(box)
    assert bank_list(box, token).status_code == 200
    box.clock.forward(days=1)
    ended = bank_list(box, token)

    assert ended.status_code == 401
    assert "expired" in ended.text
    box.clock.set(datetime(2030, 1, 1, 20, tzinfo=UTC))
    answer = bank_list(box)
    # Malaysia is 8 hours ahead: there it is the next day.
    assert answer.json()["header"]["date"].startswith("2030-01-02T04:00")
    assert answer.headers["Date"].startswith("Tue, 01 Jan 2030 20:00")
    assert box.example("bank list")["messageId"].startswith("20300102")
    with pytest.raises(ConfigurationError, match="with its zone"):
        box.clock.set(datetime(2030, 1, 1))  # noqa: DTZ001
    for days in (10**7, -(10**6), float("nan")):
        with pytest.raises(ConfigurationError, match="from 2000 to 8999"):
            box.clock.forward(days=days)
    assert bank_list(box).status_code == 200


@pytest.mark.parametrize("number", [-1, 10**8, 1.5, "7", None, True])
def test_an_example_has_a_number_that_an_id_can_hold(
    common: Sandbox, number: Any
) -> None:
    """Not "1.5" in a message ID that PayNet's gateway would refuse."""
    for name in ("bank list", "payment"):
        with pytest.raises(ConfigurationError, match="a whole number from 0 to"):
            common.example(name, number)


def test_a_clock_of_ones_own_is_followed() -> None:
    """`clock=` is asked each time."""
    now = [1_800_000_000.0]
    with Sandbox(clock=lambda: now[0], lifetime_s=60) as box:
        token = token_of(box)
        now[0] += 59
        assert bank_list(box, token).status_code == 200
        now[0] += 1
        assert bank_list(box, token).status_code == 401


def test_reset_forgets_all_but_the_keys(box: Sandbox) -> None:
    """The same credentials serve, the tokens, payments and requests are gone."""
    token = token_of(box)
    pay(box)
    box.clock.forward(hours=1)
    box.reset()

    assert box.requests == []
    assert abs((box.clock.at - datetime.now(UTC)).total_seconds()) < 60
    assert bank_list(box, token).status_code == 401
    assert outcome(pay(box)) == (200, "ACSP", "U000")


def test_a_state_goes_to_a_file_and_back(box: Sandbox, tmp_path: Path) -> None:
    """Another sandbox knows the payments; neither keys nor tokens are in the file."""
    file = tmp_path / "class.json"
    pay(box)
    payment_status(box, PAYMENT["endToEndId"])
    ask(box, "start_checkout")
    box.clock.set(datetime(2030, 1, 1, 20, tzinfo=UTC))
    state = box.state(file)

    assert json.loads(file.read_text("utf-8")) == state
    secrets = (box.credentials.client_secret.reveal(), box.credentials.client_id)
    assert not any(secret in file.read_text("utf-8") for secret in secrets)
    assert "eyJ" not in file.read_text("utf-8")
    for given in (file, str(file), state):
        with Sandbox(state=given) as later:
            looked = payment_status(later, PAYMENT["endToEndId"]).json()
            assert looked["transactionStatus"] == "CLEARED"
            assert looked["header"]["date"].startswith("2030-01-02")
            assert code_in(ask(later, "get_checkout_status")) == "U000"
            assert outcome(pay(later)) == (200, "RJCT", "U149")


@pytest.mark.parametrize("state", [{}, {"format": "other"}, "no such file"])
def test_what_is_no_state_is_refused(state: object) -> None:
    """In one line, before a port is taken."""
    with pytest.raises(ConfigurationError):
        Sandbox(state=state)  # type: ignore[arg-type]


def test_magic_values_stand_beside_the_scenarios(common: Sandbox) -> None:
    """In a dict, and in what a notebook shows."""
    assert "amount of 8002.00" in common.magic
    assert "amount of 8002.00" in common._repr_html_()
