"""The exceptions of paynet_nb: one root, one leaf for each thing a user can act on.

    PaynetError
    |-- ConfigurationError (also ValueError,  an environment or an argument is wrong
    |                       and TypeError)
    |-- CredentialsError (also ValueError)    no usable Client ID or Client Secret
    |-- TokenError                            the token endpoint gave no usable token
    |-- ClaimsError (also ValueError)         a text that cannot be read as a JWT
    |-- SigningError (also ValueError)        no key to sign with, or nothing to sign
    |-- CallError                             an API call had no usable answer
    `-- RefusedError                          stopped here: not sent, or not written

An HTTP status is data, not an exception: a 404 is an answer.

In IPython each of them is shown in a few lines; `%tb` shows all frames.
"""

from __future__ import annotations

import functools
import linecache
import re
import sys
import traceback
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from paynet_nb.wire import Call


_LONGEST_LINE = 100  # characters
_T = TypeVar("_T", bound=Callable[..., Any])
_TEXT = re.compile(r"""[bBfFrRuU]*(['"])(?:\\.|(?!\1).)*\1""")


def without_locals(function: _T) -> _T:
    """Have the errors that leave *function* show nothing of what its frames held.

    A traceback may print local names (`%xmode Verbose`, `pytest -l`, a reporter of
    errors), and what was given in whichever place may be a secret. A person's own
    frames keep theirs. Of a class, its constructor is meant.

    Arguments that do not fit its parameters are a `ConfigurationError`, which is a
    TypeError, too, and shown in a few lines.
    """
    if isinstance(function, type):
        initialize = vars(function)["__init__"]
        type.__setattr__(function, "__init__", without_locals(initialize))
        return function

    @functools.wraps(function)
    def guarded(*args: Any, **named: Any) -> Any:
        try:
            return function(*args, **named)
        except BaseException as error:
            del args, named
            if not _is_misfit(error):
                _forget_locals(error)
                raise
            problem = str(error)  # names parameters only
        raise ConfigurationError(problem)

    return cast("_T", guarded)


def _is_misfit(error: BaseException) -> bool:
    """Tell whether Python refused the arguments, and the function did not begin."""
    place = error.__traceback__
    return type(error) is TypeError and place is not None and place.tb_next is None


def _forget_locals(error: BaseException) -> None:
    """Clear the frames of *error*, and of what led to it, from this package's on."""
    seen, waiting = set[int](), [error]
    for one in waiting:
        if id(one) in seen:
            continue
        seen.add(id(one))
        waiting += filter(None, (one.__cause__, one.__context__))
        place = one.__traceback__
        while place and not _is_ours(place.tb_frame):
            place = place.tb_next
        traceback.clear_frames(place)


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).partition(".")[0] == __package__


def _brief(error: BaseException) -> list[str]:
    """Show *error* in a few lines, and all of it the next time (`%tb`).

    The frames behind a person's own line are this package's and its libraries', a
    screen or two. Only what is shown is changed: name and text of the error, and its
    traceback for a debugger, stay.
    """
    shell = sys.modules["IPython"].get_ipython()
    frames = error.__traceback__
    if vars(error).get("_shown") == id(frames):
        whole: list[str] = shell.InteractiveTB.structured_traceback(
            type(error), error, frames, tb_offset=1
        )
        return whole
    vars(error)["_shown"] = id(frames)
    where = _own_line(error, shell)
    said = f"{type(error).__name__}: {error}".rstrip(": ")
    return [said, *where, "  %tb shows the rest"]


def _own_line(error: BaseException, shell: Any) -> list[str]:
    """Give the place in the person's own cell that led to *error*."""
    for frame, number in reversed([*traceback.walk_tb(error.__traceback__)]):
        file = frame.f_code.co_filename
        if named := shell.compile.format_code_name(file):
            line = _without_texts(linecache.getline(file, number))
            return [f"  cell {named[1]}, line {number}: {line}".rstrip(": ")]
    return []


def _without_texts(line: str) -> str:
    """Leave the texts out of a line of code: one may be a secret."""
    code = _TEXT.sub("\N{HORIZONTAL ELLIPSIS}", line).partition("#")[0].strip()
    # The rest of a text of several lines, or its beginning.
    return "" if re.search("['\"]", code) else code[:_LONGEST_LINE]


class PaynetError(Exception):
    """The root of all errors of paynet_nb; its message never holds a secret."""

    # IPython's hook for exceptions that show themselves.
    def _render_traceback_(self) -> list[str]:
        return _brief(self)


class Stopped(KeyboardInterrupt):
    """The stop button, or Ctrl-C, while a server was waited for."""

    def _render_traceback_(self) -> list[str]:
        return _brief(self)


# So that who looks at the name of an error sees what Python has for it.
Stopped.__name__ = KeyboardInterrupt.__name__


class ConfigurationError(PaynetError, ValueError, TypeError):
    """An environment or an argument is missing, of a wrong kind, or cannot be right."""


class CredentialsError(PaynetError, ValueError):
    """There is no usable Client ID or Client Secret."""


class TokenError(PaynetError):
    """The token endpoint gave no usable token.

    Attributes:
        status: The HTTP status of the answer; None: there was no answer.
        error: The OAuth error code of the answer (RFC 6749 section 5.2), else None.
    """

    def __init__(
        self, message: str, *, status: int | None = None, error: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = error


class ClaimsError(PaynetError, ValueError):
    """A text cannot be read as a JSON Web Token, or a key cannot be used."""


class SigningError(PaynetError, ValueError):
    """A private key cannot be used, or a request cannot be signed as it is."""


class CallError(PaynetError):
    """An API call had no answer, or one that cannot be read as JSON.

    Attributes:
        call: What was recorded of it, redacted; None: nothing was sent.
    """

    def __init__(self, message: str, *, call: Call | None = None) -> None:
        super().__init__(message)
        self.call = call


class RefusedError(PaynetError):
    """Stopped here, before anything was sent or a file was there to hand on.

    Foreign host, plain HTTP, the production lock, or a file that would hold a secret.
    """
