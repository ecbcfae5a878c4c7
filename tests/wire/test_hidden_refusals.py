"""A refusal under 200 OK, where PayNet's pages have none, is no good answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug import Response

import paynet_nb as pn
from tests.helpers.gateway import Gateway
from tests.helpers.records import call_of


@pytest.mark.parametrize(
    ("text", "outcome", "code", "reason"),
    [
        ('{"code": "RJCT", "code": "ACSP"}', "refused", "RJCT", None),
        ('{"code": "ACSP", "code": "RJCT"}', "refused", "RJCT", None),
        (
            '{"header": {"status": {"code": "RJCT", "reason": "U112", "code": "ACSP", '
            '"reason": "U000"}}}',
            *("refused", "RJCT", "U112"),
        ),
        ('{"data": {"code": "RJCT"}, "data": {}}', "refused", "RJCT", None),
        ('[{"code": "ACSP"}, {"code": "RJCT"}]', "refused", "RJCT", None),
        (
            '{"results": [{"status": "ACSP"}, {"status": "RJCT", "reason": "U112"}]}',
            *("refused", "RJCT", "U112"),
        ),
        ('{"errors": [{"code": "U112"}]}', "refused", "U112", None),
        ('{"errors": [{"message": "no"}]}', "unknown", "(errors)", None),
        ('{"Errors": {"amount": ["too large"]}}', "unknown", "(errors)", None),
        ('{"responseCode": "U112"}', "refused", "U112", None),
        ('{"response_code": "API.008"}', "unknown", "API.008", None),
        ('{"resultCode": "U777"}', "unknown", "U777", None),
        ('{"errors": "too large"}', "unknown", "(errors)", None),
        ('[{"code": "U112"}, {"code": "API.008"}]', "unknown", "API.008", None),
        ('{"status": "FAILED"}', "unknown", "FAILED", None),
        ('{"payment": {"state": "Failed"}}', "unknown", "Failed", None),
        ('{"payment": {"status": "REJECTED"}}', "refused", "REJECTED", None),
        ('{"success": false}', "unknown", "(no success)", None),
        ('{"success" : "False"}', "unknown", "(no success)", None),
        ('{"success": false, "code": "RJCT"}', "refused", "RJCT", None),
        (
            r'"{\"header\": {\"status\": {\"code\": \"RJCT\"}}}"',
            "refused",
            "RJCT",
            None,
        ),
        (r'{"body": "{\"reason\":\"U112\"}"}', "refused", "U112", None),
        ('{"Header": {"Status": {"Code": "RJCT"}}}', "refused", "RJCT", None),
        ('{"HEADER":{"STATUS":{"REASON":"U002"}}}', "unknown", "U002", None),
        (
            '{"header": {"status": {"code": "ACSP", "reason": "U000"}}, '
            '"detail": {"status": "RJCT"}}',
            *("refused", "RJCT", None),
        ),
    ],
)
def test_a_refusal_anywhere_in_an_answer_counts(
    gateway: Gateway,
    tmp_path: Path,
    text: str,
    outcome: str,
    code: str,
    reason: str | None,
) -> None:
    """A gateway in between wraps answers as it likes; a journal tells the same."""
    gateway.api = lambda _: Response(text, content_type="application/json")
    history = pn.History(path=tmp_path / "calls.sqlite")

    call = pn.Client(gateway.auth(), history=history).post("/x", json={})

    assert (call.outcome, call.code, call.reason) == (outcome, code, reason)
    kept = pn.History(path=tmp_path / "calls.sqlite").to_frame().iloc[-1]
    assert (kept["outcome"], kept["code"]) == (outcome, code)


@pytest.mark.parametrize(
    "text",
    [
        '{"header": {"status": {"code": "ACSP", "reason": "U000"}}}',
        '{"data": {"code": "ACSP", "reason": "U000"}}',
        '{"errors": [], "success": true, "message": "Success"}',
        '{"errors": null, "error": null}',
        '{"Errors": {}}',
        '{"data": {}, "message": "U000"}',
        '{"data": {"note": "RJCT", "description": "U112 is no reason: \\"RJCT\\""}}',
        '{"productCode": "U112", "RJCT": 5, "failed": 0, "fail": "status"}',
        '{"meanings": {"code": "U000", "U112": "above the maximum"}}',
        '{"data": {"transactionStatus": "RECEIVED"}, "message": "OK"}',
    ],
)
def test_a_good_answer_stays_good(text: str) -> None:
    """A code counts where a code stands, not as a name, in words or of a product."""
    assert call_of(method="POST", status=200, body=text.encode()).outcome == "good"


def test_an_http_error_is_no_place_to_look_for_hints() -> None:
    """It has failed anyway, and any server's words would stand as PayNet's code."""
    body = b'{"success": false, "errors": ["no such page"]}'

    call = call_of(method="POST", status=404, body=body)

    assert (call.outcome, call.code) == ("failed", None)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/x"), ("POST", "/v2/reports/query"), ("POST", "/v3/accounts/enquire-xc")],
)
def test_a_list_of_refused_payments_is_a_good_list(method: str, path: str) -> None:
    """Where no money moves, codes further in are data, as in a report."""
    rows = b'[{"id": "1", "status": "RJCT", "reason": "U112"}, {"id": "2"}]'

    call = call_of(method=method, url=f"https://x{path}", status=200, body=rows)

    assert (call.outcome, call.code) == ("good", None)
