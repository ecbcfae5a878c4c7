"""Code of the caller's around a request: a session's `send`, an adapter, a hook.

It may send a request twice, ask other servers, and raise what it likes once the answer
is there. So what it raises does not say by its kind that nothing was sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from traceback import walk_tb
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from paynet_nb.paynet import origin_of
from paynet_nb.wire.no_answer import NoAnswer, ToldAlready, never_sent, why_no_answer

# Becomes True once a connection begins to write a request of this context.
_going_out: ContextVar[list[bool] | None] = ContextVar("going_out", default=None)
_OF_THE_NETWORK = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    ConnectionError,
    TimeoutError,
)
_BEHIND_ANSWER = re.compile(r"\w+ in a hook of the session, the request or the auth, ")


def note_going_out() -> None:
    """Note that a request is written to the network from here on."""
    if noted := _going_out.get():
        noted[0] = True


def sent_by(
    send: Callable[..., requests.Response],
    request: requests.PreparedRequest,
    **options: Any,
) -> requests.Response:
    """Send a request by an adapter or a session of the caller's.

    Raises:
        ToldAlready: It raised, and not on a status, which is data.
    """
    noted = [False]
    before = _going_out.set(noted)
    try:
        return send(request, **options)
    except Exception as error:  # noqa: BLE001  # theirs may raise anything
        if (answer := _answer_to(request, error)) is not None:
            return answer
        told = _told(error, request.url or "", went_out=noted[0])
    finally:
        _going_out.reset(before)
    raise ToldAlready(told)


def behind_answer(
    hooked: Callable[[], requests.Response],
    request: requests.PreparedRequest,
    response: requests.Response,
) -> requests.Response:
    """Give what the hooks of *request* make of its answer.

    Raises:
        ToldAlready: They raised, and not on a status; it has the response.
    """
    try:
        return hooked()
    except Exception as error:  # noqa: BLE001  # theirs may raise anything
        if (answer := _answer_to(request, error)) is not None:
            return answer
        told = f"{type(error).__name__} in a hook of the session, the request or the "
        told += f"auth, once {origin_of(request.url or '')} had answered; it was sent: "
        told += "see call.text"
    raise ToldAlready(NoAnswer(told, transient=False), response)


def raised_behind_answer(message: str) -> bool:
    """Tell by the words of `behind_answer` that an answer was there before.

    By the words, since they are all that a journal or a record keeps of it.
    """
    return _BEHIND_ANSWER.match(message) is not None


def _told(error: Exception, url: str, *, went_out: bool) -> NoAnswer:
    told = why_no_answer(error, url)
    of_requests = isinstance(error, _OF_THE_NETWORK) or any(
        frame.f_code is HTTPAdapter.send.__code__
        for frame, _ in walk_tb(error.__traceback__)
    )
    if of_requests and not (went_out and never_sent(told.message)):
        return told
    return NoAnswer(
        f"{type(error).__name__} in the session's send(), an adapter or a hook, while "
        f"{origin_of(url)} was asked; it may have been sent",
        transient=False,
    )


def _answer_to(
    request: requests.PreparedRequest, error: Exception
) -> requests.Response | None:
    """Give the answer on whose status *error* was raised; None: it is another's."""
    answer = error.response if isinstance(error, requests.HTTPError) else None
    if answer is None or (made := answer.request) is None:
        return None
    return answer if (made.method, made.url) == (request.method, request.url) else None
