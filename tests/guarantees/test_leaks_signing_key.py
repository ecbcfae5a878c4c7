"""A private key and its password can be read nowhere after signed calls."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from tests.helpers.gateway import Gateway, answer
from tests.helpers.places import shown_by_error, texts
from tests.helpers.signing import BODY, KEY_PASSWORD, key_betrayed

PAYMENT = "/merchants/v1/payments/redirect"
V3, BANKS = "/v3/accounts/enquire-xc", "/v2/bw/banks"


class Pickling(Executor):
    """Do each job here, and keep what another process would get."""

    def __init__(self) -> None:
        self.sent = list[bytes]()

    def submit(
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        """Run a job as it comes out of its pickle."""
        self.sent.append(pickle.dumps((fn, args, kwargs)))
        work, given, named = pickle.loads(self.sent[-1])  # noqa: S301  # made above
        done: Future[Any] = Future()
        done.set_result(work(*given, **named))
        return done


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> pn.SigningKey:
    """Read a key back from an encrypted file, so that its password was in use."""
    path = tmp_path_factory.mktemp("key") / "key.pem"
    made = pn.SigningKey.generate()
    made.save(path, KEY_PASSWORD)
    return pn.SigningKey.from_pem(path, KEY_PASSWORD).self_signed("canary")


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """Run a sandbox for one test."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def client(box: Sandbox, key: pn.SigningKey, tmp_path: Path) -> pn.Client[Any]:
    """Give a client that signs all by the key, and keeps a journal."""
    box.register(key)
    auth = pn.auto(box.credentials, key=key, iss="MBBEMYKL", sub="M0000001")
    return pn.Client(auth, history=pn.History(tmp_path / "calls.sqlite"))


def places(client: pn.Client[Any], folder: Path) -> Iterator[tuple[str, str]]:
    """Give what is shown, kept and written of a client's calls."""
    history = client.history
    for call in history:
        yield (
            f"{call.method} {call.path}",
            "\n".join(
                [
                    f"{call!r} {call} {call._repr_html_()}",
                    *(call.to_curl(), call.to_python(), call.to_http()),
                    call.explain().to_frame().to_html(),
                    repr(pickle.dumps(call)),
                    "\n".join(texts(call)),
                ]
            ),
        )
    yield "client", f"{client!r} {client.auth!r}" + "\n".join(texts(client))
    yield "history", repr(history) + history._repr_html_() + repr(pickle.dumps(history))
    yield "frame", history.to_frame().to_csv() + history.drift().to_csv()
    for end in ("jsonl", "har", "csv"):
        history.save(folder / f"saved.{end}")
    history.report(folder / "report.html")
    files = [path for path in folder.iterdir() if path.is_file()]
    assert {"calls.sqlite", "saved.har", "report.html"} <= {path.name for path in files}
    for path in files:
        yield path.name, path.read_text("latin-1")


def test_signed_calls_leave_nothing_of_their_key(
    box: Sandbox,
    client: pn.Client[Any],
    key: pn.SigningKey,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """By three schemes, refused and good, explained, and by another process."""
    caplog.set_level(logging.DEBUG)
    client.post(PAYMENT, json=box.example("payment", 1))
    client.post(PAYMENT, json={**box.example("payment", 2), "amount": "0"})
    client.post(V3, json=BODY)
    client.get(BANKS)
    rows = [box.example("payment", number) for number in (4, 5)]
    executor = Pickling()
    client.call_many(
        rows,
        "POST",
        PAYMENT,
        json={name: f"{{{name}}}" for name in rows[0]},
        executor=executor,
        replay_unsafe=True,
        progress=False,
    )
    report = pn.explain_signature(client.history[-1], key)
    found = {
        **dict(places(client, tmp_path)),
        "explained": f"{report!r} {report} {report._repr_html_()}",
        "log": caplog.text,
        "sandbox": repr(box.requests) + "\n".join(texts(box.requests)),
        "workers": repr(executor.sent),
    }

    # Three schemes were in use: X-Signature, and two tokens of the client's own.
    assert sum("X-Signature" in one.headers for one in box.requests) == 4
    assert {V3, BANKS} <= {one.path for one in box.requests}
    assert len(executor.sent) >= 2
    assert len(client.history) >= 7
    assert key_betrayed(found, key) == []


def test_a_key_that_is_sent_by_mistake_is_kept_nowhere(
    gateway: Gateway, key: pn.SigningKey, tmp_path: Path
) -> None:
    """In a body, a header's value, a query; and the server sends it back."""
    text = key.reveal()
    client = pn.Client(gateway.auth(), history=pn.History(tmp_path / "calls.sqlite"))
    gateway.api = lambda request: answer({"you sent": request.get_data(as_text=True)})
    client.post("/x", json={"note": text})
    client.get("/x", params={"q": text}, headers={"X-Note": text.replace("\n", " ")})

    assert key_betrayed(dict(places(client, tmp_path)), key) == []


def test_an_error_of_a_signed_call_shows_no_key(
    box: Sandbox, client: pn.Client[Any], key: pn.SigningKey
) -> None:
    """Neither one that refuses to send, nor one that has no answer."""
    with pytest.raises(pn.SigningError) as refused:
        client.post(V3, json={"no": "message ID"})
    box.stop()
    with pytest.raises(pn.PaynetError) as silent:
        client.post(PAYMENT, json=box.example("payment", 1))

    for error in (refused.value, silent.value):
        assert key_betrayed(shown_by_error(error), key) == []
