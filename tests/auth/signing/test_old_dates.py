"""A `Date` that is not of now: it spoils no signature, and makes no old answer good."""

from __future__ import annotations

import re
import time
from email.utils import formatdate

import pytest
import requests
from werkzeug import Request

from paynet_nb import JwsAuth, SigningKey
from paynet_nb.auth import AnswerCheck
from tests.auth.signing.test_answers import BANKS, Signed, pem_of
from tests.auth.signing.test_schemes import claims_of
from tests.helpers.jwts import RSA
from tests.helpers.programs import TIMEOUT_S
from tests.helpers.raw import raw_server
from tests.helpers.signing import ID


@pytest.mark.parametrize("head", ["200 OK", "503 No", "401 No\r\nAge: 3600"])
def test_an_old_date_spoils_no_signature(head: str) -> None:
    """A cache's copy or a proxy may have any; what was accepted was signed well."""
    old = f"HTTP/1.1 {head}\r\nDate: Mon, 23 Nov 2020 08:00:00 GMT\r\n"
    end = b"Content-Length: 0\r\nConnection: close\r\n\r\n"
    key, headers = SigningKey.generate(), {"X-Business-Message-Id": ID}
    auth = JwsAuth(key.self_signed("tests"), iss="I")
    with raw_server(lambda to, _: to.sendall(old.encode() + end)) as (url, arrived):
        for _ in range(2):
            requests.get(f"{url}/v3/x", auth=auth, headers=headers, timeout=TIMEOUT_S)

    token = re.findall(rb"Bearer ([^\r]+)", arrived[-1])[0]
    assert abs(claims_of(token.decode())["iat"] - time.time()) < 30


@pytest.mark.parametrize(
    ("url", "hours", "verdict"),
    [
        ("https://api.example.my", 23, "good"),
        ("https://api.example.my", 25, "wrong: it has expired (exp)"),
        ("http://127.0.0.1:1", 25, "good"),
    ],
)
def test_an_old_answer_is_not_good_for_the_old_date_it_comes_with(
    url: str, hours: int, verdict: str
) -> None:
    """A day is what a clock here may be off; a sandbox has a clock of its own."""
    then = int(time.time()) - hours * 3600
    old = Signed(pay=True, claims={"iat": then, "exp": then + 900})
    came = old(Request({}))
    headers = {**came.headers, "Date": formatdate(then, usegmt=True)}
    sent = requests.Request("GET", f"{url}/pay-guard{BANKS}").prepare()

    assert AnswerCheck(pem_of(RSA)).verdict(sent, headers, came.data) == verdict
