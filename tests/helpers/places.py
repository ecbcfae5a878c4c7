"""Everywhere that a secret could be read after a call: shown, kept or logged."""

from __future__ import annotations

import base64
import pickle
import re
import traceback
import types
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from IPython import version_info
from IPython.core.ultratb import VerboseTB

import paynet_nb as pn

_TESTS = str(Path(__file__).parents[1])
# What holds a secret on purpose (a closure), or what is no part of the object.
_CLOSED = (types.FunctionType, types.MethodType, types.ModuleType, type, weakref.ref)


def betrayed(places: Mapping[str, str], *secrets: str) -> list[str]:
    """List the places from which a part of a secret can be read, however encoded."""
    parts = [part for secret in secrets for part in _parts(secret)]
    return [
        place for place, text in places.items() if any(part in text for part in parts)
    ]


def _parts(secret: str) -> Iterator[str]:
    """Give what every encoding of *secret* has: letters and digits, or their base64."""
    runs = re.findall("[A-Za-z0-9]{8,}", secret)
    assert runs, "a secret without such a run would never be found"
    for run in runs:
        yield run
        for before in range(3):
            encoded = base64.b64encode(bytes(before) + run.encode()).decode()
            # The signs at both ends depend on what stands around.
            yield encoded[4 if before else 0 : (before + len(run)) // 3 * 4]


def shown_by_error(error: BaseException) -> dict[str, str]:
    """Give what people and programs see of an error."""
    return {
        "message": f"{error} {error!r}",
        "plain traceback": "".join(traceback.format_exception(error)),
        "traceback with locals": with_locals(error),
        "%xmode Verbose": _verbose(error),
        "attributes of the error": "\n".join(texts(error)),
        "pickle of the error": _pickled(error),
    }


def shown_by_client(client: pn.Client) -> dict[str, str]:
    """Give what can be seen of a client, its auth, credentials, token and history."""
    auth, calls = client.auth, list(client.history)
    assert isinstance(auth, pn.ClientCredentialsAuth)
    things = [client, auth, auth.credentials, auth.held, client.session]
    things += [client.history, *calls]
    cards = [thing._repr_html_() for thing in things if hasattr(thing, "_repr_html_")]
    frame = client.history.to_frame()
    return {
        "repr": repr(things) + str(things),
        "vars": repr([vars(thing) for thing in things if thing is not None]),
        "cards": "".join(cards),
        "insides": "\n".join(texts(things)),
        "answers": repr([(x.text, x.url, x.headers, x.outcome) for x in calls]),
        "pickle": repr(pickle.dumps(client.history)),
        "frame": frame.to_csv() + frame.to_html() + repr(frame.to_dict()),
    }


def texts(value: object) -> Iterator[str]:
    """Give every text that hangs on *value*, in attributes and in what holds others."""
    seen, waiting = dict[int, object](), [value]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, _CLOSED):
            continue
        seen[id(thing)] = thing  # kept: an id is good only while its object lives
        if isinstance(thing, str):
            yield thing
        elif isinstance(thing, (bytes, bytearray)):
            yield thing.decode("latin-1")
        else:
            waiting += _held_by(thing)


def _held_by(thing: Any) -> Iterable[object]:
    if isinstance(thing, dict):
        yield from (*thing.keys(), *thing.values())
    elif isinstance(thing, (list, tuple, set, frozenset, deque)):
        yield from list(thing)
    elif isinstance(thing, BaseException):
        yield from (thing.args, thing.__cause__, thing.__context__)
    yield from getattr(thing, "__dict__", {}).values()
    for kind in type(thing).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            yield getattr(thing, name, None)


# Without colours; IPython 9 renamed it.
_PLAIN: dict[str, Any] = (
    {"theme_name": "nocolor"} if version_info >= (9,) else {"color_scheme": "NoColor"}
)


def with_locals(error: BaseException) -> str:
    """Format a traceback with all local names, but those of the test itself."""
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    links: list[traceback.TracebackException | None] = [whole]
    for link in links:
        if link is not None:
            ours = [frame for frame in link.stack if not _is_test(frame.filename)]
            link.stack = traceback.StackSummary.from_list(ours)
            links += [link.__cause__, link.__context__]
    return "".join(whole.format())


def _verbose(error: BaseException) -> str:
    """Format a traceback as IPython does after `%xmode Verbose`."""
    place = error.__traceback__
    while place and _is_test(place.tb_frame.f_code.co_filename):
        place = place.tb_next
    plain = VerboseTB(**_PLAIN)
    return str(plain.text(type(error), error, place))


def _pickled(error: BaseException) -> str:
    """Pickle an error; one that holds an auth, as those of requests do, refuses."""
    try:
        return repr(pickle.dumps(error))
    except pn.CredentialsError as refused:
        return str(refused)


def _is_test(filename: str) -> bool:
    return filename.startswith(_TESTS)
