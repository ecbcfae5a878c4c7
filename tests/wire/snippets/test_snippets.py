"""Snippets: run by a real shell and a real Python, they send what the record says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

import pytest
import requests
from werkzeug import Response

import paynet_nb as pn
from paynet_nb.wire import Call
from tests.helpers import http_files
from tests.helpers.gateway import SECRET, Gateway
from tests.helpers.snippet_runs import TOKEN, VARIABLES, in_bash, in_python, tell

BODIES: dict[str, Any] = {
    "none": None,
    "plain": {"hello": "PayNet"},
    "quotes": {"name": 'O\'Neil "the" `one`', "'": "''"},
    "lines": {"address": "1 Jalan A\r\n50000\tKL\n"},
    "unicode": {"name": "Nurul 张 é 😀", "separator": "\u2028\u202e"},
    "shell": {"a": "$HOME $(id) `id` ${x:?} !! \\ \\\\ ~ * ? [a-z] {a,b} ; & | > # %s"},
    "file": "@/etc/passwd",
    "dashes": ["--data", "-K", "--", "-"],
    "braces": {"a": "{{PAYNET_TOKEN}} {{{x}}}", "b": {"c": {"d": {}}}},
}


@pytest.fixture
def told(gateway: Gateway) -> Gateway:
    """Serve an API that answers with what it was sent."""
    gateway.api = tell
    return gateway


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_the_command_gives_the_same_answer(
    told: Gateway, tmp_path: Path, method: str, body: Any
) -> None:
    """In bash, whatever quotes, variables and options the body looks like."""
    params = {"q": "a b&c='\"$x[1-3]{a,b}", "é": "%41"}
    call = told.client().call(method, "/a(b)/[c];d", params=params, json=body)

    assert json.loads(in_bash(call.to_curl(), tmp_path)) == call.json()


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_the_file_for_an_editor_gives_the_same_answer(told: Gateway, body: Any) -> None:
    """Read by the rules of VS Code and JetBrains; a body may be escaped otherwise."""
    call = told.client().put("/a(b)/[c];d", params={"q": "a b'"}, json=body)

    request = http_files.read(call.to_http(), VARIABLES)

    said = requests.request(**request, timeout=9).json()
    for got, expected in zip(said, call.json(), strict=True):
        if got != expected and isinstance(got, str):
            assert json.loads(got) == json.loads(expected)
        elif got != expected:
            got.pop("Content-Length"), expected.pop("Content-Length")
            assert got == {"Accept": "*/*", **expected}


@pytest.mark.parametrize("name", ["none", "quotes", "unicode", "shell"])
def test_the_program_gives_the_same_answer(
    told: Gateway, tmp_path: Path, name: str
) -> None:
    """In a Python of its own, with nothing but requests."""
    call = told.client().post("/a", params={"q": "é'\""}, json=BODIES[name])

    assert json.loads(in_python(call.to_python(), tmp_path)) == call.json()


def test_a_token_request_sends_the_secret_of_the_variable(
    gateway: Gateway, tmp_path: Path
) -> None:
    """Encoded as the form needs it, in each of the three."""
    gateway.auth().get_token()
    history = pn.History()
    auth = gateway.auth()
    auth.get_token()
    auth.record_in(history)
    (call,) = history
    encoded = {"PAYNET_CLIENT_SECRET": quote(SECRET, safe="")}

    in_bash(call.to_curl(), tmp_path)
    in_python(call.to_python(), tmp_path)
    requests.request(**http_files.read(call.to_http(), encoded), timeout=9)

    forms = [parse_qs(r.get_data(as_text=True)) for r in gateway.token_requests]
    assert len(forms) == 5
    assert all(form == forms[0] for form in forms)
    assert forms[0]["client_secret"] == [SECRET]


def test_no_snippet_holds_what_the_variables_hold(gateway: Gateway) -> None:
    """Token, secret and signature: a name stands for each."""
    client = gateway.client()
    client.put("/x", json={"t": TOKEN}, headers={"X-Signature": "c2lnbmF0dXJl"})

    snippets = [
        text
        for call in client.history
        for text in (call.to_curl(), call.to_python(), call.to_http())
    ]

    assert not [t for t in snippets if TOKEN in t or SECRET in t or "c2lnb" in t]
    assert '"Authorization: Bearer $PAYNET_TOKEN"' in snippets[3]
    assert '"X-Signature: $PAYNET_X_SIGNATURE"' in snippets[3]
    assert '\'{"t":"\'"$PAYNET_TOKEN"\'"}\'' in snippets[3]
    assert "'Bearer ' + os.environ[\"PAYNET_TOKEN\"]," in snippets[4]
    assert "Authorization: Bearer {{PAYNET_TOKEN}}\n" in snippets[5]
    assert '"client_secret=$PAYNET_CLIENT_SECRET"' in snippets[0]


def test_position_and_address_are_variables_unless_asked_for(
    told: Gateway, tmp_path: Path
) -> None:
    """They tell of a person; the history has them, what is handed on has not."""
    place, address = "3.1390, 101.6869", "203.0.113.7"
    headers = {"X-Gps-Coordinates": place, "x-ip-address": address}
    call = told.client().post("/x", json={"at": place}, headers=headers)
    variables = {
        "PAYNET_X_GPS_COORDINATES": place,
        "PAYNET_X_IP_ADDRESS": address,
        "PAYNET_REDACTED": place,
    }

    for write in (call.to_curl, call.to_python, call.to_http):
        assert place not in write()
        assert address not in write()
        assert place in write(personal=True)
        assert address in write(personal=True)
    assert json.loads(in_bash(call.to_curl(), tmp_path, **variables)) == call.json()


def test_an_unknown_position_masks_nothing_in_the_body(gateway: Gateway) -> None:
    """PayNet's word for unknown is 0, which is in many an amount."""
    headers = {"X-Gps-Coordinates": "0"}
    call = gateway.client().post("/x", json={"amount": "10.00"}, headers=headers)

    assert '{"amount":"10.00"}' in call.to_curl()


def test_a_redirect_is_not_followed(gateway: Gateway, tmp_path: Path) -> None:
    """As the client does not, which sends its token to no other place."""
    gateway.api = lambda _: Response(b"moved", 302, {"Location": f"{gateway.url}/y"})
    call = gateway.client().get("/x")

    assert in_bash(call.to_curl(), tmp_path) == "moved"
    assert in_python(call.to_python(), tmp_path) == "moved\n"
    assert len(gateway.api_requests) == 3


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "0"}])
def test_the_command_for_a_head_ends(
    gateway: Gateway, tmp_path: Path, headers: dict[str, str]
) -> None:
    """It prints the headers, and waits for no body though they tell a length."""
    gateway.api = lambda _: Response(b"12345", 200, {"X-Any": "told"})
    call = gateway.client().call("HEAD", "/x", headers=headers)

    assert "X-Any: told" in in_bash(call.to_curl(), tmp_path)
    assert [request.method for request in gateway.api_requests] == ["HEAD"] * 2


def test_a_long_body_arrives(told: Gateway, tmp_path: Path) -> None:
    """Of a length that no word of a command may have on Linux."""
    call = told.client().put("/x", json="'\\x é" * 30_000)

    assert json.loads(in_bash(call.to_curl(), tmp_path)) == call.json()


def test_headers_that_each_client_sets_itself_are_left_out(gateway: Gateway) -> None:
    """Those of one connection, lengths and codings; what the user set stays."""
    client = gateway.client()
    client.session.headers["User-Agent"] = "the user's own"
    call = client.put("/x", json=1, headers={"Accept": "text/csv", "X-Empty": ""})
    plain = gateway.client().get("/x")

    assert "Length" not in call.to_curl() + call.to_python() + call.to_http()
    assert "Encoding" not in call.to_curl()
    assert "onnection" not in call.to_curl()
    assert "--header 'Accept: text/csv'" in call.to_curl()
    assert "the user" in call.to_curl()
    assert plain.to_curl() == (
        f"curl --globoff --request GET {gateway.url}/x \\\n"
        '  --header "Authorization: Bearer $PAYNET_TOKEN"'
    )


@pytest.mark.parametrize("value", ["", "0", "@/etc/passwd", "-x", "caf\xe9 'a' $HOME"])
def test_any_header_arrives(told: Gateway, tmp_path: Path, value: str) -> None:
    """Also an empty one, and letters outside of ASCII as the same bytes."""
    call = told.client().get("/x", headers={"Prefer": value})

    assert json.loads(in_bash(call.to_curl(), tmp_path)) == call.json()
    assert json.loads(in_python(call.to_python(), tmp_path)) == call.json()


RAW = [b"@/etc/passwd", b"", b"-x", b"\x1b[31m\xff\x80", b"a=b&c=d\r\n", b"'", b"\\x41"]


@pytest.mark.parametrize("body", RAW)
def test_any_body_arrives(told: Gateway, tmp_path: Path, body: bytes) -> None:
    """A body that begins as the name of a file is no file; bytes stay as they are."""
    call = recorded(told, body)

    for printed in (
        in_bash(call.to_curl(), tmp_path),
        in_python(call.to_python(), tmp_path),
    ):
        _, _, headers, sent = json.loads(printed)
        assert sent.encode("latin-1") == body
        assert "Content-Type" not in headers


def recorded(gateway: Gateway, body: bytes) -> Call:
    """Give a call that sent *body* and did not say what it is."""
    call = gateway.client().post("/x")
    return replace(call, request_body=body)


@pytest.mark.parametrize("data", ["[client secret]", "[redacted]"])
def test_data_that_reads_like_a_mask_is_sent_as_data(
    told: Gateway, tmp_path: Path, data: str
) -> None:
    """Who runs the snippet must not send the real secret in that field."""
    call = told.client().post(
        "/x/" + data.replace(" ", "-"), json={"ref": data, "more": [f'\\{data}"']}
    )

    for snippet, run in (
        (call.to_curl(), in_bash),
        (call.to_python(), in_python),
    ):
        assert json.loads(json.loads(run(snippet, tmp_path))[-1]) == {
            "ref": data,
            "more": [f'\\{data}"'],
        }
        assert "PAYNET_CLIENT_SECRET" not in snippet
        assert "PAYNET_REDACTED" not in snippet
    assert call.to_http().count("{{") == 1


def test_a_header_that_reads_like_a_mask_is_no_secret(told: Gateway) -> None:
    """It cannot be written another way, and is a variable of its own."""
    headers = {"Prefer": "[client secret]"}
    call = told.client().get("/x", headers=headers)

    assert "$PAYNET_PREFER" in call.to_curl()
    assert "PAYNET_CLIENT_SECRET" not in call.to_curl()
