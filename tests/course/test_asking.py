"""`check`, `hint`, `solution`, `progress`: verdicts from state, cards, what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import paynet_nb as pn
from paynet_nb.course import EXERCISES, FILE, check, hint, progress, solution
from paynet_nb.sandbox import Classroom, Sandbox

Run = Callable[[str], Any]
BANKS = "/merchants/v1/payments/lists/bank"
START = """
import paynet_nb as pn
from paynet_nb.course import check
auth = pn.ClientCredentialsAuth(box.credentials)
client = pn.Client(auth)
banks = client.get(BANKS, params=box.example("bank list"))
"""


def learner(box: Sandbox, **variables: Any) -> Run:
    """Give what runs cells as a notebook does, and gives the last line's value."""
    names = {"box": box, "BANKS": BANKS, "pn": pn, "check": check, **variables}

    def run(cell: str) -> Any:
        *before, last = cell.strip().split("\n")
        exec("\n".join(before), names)  # noqa: S102
        return eval(last, names)  # noqa: S307

    return run


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """Serve for all tests here; each has clients of its own."""
    with Sandbox() as made:
        yield made


def test_a_check_has_three_verdicts_whatever_the_variables_are_called(
    box: Sandbox,
) -> None:
    """Not tried, not yet with what is missing, right with why it matters."""
    run = learner(box)
    first = run(START + "check('00.2')")
    wrong = run(
        "mine = [client.get(BANKS, params={**box.example('bank list', 2),"
        " 'pageKey': 'x'})]\ncheck('00.2')"
    )
    right = run(
        "x = client.get(BANKS, params={**box.example('bank list', 3),"
        " 'pageKey': banks.json()['pageKey']})\ncheck('00.2')"
    )

    assert (first.state, wrong.state, right.state) == ("not tried", "not yet", "right")
    assert "has no banks" in wrong.lines[0]
    assert right.lines == (EXERCISES["00.2"].why,)


def test_a_table_among_the_variables_stops_no_check(box: Sandbox) -> None:
    """A frame or an array is equal to nothing that a check looks for, nor unequal."""
    frame = pn.codes()
    run = learner(box, frame=frame, array=frame.to_numpy())
    judged = run(
        f"{START}\nmine = pn.ClientCredentialsAuth(box.credentials)\nmine.get_token()\n"
        f"{{name: check(name) for name in {[*EXERCISES]}}}"
    )

    assert "nothing was renewed" in judged["01.1"].lines[0]


def test_a_call_by_hand_passes_too(box: Sandbox) -> None:
    """What is in no history was seen by the sandbox all the same."""
    box.reset()

    done = learner(box)(
        START + "import requests\n"
        "ids = {**box.example('bank list', 4), 'pageKey': banks.json()['pageKey']}\n"
        "requests.get(box.url + BANKS, params=ids, auth=auth, timeout=30)\n"
        "check('00.2')"
    )

    assert done.state == "right"


def test_a_class_sees_the_progress_of_two_learners(
    box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each by its own token: exercises and verdicts alone, and no trace of the telling.

    The lesson's own sandbox is not told, nor one that is gone waited for.
    """
    lessons_own = pn.Client(pn.ClientCredentialsAuth(box.credentials))
    lessons_own.auth.get_token()
    before = len(box.requests)
    with Classroom(2) as room, requests.Session() as trainer:
        for number, cell in ((1, "check('01.2', 'unsure')"), (2, "check('00.1', 2)")):
            (tmp_path / str(number)).mkdir()
            monkeypatch.chdir(tmp_path / str(number))
            # An exercise that the course had once: it is not told, and hinders nothing.
            Path(FILE).write_text(
                json.dumps({"exercises": {"09.9": {"verdict": "right"}}}), "utf-8"
            )
            keys = room.learners[number - 1].credentials
            auth = pn.ClientCredentialsAuth(keys)
            client = pn.Client(auth)
            run = learner(box, client=client, lessons_own=lessons_own)
            run(cell)  # before there is a token, nobody is told
            assert auth.held is None
            run("client.get(BANKS, params=box.example('bank list', 30))\n0")
            run(cell)
            assert len(client.history) == 2
        url = f"{room.url}/trainer"
        trainer.post(url, data={"key": room.trainer_key.reveal()}, timeout=30)
        page = trainer.get(url, timeout=30).text
        put = [one.path for who in room.learners for one in who.gateway.requests()]
    gone = run(cell)

    first, second = (page.split(f">learner {n}<")[1].split("</tr>")[0] for n in (1, 2))
    assert "0 right; not yet 01.2" in first
    assert "1 right<" in second
    assert "unsure" not in page
    assert put.count(BANKS) == 2
    assert gone.state == "right"
    assert len(box.requests) == before


def test_the_order_of_cells_does_not_matter(box: Sandbox) -> None:
    """A prediction before the run is noted, and taken up without being given again."""
    run = learner(box)
    early = run("check('00.1', '2 rows')")
    later = run(START + "client.get(BANKS, params=box.example('bank list', 5))\n"
                "check('00.1')")  # fmt: skip

    assert early.state == "not yet"
    assert "noted" in early.lines[0]
    assert later.state == "right"


def test_after_a_restart_a_journal_still_tells(box: Sandbox) -> None:
    """Other variables, the same file: what was done counts; so do kept verdicts."""
    learner(box)(
        "auth = pn.ClientCredentialsAuth(box.credentials)\n"
        "client = pn.Client(auth, history=pn.History('calls.sqlite'))\n"
        "first = client.get(BANKS, params=box.example('bank list', 6)).json()\n"
        "ids = {**box.example('bank list', 7), 'pageKey': first['pageKey']}\n"
        "client.get(BANKS, params=ids)"
    )
    names: dict[str, Any] = {"check": check, "before": pn.History("calls.sqlite")}

    assert eval("check('00.2')", names).state == "right"  # noqa: S307
    assert eval("check('00.2')", {"check": check}).state == "not tried"  # noqa: S307
    assert progress().right == 1


@pytest.mark.parametrize("answer", [2, 2.0, "2", " 2 rows", "two: 2", "2,0"])
def test_odd_but_right_numbers_pass(box: Sandbox, answer: object) -> None:
    """A number is a number, however it is written; another one is not."""
    run = learner(box, answer=answer)
    verdict = run(START + "check('00.1', answer)").state

    assert verdict == ("not yet" if answer == "2,0" else "right")


@pytest.mark.parametrize(
    ("seed", "names"),
    [
        (1, ["api-403", "API 403", "api_403"]),
        (2, ["token-html"]),
        (3, ["api-401"]),
        (4, ["Api-Reset "]),
        (5, ["token paynet"]),
    ],
)
def test_patients_are_named_from_the_history(seed: int, names: list[str]) -> None:
    """Each of the five differs; nobody's name is told before it was given."""
    with Sandbox() as own:
        run = learner(own)
        ask = f"check('04.{seed}', 'api-429')"
        absent = run(ask)
        shown = repr(own.mystery(seed))
        wrong, no_name = run(ask), run(f"check('04.{seed}', 'broken')")
        right = [run(f"check('04.{seed}', {name!r})").state for name in names]

    assert "was not here yet" in absent.lines[0]
    assert wrong.state == no_name.state == "not yet"
    assert "no scenario's name" in no_name.lines[0]
    assert right == ["right"] * len(names)
    assert names[0] not in f"{shown} {absent} {wrong} {no_name}"


@pytest.mark.parametrize(
    ("seed", "fault"),
    [
        (1, "of another client"),
        (2, "expired"),
        (3, "issuer_other_host"),
        (4, "not-yet-valid"),
        (5, "forged"),
    ],
)
def test_a_strange_token_is_known_by_its_fault(
    box: Sandbox, seed: int, fault: str
) -> None:
    """Each fault can be read off the inspection, and no gateway takes the token."""
    token = box.mystery_token(seed)
    report = pn.inspect_token(
        token, keys=box.environment.jwks_url, environment=box.environment
    )
    seen = {finding.code for finding in report.findings}
    own = report.claims["sub"] == box.credentials.client_id
    answer = pn.Client(None, box.environment).get(
        BANKS,
        params=box.example("bank list", 10),
        headers={"Authorization": f"Bearer {token[:]}"},
    )
    run = learner(box, stranger=token)

    assert answer.status == 401
    assert seen - {"no_audience"} == {
        1: set(), 2: {"expired"}, 3: {"issuer_other_host"}, 4: {"not_yet_valid"},
        5: {"signature_wrong"},
    }[seed]  # fmt: skip
    assert own == (seed != 1)
    assert str(token) not in repr(token)
    assert run(f"check('02.1', {fault!r})").state == "right"
    assert run("check('02.1', 'nothing')").state == "not yet"


def test_an_exercise_without_evidence_is_not_tried() -> None:
    """All of them, in a notebook in which nothing was done."""
    verdicts = {name: eval(f"check('{name}')", {"check": check}) for name in EXERCISES}  # noqa: S307

    assert {one.state for one in verdicts.values()} == {"not tried"}
    assert not Path(FILE).exists()
    for name, verdict in verdicts.items():
        assert verdict.lines[0] == EXERCISES[name].task
        assert verdict.lines[1] == f"Hint: {EXERCISES[name].hints[0]}"


def test_a_card_has_at_most_three_lines_and_gives_nothing_away(box: Sandbox) -> None:
    """Neither the solution, nor code, nor what was answered, whatever that is."""
    secret = box.credentials.client_secret.reveal()
    run = learner(box, secret=secret)
    run(START + "None")
    for name, exercise in EXERCISES.items():
        for verdict in (run(f"check('{name}')"), run(f"check('{name}', secret)")):
            text, page = repr(verdict), verdict._repr_html_()
            assert len(text.split("\n")) <= 3
            assert max(map(len, text.split("\n"))) <= 150
            assert verdict.state == "right" or exercise.solution not in text
            assert secret not in text + page
            assert type(page) is str
    hint("00.1")
    assert secret not in Path(FILE).read_text("utf-8")


def test_where_nothing_can_be_kept_verdicts_are_given(
    box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that cannot be written to is said in the card, without a traceback."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()  # here root cannot write either
    verdict = learner(box)(START + "check('00.1', 2)")
    monkeypatch.chdir(tmp_path)

    assert verdict.state == "right"
    assert verdict.lines[1].startswith("Your progress is not kept: no such file")


def test_hints_come_in_stages_and_can_be_asked_for() -> None:
    """One after the other, the last one again; a number gives that one."""
    texts = EXERCISES["02.3"].hints
    stages = [hint("02.3").text for _ in range(len(texts) + 1)]

    expected = [*texts, texts[-1]]
    assert [s.startswith(t) for s, t in zip(stages, expected, strict=True)] == [
        True
    ] * 4
    assert hint("02.3", 1).text.startswith(texts[0])
    assert progress().to_frame().set_index("exercise").loc["02.3", "hints"] == 3


def test_a_solution_comes_after_a_try_or_on_request(box: Sandbox) -> None:
    """Before the first try it says how to try, and how to have it all the same."""
    before, wanted = solution("00.1"), solution("00.1", now=True)
    learner(box)("check('00.1', 9)")
    after = solution("00.1")

    assert before.code == ""
    assert "now=True" in before.text
    assert wanted.code == after.code == EXERCISES["00.1"].solution


def test_progress_is_a_bar_a_table_and_a_file(box: Sandbox) -> None:
    """What was right stays right; the file holds verdicts, counts and predictions."""
    run = learner(box)
    run(START + "check('00.1', 5)")
    run("check('00.1', 2)")
    run("check('00.1', 7)")

    kept = json.loads(Path(FILE).read_text("utf-8"))
    shown = progress()
    row = shown.to_frame().iloc[0]
    assert kept["exercises"]["00.1"].pop("right_at")
    assert kept == {
        "format": 1,
        "exercises": {"00.1": {"tries": 3, "verdict": "right", "answer": "7"}},
    }
    assert row.to_list() == ["00.1", "Rows of a history", "right", 3, 0]
    assert repr(shown).startswith("[#.")
    assert f"1 of {len(EXERCISES)} exercises are right" in shown._repr_html_()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"exercises": 3}', '{"exercises": {"00.1": 1}}']
)
def test_a_damaged_file_stops_nobody(box: Sandbox, text: str) -> None:
    """It counts as none, and the next verdict writes it anew."""
    Path(FILE).write_text(text, "utf-8")

    assert progress().right == 0
    assert learner(box)(START + "check('00.1', 2)").state == "right"
    assert progress().right == 1


@pytest.mark.parametrize("ask", [check, hint, solution])
def test_an_unknown_exercise_is_one_line(ask: Callable[[str], object]) -> None:
    """It lists those that there are, and does not repeat what was given."""
    with pytest.raises(pn.ConfigurationError, match=r"there are: 00\.1, ") as failed:
        ask("99.s3cret")
    assert "s3cret" not in str(failed.value)


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_is_complete(name: str) -> None:
    """It has a task, two hints at least and a solution, each line short and plain."""
    one = EXERCISES[name]
    lines = [one.task, one.why, *one.hints]

    assert one.id == name
    assert len(one.hints) >= 2
    assert f'check("{name}"' in one.solution
    assert max(map(len, lines)) <= 100
    assert [line for line in lines if line[-1] not in ".?)"] == []
