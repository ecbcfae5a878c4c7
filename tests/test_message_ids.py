"""The message ID of an exchange: the answer's, else the one that was sent."""

from __future__ import annotations

from typing import Any

import pytest

import paynet_nb as pn
from tests.records import call_of

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

    assert {*history.to_frame()["message_id"]} == {found}
    assert history[0].message_id == found
