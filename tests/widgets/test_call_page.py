"""What `HistoryView` shows of one call: words, trees, tables, each within a limit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from paynet_nb.widgets.call_page import exchange, tables
from tests.helpers.records import call_of


def answered(body: bytes, **headers: str) -> dict[str, Any]:
    """Give what is shown of an answer's body, as the browser reads it."""
    call = call_of(status=200, body=body, headers=headers)
    shown: dict[str, Any] = json.loads(json.dumps(exchange(call)["answer"]))
    return shown


def test_numbers_reach_the_browser_as_they_were_written() -> None:
    """JavaScript would make 10 of 10.00, and another number of a long one."""
    tree = answered(b'{"a": [10.00, 12345678901234567890], "b": null}')["tree"]

    assert tree == {
        "kind": "{}",
        "size": 2,
        "items": [
            [
                "a",
                {
                    "kind": "[]",
                    "size": 2,
                    "items": [["0", "10.00"], ["1", "12345678901234567890"]],
                },
            ],
            ["b", "null"],
        ],
    }


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([[number] for number in range(50_000)]).encode(),
        b"[" * 500 + b"]" * 500,
        json.dumps(["x" * 19_000] * 500).encode(),
        json.dumps({f"{number}{'x' * 19_000}": 1 for number in range(500)}).encode(),
    ],
    ids=["wide", "deep", "long texts", "long names"],
)
def test_a_tree_has_a_limit_and_says_so(body: bytes) -> None:
    """A browser stays quick, and the line tells where all of it is."""
    shown = answered(body)

    assert "call.json() has all" in shown["note"]
    assert len(json.dumps(shown)) < 250_000


def test_a_long_text_has_a_limit_and_says_so() -> None:
    """In a tree and where the answer is no JSON."""
    plain = answered(b"x" * 30_000)
    command = exchange(call_of(request_body=b"x" * 30_000))["curl"]
    quoted = answered(json.dumps({"a": "x" * 30_000}).encode())["tree"]

    assert plain["note"] == "The first 20,000 characters; 10,000 more."
    assert len(plain["text"]) == len(command["text"]) == 20_000
    assert quoted["items"][0][1].endswith(" [10,002 more characters]")


def test_what_the_history_cut_is_text_that_says_so() -> None:
    """The first digits of a number are no number; how much is left out is told."""
    call = call_of(body=b"12", body_cut=3, request_body=b"[1]", request_body_cut=2)

    shown = exchange(call)

    assert shown["answer"]["text"] == "12\n[cut: 3 more bytes]"
    assert shown["sent"]["text"] == "[1]\n[cut: 2 more bytes]"
    assert "was cut at 3 bytes" in shown["curl"]["note"]


def test_what_is_no_json_is_text_in_its_own_charset() -> None:
    """An HTML page of a proxy is shown as text; nothing is shown as nothing."""
    assert (
        answered(
            "é".encode("latin-1"), **{"Content-Type": "text/html; charset=latin-1"}
        )["text"]
        == "é"
    )
    assert answered(b" ") == {"note": "nothing"}
    assert answered(b"null") == {"note": "", "tree": "null"}


def test_a_tree_would_lose_a_name_that_stands_twice() -> None:
    """So the answer is shown as text, and a line tells why."""
    shown = answered(b'{"amount": "1.00", "amount": "2.00"}')

    assert shown["text"] == '{"amount": "1.00", "amount": "2.00"}'
    assert shown["note"].endswith("stands twice in one object: 'amount'")
    assert "tree" not in shown


def test_a_character_that_acts_unseen_is_shown_as_its_code() -> None:
    """Marks that reorder what is read come as codes, in names and in values."""
    shown = answered('{"a\u202e": "b\u202e"}'.encode())["tree"]

    assert shown["items"] == [["a\\u202e", '"b\\u202e"']]


def test_a_call_is_told_in_words() -> None:
    """Title, both clocks, headers, and a cURL command with a variable as token."""
    call = call_of(
        method="POST",
        url="https://api.example.my/pay?x=1",
        status=404,
        request_headers={"Authorization": "Bearer [token #12345678]"},
        request_body=b'{"amount": "1.00"}',
        token="12345678",
        label="first",
    )

    shown = exchange(call)

    assert shown["title"] == "POST /pay: failed, 404 Not Found"
    assert ["sent", "2025-10-09 08:53:20 UTC, 16:53:20 Kuala Lumpur"] in shown["about"]
    assert ["token", "#12345678"] in shown["about"]
    assert ["URL", "https://api.example.my/pay?x=1"] in shown["request"]
    assert shown["sent"]["tree"]["items"] == [["amount", '"1.00"']]
    assert "$PAYNET_TOKEN" in shown["curl"]["text"]


def test_what_no_command_can_carry_is_told() -> None:
    """A body with a NUL has no cURL command; the reason stands in its place."""
    shown = exchange(call_of(request_body=b"a\0b"))

    assert "to_python()" in shown["curl"]["note"]


def test_tables_come_escaped_and_with_a_limit() -> None:
    """Names and cells of a server are text; of many tables the first ten are shown."""
    few = tables(call_of(body=b'{"<i>": [{"a": "<script>"}]}'))
    lists = {f"list{number}": [{"a": 1}] for number in range(20)}
    many = tables(call_of(body=json.dumps(lists).encode()))

    assert [name for name, _ in few["tables"]] == ["root", "<i>"]
    assert "&lt;script&gt;" in few["tables"][1][1]
    assert "<script" not in str(few["tables"])
    assert (many["note"], len(many["tables"])) == ("The first 10 of 21 tables.", 10)


def test_what_is_no_json_has_no_tables_but_a_reason() -> None:
    """The line says what the answer is."""
    shown = tables(call_of(body=b"<html>"))

    assert shown["tables"] == []
    assert "not JSON" in shown["note"]
