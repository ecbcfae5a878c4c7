"""The trainer's page: who has a token, what failed and by what, and nothing secret."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from paynet_nb.course.exercises import EXERCISES
from paynet_nb.sandbox import Classroom
from tests.sandbox.helpers import TIMEOUT_S
from tests.sandbox.test_classroom import banks, bearer, token_of

# By lesson, how many exercises it has.
LESSONS = Counter(one.lesson for one in EXERCISES.values())


@pytest.fixture(scope="module")
def room() -> Iterator[Classroom]:
    """Serve a class of two."""
    with Classroom(2) as serving:
        yield serving


@pytest.fixture(scope="module")
def trainer(room: Classroom) -> Iterator[requests.Session]:
    """Sign in as the trainer."""
    with requests.Session() as session:
        key = {"key": room.trainer_key.reveal()}
        session.post(f"{room.url}/trainer", data=key, timeout=TIMEOUT_S)
        yield session


def page(room: Classroom, session: requests.Session, path: str = "") -> str:
    """Read a page of the trainer's."""
    answer = session.get(f"{room.url}/trainer{path}", timeout=TIMEOUT_S)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("path", ["/trainer", "/trainer/1"])
@pytest.mark.parametrize("cookie", ["", "paynet_trainer=", "paynet_trainer=x"])
def test_without_the_key_there_is_a_form_and_nothing_else(
    room: Classroom, path: str, cookie: str
) -> None:
    """Neither a look nor a change of a scenario is had without it."""
    url, headers = room.url + path, {"Cookie": cookie} if cookie else {}
    looked = requests.get(url, headers=headers, timeout=TIMEOUT_S)
    wrong = requests.post(
        url, data={"key": "wrong", "scenario": "api-503"}, headers=headers, timeout=10
    )

    assert looked.status_code == 401
    assert 'type="password"' in looked.text
    assert "learner 1" not in looked.text
    assert wrong.status_code in {401, 403}
    assert "Set-Cookie" not in wrong.headers
    assert room.learners[0].scenario == ""


def test_the_key_becomes_a_cookie_that_no_script_and_no_site_can_use(
    room: Classroom,
) -> None:
    """It is not the key itself, and the page is kept nowhere and framed nowhere."""
    key = room.trainer_key.reveal()
    answer = requests.post(
        f"{room.url}/trainer",
        data={"key": f" {key} "},
        allow_redirects=False,
        timeout=TIMEOUT_S,
    )

    told = answer.headers["Set-Cookie"]
    assert answer.status_code == 303
    assert {"HttpOnly", "SameSite=Strict", "Path=/trainer"} <= {*told.split("; ")}
    assert key not in told + answer.headers["Location"] + answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_the_class_is_one_row_a_learner(
    room: Classroom, trainer: requests.Session
) -> None:
    """Token, calls, last call, failures and by what they came; then a plain refresh."""
    room.learners[1].reset()
    headers = bearer(room, 1)
    banks(room, headers)
    room.learners[0].put("api-503")
    banks(room, headers, 2)
    room.learners[0].put("")
    token_of(room, 1, client_secret="wrong")
    requests.get(
        f"{room.url}/merchants/v1/payments/lists/bank",
        headers=headers,
        timeout=TIMEOUT_S,
    )

    text = page(room, trainer)
    first, second = (
        text.split(f">learner {number}<")[1].split("</tr>")[0] for number in (1, 2)
    )

    assert "1 of 2 have a token" in text
    assert 'http-equiv="refresh"' in text
    assert "until " in first
    assert "503, scenario api-503 (1)" in first
    assert "invalid_client (1)" in first
    assert "API.005, query.clientId (1)" in first
    assert "none" in second


def test_one_learner_has_a_page_with_the_last_calls_and_the_scenario(
    room: Classroom, trainer: requests.Session
) -> None:
    """The trainer sets a scenario there, for that learner alone."""
    set_to = {"scenario": "api-429"}
    url = f"{room.url}/trainer/2"
    trainer.post(url, data=set_to, timeout=TIMEOUT_S)
    refused = banks(room, bearer(room, 2)).status_code

    text = page(room, trainer, "/2")
    unknown = trainer.post(url, data={"scenario": "no-such"}, timeout=TIMEOUT_S)
    nobody = trainer.get(f"{room.url}/trainer/3", timeout=TIMEOUT_S)

    assert refused == 429
    assert '<option value="api-429" selected>' in text
    assert "scenario api-429" in text
    assert room.learners[0].scenario == ""
    assert (unknown.status_code, nobody.status_code) == (400, 404)


def test_another_sites_form_changes_nothing(
    room: Classroom, trainer: requests.Session
) -> None:
    """A browser says where a form was sent from; here it must be the page itself."""
    url, data = f"{room.url}/trainer/1", {"scenario": "api-503"}
    own = {"Origin": room.url}
    foreign = {"Origin": "https://evil.test"}

    told = trainer.post(url, data=data, headers=foreign, timeout=TIMEOUT_S)
    assert (told.status_code, room.learners[0].scenario) == (403, "")
    told = trainer.post(url, data=data, headers=own, timeout=TIMEOUT_S)
    assert (told.status_code, room.learners[0].scenario) == (200, "api-503")


def test_no_page_shows_a_secret(room: Classroom, trainer: requests.Session) -> None:
    """Nor a token, also where one was put into a path; nor does text become HTML."""
    headers = bearer(room, 2)
    token = headers["Authorization"].removeprefix("Bearer ")
    secret = room.learners[1].credentials.client_secret.reveal()
    for path in (secret, token, "<script>x</script>"):
        requests.get(f"{room.url}/{path}", headers=headers, timeout=TIMEOUT_S)

    text = page(room, trainer) + page(room, trainer, "/2")

    for hidden in (secret, token, room.trainer_key.reveal(), "<script"):
        assert hidden not in text


def tell(
    room: Classroom, number: int, exercises: Any, **headers: str
) -> requests.Response:
    """Tell a learner's progress, as `check` does."""
    return requests.put(
        f"{room.url}/sandbox/progress",
        json={"exercises": exercises},
        headers=headers or bearer(room, number),
        timeout=TIMEOUT_S,
    )


def test_progress_is_shown_by_learner_and_by_exercise(
    room: Classroom, trainer: requests.Session
) -> None:
    """What a learner tells is that learner's; the last word counts."""
    assert "none tried" in page(room, trainer)
    tell(room, 1, {"02.1": "not yet"})
    tell(room, 1, {"00.1": "right", "02.1": "not yet", "04.2": "not yet"})
    tell(room, 2, {"00.1": "right"})
    text = page(room, trainer)
    first, second = (
        text.split(f">learner {number}<")[1].split("</tr>")[0] for number in (1, 2)
    )
    rows = [
        [cell.split("<")[0] for cell in row.split("<td")[1:]]
        for row in text.split(">02.1<")[0].split("<tr")
    ]

    assert "1 right; not yet 02.1, 04.2" in first
    assert "1 right<" in second
    assert [cell.rpartition(">")[2] for cell in rows[-2]] == ["00.1", "2", "0"]
    assert ">04.2<" not in page(room, trainer, "/2")
    assert ">04.2<" in page(room, trainer, "/1")


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        "right",
        {"00.1": "RIGHT"},
        {"00.1": ["right"]},
        {"00.1": None},
        {"<b>": "right"},
        {"00.12": "right"},
        {"00.0": "right"},
        {"00.1": "right", "08.1": "right"},
        *({f"{lesson}.{most + 1}": "right"} for lesson, most in LESSONS.items()),
    ],
)
def test_what_is_no_progress_is_refused(
    room: Classroom, trainer: requests.Session, told: object
) -> None:
    """And what was told before stays."""
    tell(room, 1, {"07.1": "right"})

    assert tell(room, 1, told).status_code == 400
    assert "1 right<" in page(room, trainer).split(">learner 1<")[1]


def test_each_exercise_of_the_course_may_be_told(room: Classroom) -> None:
    """Those that the course has, which the sandbox counts by lesson."""
    told = tell(room, 2, dict.fromkeys(EXERCISES, "right"))

    assert (told.status_code, told.json()) == (200, {"exercises": len(EXERCISES)})


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/sandbox/none", "", 404),
        ("GET", "/sandbox//requests", "", 404),
        ("PUT", "/trainer/x", "", 404),
        ("PUT", "/sandbox/scenario", "xy", 400),
        ("PUT", "/sandbox/scenario", "name=api-503", 400),
        ("POST", "/sandbox/clock", "", 400),
        ("GET", "/sandbox/progress", "", 405),
        ("DELETE", "/trainer", "", 405),
        ("PUT", "/sandbox/progress", "x" * 100_001, 413),
        ("POST", "/trainer", "key=" + "x" * 100_001, 413),
    ],
)
def test_what_no_page_takes_is_told_as_the_pages_do(
    room: Classroom, method: str, path: str, sent: str, status: int
) -> None:
    """In JSON, and of another method which ones there are."""
    kind = "json" if sent.startswith("x") else "x-www-form-urlencoded"
    headers = {**bearer(room, 1), "Content-Type": f"application/{kind}"}
    answer = requests.request(
        method, room.url + path, data=sent, headers=headers, timeout=TIMEOUT_S
    )

    assert answer.status_code == status
    assert set(answer.json()) == {"message"}
    assert ("Allow" in answer.headers) is (status == 405)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("pem", ["\ud800", "-----BEGIN CERTIFICATE-----\ud800"])
def test_half_a_character_is_no_key(room: Classroom, pem: str) -> None:
    """It is refused as any text that is none."""
    answer = requests.put(
        f"{room.url}/sandbox/key",
        json={"pem": pem, "key_id": "mine"},
        headers=bearer(room, 1),
        timeout=TIMEOUT_S,
    )

    assert answer.status_code == 400
    assert "PEM text" in answer.json()["message"]


def test_nobody_tells_of_another(room: Classroom, trainer: requests.Session) -> None:
    """Without a token that is good now, nothing is taken."""
    token = bearer(room, 2)
    tell(room, 2, {"07.1": "right"})
    for headers in ({"Authorization": "Bearer x"}, {"X-Learner": "2"}):
        assert tell(room, 2, {"07.2": "right"}, **headers).status_code == 401
    room.learners[1].reset()

    assert tell(room, 2, {"07.2": "right"}, **token).status_code == 401
    assert ">07.2<" not in page(room, trainer, "/2")


def test_no_learner_takes_the_page_from_all(
    room: Classroom, trainer: requests.Session
) -> None:
    """Not by a time that cannot be written, nor by what is nested without end."""
    url, headers = f"{room.url}/sandbox/clock", bearer(room, 1)
    further = {"days": 999_999}  # a token is looked at by the clock that is moved
    answers = [
        requests.post(url, json=further, headers=bearer(room, 1), timeout=TIMEOUT_S)
        for _ in range(4)
    ]
    headers["Content-Type"] = "application/json"
    deep = requests.post(url, data="[" * 20_000, headers=headers, timeout=TIMEOUT_S)

    assert [one.status_code for one in answers] == [200, 200, 400, 400]
    assert "from 2000 to 8999" in answers[-1].text
    assert deep.status_code < 500
    page(room, trainer)
    room.learners[0].reset()
