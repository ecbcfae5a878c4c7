"""Lesson 02: what a JWT says, and how far to trust it."""

from __future__ import annotations

from itertools import pairwise

from paynet_nb.auth import Token, TokenInspection, inspect_token
from paynet_nb.course.evidence import Evidence
from paynet_nb.course.exercise import (
    NOT_TRIED,
    RIGHT,
    Exercise,
    Judged,
    not_yet,
    predicted,
)
from paynet_nb.errors import ClaimsError
from paynet_nb.sandbox import MysteryToken


def _who_is_it(evidence: Evidence, answer: object) -> Judged:
    if answer is None:
        return NOT_TRIED
    strangers = evidence.of(MysteryToken)
    if not strangers:
        return not_yet("There is no stranger yet: stranger = box.mystery_token(3).")
    if strangers[-1].is_it(str(answer)):
        return RIGHT
    return not_yet("That is as it should be: compare signature, times, iss and sub.")


def _fields_that_differ(evidence: Evidence) -> int | None:
    read: list[TokenInspection] = []
    for token in evidence.of(Token):
        try:
            read.append(inspect_token(token))
        except ClaimsError:  # opaque
            continue
    for one, other in pairwise(read):
        if one.claims.get("jti") != other.claims.get("jti"):
            names = {*one.claims, *other.claims}
            return len([n for n in names if one.claims.get(n) != other.claims.get(n)])
    return None


def _genuine(evidence: Evidence, _answer: object) -> Judged:
    reports = evidence.of(TokenInspection)
    if any(report.verified for report in reports):
        return RIGHT
    own = evidence.of(TokenInspection, but=("report", "sample"))
    if any(report.verified is False for report in own):
        return not_yet("verified is False: this text is not what the key signed.")
    if own:
        return not_yet("verified is None: it was only read, no key was given.")
    return NOT_TRIED


EXERCISES = (
    Exercise(
        id="02.1",
        kind="diagnosed",
        title="Who is this token?",
        task='Name the one thing that is wrong with the token: check("02.1", "...").',
        hints=(
            "Give inspect_token its keys and the environment, and read the findings.",
            "expired, other issuer, not yet valid, wrong signature or other client?",
            "Signature and times are good. Who issued it, and who should have?",
        ),
        solution='check("02.1", "other issuer")',
        why="A token can be genuine and still not be meant for you, or not for now.",
        judge=_who_is_it,
    ),
    Exercise(
        id="02.2",
        kind="predicted",
        title="Two tokens of one client",
        task="Of the seven claims, how many differ between two tokens of yours?",
        hints=(
            "A token has a number of its own, and times.",
            "jti, and three times, if a second has passed between the two.",
        ),
        solution='check("02.2", 4)',
        why="What stays is who you are, what changes is the token: it is no name.",
        judge=predicted(
            _fields_that_differ, "Another number: go through the seven one by one."
        ),
    ),
    Exercise(
        id="02.3",
        kind="done",
        title="Prove it genuine",
        task="Hold, in a variable, an inspection whose verified is True.",
        hints=(
            "Reading is not checking: something has to be given beside the token.",
            "keys= takes the address at which the sandbox publishes its public keys.",
            "inspect_token(token, keys=box.environment.jwks_url)",
        ),
        solution="""\
genuine = pn.inspect_token(token, keys=box.environment.jwks_url)
check("02.3")""",
        why="Only a key that you trust tells a genuine token from a good copy.",
        judge=_genuine,
    ),
)
