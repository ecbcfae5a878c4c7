"""What a sandbox keeps stays in bounds, however long it serves and whatever is sent."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

import paynet_nb as pn
from paynet_nb.paynet import sample_payment
from paynet_nb.sandbox import Sandbox
from paynet_nb.sandbox.chance import Chance
from paynet_nb.sandbox.clock import Clock
from paynet_nb.sandbox.keys import GatewayKey, Keys
from paynet_nb.sandbox.ledger import LONGEST, MOST, Ledger
from paynet_nb.sandbox.scenarios import NORMAL
from paynet_nb.sandbox.tokens import TokenDesk
from tests.sandbox.helpers import ask, pay, token_of, until

LONG = "x" * 50_000


def test_a_table_keeps_its_newest_rows() -> None:
    """At most so many, and nearly so many: some of the oldest go at once."""
    ledger, most_seen = Ledger(), 0
    for number in range(3 * MOST):
        with ledger.table("rows") as rows:
            rows[str(number)] = True
        most_seen = max(most_seen, len(rows))
    kept = [int(name) for name in ledger.snapshot()["rows"]]

    assert most_seen == MOST
    assert kept == [*range(3 * MOST - len(kept), 3 * MOST)]
    assert len(kept) > 0.9 * MOST


def test_no_more_tokens_are_known_than_a_table_has_rows() -> None:
    """Who asks for one before each call has the last ones."""
    key = GatewayKey.new(Chance())
    desk = TokenDesk("issuer", 60, Clock(None), Chance(), key)
    opaque = replace(NORMAL, opaque=True)
    given = [desk.answer("id", opaque)["access_token"] for _ in range(MOST + 1)]
    problems = [desk.problem_with(one) for one in given]

    assert problems[0] is not None
    assert "unknown" in problems[0]
    assert problems.count(None) > 0.9 * MOST
    assert problems[-1] is None


def test_a_token_that_ended_is_told_from_one_that_nobody_gave(box: Sandbox) -> None:
    """However long ago that was."""
    token = token_of(box)
    box.clock.forward(days=3)
    token_of(box)
    ended, unknown = (
        ask(box, "list_banks", headers={"Authorization": f"Bearer {one}"})
        for one in (token, "x")
    )

    assert "expired" in ended.headers["WWW-Authenticate"]
    assert "unknown" in unknown.headers["WWW-Authenticate"]


def test_of_the_keys_given_the_last_ones_count() -> None:
    """The gateway's own and the learner's stay; one that comes again takes no place."""
    public = rsa.generate_private_key(65537, 2048).public_key()
    other = rsa.generate_private_key(65537, 2048).public_key()
    keys = Keys(other)
    own = keys.own
    for number in range(150):
        keys.register(public, str(number))
        keys.register(public, "again")

    assert not keys.has("0")
    assert all(keys.has(str(number)) for number in range(51, 150))
    assert keys.named("149") == [other, public]
    assert keys.named(own.serial or "") == [other, own.public_key]
    assert keys.named("again") == [other, public]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("start_payment", "merchant.name"),
        ("create_intent", "merchantName"),
        ("start_checkout", "merchantName"),
        ("enquire_account_v3", "qr.code"),
        ("transfer_v3", "debtor.name"),
        ("transfer_v3", "creditor.name"),
    ],
)
def test_a_long_text_is_kept_in_part(box: Sandbox, name: str, place: str) -> None:
    """Where the contract sets no end to it; the call is answered as any."""
    if name == "transfer_v3":
        ask(box, "enquire_account_v3")
    answer = ask(box, name, {place: LONG})
    kept = json.dumps(box.state())

    assert answer.status_code == 200
    assert "x" * LONGEST in kept
    assert len(kept) < LONGEST + 3_000


def test_few_threads_tell_of_many_payments() -> None:
    """Where nobody takes what is told, too."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
    before = {*threading.enumerate()}
    with Sandbox(notify_to=nobody) as box:
        token = token_of(box)
        for number in range(80):
            pay(box, token=token, **sample_payment(number + 1))
        made = {*threading.enumerate()} - before
        telling = [one for one in made if one.name == "paynet-notice"]
        told = len(box.notifications)

    assert told == 80
    assert 0 < len(telling) <= 64


def test_threads_that_could_not_be_started_are_no_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The payment is answered, and what it has to tell is told by the next thread."""
    start = threading.Thread.start

    def fail(thread: threading.Thread) -> None:
        if thread.name == "paynet-notice":
            raise RuntimeError("can't start new thread")
        start(thread)

    with pn.Listener() as listener, Sandbox(notify_to=listener.url) as box:
        token = token_of(box)
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", fail)
            for number in range(70):
                paid = pay(box, token=token, **sample_payment(number + 1))
                assert paid.status_code == 200
        assert not any(one.attempts for one in box.notifications)
        pay(box, token=token, **sample_payment(71))
        until(lambda: sum(one.done for one in box.notifications) == 71)


def test_what_waits_for_a_thread_is_told() -> None:
    """More payments than threads: all are."""
    with pn.Listener() as listener, Sandbox(notify_to=listener.url) as box:
        token = token_of(box)
        for number in range(80):
            pay(box, token=token, **sample_payment(number + 1))
        until(lambda: sum(one.done for one in box.notifications) == 80)
