"""A class on one sandbox: each learner's calls reach a gateway of the learner's own."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

import paynet_nb as pn
from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet import message_ids, sample, sample_payment
from paynet_nb.paynet.contract import written
from paynet_nb.sandbox import Classroom
from paynet_nb.sandbox.chance import Chance
from paynet_nb.sandbox.class_pages import ClassPages
from paynet_nb.sandbox.hosts import ONLY_LOOPBACK
from paynet_nb.sandbox.keys import GatewayKey
from paynet_nb.sandbox.learners import Register
from paynet_nb.sandbox.signed_tokens import minified
from tests.sandbox.helpers import OPERATIONS, TIMEOUT_S, until

BANKS = "/merchants/v1/payments/lists/bank"
DAY = "20260102"


@pytest.fixture(scope="module")
def room() -> Iterator[Classroom]:
    """Serve a class of three."""
    with Classroom(3) as serving:
        yield serving


@pytest.fixture(autouse=True)
def forget(room: Classroom) -> None:
    """Begin each test with nobody's calls and no scenario."""
    for learner in room.learners:
        learner.put("")
        learner.reset()


def token_of(room: Classroom, number: int, **changes: str) -> requests.Response:
    """Ask for a learner's token."""
    keys = room.learners[number - 1].credentials
    form = {
        "grant_type": "client_credentials",
        "client_id": keys.client_id,
        "client_secret": keys.client_secret.reveal(),
        **changes,
    }
    return requests.post(room.environment.token_url, data=form, timeout=TIMEOUT_S)


def bearer(room: Classroom, number: int) -> dict[str, str]:
    """Give the header with a new token of a learner's."""
    return {"Authorization": f"Bearer {token_of(room, number).json()['access_token']}"}


def banks(
    room: Classroom, headers: dict[str, str], number: int = 1
) -> requests.Response:
    """Ask for the list of banks."""
    ids = message_ids("650", number, day=DAY)
    url = room.url + BANKS
    return requests.get(url, params=ids, headers=headers, timeout=TIMEOUT_S)


def seen(room: Classroom) -> list[int]:
    """Count the requests that each learner's gateway saw."""
    return [len(one.gateway.requests()) for one in room.learners]


def setting(
    room: Classroom, headers: dict[str, str], path: str, method: str, **sent: Any
) -> requests.Response:
    """Change one of a learner's settings, as the learner's notebook does."""
    url = f"{room.url}/sandbox/{path}"
    return requests.request(
        method, url, json=sent or None, headers=headers, timeout=TIMEOUT_S
    )


def test_each_learner_reaches_a_gateway_of_its_own(room: Classroom) -> None:
    """The same message ID serves both, and neither sees the other's calls."""
    answers = [banks(room, bearer(room, number)) for number in (1, 2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert seen(room) == [2, 2, 0]


def test_thirty_learners_call_at_once() -> None:
    """Each of thirty gets good answers only, and sees its own four requests."""
    with Classroom(30) as room, ThreadPoolExecutor(30) as pool:

        def learn(number: int) -> list[int]:
            headers = bearer(room, number)
            return [banks(room, headers, n).status_code for n in range(1, 4)]

        told = [*pool.map(learn, range(1, 31))]

        assert told == [[200] * 3] * 30
        assert seen(room) == [4] * 30


def test_a_secret_of_another_learner_opens_nothing(room: Classroom) -> None:
    """Client ID and Client Secret belong together; the Client ID's learner sees it."""
    other = room.learners[1].credentials.client_secret.reveal()

    assert token_of(room, 1, client_secret=other).status_code == 401
    assert token_of(room, 1, client_id="unknown").status_code == 401
    assert seen(room) == [1, 0, 0]


def test_a_scenario_is_one_learners(room: Classroom) -> None:
    """A learner sets one by its token, and ends it by Client ID and secret, too."""
    headers = bearer(room, 1)

    told = setting(room, headers, "scenario", "PUT", name="token-503")
    keys = room.learners[0].credentials
    refused = token_of(room, 1), token_of(room, 2)
    basic = requests.put(
        f"{room.url}/sandbox/scenario",
        json={"name": ""},
        auth=(keys.client_id, keys.client_secret.reveal()),
        timeout=TIMEOUT_S,
    )

    assert told.json() == {"scenario": "token-503"}
    assert [one.status_code for one in refused] == [503, 200]
    assert basic.json() == {"scenario": ""}
    assert token_of(room, 1).status_code == 200
    seen_there = room.learners[0].gateway.requests()[-2]
    assert (seen_there.scenario, seen_there.outcome) == ("token-503", "failed")


@pytest.mark.parametrize(("wait", "status"), [({"days": 2}, 401), ({"hours": 1}, 200)])
def test_a_clock_is_one_learners(
    room: Classroom, wait: dict[str, int], status: int
) -> None:
    """It ends that learner's tokens and nobody else's."""
    first, second = bearer(room, 1), bearer(room, 2)

    setting(room, first, "clock", "POST", **wait)

    assert banks(room, first).status_code == status
    assert banks(room, second).status_code == 200


def test_a_token_that_ended_or_was_revoked_is_still_its_learners(
    room: Classroom,
) -> None:
    """The refusal is in that learner's list, where the learner looks for it."""
    headers = bearer(room, 3)
    room.learners[2].put("token-revoked")

    assert banks(room, headers).status_code == 401
    assert seen(room) == [0, 0, 2]


def test_a_token_of_random_text_is_its_learners(room: Classroom) -> None:
    """Nothing in it tells whose it is; the gateway that gave it knows."""
    room.learners[1].put("token-opaque")
    headers = bearer(room, 2)

    assert headers["Authorization"].startswith("Bearer opaque-")
    assert banks(room, headers).status_code == 200
    assert seen(room) == [0, 2, 0]


@pytest.mark.parametrize(
    ("path", "method"),
    [
        *(("scenario", "PUT"), ("clock", "POST"), ("reset", "POST")),
        *(("key", "PUT"), ("requests", "GET")),
    ],
)
def test_settings_are_changed_by_their_learner_alone(
    room: Classroom, path: str, method: str
) -> None:
    """Without keys, with wrong ones, or with a token that was revoked: 401."""
    keys = room.learners[0].credentials
    revoked = bearer(room, 1)
    room.learners[0].reset()
    url = f"{room.url}/sandbox/{path}"

    wrong = (keys.client_id, "wrong")
    answers = [
        requests.request(method, url, json={}, timeout=TIMEOUT_S),
        requests.request(method, url, json={}, auth=wrong, timeout=TIMEOUT_S),
        requests.request(method, url, json={}, headers=revoked, timeout=TIMEOUT_S),
    ]

    assert [one.status_code for one in answers] == [401] * 3


def test_a_learner_sees_its_own_requests_without_secrets(room: Classroom) -> None:
    """`/sandbox/requests` is what `box.requests` is on a machine of one's own."""
    headers = bearer(room, 2)
    banks(room, headers)

    told = setting(room, headers, "requests", "GET")

    assert [one["path"] for one in told.json()] == [
        "/v1/picasso-guard/auth/token",
        BANKS,
    ]
    assert room.learners[1].credentials.client_secret.reveal() not in told.text
    assert headers["Authorization"].removeprefix("Bearer ") not in told.text


def signed_call(
    room: Classroom, key: pn.SigningKey, name: str = ""
) -> requests.Response:
    """Make a call of version 3 that *key* signs, by its own name or another."""
    operation = OPERATIONS["enquire_account_v3"]
    example = sample(operation)
    body = minified(written(example.body, 10**6).encode())
    token = own_token_of(key, body, example.headers, name)
    return requests.post(
        room.url + operation.base + example.path,
        data=body,
        headers={
            **example.headers,
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
        },
        timeout=TIMEOUT_S,
    )


def test_keys_of_one_name_are_told_apart_by_what_they_sign(room: Classroom) -> None:
    """Two learners gave their keys the same name; a third one's key is nobody's."""
    keys = [pn.SigningKey.generate().self_signed("M0000001") for _ in range(3)]
    for number, key in ((2, keys[0]), (3, keys[1])):
        pem, name = key.certificate_pem(), "mine"
        setting(room, bearer(room, number), "key", "PUT", pem=pem, key_id=name)
    before = seen(room)
    answers = [signed_call(room, key, "mine").status_code for key in keys]
    calls = [now - then for now, then in zip(seen(room), before, strict=True)]

    assert answers == [200, 200, 400]
    assert calls == [0, 1, 1]


def test_a_learners_own_key_signs_its_calls(room: Classroom) -> None:
    """It is registered by the learner, and a signed call finds that learner by it."""
    key = pn.SigningKey.generate().self_signed("M0000001")
    before = signed_call(room, key)
    told = setting(room, bearer(room, 2), "key", "PUT", pem=key.certificate_pem())
    after = signed_call(room, key)

    assert told.json() == {"registered": True}
    assert (before.status_code, after.status_code) == (400, 200)
    assert seen(room) == [0, 2, 0]


def test_what_carries_no_keys_leads_back_to_its_learner(room: Classroom) -> None:
    """The address of a report's file, fetched without a token, has its place."""
    learner = room.learners[2]
    made = learner.gateway.app.test_client().get(
        "/openapi.json",
        base_url=f"{room.url}/learner/3",
    )

    assert made.json is not None
    assert made.json["servers"][0]["url"].startswith(f"{room.url}/learner/3")
    answer = requests.get(f"{room.url}/learner/3/no-such", timeout=TIMEOUT_S)
    assert answer.status_code == 404
    assert learner.gateway.requests()[-1].path == "/no-such"


def test_only_the_begin_of_a_path_leads_to_a_learner(room: Classroom) -> None:
    """What a learner calls further on stays as it was called."""
    path = f"/x/learner/2{BANKS}"
    answer = requests.get(room.url + path, headers=bearer(room, 1), timeout=TIMEOUT_S)
    asked = requests.get(
        room.url + BANKS.replace("/lists", "/learner/2/lists"),
        params=message_ids("650", 1, day=DAY),
        headers=bearer(room, 1),
        timeout=TIMEOUT_S,
    )

    assert (answer.status_code, asked.status_code) == (404, 404)
    paths = [one.path for one in room.learners[0].gateway.requests()]
    assert path in paths
    assert seen(room)[1:] == [0, 0]


@pytest.mark.parametrize("path", ["/learner/0/x", "/learner/4/x", "/x", BANKS])
def test_what_is_nobodys_is_refused_and_in_nobodys_list(
    room: Classroom, path: str
) -> None:
    """A call without keys, and a learner that there is not."""
    answer = requests.get(room.url + path, timeout=TIMEOUT_S)

    assert answer.status_code in {401, 404}
    assert seen(room) == [0, 0, 0]


@pytest.mark.parametrize(
    "path", ["/trainer", "/sandbox/requests", BANKS, "/learner/1/x"]
)
def test_a_foreign_host_is_refused_everywhere(room: Classroom, path: str) -> None:
    """DNS rebinding: a page's own name that leads here opens nothing."""
    headers = {"Host": "class.evil.test"}
    answer = requests.get(room.url + path, headers=headers, timeout=TIMEOUT_S)

    assert answer.status_code == 421
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("learners", [0, -1, 501])
def test_a_class_has_a_bounded_number_of_learners(learners: int) -> None:
    """Each has a gateway in memory."""
    with pytest.raises(ConfigurationError, match="1 to 500"):
        Classroom(learners)


def own_token_of(
    key: pn.SigningKey, body: bytes, headers: Mapping[str, str], name: str
) -> str:
    """Sign a participant's call with a learner's own key."""
    now = int(time.time())
    claims = {
        "iat": now,
        "exp": now + 900,
        "iss": "CTOHMYK1",
        "key": name or key.serial,
        "jti": headers["X-Business-Message-Id"],
        "ds": hashlib.sha256(body).hexdigest(),
    }
    return key.jws(json.dumps(claims).encode())


def test_each_learner_is_told_of_its_own_payments() -> None:
    """At the address that the trainer or the learner gave, and nobody else's."""
    with (
        pn.Listener() as one,
        pn.Listener() as two,
        Classroom(3, notify_to={1: one.url}) as room,
    ):
        heads = [bearer(room, number) for number in (1, 2, 3)]
        answer = setting(room, heads[1], "notify", "PUT", to=two.url)
        for number, head in enumerate(heads, start=1):
            url = f"{room.url}/merchants/v1/payments/redirect"
            body = sample_payment(number, day=DAY)
            requests.post(url, json=body, headers=head, timeout=TIMEOUT_S)
        until(lambda: len(one.history) == 1 and len(two.history) == 1)
        ended = setting(room, heads[1], "notify", "PUT", to="")
        made = [len(learner.gateway.notifier.made) for learner in room.learners]

    assert (answer.json(), ended.json()) == ({"to": two.url}, {"to": ""})
    assert made == [1, 1, 0]
    assert "OBW00000002" in str(two.history[0].request_text)


def test_a_class_notifies_its_own_machine_only(room: Classroom) -> None:
    """Neither a trainer nor a learner points it at another."""
    elsewhere = "http://192.0.2.1/"
    told = setting(room, bearer(room, 1), "notify", "PUT", to=elsewhere)
    nobody = setting(room, {}, "notify", "PUT", to="http://127.0.0.1:9/")

    assert (told.status_code, nobody.status_code) == (400, 401)
    assert room.learners[0].gateway.notifier.to == ""
    with pytest.raises(pn.RefusedError, match="own machine"):
        Classroom(1, notify_to={1: elsewhere})
    with pytest.raises(ConfigurationError, match="no learner 2"):
        Classroom(1, notify_to={2: "http://127.0.0.1:9/"})


def test_who_calls_from_elsewhere_names_no_address(room: Classroom) -> None:
    """It would reach services of the class's machine that it cannot reach itself."""
    register = Register(room.learners, GatewayKey.new(Chance()))
    pages = ClassPages(
        room.learners, register, ONLY_LOOPBACK, room.trainer_key, is_secure=False
    )
    keys = room.learners[0].credentials
    states = [
        pages.app.test_client()
        .put(
            "/sandbox/notify",
            json={"to": "http://127.0.0.1:9/"},
            auth=(keys.client_id, keys.client_secret.reveal()),
            environ_overrides={"REMOTE_ADDR": caller},
        )
        .status_code
        for caller in ("192.0.2.1", "", "::1")
    ]
    to, room.learners[0].gateway.notifier.to = room.learners[0].gateway.notifier.to, ""

    assert (states, to) == ([403, 403, 200], "http://127.0.0.1:9/")
