"""`call_many`: a table of requests in, the same table with the answers out."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from numbers import Real
from typing import TYPE_CHECKING, Any

from paynet_nb import frames
from paynet_nb.auth import IDEMPOTENT
from paynet_nb.client.batch.progress import Bar, stop_button
from paynet_nb.client.batch.rows import read
from paynet_nb.client.batch.run import NOT_SENT, Batch, RowOutcome
from paynet_nb.client.batch.scheduler import PlannedCall, Scheduler
from paynet_nb.client.batch.way_out import caller_for, run
from paynet_nb.client.caller import Caller
from paynet_nb.client.request import Headers, Params
from paynet_nb.display import path_of
from paynet_nb.errors import ConfigurationError, RefusedError, without_locals
from paynet_nb.paynet import paces
from paynet_nb.wire import parse_json

if TYPE_CHECKING:
    import pandas as pd

    from paynet_nb.frames import Sheet


@without_locals
def call_many(  # noqa: D417  # it is a method, so `self` is not explained
    self: Caller[Any],
    requests: pd.DataFrame | Sequence[Mapping[str, Any]],
    method: str | None = None,
    path: str | None = None,
    *,
    params: Params = None,
    json: Any = None,
    headers: Headers = None,
    label: str | None = None,
    workers: int = 8,
    executor: Executor | None = None,
    progress: bool = True,
    per_second: float | None = None,
    pace: Mapping[str, float] | None = None,
    replay_unsafe: bool = False,
) -> pd.DataFrame:
    """Send one request for each row, many at once, and record each.

    The parts of a request are the columns `method` (else GET), `path`, `params`,
    `json`, `headers` and `label`, or the arguments of these names. In an argument
    `{column}` is filled from the row: in a path percent-encoded; a text that is
    nothing but `{column}` becomes the cell with its type. There None is null, and
    where nothing is (NaN, NA), the name is left out. All rows are checked before
    the first is sent.

    The stop button ends it: no more is sent, the answers under way are waited for
    (stop again to leave them), and what is done is the result. Given that result,
    `call_many` sends only its rows where `sent` is False, no row twice.

    Args:
        requests: A frame or a list of dicts, one row a call; it is not changed.
        method: The HTTP method.
        path: As for `call`, with `{column}`.
        params: The query.
        json: The body.
        headers: Further headers.
        label: A name for the calls in the history.
        workers: How many calls are under way at once.
        executor: Where they are sent from; default: one thread here, by libcurl (extra
            "many"), or a thread for each worker. Workers in other processes get the
            token, never the secret; the caller shuts it down.
        progress: Show a bar, where stderr is no log.
        per_second: How many calls may be sent in a second.
        pace: Seconds from an answer to the next call of its URL, by the end of the
            path, where `{...}` is any segment. PayNet's own for polls hold unless
            given here.
        replay_unsafe: As for `call`; and POST and PATCH by an executor that may do its
            work twice.

    Returns:
        The rows in their order, under their own index, and: sent (False: resume
        with it), status (Int64; missing: no answer), code and reason (PayNet's),
        elapsed_ms, error (why there was no answer), and the answer's fields as
        `answer.header.status.code`; `answer.banks[]` is a list's length.

    Raises:
        ConfigurationError: A column or cell cannot serve; nothing was sent.
        RefusedError: As for `call`; nothing was sent.
    """
    templates = {
        "method": method,
        "path": path,
        "params": params,
        "json": json,
        "headers": headers,
        "label": label,
    }
    _check_how(workers, executor, per_second, pace)
    sheet = frames.Sheet(requests)
    safe = replay_unsafe or self.replay_unsafe or _runs_once(executor)
    scheduler = Scheduler(
        _checked(sheet, self, templates, safe=safe),
        per_second=per_second,
        pace={**paces(), **(pace or {})},
        past=self.history,
    )
    caller = caller_for(self, executor)
    batch = Batch(caller, scheduler, replay_unsafe=replay_unsafe)
    # Until all is in the frame: a second press must not lose what was done.
    with stop_button(batch.wake) as stop:
        bar = Bar(len(scheduler), shown=progress)
        with closing(bar):
            reason = run(batch, caller, executor, workers, bar, stop)
            bar.say("stopped" if reason else "")  # no answer is to come any more
        outcomes = [batch.outcomes.pop(at, NOT_SENT) for at in sheet.to_send]
        columns, repeated = _columns(outcomes), list[str]()
        result = sheet.with_results(columns, _answers(outcomes, repeated))
    _warn(columns["sent"], repeated, reason)
    return result


def _check_how(
    workers: object, executor: object, per_second: object, pace: object
) -> None:
    if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
        raise ConfigurationError("workers= wants a whole number from 1 on")
    if executor is not None and not hasattr(executor, "submit"):
        raise ConfigurationError(
            "executor= wants what has submit(), such as a ThreadPoolExecutor, "
            f"not {type(executor).__name__}"
        )
    if per_second is not None and not _is_positive(per_second):
        raise ConfigurationError("per_second= must be a number more than 0")
    if pace is not None and not (
        isinstance(pace, Mapping)
        and all(seconds == 0 or _is_positive(seconds) for seconds in pace.values())
    ):
        raise ConfigurationError(
            'pace= wants seconds by the end of a path, such as {"/checkout": 30}'
        )


def _is_positive(number: object) -> bool:
    if isinstance(number, bool) or not isinstance(number, Real):
        return False
    return float(number) > 0


def _warn(sent: Sequence[bool], repeated: Sequence[str], reason: str) -> None:
    """Warn, at the line that called `call_many`, of what the result does not show."""
    if repeated:
        warnings.warn(
            f"in {len(repeated)} of {len(sent)} calls, first in {repeated[0]}, a "
            "name stands twice in one object of the answer; in the result the last "
            "value counts, the text of the calls in client.history has all",
            stacklevel=4,
        )
    if reason:
        unsent = sent.count(False)
        warnings.warn(
            f"{reason}: {unsent} of {len(sent)} calls were not sent; what is done "
            "is in the result, and client.call_many(result, ...) with the arguments "
            "as before sends only its rows where `sent` is False",
            RuntimeWarning,
            stacklevel=4,
        )


def _runs_once(executor: Executor | None) -> bool:
    """Tell whether it does no work a second time; Dask does, where a worker dies."""
    if executor is None or isinstance(executor, ThreadPoolExecutor):
        return True
    from concurrent.futures import ProcessPoolExecutor  # this loads multiprocessing

    return isinstance(executor, ProcessPoolExecutor)


def _checked(
    sheet: Sheet, caller: Caller[Any], templates: Mapping[str, Any], *, safe: bool
) -> list[PlannedCall]:
    """Give the calls, all of them checked: none is sent before.

    Nobody else keeps the list, so that each call goes when it is done.
    """
    to_send = list(read(sheet, caller, templates))
    if not safe:
        _refuse_unsafe(to_send, sheet)
    return to_send


def _refuse_unsafe(to_send: Sequence[PlannedCall], sheet: Sheet) -> None:
    for request in to_send:
        if request.method not in IDEMPOTENT:
            raise RefusedError(
                f"row {sheet.label(request.position)!r}: this executor may send a "
                f"{request.method} twice, as Dask does where a worker dies; "
                "replay_unsafe=True says that this is safe, as with a message ID; "
                "nothing was sent"
            )


def _columns(outcomes: Sequence[RowOutcome]) -> dict[str, list[Any]]:
    came = [outcome.answer for outcome in outcomes]
    return {
        "sent": [outcome.sent for outcome in outcomes],
        "outcome": [one and one.outcome for one in came],
        "status": [one and one.status for one in came],
        "code": [one and one.code for one in came],
        "reason": [one and one.reason for one in came],
        "elapsed_ms": [one and one.elapsed_s * 1000 for one in came],
        "error": [outcome.error for outcome in outcomes],
    }


def _answers(outcomes: list[RowOutcome], repeated: list[str]) -> Iterator[Any]:
    """Parse the answers one after the other, and let go of what was parsed."""
    outcomes.reverse()
    while outcomes:
        yield _answer(outcomes.pop(), repeated)


def _answer(outcome: RowOutcome, repeated: list[str]) -> Any:
    """Parse an answer; None where there is none, or no JSON.

    A call whose answer has a name twice in one object is noted in *repeated*.
    """
    answer = outcome.answer
    if answer is None:
        return None

    def note(_: list[str]) -> None:
        repeated.append(f"{answer.method} {path_of(answer.url)}")

    # Not by `json`, which would warn of each: a batch may have thousands.
    try:
        return parse_json(answer.body, answer.content_type, on_repeated=note)
    except ValueError:
        return None
