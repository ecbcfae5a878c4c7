"""Build the request of a call: whole URL, checked headers, exact JSON; no auth yet."""

from __future__ import annotations

import functools
import json as jsonlib
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, quote_plus

import requests
from requests.structures import CaseInsensitiveDict

from paynet_nb.client.plain_text import plain_text
from paynet_nb.display import visible
from paynet_nb.errors import ConfigurationError, RefusedError
from paynet_nb.paynet import Environment, origin_of
from paynet_nb.wire import copied

Params = Mapping[str, Any] | Sequence[tuple[str, Any]] | str | None
Headers = Mapping[str, str | None] | None  # None takes a header of the session away

# A scheme, or the "//" of a network-path reference (RFC 3986 sections 3.1 and 4.2).
_ABSOLUTE = re.compile(r"([a-z][a-z0-9+.-]*:|[\\/]{2})", re.IGNORECASE)
# What requests would send as it is written; no segment begins with a dot.
_PLAIN_PATH = re.compile(r"/?[\w~-][\w.~-]*(?:/[\w~-][\w.~-]*)*", re.ASCII)
_BODILESS = frozenset({"GET", "HEAD"})  # else requests adds "Content-Length: 0"
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")  # RFC 9110 section 5.5


def has_authorization(headers: Headers) -> bool:
    """Tell whether headers typed in have one that takes the auth's place."""
    return any(name.lower() == "authorization" for name in headers or ())


def build_request(
    session: requests.Session,
    environment: Environment,
    method: str,
    path: str,
    *,
    params: Params,
    json: Any,
    headers: Headers,
) -> requests.PreparedRequest:
    """Build one request to *environment*, with the session's headers and query.

    Raises:
        RefusedError: It would go to another origin, or cannot be sent as it is.
        ConfigurationError: *json* cannot be written as JSON, or path or headers are of
            a wrong type.
    """
    if not isinstance(path, str):
        raise ConfigurationError(f"the path is no text, but {type(path).__name__}")
    if headers is not None and not isinstance(headers, Mapping):
        raise ConfigurationError("the headers are no dict")
    request, problem, body = requests.PreparedRequest(), "", None
    plain_url = None
    if json is not None:
        _refuse_json_text(json)
        body = encode_json(json)
    # Never by a name of this frame.
    request.headers, fault = _fields(session, headers, has_body=body is not None)
    if fault:
        raise RefusedError(f"{fault}; nothing was sent")
    try:
        # As request.prepare does, but for the steps that have nothing to do here.
        request.prepare_method(method)
        query = _query(params, session.params)
        if not isinstance(params, str):  # a text may need quoting
            request.url = plain_url = _plain_url(environment, path, query)
        if plain_url is None:
            request.prepare_url(_whole_url(environment, path), query)
            # A fragment is never sent (RFC 9110 section 7.1).
            request.url = (request.url or "").partition("#")[0]
        _add_body_and_hooks(request, body, session)
    except TypeError as error:
        problem = str(error)  # of `_query`: names types only
    except (requests.RequestException, ValueError) as error:
        problem = type(error).__name__
    if problem:
        raise RefusedError(
            f"path or query of this {method} cannot be sent as they are: {problem}; "
            "nothing was sent"
        )
    if plain_url is None:  # else it begins with the environment's own address
        _refuse_elsewhere(request, environment)
    return request


def _add_body_and_hooks(
    request: requests.PreparedRequest, body: bytes | None, session: requests.Session
) -> None:
    """Add what most calls have none of, and then at no cost."""
    if body is not None or request.method not in _BODILESS:
        request.prepare_body(body, None)
    if any(session.hooks.values()):
        request.prepare_hooks(session.hooks)


def _refuse_elsewhere(
    request: requests.PreparedRequest, environment: Environment
) -> None:
    origin = origin_of(request.url or "")
    if origin != environment.origin:
        raise RefusedError(
            f"{environment.name!r} is {environment.origin}; a call to {origin} is "
            "refused; nothing was sent"
        )


def _refuse_json_text(value: object) -> None:
    """Refuse JSON text as JSON data: it would go out as one quoted text.

    Not sent byte for byte in its place: whether a text is data or JSON would then hang
    on what it happens to hold.
    """
    if isinstance(value, (bytes, bytearray)):
        value = value.decode("utf-8", "replace")
    text = value.strip("\ufeff \t\r\n") if isinstance(value, str) else ""
    if text[:1] not in ("{", "["):
        return
    try:
        jsonlib.loads(text)
    except (ValueError, RecursionError):
        return
    raise ConfigurationError(
        "json= is JSON text already and would be sent as one quoted text; pass "
        "json=json.loads(text); nothing was sent"
    )


def as_method(method: object) -> str:
    """Write a method as it is sent.

    Raises:
        ConfigurationError: No method can have that name.
    """
    if isinstance(method, str) and _TOKEN.fullmatch(method):
        return method.upper()
    # Not quoted: it may be what belongs elsewhere.
    raise ConfigurationError("the method is no word such as GET or POST")


def encode_json(value: Any) -> bytes:
    """Write JSON without spaces; a `Decimal` becomes a number, digit by digit.

    Raises:
        ConfigurationError: A part has no JSON form; NaN and infinity have none.
    """
    # The standard library writes no Decimal: a mark that no text can hold by chance
    # stands for it until the end.
    mark, numbers = secrets.token_hex(16), []

    def stand_in(part: object) -> str:
        if not isinstance(part, Decimal) or not part.is_finite():
            raise TypeError(_kind(part))
        numbers.append(str(part))
        return f"{mark}{len(numbers) - 1}."

    try:
        text = jsonlib.dumps(
            value,
            default=stand_in,
            separators=(",", ":"),
            ensure_ascii=False,
            allow_nan=False,
        )
        encoded = text.encode()
    except TypeError as error:
        problem = str(error)  # names types only
    except (ValueError, RecursionError) as error:
        problem = type(error).__name__  # its text may hold what was given
        if type(error) is ValueError:
            problem = "NaN, Infinity, or a part that holds itself"
    else:
        if not numbers:
            return encoded
        return re.sub(
            f'"{mark}(\\d+)\\."', lambda at: numbers[int(at[1])], text
        ).encode()
    raise ConfigurationError(
        f"the body cannot be written as JSON ({problem}); use dict, list, str, int, "
        "Decimal, bool and None"
    )


def _kind(part: object) -> str:
    """Name a type with its package: numpy has a `bool` of its own."""
    kind = type(part)
    package = kind.__module__.partition(".")[0]
    return kind.__name__ if package == "builtins" else f"{package}.{kind.__name__}"


def _query(params: Params, own: Params = None) -> str | None:
    """Write the query as requests does, which takes four times as long.

    A list gives its name several times, None is left out, true and false are written as
    JSON has them, a `Decimal` digit by digit.

    Args:
        params: The query of the call.
        own: The session's, which a name of *params* takes the place of.

    Raises:
        TypeError: A name is no text, or a value has no one way to be written.
    """
    if isinstance(params, (bytes, bytearray, int)):
        raise TypeError(f"it is {type(params).__name__}; give a dict, pairs or a text")
    if isinstance(params, str):
        return "&".join(filter(None, (_query(own), params)))
    pairs = [*params.items()] if isinstance(params, Mapping) else [*(params or ())]
    if own:
        names = {name for name, _ in pairs}
        theirs = parse_qsl(_query(own) or "", keep_blank_values=True)
        pairs = [*(pair for pair in theirs if pair[0] not in names), *pairs]
    if params is None and not pairs:
        return None
    return "&".join(
        f"{_quoted(_name(name))}={_quoted(text)}"
        for name, value in pairs
        for text in _texts(value)
    )


def _quoted(text: str | bytes) -> str:
    """Write a name or a value as a form has it; most IDs and codes stay as they are."""
    if isinstance(text, str) and text.isascii() and text.isalnum():
        return text
    return quote_plus(text)


def _name(name: object) -> str | bytes:
    if isinstance(name, (str, bytes)):
        return name
    if isinstance(name, int) and not isinstance(name, bool):
        return str(name)
    raise TypeError("a name in the query is no text")


def _texts(value: object) -> list[str | bytes]:
    if type(value) is str:
        return [value]
    several = isinstance(value, (list, tuple, set, frozenset))
    values: Iterable[Any] = value if several else (value,)  # type: ignore[assignment]
    return [_text(one) for one in values if one is not None]


def _text(value: object) -> str | bytes:
    return value if isinstance(value, bytes) else plain_text(value)


def _plain_url(environment: Environment, path: str, query: str | None) -> str | None:
    """Put a URL together that needs no preparing; None: this one does."""
    if not _PLAIN_PATH.fullmatch(path):
        return None
    start = _as_sent(f"{environment.base_url.rstrip('/')}/")
    if "?" in start or "#" in start:
        return None
    return f"{start}{path.lstrip('/')}?{query}" if query else start + path.lstrip("/")


@functools.lru_cache(maxsize=64)
def _as_sent(url: str) -> str:
    request = requests.PreparedRequest()
    request.prepare_url(url, None)
    return request.url or ""


def _whole_url(environment: Environment, path: str) -> str:
    if _ABSOLUTE.match(path):
        return path if path[0].isalpha() else f"{environment.origin.scheme}:{path}"
    return f"{environment.base_url.rstrip('/')}/{path.lstrip('/')}"


def _fields(
    session: requests.Session, headers: Headers, *, has_body: bool
) -> tuple[CaseInsensitiveDict[Any], str]:
    """Give the session's headers with *headers* over them, and what is wrong with them.

    White space around a value goes. What would break the message is wrong: requests
    quotes it in its error. Nothing is raised here, where a traceback could show them.
    """
    fields: CaseInsensitiveDict[Any] = copied(session.headers)
    if has_body:
        fields.setdefault("Content-Type", "application/json")
    typed: Mapping[Any, Any] = headers or {}
    for name, value in typed.items():
        text = "" if value is None else str(value).strip()
        # A name is quoted only if it can be one: it may be a value without its name.
        if not isinstance(name, str) or not _TOKEN.fullmatch(name):
            return fields, (
                "the name of a header is empty, or holds a space or another "
                "character that no name can have"
            )
        if not _HEADER_VALUE.fullmatch(text):
            return fields, (
                f"the header {visible(name)} holds a line break or another character "
                "that no header can carry"
            )
        fields[name] = None if value is None else text
    for lowered, value in [*fields.lower_items()]:
        if value is None:
            del fields[lowered]
        elif not isinstance(value, (str, bytes)):
            name = next(name for name in fields if name.lower() == lowered)
            return fields, f"the session's header {visible(name)} is no text"
    return fields, ""
