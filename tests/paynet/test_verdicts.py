"""The verdict on an exchange: by the HTTP status and by PayNet's codes, not by one."""

from __future__ import annotations

from typing import Any

import pytest

from paynet_nb.paynet import read_codes, verdict
from paynet_nb.paynet.all_codes import code_table


def v1(code: str, reason: str | None = None) -> Any:
    """Answer as the merchant API does."""
    return {"header": {"status": {"code": code, "reason": reason}}}


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (None, "good"),
        ([1, 2], "good"),
        ({"banks": []}, "good"),
        ({"message": "hello"}, "good"),
        (v1("ACSP", "U000"), "good"),
        (v1("ACSP"), "good"),
        (v1("RJCT", "U112"), "refused"),
        (v1("RJCT"), "refused"),
        (v1("RJCT", "U777"), "refused"),
        (v1("ACSP", "U112"), "refused"),
        (v1("ACSP", "U002"), "unknown"),
        (v1("ACTC", "U002"), "unknown"),
        (v1("ACTC", "KMS.002"), "unknown"),
        (v1("ACTC", "U000"), "good"),
        (v1("ACTC"), "unknown"),
        (v1("PNDG"), "unknown"),
        (v1("RJCT", "API.008"), "unknown"),
        (v1("XXXX", "U000"), "unknown"),
        (v1("ACSP", "X123"), "unknown"),
        ({"resp": {"status": "RJCT", "reason": {"code": "U111"}}}, "refused"),
        ({"data": {"code": "RJCT", "reason": "API.002"}}, "refused"),
        ({"errorCode": "API.007"}, "refused"),
        ({"data": {}, "message": "U223"}, "refused"),
        ({"data": {}, "message": "OK"}, "good"),
        ({"data": {}, "message": "U000"}, "good"),
        ({"data": {"code": "01"}}, "unknown"),
        ({"error": "no idea"}, "unknown"),
        ({"data": None, "errors": [{"message": "E0001 The date is old"}]}, "refused"),
        ({"data": None, "errors": [{"message": "E0003 Not ready"}]}, "unknown"),
        ({"errors": [{"message": "12 rows"}]}, "good"),
        ({"errors": ["E0001 x"]}, "good"),
    ],
)
def test_a_2xx_is_good_where_paynet_says_nothing_else(body: Any, outcome: str) -> None:
    """Each API family has its place for codes; one that nobody knows is unknown."""
    codes = read_codes(body)

    assert verdict(200, codes, may_have_acted=True) == outcome
    assert verdict(201, codes, may_have_acted=False) == outcome


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (None, None, "unknown"),
        (504, None, "unknown"),
        (500, v1("RJCT", "API.999"), "unknown"),
        (400, v1("ACTC", "KMS.002"), "unknown"),
        (400, v1("RJCT", "API.005"), "failed"),
        (400, {"error": "invalid_request"}, "failed"),
        (302, None, "failed"),
        (404, None, "failed"),
        (503, v1("ACSP", "U000"), "failed"),
    ],
)
def test_another_status_is_unknown_only_where_something_may_be_done(
    status: int | None, body: Any, outcome: str
) -> None:
    """A look-up that failed may be made again; a payment may not."""
    codes = read_codes(body)

    assert verdict(status, codes, may_have_acted=True) == outcome
    assert verdict(status, codes, may_have_acted=False) == "failed"


def test_each_code_of_the_table_has_its_verdict() -> None:
    """Those that can stand in an answer's place of a code."""
    seen: set[str] = set()
    for one in code_table():
        if one.code not in seen and one.family != "consent-end":
            codes = read_codes({"errorCode": one.code})
            assert verdict(200, codes, may_have_acted=False) == one.verdict, one
        seen.add(one.code)
    assert len(seen) > 400
