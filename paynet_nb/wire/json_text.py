"""JSON text -> Python data, no number of which was ever a float; and back, a line."""

from __future__ import annotations

import functools
import gc
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from paynet_nb.display import whole

_Pairs = list[tuple[str, Any]]


class _RepeatedError(Exception):
    """A name stands twice in one object."""


_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
_SHORT = 10_000  # characters; in less than this the collector does not start
# To look for names that stand twice in more than this takes long beside all tables.
_LOOKED_THROUGH = 1_000_000  # characters

# Of the forms of Unicode the one that JSON's own detection does not know.
_UTF_7 = frozenset({"utf-7", "utf7", "utf_7"})
_WHITE_SPACE = " \t\n\r"  # RFC 8259 section 2
# Strings are matched so that what stands inside them is not taken for a number.
_STRING_OR_NUMBER = re.compile(
    r'"[^"\\]*(?:\\.[^"\\]*)*"|(-?(?:NaN|Infinity|\d[\d.eE+-]*))'
)


def parse_json(
    text: str | bytes,
    content_type: str = "",
    *,
    on_repeated: Callable[[list[str]], object] | None = None,
) -> Any:
    """Parse JSON text (RFC 8259) to dict, list, str, int, Decimal, bool and None.

    A number with a point or an exponent becomes a Decimal, any other an int. An integer
    with more digits than Python reads (4,300, see `sys.set_int_max_str_digits`) becomes
    a Decimal, which is as exact.

    Args:
        text: The text.
        content_type: The header that came with it: bytes are read in the charset that
            it names. JSON has none but UTF-8 (RFC 8259 section 8.1), servers have.
        on_repeated: Called with the names that stand twice in one object, if there are
            any; a text of over 1,000,000 characters is not looked through. Of the
            values of such a name the last is kept.

    Raises:
        ValueError: The text is not JSON (NaN and Infinity are not), it is nested too
            deep for Python, or a number's exponent is too large for a Decimal. The
            message tells the place and quotes nothing of the text.
    """
    if isinstance(text, bytes) and "=" in content_type:
        charset = charset_of(content_type)
        if not charset.startswith("utf") or charset in _UTF_7:
            with suppress(UnicodeDecodeError):
                text = text.decode(charset)
    if len(text) > _LOOKED_THROUGH:
        on_repeated = None
    if len(text) < _SHORT:
        # What most answers are; what this cannot read is read once more, with all care.
        try:
            source = text.decode() if isinstance(text, bytes) else text
            value, end = (_WARY if on_repeated else _QUICK).raw_decode(source)
            if not source[end:].strip(_WHITE_SPACE):
                return value
        except (ValueError, ArithmeticError, RecursionError, _RepeatedError):
            pass
    try:
        return _read(text, _no_name_twice if on_repeated else None)
    except _RepeatedError:
        pass
    if on_repeated:
        on_repeated(_repeated_names(text))
    return _read(text, None)


def json_line(value: object) -> str:
    """Write JSON in ASCII, with U+FFFD for half of a character.

    Readers in C++, Go or Rust, such as DuckDB, refuse a whole file for one half.
    """
    line = json.dumps(value)
    if "\\ud" not in line:
        return line
    return json.dumps(json.loads(whole(json.dumps(value, ensure_ascii=False))))


@functools.lru_cache(maxsize=64)
def charset_of(content_type: str) -> str:
    """Give the charset that a Content-Type names, "utf-8" for none that is known."""
    found = _CHARSET.search(content_type)
    name = found[1].lower() if found else "utf-8"
    try:
        b"x\xff".decode(name, "replace")
    except (LookupError, ValueError):  # no charset, or one that cannot replace
        return "utf-8"
    return name


def _no_name_twice(pairs: _Pairs) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _RepeatedError
    return made


def _repeated_names(text: str | bytes) -> list[str]:
    # Which value counts is left open by RFC 8259 section 4, so two programs that read
    # the same answer may not agree on it.
    repeated: dict[str, None] = {}

    def note(pairs: _Pairs) -> None:
        counts = Counter(name for name, _ in pairs)
        repeated.update((name, None) for name in counts if counts[name] > 1)

    _read(text, note)
    return list(repeated)


def _read(text: str | bytes, on_object: Callable[[_Pairs], Any] | None) -> Any:
    source = _decoded(text) if isinstance(text, bytes) else text
    source = source.removeprefix("\ufeff")
    problem = "it is nested too deep"
    for integer in (int, _integer):
        try:
            with collector_paused():
                return _decoder(integer, on_object).decode(source)
        except json.JSONDecodeError as error:
            problem = _in_words(error)
        except ArithmeticError:
            problem = _in_words(_odd_number(source))
        except RecursionError:
            pass
        except ValueError:
            # From int(), which refuses long numbers; the next round takes them.
            continue
        break
    # Raised out here, because the errors above carry the whole text.
    raise ValueError(f"the text cannot be read as JSON: {problem}")


@contextmanager
def collector_paused() -> Iterator[None]:
    """Make many objects without the cyclic garbage collector, which finds none in them.

    It would walk all of them again and again while they become more: half of the time
    that it takes to read a large answer.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _decoded(body: bytes) -> str:
    encoding = json.detect_encoding(body)
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        place = error.start + 1
    raise ValueError(f"the text cannot be read as JSON: byte {place} is not {encoding}")


def _integer(digits: str) -> int | Decimal:
    try:
        return int(digits)
    except ValueError:
        return Decimal(digits)


def _refuse(constant: str) -> NoReturn:
    raise ArithmeticError(f"{constant} is no number of JSON")


def _odd_number(source: str) -> json.JSONDecodeError:
    place = next(
        found.start()
        for found in _STRING_OR_NUMBER.finditer(source)
        if found[1] and not _is_finite(found[1])
    )
    what = "a number is NaN, infinite or beyond a Decimal"
    return json.JSONDecodeError(what, source, place)


def _is_finite(number: str) -> bool:
    try:
        return Decimal(number).is_finite()
    except InvalidOperation:
        return False


def _in_words(error: json.JSONDecodeError) -> str:
    what = f"{error.msg[:1].lower()}{error.msg[1:]}".removesuffix(" at")
    return f"{what}, line {error.lineno}, column {error.colno}"


def _decoder(
    whole: Callable[[str], Any], on_object: Callable[[_Pairs], Any] | None = None
) -> json.JSONDecoder:
    return json.JSONDecoder(
        parse_float=Decimal,
        parse_int=whole,
        parse_constant=_refuse,
        object_pairs_hook=on_object,
    )


# Made once: to make one takes longer than to read a short answer.
_QUICK = _decoder(int)
_WARY = _decoder(int, _no_name_twice)
