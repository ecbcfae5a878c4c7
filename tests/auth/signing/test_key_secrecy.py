"""Law 4: nothing that can be shown of a private key shows it."""

from __future__ import annotations

import base64
import copy
import logging
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from paynet_nb import CERTIFICATION, auto, explain_signature
from paynet_nb.auth import ClientCredentialsAuth
from paynet_nb.auth.signing.jws_auth import JwsAuth
from paynet_nb.auth.signing.key import SigningKey
from paynet_nb.auth.signing.merchant_signature import MerchantSignature
from paynet_nb.auth.signing.pay_jwt_auth import PayJwtAuth
from paynet_nb.auth.signing.reports_auth import ReportsAuth
from paynet_nb.client import Client
from paynet_nb.credentials import Credentials
from paynet_nb.errors import ConfigurationError, SigningError
from tests.helpers.gateway import Gateway
from tests.helpers.places import shown_by_error, texts
from tests.helpers.signing import (
    KEY_PASSWORD as PASSWORD,
    key_betrayed as betrayed,
    private_of,
)


@pytest.fixture(scope="module")
def key() -> SigningKey:
    """One throw-away key for all."""
    return SigningKey.generate().self_signed("canary")


def test_the_search_finds_a_key(key: SigningKey) -> None:
    """A PEM text, its repr, its DER and its numbers are found where they stand."""
    numbers = private_of(key).private_numbers()
    der = base64.b64decode("".join(key.reveal().splitlines()[1:-1]))
    shown = [key.reveal(), repr(key.reveal()), der.hex(), repr(der), repr(numbers.d)]

    assert [bool(betrayed({"x": text}, key)) for text in shown] == [True] * 5


def test_nothing_that_is_shown_of_a_key_shows_it(
    key: SigningKey, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither repr, format, attributes, auths that hold it, nor a log."""
    caplog.set_level(logging.DEBUG)
    auths = [JwsAuth(key, iss="MBBEMYKL"), PayJwtAuth(key, iss="I", sub="M0000001")]
    logging.getLogger("x").warning("%s %r", key, auths)
    places = {
        "repr": f"{key} {key!r} {[key]} {auths} {auths[0]}",
        "attributes": "\n".join(texts([key, *auths])),
        "dir": repr({name: getattr(key, name) for name in dir(key)}),
        "log": caplog.text,
    }

    assert betrayed(places, key) == []
    with pytest.raises(TypeError):
        vars(key)


def test_a_key_is_not_pickled_and_its_copy_is_itself(key: SigningKey) -> None:
    """Another process reads its own."""
    with pytest.raises(SigningError, match="not pickled"):
        pickle.dumps(key)
    with pytest.raises(SigningError, match="not pickled"):
        pickle.dumps(JwsAuth(key, iss="MBBEMYKL"))

    assert copy.copy(key) is key
    assert copy.deepcopy({"key": key})["key"] is key
    with pytest.raises(AttributeError):
        key.source = "x"


def as_text(key: SigningKey) -> Any:
    """Give what people have in the place of a key: its text."""
    return key.reveal()


BROKEN: dict[str, Callable[[SigningKey, Path], Any]] = {
    "two keys": lambda key, _: SigningKey.from_pem(key.reveal() * 2),
    "cut off": lambda key, _: SigningKey.from_pem(key.reveal()[:-200]),
    "no path": lambda key, _: SigningKey.from_pem(key.reveal()[60:900]),
    "as bytes": lambda key, _: SigningKey.from_pem(key.reveal().encode()[:-99]),
    "wrong password": lambda key, folder: SigningKey.from_pem(
        key.save(folder / "key.pem", PASSWORD[:-1] + "x"), PASSWORD
    ),
    "other certificate": lambda key, _: SigningKey.from_pem(
        key.reveal(), PASSWORD, certificate=SigningKey.generate().public_pem()
    ),
    "as PKCS#12": lambda key, _: SigningKey.from_pkcs12(
        key.reveal().encode(), PASSWORD
    ),
    "saved twice": lambda key, folder: [
        key.save(folder / "key.pem", PASSWORD) for _ in range(2)
    ],
    "twice, once as the certificate": lambda key, _: SigningKey.from_pem(
        key.reveal(), certificate=key.reveal()
    ),
    "its text to JWS": lambda key, _: JwsAuth(as_text(key), iss="MBBEMYKL"),
    "its text to Pay": lambda key, _: PayJwtAuth(as_text(key), iss="I", sub="M1"),
    "its text to a merchant's": lambda key, _: MerchantSignature(
        Credentials("id", "a-secret", CERTIFICATION), as_text(key)
    ),
    "its text to auto": lambda key, _: auto(
        Credentials("id", "a-secret", CERTIFICATION), key=as_text(key)
    ),
    "its text to explain": lambda key, _: explain_signature(
        requests.Request("POST", "https://example.my/v3/x").prepare(), key.reveal()
    ),
    "unknown algorithm": lambda key, _: key.sign(b"x", "none"),
    "no certificate": lambda key, _: JwsAuth(
        SigningKey.from_pem(key.reveal()), iss="MBBEMYKL"
    ),
    "no message ID": lambda key, _: JwsAuth(key, iss="MBBEMYKL")(
        requests.Request("POST", "https://example.my/v3/x", json={}).prepare()
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_no_error_shows_the_key(key: SigningKey, name: str, tmp_path: Path) -> None:
    """Neither its message, nor a traceback that prints locals, nor its pickle."""
    with pytest.raises(SigningError) as caught:
        BROKEN[name](key, tmp_path)

    assert betrayed(shown_by_error(caught.value), key) == []


@pytest.mark.parametrize("given", ["a-secret-Q7", ("id", "a-secret-Q7")])
@pytest.mark.parametrize(
    "of", [ClientCredentialsAuth, ReportsAuth, Client, auto, MerchantSignature]
)
def test_no_error_shows_a_secret_given_for_an_auth(of: Any, given: Any) -> None:
    """A Client Secret, or a pair as `requests` takes it, where an auth is due."""
    more = (SigningKey,) if of is MerchantSignature else ()
    with pytest.raises(ConfigurationError) as caught:
        of(given, *more)

    shown = shown_by_error(caught.value)
    assert not [place for place, text in shown.items() if "a-secret-Q7" in text]


def test_half_a_character_in_a_password_is_no_other_error(key: SigningKey) -> None:
    """An environment variable in another charset has such halves."""
    encrypted = private_of(key).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"caf\xe9")
    )

    with pytest.raises(SigningError, match="password is wrong"):
        SigningKey.from_pem(encrypted, "caf\udce9")


def test_one_given_for_a_public_key_is_not_kept(
    gateway: Gateway, key: SigningKey
) -> None:
    """The verdict says so, and nothing of it hangs on the client."""
    client = Client(None, gateway.environment, answer_keys=key.reveal())
    call = client.get("/v2/bw/banks")

    assert call.signature.startswith("not checked: keys holds a private key")
    assert not betrayed({"client": "\n".join(texts(client))}, key)
