"""The trainer's pages as HTML: who has a token, what failed, and by what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from paynet_nb.display import KUALA_LUMPUR, Html, escape, signed, table
from paynet_nb.sandbox.learners import Learner
from paynet_nb.sandbox.pages import whole_page
from paynet_nb.sandbox.record import SeenRequest
from paynet_nb.sandbox.scenarios import SCENARIOS
from paynet_nb.sandbox.verdicts import WORDS

REFRESH_S = 5
_SHOWN = 50  # calls of one learner

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


def class_page(learners: Sequence[Learner]) -> str:
    """Show one row a learner; the page renews itself."""
    rows = [_row(one) for one in learners]
    headings = (
        "learner",
        "token",
        "scenario",
        "calls",
        "last call",
        "failed",
        "by what",
    )
    held = sum(one.gateway.desk.held_until() is not None for one in learners)
    told = f"<p>{held} of {len(learners)} have a token. Renewed each {REFRESH_S} s.</p>"
    return whole_page("The class", told + table(headings, rows), _REFRESH)


def learner_page(learner: Learner) -> str:
    """Show one learner's last calls, and a form that sets the scenario."""
    calls = learner.gateway.requests()[::-1][:_SHOWN]
    rows = [
        (_clock(one.at), one.method, one.path, _outcome(one), _why(one))
        for one in calls
    ]
    shown = table(("time", "method", "path", "outcome", "by what"), rows)
    title = f"Learner {learner.number}"
    return whole_page(
        title, '<p><a href="/trainer">The class</a></p>' + _form(learner) + shown
    )


def _row(learner: Learner) -> list[object]:
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
        len(calls),
        last,
        len(bad),
        _most(_why(one) for one in bad),
    ]


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
