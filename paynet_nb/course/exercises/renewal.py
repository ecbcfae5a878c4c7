"""Lesson 01: a token's renewal, and a refusal that is read."""

from __future__ import annotations

from paynet_nb.course.evidence import Evidence, came
from paynet_nb.course.exercise import NOT_TRIED, RIGHT, Exercise, Judged, not_yet

TOKEN = "/auth/token"  # noqa: S105  # the end of a path
# RFC 6749, section 5.2.
_CODES = (
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
)
_BY_STATUS = {
    400: {"invalid_request", "unsupported_grant_type"},
    401: {"invalid_client"},
}


def _renewed_once(evidence: Evidence, _answer: object) -> Judged:
    good: dict[int, int] = {}
    for auth, asked in evidence.token_requests():
        number = sum(call.outcome == "good" for call in asked)
        if number == 2 and getattr(auth, "held", None):
            return RIGHT
        named = evidence.values(but=("auth", "wrong_auth"))
        # Not `in`: a table of the learner says of nothing whether it is equal.
        if number and any(auth is value for value in named):
            good[id(auth)] = number
    if not good:
        return NOT_TRIED
    if 2 in good.values():
        return not_yet("It was renewed and then forgotten: hold the second token.")
    if 1 in good.values():
        return not_yet("Your auth has its first token still: nothing was renewed.")
    return not_yet("Your auth asked more than twice: begin with a new one.")


def _refusal_read(evidence: Evidence, answer: object) -> Judged:
    if answer is None:
        return NOT_TRIED
    codes = {
        str(came(call).get("error"))
        for call in evidence.calls
        if call.kind == "token" and call.outcome != "good"
    }
    for box in evidence.boxes:
        for seen in box.requests:
            if seen.path.endswith(TOKEN):
                codes |= _BY_STATUS.get(seen.status or 0, set())
    if not codes:
        return not_yet("The endpoint has refused nothing yet: run the cell that fails.")
    said = str(answer).lower().replace(" ", "_").replace("-", "_")
    named = {code for code in _CODES if code in said}
    if len(named) > 1:
        return not_yet("Give one code: the one that the endpoint named.")
    if any(code in said for code in codes):
        return RIGHT
    if any(digit in said for digit in ("400", "401")):
        return not_yet("That is the HTTP status; OAuth's code stands behind it.")
    return not_yet("Read the first line of the error: the code is two words, joined.")


EXERCISES = (
    Exercise(
        id="01.1",
        kind="done",
        title="Renewed exactly once",
        task="With an auth of your own, hold a token that was renewed exactly once.",
        hints=(
            "Make a new auth: the lesson's has asked too often already.",
            "A first token, then one of the two ways to get another.",
            "get_token() and then renew(), or forget() and get_token().",
        ),
        solution="""\
mine = pn.ClientCredentialsAuth(credentials)
mine.get_token()
mine.renew()
check("01.1")""",
        why="Each token request counts at PayNet: ask when you must, not at each call.",
        judge=_renewed_once,
    ),
    Exercise(
        id="01.2",
        kind="diagnosed",
        title="Read a refusal",
        task="Make the token endpoint refuse you, and give the OAuth code it names.",
        hints=(
            "The cell with the wrong secret was refused: read its first line.",
            'The code stands behind the status: check("01.2", "the_code").',
        ),
        solution='check("01.2", "invalid_client")',
        why="The code tells whose fault it is: here the keys, not the network.",
        judge=_refusal_read,
    ),
)
