"""A secret given in a wrong place is in no frame of ours that a traceback shows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import paynet_nb as pn
from tests.helpers.places import betrayed, with_locals

SECRET = "wrongAlpha-wrongOmega"
ENVIRONMENT = pn.Environment(
    name="here",
    stage="sandbox",
    base_url="http://127.0.0.1:9",
    token_url="http://127.0.0.1:9/token",
)


class Door(NamedTuple):
    """What a person calls.

    Attributes:
        call: A function, a class or a method.
        good: What it takes, by name.
        bad: One argument that it refuses, whatever the others are.
    """

    call: Callable[..., Any]
    good: dict[str, Any]
    bad: dict[str, Any]


def ways_in() -> dict[str, Door]:
    """Give what takes credentials, or a client."""
    credentials = pn.Credentials("id", "a-good-secret", ENVIRONMENT)
    return {
        "login": Door(pn.login, {"environment": ENVIRONMENT}, {"client_id": ""}),
        "Credentials": Door(
            pn.Credentials,
            {"client_id": "id", "client_secret": "b", "environment": ENVIRONMENT},
            {"client_id": ""},
        ),
        "from_env": Door(pn.Credentials.from_env, {}, {"environment": 5}),
        "prompt": Door(pn.Credentials.prompt, {}, {"environment": 5}),
        "Environment": Door(
            pn.Environment,
            {name: getattr(ENVIRONMENT, name) for name in ("name", "base_url")}
            | {"token_url": ENVIRONMENT.token_url, "source": ""},
            {"stage": "none"},
        ),
        "auth": Door(
            pn.ClientCredentialsAuth, {"credentials": credentials}, {"timeout": -1}
        ),
        "Client": Door(
            pn.Client, {"auth": None, "environment": ENVIRONMENT}, {"timeout": -1}
        ),
        "Listener": Door(pn.Listener, {}, {"client": 5}),
        "CredentialForm": Door(pn.CredentialForm, {}, {"environments": 5}),
        "RequestForm": Door(pn.RequestForm, {}, {"client": 5}),
    }


def calls() -> dict[str, Door]:
    """Give what takes headers."""
    client = pn.Client(None, ENVIRONMENT)
    path: dict[str, Any] = {"path": "/x"}
    sends = {**path, "label": 5}, {"label": 5}
    return {
        "get": Door(client.get, *sends),
        "post": Door(client.post, *sends),
        "put": Door(client.put, *sends),
        "patch": Door(client.patch, *sends),
        "delete": Door(client.delete, *sends),
        "call": Door(client.call, path, {"method": "no method"}),
        "check": Door(client.check, path, {"method": "no method"}),
        "unlock": Door(client.unlock, {}, {"name": "elsewhere"}),
        "call_many": Door(client.call_many, {"requests": [path]}, {"workers": 0}),
        "call_many's method": Door(
            client.call_many, {"requests": [path]}, {"method": "no method"}
        ),
        "call_many's header": Door(
            lambda cell: client.call_many([{"path": 5, "headers": cell}]),
            {},
            {"cell": "x"},
        ),
    }


def keys() -> dict[str, Door]:
    """Give what takes a private key, or is one."""
    key = pn.SigningKey.generate()
    credentials = pn.Credentials("id", "a-good-secret", ENVIRONMENT)
    own = {"key": key, "iss": "MBBEMYKL", "key_id": "1a"}
    names = {"common_name": "a", "organization": "b", "country": "MY"}
    return {
        "JwsAuth": Door(pn.JwsAuth, own, {"iss": ""}),
        "PayJwtAuth": Door(pn.PayJwtAuth, {**own, "sub": "M1"}, {"sub": ""}),
        "MerchantSignature": Door(
            pn.MerchantSignature,
            {"credentials_or_auth": credentials, "key": key},
            {"key_id": None},
        ),
        "ReportsAuth": Door(pn.ReportsAuth, {}, {"credentials": 5}),
        "auto": Door(pn.auto, {"credentials_or_auth": credentials, **own}, {"iss": ""}),
        "SigningKey": Door(pn.SigningKey, {}, {"private": 5}),
        "from_pem": Door(
            pn.SigningKey.from_pem, {"path_or_text": key.reveal()}, {"certificate": 5}
        ),
        "from_pkcs12": Door(pn.SigningKey.from_pkcs12, {}, {"path": b"none"}),
        "generate": Door(pn.SigningKey.generate, {}, {"bits": 5}),
        "with_certificate": Door(key.with_certificate, {}, {"certificate": 5}),
        "self_signed": Door(key.self_signed, {"common_name": "a"}, {"days": "x"}),
        "sign": Door(key.sign, {"message": b""}, {"alg": "none"}),
        "jws": Door(key.jws, {"payload": b""}, {"alg": "none"}),
        "save": Door(
            lambda password: key.save("/no/such/folder/key.pem", password),
            {},
            {"password": "c"},
        ),
        "request": Door(key.certificate_request, names, {"country": "none"}),
    }


def data() -> dict[str, Door]:
    """Give what takes a token, or data that one may be in."""
    return {
        "inspect_token": Door(pn.inspect_token, {"token_or_text": ""}, {"keys": 5}),
        "compare_tokens": Door(
            pn.compare_tokens, {"a": pn.SAMPLE_TOKEN, "b": ""}, {"b": ""}
        ),
        "explain": Door(pn.explain_signature, {"call": ENVIRONMENT}, {"key": 5}),
        "compare": Door(lambda a, b: pn.compare(a, b), {"a": 1}, {"b": {5}}),
        "tables": Door(pn.tables, {"data": {5}}, {"data": {5}}),
        "rebuild": Door(pn.rebuild, {}, {"tables": 5}),
    }


def errors_of(door: Door, given: object) -> Iterator[tuple[str, BaseException]]:
    """Give the errors with *given* in one place after the other, by that place."""
    for name, place in inspect.signature(door.call).parameters.items():
        named = {**door.good, **door.bad, name: given}
        several = named.pop(name) if place.kind is place.VAR_POSITIONAL else None
        try:
            door.call(*([] if several is None else [several]), **named)
        except Exception as error:  # noqa: BLE001  # of whatever kind
            yield name, error


def test_no_frame_shows_a_secret_in_a_wrong_place() -> None:
    """Alone, beside an ID as requests takes the two, as bytes, or in a header."""
    shown = dict[str, str]()
    tried = {**ways_in(), **calls(), **keys(), **data()}
    for name, door in tried.items():
        for given in (SECRET, ("id", SECRET), SECRET.encode(), {"X-Key": SECRET}):
            for place, error in errors_of(door, given):
                shown[f"{name}, {place}, {type(given).__name__}"] = with_locals(error)

    assert {name.partition(",")[0] for name in shown} == {*tried}
    assert betrayed(shown, SECRET) == []
