"""What `inspect_token` finds odd, and what it does not."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb.auth.claims.findings import SEVERITIES
from tests.helpers.jwts import CLAIMS, HEADER, NOW, changed, written

HERE = pn.Environment(
    name="mine",
    base_url="https://api.example.my/v1",
    token_url="https://api.example.my/auth/token",
    stage="certification",
)


def found(token: Any, **arguments: Any) -> list[str]:
    """List the codes of what is odd about a token at NOW."""
    report = pn.inspect_token(token, now=NOW, **arguments)
    return [finding.code for finding in report.findings]


def test_nothing_is_odd_about_a_good_token() -> None:
    """A token in its time, from its environment, with all claims, has no finding."""
    answer = {"access_token": written(), "expires_in": 86400, "scope": "rpp:merchant"}

    assert found(answer, environment=HERE) == []


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        (changed(exp=NOW - 1), ["expired"]),
        (changed(exp=NOW), ["expired"]),
        (changed(exp=NOW + 1), []),
        (changed(exp=-1), ["expired", "no_lifetime"]),
        (changed(exp=NOW + 0.5), []),
        (changed(exp=...), ["no_expiry"]),
        (changed(exp=str(NOW + 9)), ["time_is_text"]),
        (changed(exp="never"), ["time_is_text"]),
        (changed(exp=None), ["time_not_a_number"]),
        (changed(exp=True), ["time_not_a_number"]),
        (changed(exp=[NOW]), ["time_not_a_number"]),
        (changed(exp={"at": NOW}), ["time_not_a_number"]),
        (changed(exp=(NOW + 9) * 1000), ["times_in_milliseconds"]),
        (changed(exp=10**15), ["time_out_of_range"]),
        (changed(exp=1e300), ["time_out_of_range"]),
        (changed(exp=-1e300), ["time_out_of_range"]),
        (changed(exp=10**400), ["time_out_of_range"]),
        (changed(exp=math.nan), ["time_out_of_range"]),
        (changed(exp=math.inf), ["time_out_of_range"]),
        (changed(exp=253402300799), []),
        (changed(nbf=NOW + 1), ["not_yet_valid"]),
        (changed(nbf=NOW), []),
        (changed(iat=NOW + 90), ["issued_in_future"]),
        (changed(iat=NOW + 90, nbf=NOW + 90), ["not_yet_valid"]),
        (changed(iat=NOW, exp=NOW), ["expired", "no_lifetime"]),
        (changed(iat=..., nbf=...), []),
        (changed(iss=...), ["no_issuer"]),
        (changed(iss="https=//api.example.my"), ["issuer_not_url"]),
        (changed(iss="api.example.my"), ["issuer_not_url"]),
        (changed(iss="urn:paynet"), ["issuer_not_url"]),
        (changed(iss="https://"), ["issuer_not_url"]),
        (changed(iss="https://[half"), ["issuer_not_url"]),
        (changed(iss=7), ["issuer_not_url"]),
        (changed(iss="http://127.0.0.1:5000/auth"), []),
        (changed(aud=...), ["no_audience"]),
        (changed(aud=[]), []),
        (changed(sub=7, jti=None, scope=["a", {}]), []),
        ({}, ["no_expiry", "no_issuer", "no_audience"]),
    ],
)
def test_odd_claims_are_found(claims: dict[str, Any], expected: list[str]) -> None:
    """Each odd claim gives its own finding, and nothing else does."""
    assert found(written(claims)) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({"alg": "ES256"}, []),
        ({"alg": "EdDSA", "typ": "at+jwt"}, []),
        ({"alg": "none"}, ["alg_none"]),
        ({"alg": "NONE"}, ["alg_none"]),
        ({"alg": "HS256"}, ["alg_shared_secret"]),
        ({"alg": "XX1"}, ["alg_unknown"]),
        ({"alg": ["RS256"]}, ["alg_unknown"]),
        ({}, ["alg_unknown"]),
        ({"alg": "RS256", "kid": 7}, ["kid_not_text"]),
        ({"alg": "RS256", "crit": ["exp"]}, ["critical_extension"]),
    ],
)
def test_odd_headers_are_found(header: dict[str, Any], expected: list[str]) -> None:
    """The header's oddities are findings, not failures."""
    assert found(written(header=header)) == expected


def test_a_missing_signature_is_found() -> None:
    """A token that claims RS256 and carries no signature could be anyone's."""
    assert found(written(signature="")) == ["no_signature"]
    assert found(written(header={"alg": "none"}, signature="")) == ["alg_none"]


def test_a_name_that_stands_twice_is_found() -> None:
    """The last of two equal names is shown, and the reader is told of them."""
    claims = b'{"exp": 1, "exp": 1760000009, "a": {"b": 1, "b": 2}}'

    report = pn.inspect_token(written(claims), now=NOW)

    assert report.claims == {"exp": 1760000009, "a": {"b": 2}}
    assert [f.message[:15] for f in report.findings[:2]] == [
        "b stands twice:",
        "exp stands twic",
    ]


@pytest.mark.parametrize(
    ("expires_in", "expected"),
    [
        (86400, []),
        ("86400.0", []),
        (86399, []),
        (86398, ["lifetime_differs"]),
        (3600, ["lifetime_differs"]),
        (-1, ["lifetime_differs"]),
        (1e300, ["lifetime_differs"]),
        (None, []),
        ("soon", []),
        (True, []),
    ],
)
def test_the_stated_life_is_compared(expires_in: object, expected: list[str]) -> None:
    """`expires_in` should be the token's `exp - iat`, give or take a second."""
    assert found({"access_token": written(), "expires_in": expires_in}) == expected


@pytest.mark.parametrize(
    ("stated", "claimed", "expected"),
    [
        ("a b", "b a", []),
        ("a b", ["b", "a"], []),
        ("a", "a b", ["scope_differs"]),
        ("a", 7, ["scope_differs"]),
        ("a", {"a": 1}, ["scope_differs"]),
        ("a", ..., []),
        (None, "a", []),
        (["a"], "b", []),
    ],
)
def test_the_stated_scope_is_compared(
    stated: object, claimed: object, expected: list[str]
) -> None:
    """A scope is a set of words (RFC 6749 section 3.3) in answer and token."""
    token = written(changed(scope=claimed))

    assert found({"access_token": token, "scope": stated}) == expected


def test_another_issuer_than_the_environments_is_found() -> None:
    """Who issued it is compared by host with where tokens are asked for."""
    elsewhere = replace(HERE, token_url="https://login.example.my/token")

    (finding,) = pn.inspect_token(written(), None, elsewhere, now=NOW).findings

    assert (finding.code, finding.severity) == ("issuer_other_host", "info")
    assert "api.example.my" in finding.message
    assert "login.example.my" in finding.message


def test_a_finding_is_one_short_line() -> None:
    """A message stays one line to read, whatever the claim that it quotes."""
    claims = changed(iss="x\n" * 10_000)

    (finding,) = pn.inspect_token(written(claims), now=NOW).findings

    assert len(finding.message) < 200
    assert len(finding.message.splitlines()) == 1


def test_the_present_is_the_default_time() -> None:
    """Without `now`, a token is judged by the clock of this machine."""
    claims = {**CLAIMS, "exp": 4_000_000_000}

    assert pn.inspect_token(written(claims)).findings == []


def test_each_finding_has_a_known_severity() -> None:
    """A finding's words are "info", "warning" or "error"."""
    report = pn.inspect_token(written({"exp": "1"}, header={**HEADER, "crit": 1}))

    assert {finding.severity for finding in report.findings} == {
        "info",
        "warning",
        "error",
    }
    assert {*SEVERITIES.values()} == {"info", "warning", "error"}
