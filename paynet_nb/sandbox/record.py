"""What a sandbox remembers of the requests that it saw, secrets and tokens removed."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import chain, islice
from json import detect_encoding
from urllib.parse import parse_qsl

from werkzeug import Request
from werkzeug.datastructures import EnvironHeaders

from paynet_nb.paynet import AnswerCodes, Fault, Outcome, verdict
from paynet_nb.sandbox.asked import MOST, NO_CODES, Asked, faults_in, query_fields
from paynet_nb.sandbox.scenarios import name_of

MASK = "[redacted]"

_SHOWN_FIELDS = frozenset({"grant_type", "client_id", "scope"})
_HIDDEN_NAMES = re.compile("(?i)secret|token|password|assertion")
_HIDDEN_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})
_WHO_CALLS = frozenset(
    f"HTTP_{name.upper().replace('-', '_')}" for name in _HIDDEN_HEADERS
)
_OF_CONTENT = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})
_FORM = "application/x-www-form-urlencoded"
_SCHEMES = frozenset({"basic", "bearer"})
_LONGEST_BODY = 10_000

# Whoever reaches the port chooses the text: each pattern takes time that grows as the
# text does (no run of characters is looked at from each of its places).
# A JWT begins with the base64url of '{"', the sandbox's opaque tokens with their name.
_RUNS = re.compile(r"[\w.-]++")
_OPAQUE = re.compile("opaque-[0-9a-f]{64}")
_COLON = re.compile(r'"\s*+:\s*+"')
_REST_OF_STRING = re.compile(r'(?:[^"\\]++|\\.)*+', re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class SeenRequest:
    """One request as the sandbox saw it.

    Attributes:
        at: When it had been read (UTC).
        method: The HTTP method.
        path: The path, without the query.
        query: The query's fields; of a repeated one the first value.
        headers: The headers, named like "User-Agent"; of Authorization the scheme only.
        body: The body as text, cut after 10,000 characters; of a form the OAuth fields.
        status: The HTTP status that was answered; None: it was left without an answer.
        faults: All that the contract finds wrong with it, more than the one fault that
            is answered, but 100 at most; what was sent is in none of them.
        answer_faults: What the contract finds wrong with the sandbox's own answer:
            nothing, or a fault of the sandbox. It is held to it where it answers a
            call by itself, not where a scenario or an error answers.
        signature_check: Of a call refused for its signature: the scheme, what is wrong
            (cause, told), what the sandbox computed (must_be) and what was sent (was).
        codes: PayNet's, or OAuth's, in what was answered.
        scenario: What was in force for it; "": all was well.
    """

    at: datetime
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str
    status: int | None
    faults: tuple[Fault, ...] = ()
    answer_faults: tuple[Fault, ...] = ()
    signature_check: Mapping[str, str] = field(default_factory=dict)
    codes: AnswerCodes = NO_CODES
    scenario: str = ""

    @property
    def outcome(self) -> Outcome:
        """How the client may take it: good, refused, unknown or failed."""
        acts = self.method not in {"GET", "HEAD", "OPTIONS"}
        return verdict(self.status, self.codes, may_have_acted=acts)

    @property
    def size(self) -> int:
        """How many characters it holds."""
        named = self.query, self.headers, self.signature_check
        pairs = [pair for one in named for pair in one.items()]
        return len(self.path) + len(self.body) + sum(len(n) + len(v) for n, v in pairs)


class Arrived:
    """A request as it came, but for who calls; no repr tells it."""

    def __init__(self, request: Request, *, for_token: bool = False) -> None:
        self.method = request.method
        self.path = request.path
        self.query = request.query_string
        # Of who calls the form only: how long it is, and where it has blanks.
        self._environ = {
            name: _formless(value) if name in _WHO_CALLS else value
            for name, value in request.environ.items()
            if name.startswith("HTTP_") or name in _OF_CONTENT
        }
        self.body = request.get_data()
        self.for_token = for_token

    @property
    def size(self) -> int:
        """How many characters it holds."""
        named = sum(len(n) + len(v) for n, v in self._environ.items())
        return len(self.path) + len(self.query) + len(self.body) + named

    @property
    def headers(self) -> EnvironHeaders:
        """The headers."""
        return EnvironHeaders(self._environ)


class Seen:
    """A record that is made when it is first looked at, most often never."""

    def __init__(self, asked: Asked, secret: str, status: int | None) -> None:
        arrived = Arrived(asked.request, for_token=asked.family == "token")
        self.size = arrived.size
        self._record: SeenRequest | None = None
        self._make: Callable[[], SeenRequest] = partial(
            seen,
            arrived,
            secret,
            at=asked.at,
            status=status,
            faults=_to_look_for(asked, arrived),
            answer_faults=asked.answer_faults,
            signature_check=asked.signature_check,
            codes=asked.codes,
            scenario=name_of(asked.scenario),
        )
        # Not kept as they came: a long body, and one that has the Client Secret in it.
        if len(arrived.body) > _LONGEST_BODY or arrived.for_token:
            self.size = self.record().size

    def record(self) -> SeenRequest:
        """Give the record, what came forgotten."""
        found = self._record
        if found is None:
            found = self._record = self._make()
            del self._make
        return found


def _to_look_for(asked: Asked, arrived: Arrived) -> Iterator[Fault]:
    """Give the faults of a request; those of its headers are looked for only then."""
    called = asked.operation
    before = [fault for one in ("path", "query") for fault in asked.faults_of(one)]
    body = asked.faults_of("body")

    def found() -> Iterator[Fault]:
        yield from before
        if called is not None and called.known:
            for part in ("headers", "signature"):
                yield from faults_in(called, part, arrived.headers)
        yield from body

    return chain(islice(found(), MOST), asked.problems)


def seen(
    request: Arrived,
    secret: str,
    *,
    at: datetime,
    status: int | None,
    faults: Iterable[Fault] = (),
    answer_faults: Iterable[Fault] = (),
    signature_check: Mapping[str, str],
    codes: AnswerCodes = NO_CODES,
    scenario: str = "",
) -> SeenRequest:
    """Record *request* without *secret* and without anything that is a token."""
    forms = _forms_of(secret)

    def safe(text: str) -> str:
        for form in forms:
            text = text.replace(form, MASK)
        return without_secrets(text)

    return SeenRequest(
        at=at,
        method=request.method,
        path=safe(request.path),
        query={
            safe(name): MASK if _HIDDEN_NAMES.search(name) else safe(value)
            for name, value in query_fields(request.query).items()
        },
        headers={
            name: safe(value) for name, value in shown_headers(request.headers).items()
        },
        body=safe(_body(request))[:_LONGEST_BODY],
        status=status,
        faults=tuple(faults),
        answer_faults=tuple(answer_faults),
        signature_check={n: safe(text) for n, text in signature_check.items()},
        codes=codes,
        scenario=scenario,
    )


def _forms_of(secret: str) -> list[str]:
    """Give what a text may have of a secret: itself, its hex, its base64.

    Base64 has three forms, as the secret begins at one of three bits; what also depends
    on the bytes beside it is left out (RFC 4648 section 4).
    """
    data = secret.encode()
    forms = [secret, data.hex()]
    for before in range(3):
        text = base64.b64encode(bytes(before) + data).decode()
        first, end = -(-8 * before // 6), 8 * (before + len(data)) // 6
        forms.append(text[first:end])
    return forms


def shown_headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give the headers as they may be shown: `Authorization: Bearer [redacted]`."""
    return {
        name: _scheme(value) + MASK
        if name.lower() in _HIDDEN_HEADERS
        else without_secrets(value)
        for name, value in headers
    }


def text_of(body: bytes) -> str:
    """Read a body in the encoding that JSON would be read in, without a mark of it."""
    return body.decode(detect_encoding(body), "replace")


def without_secrets(text: str) -> str:
    """Mask whatever has the shape of a token, and JSON members named like a secret."""
    text = _OPAQUE.sub(MASK, _RUNS.sub(lambda run: _without_jwt(run[0]), text))
    kept, at = list[str](), 0  # text[:at] is in kept
    last_quote = 0
    for colon in _COLON.finditer(text):
        quote = text.rfind('"', last_quote, colon.start())
        if colon.start() < at or quote < 0:
            continue
        last_quote = colon.end() - 1
        if _HIDDEN_NAMES.search(text, quote, colon.start()):
            kept += text[at : colon.end()], MASK
            value = _REST_OF_STRING.match(text, colon.end())
            at = last_quote = value.end() if value else colon.end()
    return "".join(kept) + text[at:]


def _without_jwt(run: str) -> str:
    """Mask a run of letters, digits and dots from the beginning of a JWT in it."""
    start = run.find("eyJ")
    while start >= 0:
        dot = run.find(".", start)
        if dot < 0:
            return run
        if dot > start + 3:
            return run[:start] + MASK
        start = run.find("eyJ", dot)
    return run


def _body(request: Arrived) -> str:
    body = text_of(request.body)
    is_json = body.lstrip().startswith(("{", "["))
    kind = request.headers.get("Content-Type", "").partition(";")[0]
    if kind.strip().lower() == _FORM and not is_json:
        return "&".join(
            f"{name}={value}" if name in _SHOWN_FIELDS else f"{_name(name)}={MASK}"
            for name, value in parse_qsl(body, keep_blank_values=True)
        )
    if request.for_token:
        # Whatever it is, a secret is likely to be in it.
        return f"[{len(body)} characters that are no form, not kept]" if body else ""
    return body


def _name(name: str) -> str:
    # A form that was put together wrongly may have a piece of the secret as a name.
    return name if name == "client_secret" else MASK


def _formless(value: str) -> str:
    scheme = _scheme(value)
    words = value[len(scheme) :].split(" ")
    return scheme + " ".join("x" * len(word) for word in words)


def _scheme(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    return f"{scheme} " if space and scheme.lower() in _SCHEMES else ""
