"""`TokenCard`, and how a value shows its widget. In a browser: tests/browser."""

from __future__ import annotations

import gc
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbclient import NotebookClient

import paynet_nb as pn
from paynet_nb.display import KUALA_LUMPUR, moment
from paynet_nb.widgets import TokenCard
from tests.helpers.gateway import Gateway, answer
from tests.helpers.jwts import SIGNATURE, changed, written
from tests.helpers.places import betrayed

VIEW = "application/vnd.jupyter.widget-view+json"
OLD, NEW = (written(changed(jti=f"jti-{age}", exp=4_000_000_000)) for age in "ab")
SHOW = """
import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
box = Sandbox()
auth = pn.ClientCredentialsAuth(box.credentials)
auth.get_token()
"""
TELL = """
import json, pathlib
texts = [auth.held.access_token, box.credentials.client_secret.reveal()]
_ = pathlib.Path({path!r}).write_text(json.dumps(texts))
"""


def shown(value: object) -> list[dict[str, Any]]:
    """Show a value as a cell's last line does; give the outputs."""
    shell: Any = InteractiveShell.instance()
    with capture_output() as captured:
        shell.display_formatter.format(value)
    return [output.data for output in captured.outputs]


def read(page: str) -> str:
    """Give the words of a page."""
    return re.sub("<[^>]*>", " ", page).replace("&#x27;", "'")


def gives(gateway: Gateway, token: str) -> None:
    """Let the token endpoint give *token* from now on."""
    gateway.token = lambda _: answer(gateway.token_body(access_token=token))


def press(card: TokenCard, wish: str) -> None:
    """Press a button as the browser does."""
    data = {"method": "custom", "content": {"wish": wish}}
    card.comm.handle_msg({"content": {"data": data}, "buffers": []})


def said(card: TokenCard) -> str:
    """Give all that the browser is told but the page's own text."""
    state = card.get_state()
    return json.dumps([state["_said"], state["_life"], state["_progress"]])


@pytest.fixture
def auth(gateway: Gateway) -> pn.ClientCredentialsAuth:
    """Make an auth that gets the token OLD."""
    gives(gateway, OLD)
    return gateway.auth()


def test_a_token_shows_itself_once_still_and_once_live(
    auth: pn.ClientCredentialsAuth,
) -> None:
    """HTML and text serve where no widget can be shown; the widget follows them."""
    for value in (auth.get_token(), pn.inspect_token(OLD)):
        still, live = shown(value)

        assert set(still) == {"text/html", "text/plain"}
        assert value._repr_html_() in still["text/html"]
        assert still["text/plain"] == str(value)
        assert set(live) == {VIEW}


def test_the_still_card_says_what_the_live_one_does(
    auth: pn.ClientCredentialsAuth,
) -> None:
    """Verdict, three parts, meanings, findings, end and renewal."""
    token = auth.get_token()
    renewal = auth.renewal_at(token)
    assert renewal
    assert token.expires_at
    renewal, end = (
        when.astimezone(KUALA_LUMPUR) for when in (renewal, token.expires_at)
    )
    # Just after midnight the renewal is on the day before the end, and says so.
    day = "" if renewal.date() == end.date() else f"{renewal:%a} "

    page, state = read(token._repr_html_()), said(TokenCard(token))

    for text in (page, state, str(token)):
        assert "NOT verified: no key was given" in text
        assert f"The first call after {day}{renewal:%H:%M} gets" in text
        assert f"ends {moment(token.expires_at.timestamp(), year=False)}" in text
        assert "the token's own number" in text
        assert "jti-a" in text
        assert "redacted" in text
        assert "the token lives 2.24e+09 s; go by the shorter" in text
    assert "23 h 59 min left" in page


def test_an_opaque_token_has_a_card_too(gateway: Gateway) -> None:
    """Nothing can be read in it; its life is known."""
    auth = gateway.auth()
    token = auth.get_token()

    for text in (read(token._repr_html_()), str(token), said(TokenCard(token))):
        assert "NOT verified: it is opaque" in text
        assert "rpp:merchant" in text
        assert "opaque-token" not in text


def test_no_state_holds_a_part_of_the_token(auth: pn.ClientCredentialsAuth) -> None:
    """Neither the card's nor the inspection's state could make the token again."""
    token = auth.get_token()

    states = {
        "token": repr(TokenCard(token).get_state()),
        "inspection": repr(TokenCard(pn.inspect_token(OLD)).get_state()),
    }

    assert betrayed(states, *OLD.split(".")) == []
    assert SIGNATURE not in "".join(states.values())


def test_a_run_without_a_browser_keeps_no_token(tmp_path: Path) -> None:
    """Outputs and widget state of an executed notebook hold no part of a token."""
    told = tmp_path / "told.json"
    cells = [SHOW, "pn.inspect_token(auth.held)", TELL.format(path=str(told))]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells]
    )

    NotebookClient(notebook, kernel_name="python3", store_widget_state=True).execute()

    token, secret = json.loads(told.read_text("utf-8"))
    kept = nbformat.writes(notebook)
    assert "paynet-token-card" in repr(notebook.metadata.widgets)
    assert "the token's own number" in repr(notebook.metadata.widgets)
    assert betrayed({"notebook": kept}, *token.split("."), secret) == []


def test_renew_now_shows_the_new_token(
    gateway: Gateway, auth: pn.ClientCredentialsAuth
) -> None:
    """The card goes on with the token that the auth uses from now on."""
    card = TokenCard(auth.get_token())
    gives(gateway, NEW)

    press(card, "renew")

    assert auth.get_token().access_token == NEW
    assert "jti-b" in said(card)
    assert "jti-a" not in said(card)
    assert "A new token since" in said(card)
    assert len(gateway.token_requests) == 2


def test_a_renewal_that_fails_keeps_the_token(
    gateway: Gateway, auth: pn.ClientCredentialsAuth
) -> None:
    """The reason is told in one line; calls go on with the token held."""
    token = auth.get_token()
    card = TokenCard(token)
    gateway.token = lambda _: answer({"error": "invalid_client"}, 401)

    press(card, "renew")

    assert "No new token because" in said(card)
    assert "invalid_client" in said(card)
    assert auth.get_token() is token


def test_forget_makes_the_next_use_ask(
    gateway: Gateway, auth: pn.ClientCredentialsAuth
) -> None:
    """The card says so, and shows the next token as soon as there is one."""
    card = TokenCard(auth.get_token())

    press(card, "forget")

    assert "Forgotten: the next call gets" in said(card)
    gives(gateway, NEW)
    auth.get_token()
    assert "jti-b" in said(card)


def test_each_press_is_answered(auth: pn.ClientCredentialsAuth) -> None:
    """What stays the same is not sent, and the browser would wait for an answer."""
    card = TokenCard(auth.get_token())
    press(card, "forget")
    states: list[str] = []
    card.observe(lambda change: states.append(change["new"]["state"]), "_progress")

    press(card, "forget")

    assert states == ["asking", "forgotten"]


def test_a_token_that_a_call_replaced_is_followed(
    gateway: Gateway, auth: pn.ClientCredentialsAuth
) -> None:
    """A 401 in another cell made the client renew; the card knows."""
    token = auth.get_token()
    card = TokenCard(token)
    gives(gateway, NEW)
    refusals = [answer({}, 401)]
    gateway.api = lambda _: refusals.pop() if refusals else answer({})

    pn.Client(auth).get("/x")

    assert "jti-b" in said(card)
    assert "A variable that was set before still holds the old one" in said(card)
    assert "Not in use any more" in said(TokenCard(token))


def test_a_token_without_its_auth_has_no_buttons(
    auth: pn.ClientCredentialsAuth,
) -> None:
    """A card keeps no auth alive, and without one it only counts."""
    assert TokenCard(auth.get_token()).get_state()["_life"]["kept"]
    inspected = TokenCard(pn.inspect_token(OLD)).get_state()["_life"]
    assert not inspected["kept"]
    assert inspected["ends"] == 4_000_000_000


def test_a_card_whose_auth_is_gone_says_so(gateway: Gateway) -> None:
    """Neither token nor card keeps the keys of an auth alive."""
    auth = gateway.auth()
    token = auth.get_token()
    card = TokenCard(token)
    del auth
    gc.collect()

    press(card, "renew")

    assert "The auth that asked for this token is gone." in said(card)
    assert not TokenCard(token).get_state()["_life"]["kept"]
    assert "gets a new token" not in read(token._repr_html_())
