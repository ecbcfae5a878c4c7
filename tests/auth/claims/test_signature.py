"""`inspect_token(keys=...)`: what counts as verified, and what never does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwk as jose_jwk, jwt as jose_jwt

import paynet_nb as pn
from tests.helpers.jwts import (
    CLAIMS,
    EC,
    ED,
    HEADER,
    NOW,
    OTHER_RSA,
    RSA,
    certificate,
    jwk,
    part,
    pem,
    signed,
    written,
)


def codes(report: pn.TokenInspection) -> list[str]:
    """List the codes of a report's findings."""
    return [finding.code for finding in report.findings]


@pytest.mark.parametrize(
    ("key", "alg"), [(RSA, "RS256"), (RSA, "PS512"), (EC, "ES256"), (ED, "EdDSA")]
)
@pytest.mark.parametrize(
    "form",
    [
        pem,
        lambda key: pem(key).replace("\n", "\r\n    "),
        jwk,
        lambda key: json.dumps(jwk(key)),
        lambda key: jwk(key, kid="one", use="sig"),
        lambda key: {"keys": [jwk(OTHER_RSA, kid="two"), jwk(key, kid="one")]},
        lambda key: json.dumps({"keys": [{"kty": "new"}, jwk(key)]}, indent=1),
    ],
)
def test_each_form_of_key_verifies(key: Any, alg: str, form: Any) -> None:
    """PEM, JWK and JWKS, as objects and as text, show that the key's owner signed."""
    report = pn.inspect_token(signed(key, alg), keys=form(key), now=NOW)

    assert report.verified is True
    assert report.findings == []
    assert "verified: the signature fits" in report._repr_html_()
    assert "NOT verified" not in str(report)


@pytest.mark.parametrize("key", [RSA, EC])
def test_a_certificate_verifies(key: Any) -> None:
    """The key of an X.509 certificate is taken out of it."""
    token = signed(key, "RS256" if key is RSA else "ES256")

    assert pn.inspect_token(token, keys=certificate(key)).verified is True


def test_a_token_of_another_library_verifies() -> None:
    """A token that joserfc signed is verified with the JWK that joserfc wrote."""
    key = jose_jwk.RSAKey.generate_key(2048, {"kid": "x"})
    token = jose_jwt.encode({"alg": "RS256", "kid": "x"}, CLAIMS, key)

    report = pn.inspect_token(token, keys=dict(key.as_dict(private=False)), now=NOW)

    assert (report.verified, report.findings) == (True, [])


def test_padding_and_line_breaks_do_not_spoil_the_signature() -> None:
    """A pasted token is checked as its issuer wrote it."""
    text = signed()
    pasted = f"Bearer {text[:40]}\n {text[40:]}=="

    assert pn.inspect_token(pasted, keys=pem(RSA)).verified is True


def test_the_gravest_finding_is_the_first() -> None:
    """A wrong signature stands before what is only worth knowing."""
    report = pn.inspect_token(pn.SAMPLE_TOKEN, keys=pem(RSA), now=NOW)

    severities = [finding.severity for finding in report.findings]
    assert severities == ["error", "error", "warning", "info"]
    assert codes(report)[-1] == "no_audience"


def test_an_expired_token_can_be_verified() -> None:
    """Verified is about who signed; the time is a finding of its own."""
    report = pn.inspect_token(signed(), keys=pem(RSA), now=NOW + 90_000)

    assert report.verified is True
    assert codes(report) == ["expired"]


def test_one_changed_character_is_never_verified() -> None:
    """Wherever one character of the payload changes, the signature does not fit."""
    header, payload, signature = signed().split(".")
    outcomes: list[object] = []
    for at, character in enumerate(payload):
        other = "A" if character != "A" else "B"
        text = f"{header}.{payload[:at]}{other}{payload[at + 1 :]}.{signature}"
        try:
            outcomes.append(pn.inspect_token(text, keys=pem(RSA)).verified)
        except pn.ClaimsError:
            outcomes.append("unreadable")

    assert {*outcomes} == {False, "unreadable"}
    assert outcomes.count(False) > 50


def test_a_changed_claim_shows_as_wrong_in_words() -> None:
    """A payload that was changed is read, and said to be wrong."""
    header, _, signature = signed().split(".")
    forged = f"{header}.{part({**CLAIMS, 'scope': 'rpp:bank'})}.{signature}"

    report = pn.inspect_token(forged, keys=jwk(RSA, kid="one"), now=NOW)

    assert report.verified is False
    assert codes(report) == ["signature_wrong"]
    for form in (repr(report), str(report), report._repr_html_()):
        assert "signature is WRONG" in form


def test_unused_bits_of_the_payload_are_signed_too() -> None:
    """A last character that decodes to the same bytes is a change all the same."""
    tokens = [signed(claims={"sub": "a" * size}) for size in range(3)]
    (token,) = [text for text in tokens if len(text.split(".")[1]) % 4 == 2]
    header, payload, signature = token.split(".")
    last = chr(ord(payload[-1]) + 1)

    report = pn.inspect_token(f"{header}.{payload[:-1]}{last}.{signature}", pem(RSA))

    assert report.claims == pn.inspect_token(token).claims
    assert report.verified is False
    assert "signature_wrong" in codes(report)


def test_a_key_of_another_name_does_not_verify() -> None:
    """It was tried in vain, and it does not say that it is the one."""
    report = pn.inspect_token(signed(), keys=jwk(OTHER_RSA, kid="two"), now=NOW)

    assert report.verified is False
    assert codes(report) == ["no_key_fits"]


@pytest.mark.parametrize(
    "keys",
    [
        {"keys": []},
        {"keys": [jwk(RSA, kid="one", use="enc")]},
        jwk(RSA, kid="one", alg="RS512"),
        # Named: the text of a key, new in each worker, would be in the test's name.
        pytest.param(pem(EC), id="EC PEM"),
        jwk(EC, kid="one"),
        jwk(ED, kid="one"),
        {"kty": "oct", "kid": "one", "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": "one"},
        {"kty": "RSA", "n": 5, "e": []},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "x": "!!", "y": None},
        {"kty": "OKP", "crv": "X25519", "x": "AAAA"},
        {"kty": ["RSA"], "kid": ["one"]},
        pytest.param(
            pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505  # too small
            id="RSA of 1024 bits",
        ),
    ],
)
def test_a_key_that_cannot_be_the_one_does_not_verify(keys: Any) -> None:
    """A key of another kind, use or size proves nothing: None, and it is said."""
    report = pn.inspect_token(signed(), keys=keys, now=NOW)

    assert report.verified is None
    assert codes(report) == ["no_key_fits"]
    assert "NOT verified: none of the keys" in str(report)


def test_another_key_of_the_same_kind_does_not_verify() -> None:
    """A PEM has no name, so the wrong one is told by the signature alone."""
    report = pn.inspect_token(signed(), keys=pem(OTHER_RSA), now=NOW)

    assert report.verified is False
    assert codes(report) == ["signature_wrong"]


def test_an_unsigned_token_is_never_verified() -> None:
    """Neither `alg: none` nor a signature cut off passes, whatever the key."""
    for alg in ("none", "None", "RS256", ""):
        token = written(header={**HEADER, "alg": alg}, signature="")

        for keys in (pem(RSA), jwk(RSA), {"keys": [{"kty": "oct", "k": ""}]}):
            assert pn.inspect_token(token, keys=keys).verified is False


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_a_public_key_is_never_used_as_a_shared_secret(alg: str) -> None:
    """Who has the public key cannot sign with its text (RFC 8725 section 2.1)."""
    digest = getattr(hashlib, alg.replace("HS", "sha"))
    for secret in (
        pem(RSA),
        pem(RSA).strip(),
        json.dumps(jwk(RSA)),
        "c2VjcmV0",
        "secret",
    ):
        text = written(header={"alg": alg}).rpartition(".")[0]
        made = hmac.new(secret.encode(), text.encode(), digest).digest()
        forged = f"{text}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"

        for keys in (pem(RSA), jwk(RSA), {"kty": "oct", "k": "c2VjcmV0"}):
            report = pn.inspect_token(forged, keys=keys)
            assert report.verified is False
            assert "no_key_fits" in codes(report)


@pytest.mark.parametrize("kid", [7, None, ["one"], {"one": 1}])
def test_an_odd_kid_does_not_stop_the_check(kid: Any) -> None:
    """A kid that is no text is a finding; it neither verifies nor fails the call."""
    token = written(header={"alg": "RS256", "kid": kid})

    assert pn.inspect_token(token, keys=jwk(RSA, kid="one")).verified is False


def test_an_extension_that_is_not_understood_is_not_verified() -> None:
    """A header with `crit` must be refused (RFC 7515 section 4.1.11), key or no key."""
    report = pn.inspect_token(signed(crit=["exp"], exp=1), keys=pem(RSA), now=NOW)

    assert report.verified is False
    assert codes(report) == ["critical_extension", "no_key_fits"]


def test_the_checked_signature_is_not_kept_either() -> None:
    """A report of a verified token holds no more of it than one of an unverified."""
    token = signed()

    report = pn.inspect_token(token, keys=pem(RSA))

    assert token.rpartition(".")[2][:20] not in f"{vars(report)}{report._repr_html_()}"
