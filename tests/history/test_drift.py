"""`History.drift`: how recorded answers differ from the contract, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
from pytest_httpserver import HTTPServer
from werkzeug import Response

import paynet_nb as pn
from paynet_nb.paynet import contract
from paynet_nb.sandbox import Sandbox
from paynet_nb.start import main
from tests.helpers.records import call_of
from tests.sandbox.helpers import OPERATIONS, proof_for

BANKS, STATUS, ECHO = "list_banks", "payment_status", "echo_v3"
SECRET = "NobodyElseKnowsThis"


class Proof(requests.auth.AuthBase):
    """Puts on a request what says who calls."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put it on."""
        request.headers.update(self._headers)
        return request


@cache
def contract_paths() -> dict[str, Any]:
    """Read the contract once: for each who asks it is copied as a whole."""
    paths: dict[str, Any] = contract.document()["paths"]
    return paths


def good_answer(name: str) -> dict[str, Any]:
    """Give the contract's own example of an answer."""
    one = OPERATIONS[name]
    item = contract_paths()[one.path][one.method.lower()]
    content = item["responses"]["200"]["content"]["application/json"]
    examples = content.get("examples", {"only": {"value": content.get("example")}})
    found: dict[str, Any] = copy.deepcopy(next(iter(examples.values()))["value"])
    return found


def answered(
    name: str,
    change: Callable[[dict[str, Any]], object] = lambda _: None,
    *,
    status: int = 200,
    media: str = "application/json",
    drop: str = "",
    add: str = "",
) -> Response:
    """Make an answer of a gateway that differs in one way."""
    body = good_answer(name)
    change(body)
    response = Response(json.dumps(body), status, mimetype=media)
    of_v3 = ("X-Client-Id", "X-Api-Version", "X-Business-Message-Id", "Authorization")
    for header in of_v3 if name == ECHO else ():
        if header != drop:
            response.headers[header] = "Bearer x"
    if add:
        response.headers[add] = SECRET
    return response


WAYS: list[tuple[str, str, str, Response]] = [
    (BANKS, "banks[].colour", "a text of 19", answered(
        BANKS, lambda b: b["banks"][0].update(colour=SECRET))),
    (BANKS, "banks[].name", "nothing", answered(
        BANKS, lambda b: b["banks"][1].pop("name"))),
    (BANKS, "banks[].active", "a text of 19", answered(
        BANKS, lambda b: b["banks"][0].update(active=SECRET))),
    (BANKS, "banks[].browser", "null", answered(
        BANKS, lambda b: b["banks"][0].update(browser=None))),
    (BANKS, "banks[].code", "a text of 19", answered(
        BANKS, lambda b: b["banks"][0].update(code=SECRET))),
    (BANKS, "banks", "an object with 0", answered(
        BANKS, lambda b: b.update(banks={}))),
    (BANKS, "header.status.code", "a text of 19", answered(
        BANKS, lambda b: b["header"]["status"].update(code=SECRET))),
    (BANKS, "header.date", "a text of 10", answered(
        BANKS, lambda b: b["header"].update(date="2026-07-01"))),
    (STATUS, "transactionStatus", "a text of 19", answered(
        STATUS, lambda b: b.update(transactionStatus=SECRET))),
    (STATUS, "reason code", "a code like A999", answered(
        STATUS, lambda b: b["header"]["status"].update(reason="X123"))),
    (STATUS, "status", "201", answered(STATUS, status=201)),
    (STATUS, "content type", "text/plain", answered(STATUS, media="text/plain")),
    (ECHO, "headers.X-Api-Version", "nothing", answered(ECHO, drop="X-Api-Version")),
    (ECHO, "headers.x-colour", "a header", answered(ECHO, add="X-Colour")),
]  # fmt: skip


def test_a_gateway_that_differs_in_fourteen_ways_is_found_out(
    httpserver: HTTPServer,
) -> None:
    """Each way is one row, nothing else is told, and no value is in the frame."""
    url = httpserver.url_for("").rstrip("/")
    place = pn.Environment(
        name="other", base_url=url, token_url=f"{url}/auth/token", stage="sandbox"
    )
    client = pn.Client(Proof({}), environment=place)
    for name, _, _, answer in WAYS:
        one = OPERATIONS[name]
        httpserver.expect_ordered_request(one.base + one.path).respond_with_response(
            answer
        )
        client.call(one.method, one.base + one.path)
    frame = client.history.drift()

    found = {(row["call"], row["element"]): row["came"] for _, row in frame.iterrows()}
    for name, element, came, _ in WAYS:
        one = OPERATIONS[name]
        assert found[f"{one.method} {one.path}", element].startswith(came)
    assert len(frame) == len(WAYS) == 14, frame.to_dict("records")
    assert SECRET not in frame.to_csv()
    assert set(frame["count"]) == {1}
    row = frame.set_index("element").loc["banks[].name"]
    assert (row["contract"], row["sure"]) == ("this field, of type string", "observed")


def test_the_sandbox_does_not_drift() -> None:
    """Good answers, refusals, unknown URLs and masked tokens: nothing to tell."""
    with Sandbox() as box:
        history = pn.History()
        for one in OPERATIONS.values():
            example = contract.sample(one)
            if one.family == "token":
                continue
            client = pn.Client(
                Proof(proof_for(box, one)), environment=box.environment, history=history
            )
            for query in (example.query, {}):
                client.call(
                    one.method,
                    one.base + example.path,
                    params=query or None,
                    headers=example.headers,
                    json=example.body,
                )
        pn.Client(pn.ClientCredentialsAuth(box.credentials), history=history).get("/no")
        assert history.drift().to_dict("records") == []
        assert len(history) > 60


def test_a_difference_is_counted_with_its_first_and_last_time() -> None:
    """The same in two calls is one row; in two places of one call it is one, too."""
    history = pn.History()
    body = json.dumps({**good_answer(BANKS), "banks": [{}, {}]}).encode()
    url = "https://sandbox.api.paynet.my/merchants/v1/payments/lists/bank?a=1"
    for at in (1_760_000_000.0, 1_760_000_100.0):
        json_type = {"Content-Type": "application/json"}
        history.append(
            call_of(url=url, status=200, headers=json_type, body=body, sent_at_s=at)
        )
    row = history.drift().set_index("element").loc["banks[].code"]

    assert row["count"] == 2
    assert row["first_seen"] == datetime.fromtimestamp(1_760_000_000, UTC)
    assert row["last_seen"] == datetime.fromtimestamp(1_760_000_100, UTC)


def test_a_call_that_nobody_describes_is_told_without_its_data() -> None:
    """Its path may hold an account; a 404 to a wrong URL is as it should be."""
    history = pn.History()
    base = "https://sandbox.api.paynet.my"
    history.append(call_of(url=f"{base}/v9/accounts/1234567801/look", status=200))
    history.append(call_of(url=f"{base}/v9/none", status=404))
    frame = history.drift()

    assert frame["call"].tolist() == ["GET /v9/accounts/.../look"]
    assert frame["element"].tolist() == ["call"]


def test_the_command_writes_a_file_that_can_be_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`paynet-nb drift calls.sqlite --out drift.yaml`: YAML, and no value in it."""
    journal, out = tmp_path / "calls.sqlite", tmp_path / "drift.yaml"
    body = {**good_answer(BANKS), SECRET[:9]: SECRET}
    url = "https://sandbox.api.paynet.my/merchants/v1/payments/lists/bank"
    json_type = {"Content-Type": "application/json"}
    pn.History(path=journal).append(
        call_of(url=url, status=200, headers=json_type, body=json.dumps(body).encode())
    )

    assert main(["drift", str(journal), "--out", str(out)]) == 0
    assert capsys.readouterr().out.startswith("1 differences written")
    text = out.read_text("utf-8")
    assert '    element: "NobodyEls"\n' in text
    assert "    confirmed: false\n" in text
    assert SECRET not in text
    assert main(["drift", str(tmp_path / "none")]) == 1
