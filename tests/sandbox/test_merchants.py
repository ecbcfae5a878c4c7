from __future__ import annotations

import json
import re
import shutil
import subprocess
from decimal import Decimal
from typing import Any

import pytest
import requests

from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet import message_ids
from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import (
    IDS,
    TIMEOUT_S,
    bank_list,
    call,
    outcome,
    token_of,
)

ACCEPTED = (200, "ACSP", "U000")


def all_pages(box: Sandbox) -> list[dict[str, Any]]:
    """Get the whole bank list."""
    pages = [bank_list(box).json()]
    while key := pages[-1].get("pageKey"):
        ids = message_ids("650", len(pages) + 1)
        pages.append(bank_list(box, **ids, pageKey=key).json())
    return pages


def test_the_bank_list_has_124_banks_on_three_pages(common: Sandbox) -> None:
    """Pages hold 50, 50 and 24; pageKey is the last code of the page it comes with."""
    pages = all_pages(common)

    assert [len(page["banks"]) for page in pages] == [50, 50, 24]
    codes = [bank["code"] for page in pages for bank in page["banks"]]
    assert [page.get("pageKey") for page in pages] == [codes[49], codes[99], None]
    assert codes == sorted(set(codes))
    assert len(codes) == 124


def test_each_page_wants_an_id_of_its_own(box: Sandbox) -> None:
    """Another page with the same message ID is U149; the same page again is given."""
    first, again = bank_list(box), bank_list(box)
    next_page = bank_list(box, pageKey=first.json()["pageKey"])

    assert again.json()["banks"] == first.json()["banks"]
    assert outcome(next_page) == (200, "RJCT", "U149")
    assert next_page.json()["banks"] == []


def test_banks_have_the_observed_shape(common: Sandbox) -> None:
    """Codes look like BICs; optional keys are missing, never null."""
    banks = [bank for page in all_pages(common) for bank in page["banks"]]
    optional = {"browser", "androidApplicationId", "iosApplicationId"}

    for bank in banks:
        assert len(bank["code"]) == 8
        assert bank["code"].isalnum()
        assert bank["code"].isupper()
        assert {"code", "name", "active", "redirectUrls"} <= set(bank)
        assert set(bank) <= {"code", "name", "active", "redirectUrls"} | optional
        assert None not in bank.values()
    for key in optional:
        assert 0 < sum(key in bank for bank in banks) < 124
    types = [[url["type"] for url in bank["redirectUrls"]] for bank in banks]
    assert [] in types
    assert any(len(names) > len(set(names)) for names in types)
    assert {name for names in types for name in names} == {"RET", "COR"}


def test_banks_are_the_same_in_each_sandbox(box: Sandbox) -> None:
    """A lesson may name a bank: the data is not random."""
    with Sandbox() as other:
        assert all_pages(box)[2]["banks"] == all_pages(other)[2]["banks"]


def test_the_envelope_answers_in_the_name_of_the_switch(common: Sandbox) -> None:
    """The reply's message id has RPP's BIC and originator H; the ids come back."""
    answer = bank_list(common)

    assert outcome(answer) == ACCEPTED
    body = answer.json()
    assert list(body)[:2] == ["header", "transactionId"]
    assert body["header"]["messageId"] == "20260102RPPEMYKL650HBW00000001"
    assert body["transactionId"] == IDS["transactionId"]
    # In all that was seen of PayNet's sandbox the fraction is .000.
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000", body["header"]["date"])


@pytest.mark.parametrize(
    ("changes", "reason", "text"),
    [
        ({"clientId": None}, "API.005", "data.clientId - Not Found"),
        ({"messageId": ""}, "API.005", "data.messageId - Not Found"),
        ({"messageId": "2026"}, "API.003", "data.messageId - Invalid length"),
        ({"clientId": "X0000001"}, "API.002", "data.clientId - Invalid format"),
        ({"pageKey": "NOBANK00"}, "API.004", "data.pageKey - Invalid value"),
        ({"pageKey": "ZAISMYK1"}, "API.004", "data.pageKey - Invalid value"),
    ],
)
def test_a_wrong_query_is_refused_in_paynet_s_words(
    common: Sandbox, changes: dict[str, str | None], reason: str, text: str
) -> None:
    """400, RJCT, the code, and the field in the form that PayNet's page shows."""
    answer = bank_list(common, **changes)

    assert outcome(answer) == (400, "RJCT", reason)
    assert answer.json()["header"]["status"]["description"] == text


@pytest.mark.parametrize("path", ["/merchants/v1/payments/lists/bank", "/v1/none"])
@pytest.mark.parametrize(
    ("authorization", "errors"),
    [
        (None, []),
        ("Basic YTpi", []),
        ("Bearer", ["invalid_token"]),
        ("Bearer eyJ.a.b", ["invalid_token"]),
        ("bearer x=y", ["invalid_token"]),
    ],
)
def test_without_a_good_token_there_is_no_answer(
    common: Sandbox, path: str, authorization: str | None, errors: list[str]
) -> None:
    """401 API.007 with a challenge (RFC 6750); an unknown path is 404 all the same."""
    headers = {"Authorization": authorization} if authorization else {}

    answer = requests.get(common.url + path, headers=headers, timeout=TIMEOUT_S)

    if path == "/v1/none":
        assert outcome(answer) == (404, "RJCT", "API.001")
        return
    assert outcome(answer) == (401, "RJCT", "API.007")
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer realm=")
    assert re.findall(' error="(.*?)"', challenge) == errors


def test_a_wrong_method_is_told_the_right_ones(box: Sandbox) -> None:
    """405 in the envelope, with Allow (RFC 9110 section 15.5.6)."""
    answer = call(box, "DELETE", "/merchants/v1/payments/lists/bank")

    assert outcome(answer) == (405, "RJCT", "API.001")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("body", ["", "{", "[1,", '{"amount": NaN}', "\x00\xff"])
def test_a_body_that_is_no_json_is_refused(common: Sandbox, body: str) -> None:
    """400 API.002, also for NaN, which RFC 8259 does not know."""
    for method, path in (
        ("POST", "/merchants/v1/payments/redirect"),
        ("PUT", "/v1/picasso-guard/echo"),
    ):
        headers = {"Content-Type": "application/json"}
        answer = call(common, method, path, data=body, headers=headers)

        assert outcome(answer) == (400, "RJCT", "API.002")


@pytest.mark.parametrize("body", ["[]", "null", "3", '"text"'])
def test_json_that_is_no_object_is_refused(common: Sandbox, body: str) -> None:
    """Any JSON is read without a fault of the sandbox's own."""
    headers = {"Content-Type": "application/json"}
    path = "/merchants/v1/payments/redirect"

    answer = call(common, "POST", path, data=body, headers=headers)

    assert outcome(answer) == (400, "RJCT", "API.002")


def test_the_echo_gives_the_body_back_exactly(box: Sandbox) -> None:
    """No digit, order or character changes; the token is not shown."""
    body = (
        '{"b": 10.00, "a": "0012", "big": 12345678901234567890.123, "name": "\u4e2d"}'
    )
    headers = {"Content-Type": "application/json", "X-Ip-Address": "0"}
    token = token_of(box)
    path = "/v1/picasso-guard/echo"

    answer = call(box, "PUT", path, token=token, data=body.encode(), headers=headers)

    assert outcome(answer) == ACCEPTED
    assert f'"body": {body}' in answer.text
    exact = json.loads(answer.text, parse_float=Decimal)
    assert exact["body"]["b"] == Decimal("10.00")
    assert exact["headers"]["Authorization"] == "Bearer [redacted]"
    assert exact["headers"]["X-Ip-Address"] == "0"
    assert token not in answer.text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_the_echo_reads_what_windows_editors_write(
    common: Sandbox, encoding: str
) -> None:
    """A byte order mark and other encodings of JSON are no part of the JSON."""
    body = '{"amount": "10.00", "name": "\u4e2d"}'.encode(encoding)

    answer = call(common, "PUT", "/v1/picasso-guard/echo", data=body)

    assert answer.json()["body"] == {"amount": "10.00", "name": "\u4e2d"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1e9999999999999999999999}',
        b"[" * 20_000 + b"]" * 20_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b"9" * 5_000,
        b'"\xed\xa0\x80"',
    ],
)
def test_json_that_nobody_reads_is_refused(common: Sandbox, body: bytes) -> None:
    """A number or a depth without end, half a character: no fault of its own."""
    for method, path in (
        ("PUT", "/v1/picasso-guard/echo"),
        ("POST", "/merchants/v1/payments/redirect"),
    ):
        headers = {"Content-Type": "application/json"}
        answer = call(common, method, path, data=body, headers=headers)

        assert outcome(answer) == (400, "RJCT", "API.002")


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not on this machine")
def test_the_page_s_curl_put_is_echoed(box: Sandbox) -> None:
    """The page's line names no Content-Type, so curl calls its JSON a form."""
    ran = subprocess.run(
        [
            *("curl", "--silent", "--location", "-g", "--request", "PUT"),
            f"{box.url}/v1/picasso-guard/echo",
            *("--header", f"Authorization: Bearer {token_of(box)}"),
            *("--data-raw", '{\n"amount": 10.00\n}'),
        ],
        capture_output=True,
        check=True,
        text=True,
        timeout=TIMEOUT_S,
    )

    assert '"body": {\n"amount": 10.00\n}' in ran.stdout
    assert box.requests[-1].body == '{\n"amount": 10.00\n}'


def test_an_example_is_answered_and_each_number_has_ids_of_its_own(
    box: Sandbox,
) -> None:
    """`box.example` gives what the sandbox takes, and says which names there are."""
    headers = {"Authorization": f"Bearer {token_of(box)}"}
    path = f"{box.url}/merchants/v1/payments"
    banks = requests.get(
        f"{path}/lists/bank",
        params=box.example("bank list", 2),
        headers=headers,
        timeout=TIMEOUT_S,
    )
    payment = requests.post(
        f"{path}/redirect", json=box.example("payment"), headers=headers, timeout=9
    )

    assert len(banks.json()["banks"]) == 50
    assert payment.json()["header"]["status"]["code"] == "ACSP"
    assert box.example("payment", 1) != box.example("payment", 2)
    with pytest.raises(ConfigurationError, match="'bank list', 'payment', 'echo'"):
        box.example("banks")
