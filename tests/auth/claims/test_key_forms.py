"""Keys as people have them: the form of a key never makes a good token look forged."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import paynet_nb as pn
from paynet_nb.auth.claims.public_keys import public_keys
from tests.helpers.jwts import (
    EC,
    ED,
    NOW,
    OTHER_RSA,
    RSA,
    certificate,
    jwk,
    part,
    pem,
    signed,
)

DER = RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
BARE = base64.b64encode(DER).decode()
EMPTY: dict[str, Any] = {
    "kid": None,
    "use": "",
    "alg": None,
    "x5c": [],
    "key_ops": [],
    "x5t": "",
}


def plain_base64(key: dict[str, Any]) -> dict[str, Any]:
    """Write the numbers of a JWK in the alphabet that RFC 7515 does not mean."""
    number = key["n"].replace("-", "+").replace("_", "/")
    return {**key, "n": number + "=" * (-len(number) % 4)}


@pytest.mark.parametrize(
    "keys",
    [
        jwk(RSA, **EMPTY),
        json.dumps(jwk(RSA, **EMPTY)),
        {"keys": [jwk(RSA)], "kty": None},
        plain_base64(jwk(RSA)),
        {"keys": [None, 7, {}, {"kty": "new"}, {"kid": "x"}, jwk(EC), jwk(RSA)]},
        [jwk(EC), jwk(RSA)],
        json.dumps([jwk(EC), jwk(RSA)]),
        {"a": jwk(EC), "b": jwk(RSA)},
        {"a": certificate(OTHER_RSA), "b": certificate(RSA)},
        {"data": {"keys": [jwk(RSA)]}},
        json.dumps({"alg": "RS256", "certificate": certificate(RSA)}),
        {**jwk(RSA), "e": 65537, "kty": "rsa", "alg": "rs256"},
        {"kty": "RSA", "x5c": ["".join(certificate(RSA).splitlines()[1:-1]), "x"]},
        {"a": pem(OTHER_RSA), "b": pem(RSA)}.values(),
        [pem(OTHER_RSA), pem(RSA)],
        pem(RSA).splitlines(keepends=True),
        pem(RSA).splitlines(),
        str(jwk(RSA)),
        str({"keys": [jwk(EC), jwk(RSA, kid=None)]}),
        ["no key", {"kty": "RSA"}, pem(RSA).encode()],
        pem(RSA).encode(),
        bytearray(pem(RSA).encode("utf-8-sig")),
        pem(RSA).encode("utf-16"),
        json.dumps(jwk(RSA)).encode("utf-8-sig"),
        "\ufeff" + pem(RSA),
        "\ufeff" + json.dumps({"keys": [jwk(RSA)]}),
        DER,
        RSA.public_key(),
        pem(OTHER_RSA) + pem(RSA),
        certificate(OTHER_RSA) + certificate(RSA),
        "Bag Attributes\n" + pem(EC) + "\nkey two:\n" + pem(RSA),
        pem(RSA).replace("\n", "\\n"),
        json.dumps(pem(RSA)),
        "'" + pem(RSA).replace("\n", "\\r\\n") + "'",
        pem(RSA).replace("\n", " "),
        pem(RSA).replace("\n", ""),
    ],
)
def test_a_good_token_is_verified_whatever_the_form_of_its_key(keys: Any) -> None:
    """The key is in there, and it is found."""
    report = pn.inspect_token(signed(), keys, now=NOW)

    assert (report.verified, report.findings) == (True, [])


@pytest.mark.parametrize("content", [pem(RSA).encode("utf-8-sig"), DER])
def test_a_path_names_a_file_of_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """Also by the tilde, as for every other file that a person names."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "key.pem").write_bytes(content)

    assert pn.inspect_token(signed(), tmp_path / "key.pem").verified is True
    assert pn.inspect_token(signed(), Path("~/key.pem")).verified is True
    with pytest.raises(pn.ClaimsError, match="cannot be read: no such"):
        pn.inspect_token(signed(), tmp_path / "none.pem")


@pytest.mark.parametrize("text", [BARE, f"{BARE[:64]}\n{BARE[64:]}\n", f'"{BARE}"'])
def test_the_inside_of_a_pem_text_is_told_what_it_lacks(text: str) -> None:
    """As key-management pages show it: base64 alone."""
    with pytest.raises(pn.ClaimsError, match="-----BEGIN PUBLIC KEY----- before it"):
        pn.inspect_token(signed(), text)


@pytest.mark.parametrize(
    "keys",
    [
        [pem(EC)],
        {"keys": [{"kty": "RSA", "kid": "one"}, jwk(OTHER_RSA, kid="two")]},
        [jwk(ec.generate_private_key(ec.SECP384R1()))],
    ],
)
def test_no_key_that_could_be_the_one_is_no_proof_of_a_forgery(keys: Any) -> None:
    """`verified` is None, and the words do not call the signature wrong."""
    report = pn.inspect_token(signed(), keys, now=NOW)

    assert report.verified is None
    assert [finding.code for finding in report.findings] == ["no_key_fits"]
    assert "NOT verified: none of the keys" in str(report)


def test_the_key_that_is_named_is_tried_first() -> None:
    """A set of some thousand keys costs one check."""
    others = [jwk(OTHER_RSA, kid=str(number)) for number in range(3_000)]

    started = time.process_time()
    report = pn.inspect_token(signed(), {"keys": [*others, jwk(RSA, kid="one")]})

    assert report.verified is True
    assert time.process_time() - started < 30


@pytest.mark.parametrize(
    ("key", "alg"),
    [(ED, "Ed25519"), (ed448.Ed448PrivateKey.generate(), "Ed448")],
)
@pytest.mark.parametrize("form", [pem, jwk, lambda key: jwk(key, alg="EdDSA")])
def test_a_curve_may_be_the_name_of_the_algorithm(
    key: Any, alg: str, form: Callable[[Any], Any]
) -> None:
    """RFC 9864 names it, where RFC 8037 has EdDSA for both."""
    head = f"{part({'alg': alg})}.{part({'sub': 'a'})}"
    token = f"{head}.{part(key.sign(head.encode()))}"
    other = ed25519.Ed25519PrivateKey.generate()

    assert pn.inspect_token(token, form(key)).verified is True
    assert pn.inspect_token(token, form(other)).verified is (
        False if alg == "Ed25519" else None
    )
    assert "alg_unknown" not in [x.code for x in pn.inspect_token(token).findings]


@pytest.mark.parametrize(("key", "told"), [(EC, "a key that"), (None, "no key that")])
def test_a_signature_in_der_is_named(key: Any, told: str) -> None:
    """What OpenSSL and Java write is no JWS; whether the key fits is told, too."""
    head = f"{part({'alg': 'ES256'})}.{part({'sub': 'a'})}"
    token = f"{head}.{part(EC.sign(head.encode(), ec.ECDSA(SHA256())))}"

    report = pn.inspect_token(
        token, pem(key or ec.generate_private_key(ec.SECP256R1()))
    )

    (found,) = [x for x in report.findings if x.code == "signature_der"]
    assert report.verified is False
    assert "DER form" in found.message
    assert f"{told} was given fits it" in found.message
    assert "not in the form of a JWT" in report.verdict


def test_a_kid_that_is_a_number_does_not_hide_a_good_signature() -> None:
    """It is a finding of its own."""
    head = f"{part({'alg': 'ES256', 'kid': 7})}.{part({'sub': 'a'})}"
    made = jwt.get_algorithm_by_name("ES256").sign(head.encode(), EC)

    assert pn.inspect_token(f"{head}.{part(made)}", jwk(EC, kid=7)).verified is True


@pytest.mark.parametrize(
    "text", ["-----BEGIN ", "-----BEGIN X-----", "-----END ", "MII"]
)
def test_a_page_in_place_of_keys_costs_time_as_it_is_long(text: str) -> None:
    """A server chooses what is read here."""
    started = time.process_time()
    public_keys((text * 1_000_000)[:990_000])

    assert time.process_time() - started < 5


def test_a_key_may_name_the_curve_where_the_token_names_the_family() -> None:
    """RFC 9864 has Ed25519 for what RFC 8037 calls EdDSA."""
    token = signed(ED, "EdDSA")

    assert pn.inspect_token(token, keys=jwk(ED, alg="Ed25519")).verified is True


def test_the_description_of_an_issuer_is_told_from_its_keys() -> None:
    """Its jwks_uri is what to give."""
    with pytest.raises(pn.ClaimsError, match="stands there as jwks_uri"):
        pn.inspect_token(signed(RSA), keys={"issuer": "x", "jwks_uri": "https://x.my"})
