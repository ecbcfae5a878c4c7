"""`history.save("calls.har")`: HAR 1.2, as a validator of others reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import given, strategies as st
from jsonschema import Draft6Validator  # type: ignore[import-untyped]  # it has no types
from referencing import Registry
from referencing.jsonschema import DRAFT6
from werkzeug import Response

import paynet_nb as pn
from paynet_nb.history.exports.har import archive
from paynet_nb.history.store.flat import FlatCall
from tests.helpers.gateway import Gateway, answer
from tests.helpers.records import call_of


def validator() -> Draft6Validator:
    """Make a validator of the published schemas; the file names their source."""
    schemas = json.loads(Path(__file__).with_name("har_schema.json").read_text())
    documents = schemas["schemas"].items()
    resources = [(name, DRAFT6.create_resource(part)) for name, part in documents]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft6Validator(schemas["schemas"]["har.json"], registry=registry)


VALIDATOR = validator()


def saved(history: pn.History, folder: Path) -> list[dict[str, Any]]:
    """Save as HAR, and give its entries; they must be valid."""
    history.save(folder / "calls.har")
    document = json.loads((folder / "calls.har").read_text("utf-8"))
    assert list(VALIDATOR.iter_errors(document)) == []
    entries: list[dict[str, Any]] = document["log"]["entries"]
    return entries


def test_the_validator_finds_faults() -> None:
    """So that its silence says something."""
    document = json.loads("".join(archive([FlatCall.of(call_of())])))
    del document["log"]["entries"][0]["request"]["httpVersion"]

    assert [error.message for error in VALIDATOR.iter_errors(document)] == [
        "'httpVersion' is a required property"
    ]


def test_a_masked_token_does_not_end_the_query() -> None:
    """The # of its fingerprint begins no fragment."""
    call = call_of(url="https://h.example/x?access_token=[token #1a2b3c4d]&b=2")

    document = json.loads("".join(archive([FlatCall.of(call)])))

    assert document["log"]["entries"][0]["request"]["queryString"] == [
        {"name": "access_token", "value": "[token #1a2b3c4d]"},
        {"name": "b", "value": "2"},
    ]


def test_an_archive_says_what_was_exchanged(gateway: Gateway, tmp_path: Path) -> None:
    """Request and answer, query and body, in the order in which they ended."""
    gateway.api = lambda _: answer({"amount": "10.00"}, 201, Location="/x/1")
    client = gateway.client()
    client.post("/x", params=[("a", "1"), ("a", ""), ("é", "b c")], json={"n": "张"})

    token, call = saved(client.history, tmp_path)

    assert token["request"]["postData"]["text"].endswith("=[client secret]")
    request, response = call["request"], call["response"]
    assert (request["method"], response["status"]) == ("POST", 201)
    assert request["url"].startswith(f"{gateway.url}/x?a=1&a=&")
    assert [tuple(pair.values()) for pair in request["queryString"]] == [
        ("a", "1"),
        ("a", ""),
        ("é", "b c"),
    ]
    assert request["postData"] == {
        "mimeType": "application/json",
        "text": '{"n":"张"}',
    }
    assert {"name": "Location", "value": "/x/1"} in response["headers"]
    assert (response["statusText"], response["redirectURL"]) == ("Created", "/x/1")
    assert json.loads(response["content"]["text"]) == {"amount": "10.00"}
    assert response["content"]["mimeType"] == "application/json"
    assert call["_token"] == client.history[-1].token
    started = datetime.fromisoformat(call["startedDateTime"])
    assert abs(started.timestamp() - client.history[-1].sent_at_s) < 0.001
    assert call["time"] == sum(call["timings"].values())


def test_what_had_no_answer_is_in_the_archive(gateway: Gateway, tmp_path: Path) -> None:
    """With status 0, as browsers write it, and the reason as a comment."""
    client = gateway.client()
    call = client.get("/x", label="try")
    client.history.append(
        replace(call, status=None, headers={}, body=b"", error="closed")
    )

    *_, entry = saved(client.history, tmp_path)

    assert entry["response"]["status"] == 0
    assert entry["comment"] == "try: closed"
    assert "postData" not in entry["request"]


def test_an_odd_answer_is_valid_all_the_same(gateway: Gateway, tmp_path: Path) -> None:
    """A status that no standard knows, no type, bytes that are no text."""
    gateway.api = lambda _: Response(b"\x89PNG\r\n\0\xff", 299, {"Content-Type": ""})
    client = gateway.client()
    client.get("/x")

    *_, entry = saved(client.history, tmp_path)

    assert entry["response"]["statusText"] == ""
    assert entry["response"]["content"]["comment"] == "left out: it is no text"
    assert entry["response"]["content"]["size"] == 8


@given(
    st.text(),
    st.none() | st.binary(),
    st.binary(),
    st.none() | st.integers(100, 999),
    st.dictionaries(st.text(), st.text()),
)
def test_any_exchange_makes_a_valid_archive(
    text: str,
    sent: bytes | None,
    body: bytes,
    status: int | None,
    headers: dict[str, str],
) -> None:
    """Whatever came over the wire."""
    call = call_of(
        url=f"https://api.example.my/{text}",
        label=text,
        request_body=sent,
        body=body,
        status=status,
        headers=headers,
        request_headers=headers,
    )

    document = json.loads("".join(archive([FlatCall.of(call)])))

    assert list(VALIDATOR.iter_errors(document)) == []
