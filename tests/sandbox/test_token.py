from __future__ import annotations

import json
import logging
import re
import shutil
import subprocess
import time
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError
from joserfc.jwk import KeySet

from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import (
    TIMEOUT_S,
    ask_token,
    bank_list,
    token_form,
    token_of,
)


def keys_of(box: Sandbox) -> KeySet:
    """Get the sandbox's public keys as joserfc reads them."""
    jwks = requests.get(str(box.environment.jwks_url), timeout=TIMEOUT_S).json()
    return KeySet.import_key_set(jwks)


def test_the_answer_has_the_form_of_the_page(common: Sandbox) -> None:
    """The four fields come in the page's order, with the page's values and types."""
    answer = ask_token(common)

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    fields = answer.json()
    assert list(fields) == ["access_token", "token_type", "scope", "expires_in"]
    assert fields["token_type"] == "bearer"
    assert fields["scope"] == "rpp:merchant"
    assert fields["expires_in"] == 86400
    assert type(fields["expires_in"]) is int


def test_the_short_path_gives_tokens_too(common: Sandbox) -> None:
    """The older sandbox's path, /auth/token, is an alias."""
    assert ask_token(common, "/auth/token").status_code == 200


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not on this machine")
def test_the_page_s_curl_line_gets_a_token(box: Sandbox) -> None:
    """The line of the API-keys page works with address and keys put in."""
    form = token_form(box)
    ran = subprocess.run(
        [
            *("curl", "--silent", "--location", box.environment.token_url),
            *("--header", "Content-Type: application/x-www-form-urlencoded"),
            *("--data-urlencode", "grant_type=client_credentials"),
            *("--data-urlencode", f"client_id={form['client_id']}"),
            *("--data-urlencode", f"client_secret={form['client_secret']}"),
        ],
        capture_output=True,
        check=True,
        text=True,
        timeout=TIMEOUT_S,
    )

    assert json.loads(ran.stdout)["expires_in"] == 86400


def test_another_library_verifies_the_token_by_the_jwks(box: Sandbox) -> None:
    """Header and claims have the page's form, and the signature holds for joserfc."""
    before = int(time.time())

    token = jwt.decode(token_of(box), keys_of(box), algorithms=["RS256"])

    assert set(token.header) == {"kid", "alg"}
    assert token.header["alg"] == "RS256"
    claims = token.claims
    assert list(claims) == ["sub", "nbf", "scope", "iss", "exp", "iat", "jti"]
    assert claims["sub"] == box.credentials.client_id
    assert claims["iss"] == f"{box.url}/auth"
    assert claims["scope"] == "rpp:merchant"
    assert claims["nbf"] == claims["iat"]
    assert claims["exp"] - claims["iat"] == 86400
    assert before <= claims["iat"] <= time.time()
    for identifier in (token.header["kid"], claims["sub"], claims["jti"]):
        assert re.fullmatch("[0-9a-f]{32}", str(identifier))


def test_a_changed_token_is_not_verified(box: Sandbox) -> None:
    """A token with one character of the payload changed fails the JWKS and the API."""
    head, payload, signature = token_of(box).split(".")
    changed = payload[:-1] + ("A" if payload[-1] != "A" else "Q")
    forged = f"{head}.{changed}.{signature}"

    with pytest.raises(BadSignatureError):
        jwt.decode(forged, keys_of(box), algorithms=["RS256"])
    assert bank_list(box, forged).status_code == 401


def test_each_sandbox_has_a_key_of_its_own(box: Sandbox) -> None:
    """The JWKS of one does not verify the token of another."""
    with Sandbox() as other, pytest.raises(InvalidKeyIdError):
        jwt.decode(token_of(box), keys_of(other), algorithms=["RS256"])


def test_each_token_is_new(common: Sandbox) -> None:
    """Two requests give two tokens, and both are good."""
    first, second = token_of(common), token_of(common)

    assert first != second
    assert bank_list(common, first).status_code == 200
    assert bank_list(common, second).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"client_id": ""}, 400, "invalid_request"),
        ({"client_secret": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_secret": ["a", "b"]}, 400, "invalid_request"),
        ({"client_secret": "0" * 32}, 401, "invalid_client"),
        ({"client_secret": "geheim-\u00fc"}, 401, "invalid_client"),
        ({"client_id": "0" * 32}, 401, "invalid_client"),
    ],
)
def test_a_wrong_request_is_refused_as_rfc_6749_says(
    common: Sandbox, changes: dict[str, Any], status: int, error: str
) -> None:
    """The error is a JSON object with the code of section 5.2."""
    form = {**token_form(common), **changes}

    answer = requests.post(common.environment.token_url, data=form, timeout=TIMEOUT_S)

    assert answer.status_code == status
    assert set(answer.json()) <= {"error", "error_description"}
    assert answer.json()["error"] == error
    assert "WWW-Authenticate" in answer.headers or status == 400


def test_only_a_url_encoded_form_is_taken(common: Sandbox) -> None:
    """The right fields in a body of another type are refused."""
    fields = token_form(common)
    multipart = {name: (None, value) for name, value in fields.items()}
    url = common.environment.token_url

    for answer in (
        requests.post(url, json=fields, timeout=TIMEOUT_S),
        requests.post(url, files=multipart, timeout=TIMEOUT_S),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_secret_in_the_url_is_not_taken(common: Sandbox) -> None:
    """Only the form counts: what is in a URL ends in logs."""
    answer = requests.post(
        common.environment.token_url,
        params=token_form(common),
        data={"grant_type": "client_credentials"},
        timeout=TIMEOUT_S,
    )

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_token_ends_after_its_lifetime() -> None:
    """A token of an hour works until then, gives 401 after it, and a new one works."""
    with Sandbox(lifetime_s=3600) as box:
        answer = ask_token(box).json()
        statuses = []
        for passed_s in (0, 3000, 601):
            box.clock.forward(passed_s)
            statuses.append(bank_list(box, answer["access_token"]).status_code)
        renewed = bank_list(box).status_code

    assert answer["expires_in"] == 3600
    assert statuses == [200, 200, 401]
    assert renewed == 200


def test_revoke_ends_all_tokens_given_so_far(box: Sandbox) -> None:
    """Old tokens get 401 with API.007 and a Bearer challenge; a new one works."""
    old = token_of(box)

    box.revoke()
    refused = bank_list(box, old)

    assert refused.status_code == 401
    assert refused.json()["header"]["status"]["reason"] == "API.007"
    assert refused.headers["WWW-Authenticate"].startswith("Bearer realm=")
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
    assert bank_list(box).status_code == 200


def test_no_log_holds_secret_or_token(
    box: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even at DEBUG do the sandbox's libraries log what must stay unknown."""
    with caplog.at_level(logging.DEBUG):
        token = token_of(box)

    assert "Issue token" in caplog.text
    assert token not in caplog.text
    assert box.credentials.client_secret.reveal() not in caplog.text
