from __future__ import annotations

import base64
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from flask import Flask, request

from paynet_nb.sandbox import Sandbox
from paynet_nb.sandbox.record import Arrived, without_secrets
from tests.sandbox.helpers import (
    IDS,
    TIMEOUT_S,
    ask_token,
    bank_list,
    call,
    token_form,
    token_of,
)


def test_requests_are_remembered_in_order(box: Sandbox) -> None:
    """Method, path, query, headers, body and status are what the server saw."""
    before = datetime.now(UTC)
    bank_list(box, pageKey="WANBMYK1")

    first, second = box.requests

    assert (first.method, first.path) == ("POST", "/v1/picasso-guard/auth/token")
    assert first.status == 200
    client_id = box.credentials.client_id
    assert first.body == (
        f"grant_type=client_credentials&client_id={client_id}&client_secret=[redacted]"
    )
    assert (second.method, second.status) == ("GET", 200)
    assert second.path == "/merchants/v1/payments/lists/bank"
    assert second.query["pageKey"] == "WANBMYK1"
    assert second.headers["Authorization"] == "Bearer [redacted]"
    assert second.headers["User-Agent"].startswith("python-requests")
    assert before <= first.at <= second.at <= datetime.now(UTC)


def test_of_a_repeated_field_the_first_one_is_shown(box: Sandbox) -> None:
    """It is the one that the verdict and the faults are of."""
    path, ids = "/merchants/v1/payments/lists/bank", [*IDS.items()]
    good = call(box, "GET", path, params=[*ids, ("clientId", "M1")])
    wrong = call(box, "GET", path, params=[("clientId", "M1"), *ids])
    shown = [one.query for one in box.requests if one.path == path]

    assert (good.status_code, wrong.status_code) == (200, 400)
    assert [one["clientId"] for one in shown] == [IDS["clientId"], "M1"]
    assert [*shown[0]] == [*IDS]


def test_a_json_body_is_remembered_as_it_came(box: Sandbox) -> None:
    """Lessons look at what was sent, to the digit."""
    headers = {"Content-Type": "application/json"}
    call(box, "PUT", "/v1/picasso-guard/echo", data='{"a": 10.00}', headers=headers)

    assert box.requests[-1].body == '{"a": 10.00}'


def test_failures_are_remembered_too(box: Sandbox) -> None:
    """Unknown paths and requests that were left without an answer are in the list."""
    requests.get(f"{box.url}/none", timeout=TIMEOUT_S)
    with box.scenario("token-reset"), pytest.raises(requests.ConnectionError):
        ask_token(box)

    assert [seen.status for seen in box.requests] == [404, None]


def test_no_secret_and_no_token_is_remembered_wherever_it_was_put(box: Sandbox) -> None:
    """Header, query, path, form, JSON, plain text: the canaries are in none of them."""
    form, token = token_form(box), token_of(box)
    with box.scenario("token-opaque"):
        opaque = token_of(box)
    secret = form["client_secret"]
    foreign = 'pa/ss+w&o=r"d %:x'
    basic = base64.b64encode(f"{form['client_id']}:{secret}".encode()).decode()
    url, api = box.environment.token_url, "/v1/picasso-guard/echo"

    def post(**options: Any) -> None:
        requests.post(url, timeout=TIMEOUT_S, **options)

    post(data=form)
    post(data={**form, "client_secret": foreign})
    post(data={"clientSecret": foreign})
    post(data={foreign: "1"})
    post(json={**form, "client_secret": foreign})
    post(files={"client_secret": (None, foreign)})
    post(params={"client_secret": foreign, "clientSecret": foreign})
    post(headers={"Authorization": f"Basic {basic}"})
    for value in (token, opaque, secret):
        call(box, "GET", f"/{value}", params={"x": value, value: "1", "y": f"a{value}"})
        call(box, "GET", "/none", params={"access_token": value})
        call(box, "GET", "/none", headers={"X-Token": value, "Cookie": f"t={value}"})
        call(box, "GET", "/none", headers={"Authorization": value})
        call(box, "PUT", api, json={"a": [{"b": f"Bearer {value}"}]})
        call(box, "PUT", api, data=f"text {value} text".encode())
        call(box, "PUT", api, data={"access_token": value, "token": value})
    for name in ("client_secret", "clientSecret", "ACCESS_TOKEN", "password"):
        call(box, "PUT", api, json={"a": {name: foreign}})
    call(box, "GET", "/none", headers={"Authorization": f"half {foreign}"})
    call(box, "GET", "/none", headers={"Authorization": f"{foreign} half"})

    text = repr(box.requests)
    assert len(box.requests) > 40
    for canary in (secret, token, opaque, *token.split("."), foreign, basic):
        assert canary not in text
    assert "pa/ss" not in text
    assert "pa%2Fss" not in text
    # The positive control: what is no secret is there.
    assert form["client_id"] in text


@pytest.mark.parametrize("before", ["", "1", "12", "id:"])
def test_the_secret_in_another_form_is_not_remembered(
    box: Sandbox, before: str
) -> None:
    """Base64 as it stands in Basic, whatever is in front of it, and hex."""
    secret = token_form(box)["client_secret"]
    data = f"{before}{secret}".encode()
    forms = [base64.b64encode(data).decode(), data.hex()]
    for form in forms:
        call(box, "GET", f"/{form}", params={"x": f"a {form}"}, json={"a": form})

    text = repr(box.requests)
    assert not [form for form in forms if form[8:-8] in text]
    assert text.count("'x': 'a ") == len(forms)


def test_a_long_body_is_cut(box: Sandbox) -> None:
    """A large upload does not fill the memory a thousand times."""
    call(box, "PUT", "/v1/picasso-guard/echo", json={"a": "x" * 50_000})

    assert len(box.requests[-1].body) == 10_000


def test_only_the_last_thousand_are_kept(box: Sandbox) -> None:
    """The list is bounded, and safe for many threads."""
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=16))

    def get(number: int) -> None:
        session.get(f"{box.url}/n/{number}", timeout=TIMEOUT_S)
        assert box.requests

    with session, ThreadPoolExecutor(16) as pool:
        list(pool.map(get, range(1020)))

    numbers = {int(seen.path.rpartition("/")[2]) for seen in box.requests}
    assert len(box.requests) == len(numbers) == 1000


def test_the_size_of_all_that_is_kept_is_bounded(box: Sandbox) -> None:
    """Long headers push older requests out before there are a thousand."""
    headers = {f"X-Long-{n}": "x" * 60_000 for n in range(4)}
    for _ in range(60):
        requests.get(f"{box.url}/none", headers=headers, timeout=TIMEOUT_S)

    kept = box.requests

    assert 35 < len(kept) < 42
    assert sum(seen.size for seen in kept) <= 10_000_000


@pytest.mark.parametrize(
    "piece",
    [
        *("eyJaeyJa-", "eyJ.", "eyJ.eyJa", "opaque-0", "a", "."),
        *(
            '"secret',
            '"secret":"',
            '"token" \t',
            '"secret"  :  ',
            '":"',
            '"' + " " * 99,
        ),
        *('\\"', '"\\\\', '"token":"\\"', '"token":"\\', '"token":"x",'),
    ],
)
def test_a_stranger_s_text_costs_time_as_it_is_long(piece: str) -> None:
    """As large as a request may be: half a second; by the square it were minutes."""
    text = (piece * 990_000)[:990_000]

    started = time.process_time()
    without_secrets(text)

    assert time.process_time() - started < 5


def test_members_are_masked_behind_an_odd_quote_too(box: Sandbox) -> None:
    """What is no JSON as a whole can still have a member with a secret."""
    text = (
        '5" pipe {"client_secret" : "a\\"b", "a":"b"} eyJ.eyJhbG.eyJz.Zm9v, "token":"c'
    )

    call(box, "PUT", "/v1/picasso-guard/echo", data=text.encode())

    assert box.requests[-1].body == (
        '5" pipe {"client_secret" : "[redacted]", "a":"b"} eyJ.[redacted], '
        '"token":"[redacted]'
    )


def test_json_in_utf_16_is_masked_as_any_other(box: Sandbox) -> None:
    """It is JSON to the sandbox, so its members are members."""
    headers = {"Content-Type": "application/json"}
    body = '{"client_secret": "pa/ss", "a": "1"}'.encode("utf-16")

    call(box, "PUT", "/v1/picasso-guard/echo", data=body, headers=headers)

    assert box.requests[-1].body == '{"client_secret": "[redacted]", "a": "1"}'


def test_the_list_is_a_copy(box: Sandbox) -> None:
    """What a lesson does with the list does not change the server's."""
    ask_token(box)

    box.requests.clear()

    assert len(box.requests) == 1


def test_what_is_kept_for_a_record_names_nobody() -> None:
    """Records are made when they are looked at; until then no token is kept either."""
    headers = {"Authorization": "Bearer abcdef", "Cookie": "abcdef", "X-Other": "kept"}
    with Flask("any").test_request_context("/", headers=headers):
        arrived = Arrived(request)

    assert "kept" in str(vars(arrived))
    assert "abcdef" not in str(vars(arrived))
    assert "kept" not in repr(arrived)
