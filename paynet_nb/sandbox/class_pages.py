"""What a class's sandbox serves beside gateways: learners' settings, a trainer's page.

A learner proves who it is by its token or, where a scenario gives none, by Client ID
and Client Secret (HTTP Basic). The trainer types a key into a form, never into a URL,
where it would be kept and logged, and has a cookie for it that no script and no other
site can use. Neither shows a secret or a token; both answer to their own names only.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.exceptions import BadRequest, HTTPException

from paynet_nb.credentials import Secret
from paynet_nb.errors import ConfigurationError, RefusedError
from paynet_nb.paynet import is_loopback
from paynet_nb.sandbox.hosts import Names
from paynet_nb.sandbox.learners import Learner, Register
from paynet_nb.sandbox.pages import HEADERS, is_of_another_site
from paynet_nb.sandbox.trainer_html import (
    NOT_YET,
    RIGHT,
    class_page,
    key_form,
    learner_page,
)

SETTINGS, TRAINER = "/sandbox", "/trainer"
COOKIE = "paynet_trainer"
_MOST_SESSIONS = 16  # of a trainer's browsers
_LONGEST = 100_000  # bytes of what is sent to a page
# The course's, by the number of exercises that each lesson has, from lesson 00 on.
_EXERCISES = frozenset(
    f"{lesson:02}.{number}"
    for lesson, most in enumerate((2, 2, 3, 2, 5, 2, 2, 2))
    for number in range(1, most + 1)
)
_VERDICTS = (RIGHT, NOT_YET)
_REFUSALS = {
    400: "a setting is a JSON object, sent as application/json",
    404: f"no such page; settings are below {SETTINGS}, the class's page is {TRAINER}",
    405: "this page does not take this method, but those in the header Allow",
    413: f"a page takes {_LONGEST:,} bytes at most",
}


class ClassPages:
    """The Flask application of these pages."""

    def __init__(
        self,
        learners: Sequence[Learner],
        register: Register,
        names: Names,
        trainer_key: Secret,
        *,
        is_secure: bool,
    ) -> None:
        self._learners = learners
        self._register = register
        self._names = names
        self._key = trainer_key
        self._is_secure = is_secure
        self._sessions: list[str] = []
        # By number: the verdict on each exercise that was tried, as `check` told it.
        self._progress_of: dict[int, dict[str, str]] = {}
        self.app = app = Flask(__name__, static_folder=None)
        app.url_map.merge_slashes = False  # or // is redirected, in HTML
        app.config["MAX_CONTENT_LENGTH"] = _LONGEST
        app.before_request(self._arrive)
        app.after_request(_leave)
        app.register_error_handler(HTTPException, _refuse)
        for path, view, method in (
            (f"{SETTINGS}/scenario", self._scenario, "PUT"),
            (f"{SETTINGS}/clock", self._clock, "POST"),
            (f"{SETTINGS}/reset", self._reset, "POST"),
            (f"{SETTINGS}/key", self._signing_key, "PUT"),
            (f"{SETTINGS}/notify", self._notify, "PUT"),
            (f"{SETTINGS}/progress", self._progress, "PUT"),
            (f"{SETTINGS}/requests", self._requests, "GET"),
            (TRAINER, self._show_class, "GET"),
            (TRAINER, self._sign_in, "POST"),
            (f"{TRAINER}/<int:number>", self._show_learner, "GET"),
            (f"{TRAINER}/<int:number>", self._set_scenario, "POST"),
        ):
            app.add_url_rule(path, f"{method} {path}", view, methods=[method])

    def _arrive(self) -> Response | None:
        if not self._names.are_meant_by(request):
            return _told(self._names.told, 421)
        if is_of_another_site(request):
            return _told("sent from another site's page", 403)
        return None

    # A learner's settings

    def _learner(self) -> Learner | None:
        """Give the learner that proved who it is; None: nobody did."""
        found = self._register.caller(request)
        authorization = request.authorization
        if found is None or authorization is None:
            return None
        if authorization.type == "basic":
            given = (authorization.password or "").encode()
            due = found.credentials.client_secret.reveal().encode()
            return found if hmac.compare_digest(given, due) else None
        good = found.gateway.desk.problem_with(authorization.token or "") is None
        return found if good else None

    def _scenario(self) -> Response:
        """{"name": "token-503"}; "": none."""
        learner, asked = self._learner(), _json()
        if learner is None:
            return _nobody()
        try:
            learner.put(str(asked.get("name") or ""))
        except ConfigurationError as error:
            return _told(str(error), 400)
        return jsonify(scenario=learner.scenario)

    def _clock(self) -> Response:
        """{"seconds": 60, "hours": 1, "days": 1}: what the time goes on by."""
        learner, asked = self._learner(), _json()
        if learner is None:
            return _nobody()
        units = {name: asked.get(name, 0) for name in ("seconds", "hours", "days")}
        if not all(isinstance(one, int) and abs(one) < 10**6 for one in units.values()):
            return _told("seconds, hours and days are whole numbers", 400)
        try:
            learner.gateway.clock.forward(**units)
        except ConfigurationError as error:
            return _told(str(error), 400)
        return jsonify(now=learner.gateway.clock.at.isoformat(timespec="seconds"))

    def _reset(self) -> Response:
        learner = self._learner()
        if learner is None:
            return _nobody()
        learner.reset()
        return jsonify(reset=True)

    def _signing_key(self) -> Response:
        """{"pem": a public key or certificate, "key_id": its name}."""
        learner, asked = self._learner(), _json()
        if learner is None:
            return _nobody()
        pem, name = asked.get("pem"), asked.get("key_id")
        if not isinstance(pem, str) or not isinstance(name, str | None):
            return _told("pem is the text of a public key or certificate", 400)
        if "CERTIFICATE" not in pem and not name:
            return _told("a key without a certificate wants a key_id", 400)
        try:
            learner.gateway.keys.register(pem, name)
        except ConfigurationError as error:
            return _told(str(error), 400)
        return jsonify(registered=True)

    def _notify(self) -> Response:
        """{"to": an address of this machine that is notified}; "": none."""
        learner, asked = self._learner(), _json()
        if learner is None:
            return _nobody()
        if not is_loopback(request.remote_addr or ""):
            # Or who is elsewhere could reach this machine's own services by it.
            return _told(
                "only a learner on the sandbox's own machine has a say here", 403
            )
        try:
            learner.gateway.notifier.to = str(asked.get("to") or "")
        except RefusedError as error:
            return _told(str(error), 400)
        return jsonify(to=learner.gateway.notifier.to)

    def _progress(self) -> Response:
        """{"exercises": {"02.3": "right"}}: all that was tried, and each verdict."""
        learner, told = self._learner(), _json().get("exercises")
        if learner is None:
            return _nobody()
        if not (isinstance(told, dict) and {*told} <= _EXERCISES):
            return _told(
                "exercises is an object: a verdict for each exercise of the course, "
                "such as 02.3",
                400,
            )
        if not all(verdict in _VERDICTS for verdict in told.values()):
            return _told(f"a verdict is one of {' or '.join(_VERDICTS)}", 400)
        self._progress_of[learner.number] = told
        return jsonify(exercises=len(told))

    def _requests(self) -> Response:
        learner = self._learner()
        if learner is None:
            return _nobody()
        seen = learner.gateway.requests()[-100:]
        return jsonify([asdict(one) | {"outcome": one.outcome} for one in seen])

    # The trainer's pages

    def _is_trainer(self) -> bool:
        given = request.cookies.get(COOKIE, "").encode()
        return any(hmac.compare_digest(given, s.encode()) for s in self._sessions)

    def _sign_in(self) -> Response:
        given = request.form.get("key", "").strip().encode()
        if not hmac.compare_digest(given, self._key.reveal().encode()):
            return _page(key_form("This is not the trainer's key."), 403)
        session = secrets.token_urlsafe(32)
        self._sessions = [*self._sessions, session][-_MOST_SESSIONS:]
        answer: Any = redirect(TRAINER, 303)
        answer.set_cookie(
            COOKIE,
            session,
            path=TRAINER,
            httponly=True,
            samesite="Strict",
            secure=self._is_secure,
        )
        made: Response = answer
        return made

    def _show_class(self) -> Response:
        if not self._is_trainer():
            return _page(key_form(), 401)
        return _page(class_page(self._learners, self._progress_of.copy()))

    def _show_learner(self, number: int) -> Response:
        if not self._is_trainer():
            return _page(key_form(), 401)
        learner = self._register.numbered(number)
        if learner is None:
            return _told("no such place", 404)
        return _page(learner_page(learner, self._progress_of.get(number, {})))

    def _set_scenario(self, number: int) -> Response:
        if not self._is_trainer():
            return _page(key_form(), 401)
        learner = self._register.numbered(number)
        if learner is None:
            return _told("no such place", 404)
        try:
            learner.put(request.form.get("scenario", ""))
        except ConfigurationError as error:
            return _told(str(error), 400)
        made: Any = redirect(f"{TRAINER}/{number}", 303)
        answer: Response = made
        return answer


def _leave(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


def _json() -> dict[str, Any]:
    """Read what is to be set.

    Raises:
        BadRequest: It is no JSON object.
    """
    try:
        found = request.get_json(silent=True)
    except RecursionError:  # nested deeper than Python reads
        found = None
    if not isinstance(found, dict):
        raise BadRequest
    return found


def _page(text: str, status: int = 200) -> Response:
    return Response(text, status, mimetype="text/html")


def _told(text: str, status: int) -> Response:
    answer = jsonify(message=text)
    answer.status_code = status
    return answer


def _refuse(error: HTTPException) -> Response:
    """Answer an error of HTTP's (no such page, another method) as the pages do."""
    answer = _told(_REFUSALS.get(error.code or 500, error.name), error.code or 500)
    answer.headers.extend((n, v) for n, v in error.get_headers() if n == "Allow")
    return answer


def _nobody() -> Response:
    return _told(
        "settings want your token, or your Client ID and Client Secret (HTTP Basic)",
        401,
    )
