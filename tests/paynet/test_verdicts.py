"""The verdict on an exchange: by the HTTP status and by PayNet's codes, not by one."""

from __future__ import annotations

from typing import Any

import pytest

from paynet_nb.paynet import read_codes, verdict
from paynet_nb.paynet.all_codes import code_table


def v1(code: Any, reason: Any = None) -> Any:
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
        ({"data": {"code": "ACTC", "reason": "U000"}}, "good"),
        ({"data": {"code": "ACTC", "reason": "U002"}}, "unknown"),
        ({"data": {"code": "ACTC"}}, "unknown"),
        ({"data": {"code": "01"}}, "unknown"),
        ({"error": "no idea"}, "unknown"),
        ({"data": None, "errors": [{"message": "E0001 The date is old"}]}, "refused"),
        ({"data": None, "errors": [{"message": "E0003 Not ready"}]}, "unknown"),
        ({"errors": [{"message": "12 rows"}]}, "good"),
        ({"errors": ["E0001 x"]}, "good"),
        ({"errors": [{"message": "x"}, {"message": "E0001 Old"}]}, "refused"),
        ({**v1("ACSP", "U000"), "data": {"code": "RJCT", "reason": "U112"}}, "refused"),
        ({**v1("RJCT", "U112"), "data": {"code": "ACSP"}}, "refused"),
        ({**v1("RJCT", "U112"), "errorCode": "API.008"}, "unknown"),
        ({"data": {"code": "ACSP"}, "message": "U112"}, "refused"),
        ({"data": {"code": "ACTC"}, "message": "U000"}, "unknown"),
        ({"data": {}, "message": "U777"}, "unknown"),
        ({"data": {}, "message": " u112 "}, "unknown"),
        ({"data": {"resp": {"status": "RJCT"}}}, "refused"),
        ([v1("RJCT", "U112")], "refused"),
        ({"code": "RJCT", "reason": "U112"}, "refused"),
        ({"status": "ready", "code": "MBBEMYKL", "reason": "x"}, "good"),
        (v1("ACSP", 112), "unknown"),
        (v1("ACSP", ["U000"]), "unknown"),
        (v1("ACSP", ""), "good"),
        ({"error": {"code": "RJCT"}}, "refused"),
        ({"error": True}, "unknown"),
        ({"error": False, "errorCode": 0}, "good"),
        (v1("rjct", "u112"), "unknown"),
    ],
)
def test_a_2xx_is_good_where_paynet_says_nothing_else(body: Any, outcome: str) -> None:
    """Each API family has its place for codes; one that nobody knows is unknown."""
    codes = read_codes(body)

    assert verdict(200, codes, may_have_acted=True) == outcome
    assert verdict(201, codes, may_have_acted=False) == outcome


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ({"transactionStatus": "CLEARED"}, "good"),
        ({"transactionStatus": "RECEIVED"}, "good"),
        ({"transactionStatus": "PENDAUTH"}, "good"),
        ({"transactionStatus": "CANC"}, "good"),  # of a consent
        ({"transactionStatus": "REJECTED"}, "refused"),
        ({"transactionStatus": "REJECT"}, "refused"),
        ({"transactionStatus": "CANCELLED"}, "refused"),
        ({"transactionStatus": "LOST"}, "unknown"),
        ({"refundStatus": "REFUND_PENDING"}, "good"),
        ({"refundStatus": "REFUND_ACCEPTED"}, "good"),
        ({"refundStatus": "REFUND_REJECTED"}, "refused"),
        ({"refundStatus": "REFUND_EXCEPTION"}, "unknown"),
        ({"transaction": {"status": "ACSP", "reason": {"code": "U000"}}}, "good"),
        ({"transaction": {"status": "RJCT", "reason": {"code": "U112"}}}, "refused"),
        ({"transaction": {"status": "ACTC", "reason": {"code": "U002"}}}, "unknown"),
    ],
)
def test_an_enquiry_that_tells_of_a_refused_payment_is_no_good_answer(
    state: Any, outcome: str
) -> None:
    """However well the enquiry itself went, in each family's way to say so."""
    for body in (
        {**v1("ACSP", "U000"), **state},
        {"data": state, "message": "U000"},
        {"data": state, "resp": {"status": "ACSP", "reason": {"code": "U000"}}},
    ):
        codes = read_codes(body)

        assert verdict(200, codes, may_have_acted=False) == outcome
        said = {codes.code, codes.reason} & {"ACSP", "U000"}
        assert bool(said) == (outcome == "good")


def test_words_and_codes_are_of_one_place() -> None:
    """Beside a refusal a "Success" of another place would be believed."""
    good = {"code": "ACSP", "reason": "U000", "description": "Success"}
    bad = {"code": "RJCT", "reason": "U112", "description": "Above the maximum"}
    answer = {"header": {"messageId": "m1", "status": good}, "data": bad}

    assert read_codes(answer) == ("RJCT", "U112", "Above the maximum", "m1")
    del bad["description"]
    assert read_codes(answer) == ("RJCT", "U112", None, "m1")


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
