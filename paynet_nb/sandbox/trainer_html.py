"""The trainer's pages as HTML: who has a token, what failed, and by what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from paynet_nb.display import KUALA_LUMPUR, Html, escape, signed, table
from paynet_nb.sandbox.learners import Learner
from paynet_nb.sandbox.pages import whole_page
from paynet_nb.sandbox.record import SeenRequest
from paynet_nb.sandbox.scenarios import SCENARIOS
from paynet_nb.sandbox.verdicts import WORDS

REFRESH_S = 5
_SHOWN = 50  # calls of one learner
RIGHT, NOT_YET = "right", "not yet"  # the course's verdicts on what was tried

Progress = Mapping[str, str]  # the verdict on each exercise that was tried

_REFRESH = f'<meta http-equiv="refresh" content="{REFRESH_S}">'


def key_form(problem: str = "") -> str:
    """Ask for the trainer's key."""
    told = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    form = (
        '<form method="post" action="/trainer"><label>Trainer\'s key '
        '<input name="key" type="password" autocomplete="off" required autofocus>'
        "</label> <button>Show the class</button></form>"
        "<p>The key stands in the terminal where the class was started.</p>"
    )
    return whole_page("The class", told + form)


def class_page(learners: Sequence[Learner], progress: Mapping[int, Progress]) -> str:
    """Show one row a learner; the page renews itself.

    Args:
        learners: All of the class.
        progress: By a learner's number; who tried nothing is not in it.
    """
    rows = [_row(one, progress.get(one.number, {})) for one in learners]
    headings = (
        "learner",
        "token",
        "scenario",
        "exercises",
        "calls",
        "last call",
        "failed",
        "by what",
    )
    held = sum(one.gateway.desk.held_until() is not None for one in learners)
    told = f"<p>{held} of {len(learners)} have a token. Renewed each {REFRESH_S} s.</p>"
    shown = told + table(headings, rows) + _exercises(progress.values())
    return whole_page("The class", shown, _REFRESH)


def learner_page(learner: Learner, progress: Progress) -> str:
    """Show one learner's last calls, and a form that sets the scenario."""
    calls = learner.gateway.requests()[::-1][:_SHOWN]
    rows = [
        (_clock(one.at), one.method, one.path, _outcome(one), _why(one))
        for one in calls
    ]
    shown = table(("time", "method", "path", "outcome", "by what"), rows)
    title = f"Learner {learner.number}"
    return whole_page(
        title,
        '<p><a href="/trainer">The class</a></p>'
        + _form(learner)
        + _exercises([progress])
        + f"<h2>Calls</h2>{shown}",
    )


def _row(learner: Learner, progress: Progress) -> list[object]:
    calls = learner.gateway.requests()
    bad = [one for one in calls if one.outcome != "good"]
    last = (
        f"{_clock(calls[-1].at)} {calls[-1].method} {calls[-1].path}" if calls else ""
    )
    end = learner.gateway.desk.held_until()
    until = f"until {_clock(datetime.fromtimestamp(end, UTC))}" if end else "none"
    number = learner.number
    return [
        Html(f'<a href="/trainer/{number}">learner {number}</a>'),
        until,
        learner.scenario or "all is well",
        _progress(progress),
        len(calls),
        last,
        len(bad),
        _most(_why(one) for one in bad),
    ]


def _progress(verdicts: Progress) -> str:
    """Say how many exercises are right, and which are not yet."""
    right = sum(one == RIGHT for one in verdicts.values())
    still = ", ".join(sorted(n for n, one in verdicts.items() if one == NOT_YET))
    told = f"{right} right" if verdicts else "none tried"
    return f"{told}; not yet {still}" if still else told


def _exercises(class_: Iterable[Progress]) -> str:
    """Show how many have each exercise right, or not yet; "": nobody tried one."""
    tried = Counter(pair for verdicts in class_ for pair in verdicts.items())
    names = sorted({name for name, _ in tried})
    rows = [(name, tried[name, RIGHT], tried[name, NOT_YET]) for name in names]
    shown = table(("exercise", RIGHT, NOT_YET), rows)
    return f"<h2>Exercises</h2>{shown}" if rows else ""


def _most(reasons: Iterable[str]) -> str:
    """Name the reasons that come most often, each with its number."""
    return "; ".join(f"{why} ({n})" for why, n in Counter(reasons).most_common(3))


def _outcome(one: SeenRequest) -> str:
    return signed(one.outcome, f"{one.outcome} {one.status or ''}".rstrip())


def _why(one: SeenRequest) -> str:
    """Say by what a call was not good; "": it was."""
    if one.outcome == "good":
        return ""
    code = one.codes.reason or one.codes.code or f"{one.status or 'no answer'}"
    if one.scenario:
        return f"{code}, scenario {one.scenario}"
    cause = one.signature_check.get("cause", "")
    places = [fault.location for fault in one.faults] if code in WORDS else []
    # Merchant calls are not refused for a header that is missing.
    places.sort(key=lambda place: place.startswith("headers."))
    return ", ".join(filter(None, [code, cause, *places[:1]]))


def _form(learner: Learner) -> str:
    options = "".join(
        f'<option value="{escape(name)}"{" selected" * (name == learner.scenario)}>'
        f"{escape(name or 'all is well')}</option>"
        for name in ("", *SCENARIOS)
    )
    return (
        f'<form method="post" action="/trainer/{learner.number}"><label>Scenario '
        f'<select name="scenario">{options}</select></label> '
        "<button>Set</button></form>"
    )


def _clock(at: datetime) -> str:
    return f"{at.astimezone(KUALA_LUMPUR):%H:%M:%S}"
