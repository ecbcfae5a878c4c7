"""The message ID of an exchange: the answer's, else the one that was sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

import paynet_nb as pn
from tests.helpers.records import call_of

SENT = b'{"data": {"businessMessageId": "sent"}}'
TOLD = b'{"header": {"messageId": "told"}}'


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"request_headers": {"x-Business-message-ID": "sent"}}, "sent"),
        ({"url": "https://api.example.my/x?a=b&messageId=sent"}, "sent"),
        ({"url": "https://api.example.my/x?businessMessageId=sent"}, "sent"),
        ({"url": "https://api.example.my/x?originalMessageId=1"}, None),
        ({"request_body": SENT}, "sent"),
        ({"request_body": SENT[:-1]}, None),
        ({"request_body": SENT, "body": TOLD}, "told"),
    ],
)
@pytest.mark.parametrize("size", [1, 512])
def test_without_an_answer_the_message_id_is_the_one_that_was_sent(
    fields: dict[str, Any], found: str | None, size: int
) -> None:
    """After a time-out it is what to ask PayNet about; packed or not."""
    history = pn.History()
    for _ in range(size):
        history.append(call_of(**fields))

    assert {*history.to_frame()["message_id"].dropna()} == {found} - {None}
    assert history[0].message_id == found


def test_a_large_body_that_was_sent_is_read_when_its_message_id_is_asked_for() -> None:
    """No call waits while those of 512 calls before are read."""
    sent = json.dumps({"rows": [{"n": 1}] * 200, "data": {"messageId": "sent"}})
    calls = [call_of(request_body=sent.encode()) for _ in range(512)]
    history = pn.History()

    for call in calls:
        history.append(call)

    assert not any("message_id" in vars(call) for call in calls)
    assert {*history.to_frame()["message_id"]} == {"sent"}
