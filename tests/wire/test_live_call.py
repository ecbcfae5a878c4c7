"""What a client gives back is what came; what is kept of it is redacted."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import pytest
from werkzeug import Response

import paynet_nb as pn
from tests.helpers.gateway import SECRET, Gateway, answer
from tests.helpers.jwts import written

PASSWORD = "hunter2-of-another"
DATA = {
    "nextToken": "p2",
    "tokenCount": 12,
    "passwordPolicy": "12 characters",
    "companySecretary": "Contoh bin Contoh",
    "email": "mickeyJones.kl@example.com",
}


@pytest.fixture
def told(gateway: Gateway) -> pn.Call:
    """A call whose answer holds credentials of somebody else, and a JWT of its own."""
    data = {**DATA, "password": PASSWORD, "document": written()}
    gateway.api = lambda _: answer(data)
    return gateway.client().get("/x")


def test_data_that_only_sounds_like_a_secret_is_in_the_history(
    gateway: Gateway,
) -> None:
    """A cursor, a count, a policy, a person, and "eyJ" inside of a word."""
    gateway.api = lambda _: answer(DATA)
    client = gateway.client()

    assert client.get("/x").json() == DATA
    assert client.history[-1].json() == DATA


def test_the_answer_of_a_call_is_what_came(told: pn.Call) -> None:
    """Data, text and tables alike."""
    assert told.json() == {**DATA, "password": PASSWORD, "document": written()}
    assert PASSWORD in told.text
    assert PASSWORD in told.to_frame().to_string()


def test_what_is_kept_or_shown_of_it_is_redacted(
    gateway: Gateway, told: pn.Call, tmp_path: Path
) -> None:
    """History, journal, display, copy for another process, snippets."""
    path = tmp_path / "calls.sqlite"
    client = gateway.client(history=pn.History(path))
    call = client.get("/x")

    assert call.kept.json()["password"] == "[redacted]"
    in_another = pickle.loads(pickle.dumps(call))  # noqa: S301  # our own
    shown = [repr(call), call._repr_html_(), str(call), call.to_curl()]
    shown += [client.history[-1].text]
    history = pn.History()
    history.append(call)
    shown += [history[0].text, in_another.text]
    shown += [path.read_bytes().decode("latin-1"), repr(call.kept.to_frame())]

    assert told.kept == call.kept or told.kept.body == call.kept.body
    assert not [one for one in shown if PASSWORD in one or written() in one]


def test_a_live_secret_stands_in_neither(gateway: Gateway) -> None:
    """By its value, wherever a server quotes it; the token, too."""
    gateway.api = lambda request: Response(
        json.dumps({"note": SECRET, "password": PASSWORD, "nextToken": "p2"}),
        headers={"X-Note": request.headers["Authorization"]},
        content_type="application/json",
    )
    client = gateway.client()
    token = client.auth.get_token().access_token
    call = client.get("/x")

    assert call.json() == {
        "note": "[client secret]",
        "password": PASSWORD,
        "nextToken": "p2",
    }
    assert token not in str(dict(call.headers))
    assert SECRET not in call.text


def test_a_copy_is_the_same_call(told: pn.Call) -> None:
    """A copy that were made field by field would be one that may not be kept."""
    assert copy.copy(told) is told
    assert copy.deepcopy([told])[0] is told
    assert told == told.kept
