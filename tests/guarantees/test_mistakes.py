"""A mistake in a notebook costs a few lines: what went wrong, and where."""

from __future__ import annotations

import re
import traceback
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from tests.house.repo import ROOT

SECRET = "canary-secret-4711"
SET_UP = f"""
import os, signal, threading
import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
box = Sandbox()
client = pn.Client(pn.ClientCredentialsAuth(box.credentials))
keys = pn.Credentials("id", "{SECRET}", box.environment)
wrong = pn.Client(pn.ClientCredentialsAuth(keys))
def stopped_in(scenario):
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    return box.scenario(scenario)
"""
# What a person types, and what is to be read of it.
MISTAKES = {
    "wrong.get('/x')": r"TokenError: .* 401 invalid_client, Client [\w ]+; a sandbox",
    "client.get('https://example.com/x')": "RefusedError: .* is refused; nothing",
    "client.get('/x', params=id)": "RefusedError: .* cannot be sent as they are",
    "client.get('/x', params={'a': {}})": "RefusedError: .* a dict has no place",
    "client.post('/x', json='{}')": "ConfigurationError: json= is JSON text already",
    "box.scenario('tokn-expired')": "ConfigurationError: scenario 'tokn",
    "client.call_many([{'a': 1}], 'GET', '{b}')": "ConfigurationError: .*column 'b'",
    "with box.scenario('api-reset'):\n    client.get('/x')": "CallError: GET /x: ",
    "client.history.compare('a', 'b')": "ConfigurationError: no call has the label",
    "client.history.save('calls.abc')": "ConfigurationError: .*does not end in",
    "pn.Credentials.from_env()": "CredentialsError: PAYNET_CLIENT_ID .*not set",
    f"pn.Credentials('', '{SECRET}', box.environment)": "CredentialsError: the Client",
    "pn.inspect_token('garbage')": "ClaimsError: the token cannot be read as a JWT",
    "pn.History('/no/such/folder/x.sqlite')": "ConfigurationError: there is no folder",
    "pn.Client(client.auth, history='x.sqlite')": "ConfigurationError: history= wants",
    "pn.Client(client.auth, timeout=float('inf'))": "ConfigurationError: timeout=",
    "pn.Client(client.auth, timeout=-1)": "ConfigurationError: timeout= wants seconds",
    "client.call_many({'path': '/x'}, 'GET', '/x')": "ConfigurationError: give a Data",
    "client.history.report('ticket.pdf')": "ConfigurationError: .* end in .html",
    "pn.SigningKey.from_pem('certificate.pem')": "SigningError: the file is neither",
    "pn.inspect_token('x', environment='sandbox')": "ConfigurationError: environment=",
    "client.history[99]": "ConfigurationError: the history has .* the newest",
    "client.history.compare(0, 99)": "ConfigurationError: the history has",
    "client.get('/x', label=5)": "ConfigurationError: the label is no text",
    "client.history.append({'url': '/x'})": "ConfigurationError: append wants a Call",
    "client.history[None]": "ConfigurationError: a call is found by its number",
    "client.history.report('x.html', calls=5)": "ConfigurationError: calls= wants an",
    "box.mystery('a')": "ConfigurationError: a mystery is chosen by a whole number",
    "box.mystery_token(None)": "ConfigurationError: a mystery is chosen by a whole",
    "box.clock.set('2026-01-01')": "ConfigurationError: a time with its zone is wanted",
    "box.clock.forward('1 h')": "ConfigurationError: a clock goes forward by numbers",
    "pn.rebuild(None)": r"ConfigurationError: give what tables\(\) gave: a dict",
    "pn.rebuild({})": "ConfigurationError: the root table is missing; give all",
    "pn.tables(client.get('/x'))": r"ConfigurationError: Call is no .* its \.json\(\)",
    "pn.compare({'a': {1}}, 5)": "ConfigurationError: set is not a type of JSON data",
    "pn.Client(keys)": "ConfigurationError: a client wants .*, not Credentials",
    "pn.Credentials.prompt('sandbox')": "ConfigurationError: environment= wants an",
    "client.post('/x', json=float('nan'))": r"ConfigurationError: .* JSON \(NaN, Inf",
    "client.call_many([{}], path='/x', executor=4)": "ConfigurationError: executor= w",
    "client.call_many([{}], path='/x', per_second='4')": "ConfigurationError: per_sec",
    "client.call_many([{}], path='/x', pace=5)": "ConfigurationError: pace= wants sec",
    "pn.JwsAuth(box.pay_key, iss='a', life_s='9')": "SigningError: life_s= wants",
    "pn.Listener(5)": "ConfigurationError: a listener wants a client, .*, not int",
    "Sandbox(lifetime_s='1 h')": "ConfigurationError: lifetime_s='1 h': give 1 second",
    "Sandbox(notify_to=8000)": "RefusedError: a sandbox notifies its own machine only",
    "client.history.save(None)": "ConfigurationError: the name of a file is wanted",
    "pn.tables({}, name=5)": "ConfigurationError: name= cannot name a table",
    "client.history.plot(ax=5)": "ConfigurationError: ax= wants axes of matplotlib",
    "box.scenario()": r"ConfigurationError: Sandbox.scenario\(\) missing .* 'name'",
    "client.get('/x', param={})": "ConfigurationError: .* keyword argument 'param'",
    "pn.login()": r"ConfigurationError: login\(\) missing 1 .* 'environment'",
    "client.auth.for_httpx(5)": "ConfigurationError: history= wants a pn.History",
    "Sandbox(clock=5)": "ConfigurationError: clock= wants a function",
    "Sandbox(scenario=['api-500'])": "ConfigurationError: scenario .* is unknown",
    "Sandbox(lifetime_s=True)": "ConfigurationError: lifetime_s=True: give 1 second",
    "pn.Environment(name='x', stage='sandbox', base_url=5, token_url=5)": (
        "ConfigurationError: a URL of an environment is a text, not int"
    ),
    "pn.SigningKey.generate(bits='a')": "SigningError: bits= wants 2048",
    "box.pay_key.sign('x')": "SigningError: bytes are signed; a text has them",
    "with stopped_in('api-hang'):\n    client.get('/x')": "KeyboardInterrupt",
    "with stopped_in('token-hang'):\n    client.auth.renew()": "KeyboardInterrupt",
}


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    """Make each mistake in one kernel; give the error that its cell shows."""
    notebook = nbformat.v4.new_notebook()
    sources = [SET_UP, *MISTAKES, "%tb"]
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    NotebookClient(
        notebook,
        timeout=60,
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(ROOT)}},
    ).execute()
    return {cell.source: cell.outputs for cell in notebook.cells}


@pytest.mark.parametrize("source", MISTAKES)
def test_a_mistake_costs_at_most_six_lines(shown: dict[str, Any], source: str) -> None:
    """Class, message, the person's own cell and line; no text of theirs, no secret."""
    (error,) = shown[source]
    lines = "\n".join(error.traceback).split("\n")

    assert len(lines) <= 6, lines
    assert re.match(MISTAKES[source], lines[0]), lines
    assert lines[0].startswith(error.ename)
    assert error.evalue in lines[0]
    cell = [*shown].index(source) + 1
    assert lines[1].startswith(f"  cell In[{cell}], line "), lines
    assert lines[2] == "  %tb shows the rest"
    assert SECRET not in str(error)


def test_the_rest_is_a_command_away(shown: dict[str, Any]) -> None:
    """All frames, as without this."""
    (error,) = shown["%tb"]

    assert len("\n".join(error.traceback).split("\n")) > 20
    assert "token_cache.py" in "".join(error.traceback)


def test_a_mistyped_public_name_is_told_the_right_one() -> None:
    """Also where the capitals are wrong; Python does not guess once more."""
    with pytest.raises(AttributeError) as mistyped:
        _ = pn.CERTIFICATON  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="did you mean 'History'"):
        _ = pn.hisTory  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match=r"no attribute 'audio_book'$"):
        _ = pn.audio_book  # type: ignore[attr-defined]

    said = "".join(traceback.format_exception(mistyped.value))
    assert said.lower().count("did you mean") == 1
    assert "did you mean 'CERTIFICATION'?" in said


def test_a_scenario_without_a_block_says_that_it_does_nothing() -> None:
    """Alone in a cell nothing would tell that the calls below it are as ever."""
    with Sandbox() as box:
        alone = box.scenario("token-500")

        assert "not in force: with box.scenario('token-500'):" in repr(alone)
        with alone:
            assert repr(alone) == "<scenario 'token-500', in force>"
        assert "not in force" in repr(alone)
