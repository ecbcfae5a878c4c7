"""A name that cannot be looked up: whose fault it is depends on who wrote the URL."""

from __future__ import annotations

import socket

import pytest
import requests

import paynet_nb as pn
from paynet_nb.wire.no_answer import never_sent, why_no_answer


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            pn.CERTIFICATION.token_url,
            "this kernel reaches the internet",
        ),
        ("https://a-typo.example.my/token", "check the URL"),
    ],
)
def test_of_a_url_that_paynet_published_the_network_is_at_fault(
    url: str, said: str
) -> None:
    """A person cannot mend what is built in; a URL of their own they can."""
    error = requests.ConnectionError(socket.gaierror(-2, "Name or service not known"))

    told = why_no_answer(error, url)

    assert said in told.message
    assert ("check the URL" in told.message) is (said == "check the URL")
    assert told.transient
    assert never_sent(told.message)
