"""The cell that `RequestForm` shows: the same call, and no secret in it."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb.wire import parse_json
from tests.helpers.forms import shown_python
from tests.helpers.gateway import Gateway

CANARY = "canary-7f3a-typed"


@pytest.fixture
def client(gateway: Gateway) -> pn.Client:
    """Make a client of the gateway."""
    return gateway.client()


class Recorded:
    """Takes a call as a client does, and keeps its arguments."""

    def call(self, *words: Any, **named: Any) -> None:
        """Keep the arguments."""
        self.words, self.named = words, named


def run(program: str) -> Recorded:
    """Run a cell as it was written."""
    client = Recorded()
    exec(program, {"client": client})  # noqa: S102
    return client


@pytest.mark.parametrize(
    "name", ["Authorization", "X-Passphrase", "Pwd", "X-Api-Key", "Cookie"]
)
def test_the_python_shown_asks_for_what_is_secret(
    gateway: Gateway, client: pn.Client, name: str
) -> None:
    """A header or a query field with such a name is asked for, as the history masks."""
    form = pn.RequestForm(client)

    shown = shown_python(
        form,
        "GET",
        "/x",
        headers=[[name, CANARY], ["X-Token-Type", "bearer"]],
        query=[[name, CANARY], ["id", "1"]],
    )

    assert CANARY not in f"{shown} {form.get_state()} {vars(form)}"
    assert shown["python"].count(f"getpass('{name}: ')") == 2
    assert "'X-Token-Type': 'bearer'," in shown["python"]
    assert "('id', '1')," in shown["python"]
    assert gateway.api_requests == []


def test_a_query_field_typed_in_the_path_is_asked_for_too(client: pn.Client) -> None:
    """Its name decides, wherever it stands; what is typed again is the same path."""
    path = f"/x?pwd={CANARY}&id=1&X-Api-Key={CANARY}#token={CANARY}"

    shown = shown_python(pn.RequestForm(client), "GET", path)

    assert CANARY not in str(shown)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("getpass.getpass", lambda _prompt: CANARY)
        assert run(shown["python"]).words == ("GET", path)


def test_the_python_shown_makes_the_same_call(client: pn.Client) -> None:
    """Its arguments are those of "Send", each number digit by digit."""
    dice = random.Random(4)  # noqa: S311  # nothing here is secret
    texts = [json.dumps(made(dice, 4)) for _ in range(99)]
    texts += ["10.00", "-0", "0.1e-7", "12345678901234567890123", '"\\ud83d\\u2028"']
    texts += ["[]", "{}", "true", '"Decimal(\\"1\\")"', "-" + "1" * 5000]
    texts += ["[" * 100 + "]" * 100, '[{"a":1},{"a":{"a":2}}]', '"\U0001f600\u00e9"']

    for text in texts:
        shown = shown_python(
            pn.RequestForm(client),
            "POST",
            "/pay's",
            query=[["a", '1 "2"'], ["a", ""]],
            headers=[["X-Name", "\u00e9\\"]],
            json=text,
        )
        ran = run(shown["python"])

        assert ran.words == ("POST", "/pay's")
        assert ran.named["params"] == [("a", '1 "2"'), ("a", "")]
        assert ran.named["headers"] == {"X-Name": "\u00e9\\"}
        assert repr(ran.named.get("json")) == repr(parse_json(text)), text


def test_python_of_what_cannot_be_sent_is_a_line(client: pn.Client) -> None:
    """The kernel reads JSON more strictly than the browser, and says why."""
    number = "1e99999999999999999999"

    said = shown_python(pn.RequestForm(client), "POST", "/x", json=number)

    assert "Decimal, line 1, column 1" in said["problem"]


def made(dice: random.Random, depth: int) -> Any:
    """Make up a JSON value."""
    texts = ["", 'a"b', "\\", "\n\t\u0001", "\u00e9\U0001f600", "None", "\ud800"]
    simple = [None, True, False, 0, -7, 10**25, 1.5, -2e-9, dice.choice(texts)]
    if depth == 0 or dice.random() < 0.3:
        return dice.choice(simple)
    items = [made(dice, depth - 1) for _ in range(dice.randrange(4))]
    if dice.random() < 0.5:
        return items
    return {dice.choice(texts) + str(n): item for n, item in enumerate(items)}
