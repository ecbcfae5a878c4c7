"""`History.save` and `.report` look at what they wrote: no secret stays in a file."""

from __future__ import annotations

import base64
import json
import pickle
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from requests.structures import CaseInsensitiveDict
from werkzeug import Request, Response

import paynet_nb as pn
from paynet_nb.wire import Call, Redactor
from paynet_nb.wire.exchange import capture
from paynet_nb.wire.redaction import by_value
from tests.helpers.gateway import SECRET, Gateway, answer
from tests.helpers.jwts import written
from tests.helpers.records import call_of
from tests.wire.redaction.test_guarantees import forms

JWT = written()
TOKEN = "opaque-token-0001"
TABLES = ["csv", "xlsx", "parquet"]
FILES = ["jsonl", "har", "html"]
FORMS = sorted(forms(SECRET))


def save(history: pn.History, path: Path) -> None:
    """Save a history, as a report if it is a page."""
    if path.suffix == ".html":
        history.report(path)
    else:
        history.save(path)


def guarded(gateway: Gateway) -> pn.History:
    """Give a history with one call, which knows the client's secret and token."""
    client = gateway.client()
    client.get("/x")
    return client.history


def leaky(call: Call, field: str, text: str) -> Call:
    """Put *text* where a redactor that fails would leave it."""
    value: Any = text
    if field in ("body", "request_body"):
        value = json.dumps({"a": [text]}).encode()
    if field in ("headers", "request_headers"):
        value = CaseInsensitiveDict({"X-Any": text})
    return replace(call, **{field: value})


@pytest.mark.parametrize("text", [SECRET, TOKEN, JWT, quote(SECRET)])
@pytest.mark.parametrize(
    ("ending", "field"),
    [
        *((ending, field) for ending in TABLES + FILES for field in ("url", "label")),
        *(
            (ending, field)
            for ending in FILES
            for field in ("request_headers", "headers", "request_body", "body")
        ),
    ],
)
def test_a_secret_that_redaction_missed_is_found(
    gateway: Gateway, tmp_path: Path, ending: str, field: str, text: str
) -> None:
    """Wherever it is; the file is removed, and one that was there stays."""
    history = guarded(gateway)
    history.append(leaky(history[-1], field, text))
    path = tmp_path / f"calls.{ending}"
    path.write_text("older")

    with pytest.raises(pn.RefusedError, match=r"calls\..*was removed") as caught:
        save(history, path)

    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "older"
    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET not in shown
    assert TOKEN not in shown
    assert JWT not in shown
    assert caught.value.__context__ is None
    assert not list(locals_with(caught.value, (SECRET, TOKEN, JWT)))


def locals_with(error: BaseException, hidden: tuple[str, ...]) -> Iterator[str]:
    """Name the local variables of our frames that would show something hidden."""
    shown = dict[int, str]()  # several frames have the same history, slow to show
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if "paynet_nb" in frame.f_code.co_filename:
            for name, value in frame.f_locals.items():
                if id(value) not in shown:
                    shown[id(value)] = repr(value)
                if any(text in shown[id(value)] for text in hidden):
                    yield f"{frame.f_code.co_name}: {name}"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ending", ["csv", "parquet", "har", "html"])
def test_a_secret_is_found_in_every_encoding(
    gateway: Gateway, tmp_path: Path, ending: str, form: str
) -> None:
    """Percent-encoded, as base64, escaped for JSON or HTML."""
    history = guarded(gateway)
    history.append(replace(history[-1], label=f"({form})"))

    with pytest.raises(pn.RefusedError):
        save(history, tmp_path / f"calls.{ending}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", TABLES)
def test_a_secret_with_quotes_of_its_own_is_found(tmp_path: Path, ending: str) -> None:
    """A table doubles some, and puts others behind a semicolon."""
    secret = "Zq8\";'sN4kPl0x7V"
    known = pn.Credentials("id", secret, pn.CERTIFICATION)
    history = pn.Client(pn.ClientCredentialsAuth(known)).history
    history.append(call_of(label=f"({secret})"))

    with pytest.raises(pn.RefusedError):
        history.save(tmp_path / f"calls.{ending}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", FILES)
def test_a_redactor_made_faulty_is_caught(
    gateway: Gateway, tmp_path: Path, ending: str
) -> None:
    """A history that was written to by one that knows nothing is not handed on."""
    history = guarded(gateway)
    request = requests.Request("POST", f"{gateway.url}/x", json=[SECRET]).prepare()
    call = capture(
        request,
        None,
        Redactor(),
        kind="call",
        environment="test",
        sent_at_s=0,
        elapsed_s=0,
    )
    history.append(call)

    with pytest.raises(pn.RefusedError):
        save(history, tmp_path / f"calls.{ending}")


@pytest.mark.parametrize("ending", TABLES + FILES)
def test_a_search_made_faulty_is_caught(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """The look at the file does not rest on what redaction rests on."""
    monkeypatch.setattr(by_value, "any_encoding", lambda _: "(?!)")
    client = gateway.client()
    client.put("/x", json={"a": SECRET}, label=SECRET)

    with pytest.raises(pn.RefusedError):
        save(client.history, tmp_path / f"calls.{ending}")


def test_a_pickle_holds_no_way_to_a_secret(gateway: Gateway) -> None:
    """The copy has the calls, and knows nothing that it had to keep out."""
    history = guarded(gateway)

    copy = pickle.loads(pickle.dumps(history))  # noqa: S301

    assert list(copy) == list(history)
    assert [one.redactor.text(SECRET) == SECRET for one in (history, copy)] == [
        False,
        True,
    ]


@pytest.mark.parametrize("ending", TABLES + FILES)
def test_no_canary_is_in_any_file(
    gateway: Gateway, tmp_path: Path, ending: str
) -> None:
    """Sent and answered in every place; what is clean is not refused."""
    hidden = [SECRET, JWT, quote(SECRET), base64.b64encode(SECRET.encode()).decode()]
    gateway.token = lambda _: answer(gateway.token_body(access_token=JWT))
    client = gateway.client()
    gateway.api = echo
    client.put(
        "/x",
        params={"q": SECRET, "client_secret": "canary-by-name", "t": JWT},
        json={"a": [{"b": hidden}], "text": json.dumps({"c": hidden})},
        headers={"X-Any": SECRET, "X-Signature": "canary-by-name", "X-Jwt": JWT},
    )
    gateway.api = lambda _: Response(b"", 302, {"Location": f"/?t={JWT}&s={SECRET}"})
    client.get("/y")
    path = tmp_path / f"calls.{ending}"

    save(client.history, path)

    text = path.read_bytes().decode("utf-8", "replace")
    assert not [found for found in (*FORMS, JWT, "canary") if found in text]


def echo(request: Request) -> Response:
    """Answer with all that was sent."""
    sent = [request.url, dict(request.headers), request.get_data(as_text=True)]
    return answer(sent, X_Any=request.headers["X-Any"])
