"""A request as the contract reads it: which call it is, its parts, its faults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from json import detect_encoding, dumps, loads
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl

from werkzeug import Request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException

from paynet_nb.display import KUALA_LUMPUR
from paynet_nb.paynet import (
    AnswerCodes,
    Fault,
    Operation,
    faults,
    find_operation,
    path_values,
)

if TYPE_CHECKING:
    from paynet_nb.sandbox.scenarios import Scenario

MOST = 100  # faults of a part; a stranger may send a list of a million
NO_CODES = AnswerCodes()
_NO_JSON = "JSON that can be read"
_FORM = "application/x-www-form-urlencoded"


class Asked:
    """A request, and what is found out about it while it is answered.

    What is in a part of it, and what is wrong there, is found out when that is asked.

    Args:
        request: As it came.
        at: When it had been read (UTC, the sandbox's time).
        scenario: What is in force for it.
        is_meant: Whether its Host header has a name of the sandbox's.

    Attributes:
        problems: What is wrong with it beside the faults of its parts.
        signature_check: Of a call refused for its signature: what is wrong.
        codes: PayNet's, or OAuth's, in what is answered.
        answer_faults: What the contract finds wrong with what is answered.
    """

    def __init__(
        self,
        request: Request,
        at: datetime,
        scenario: Scenario,
        *,
        is_meant: bool = True,
    ) -> None:
        self.request = request
        self.at = at
        self.scenario = scenario
        self.is_meant = is_meant
        self.problems: list[Fault] = []
        self.signature_check: Mapping[str, str] = {}
        self.codes = NO_CODES
        self.answer_faults: list[Fault] = []
        self._faults: dict[str, list[Fault]] = {}

    @cached_property
    def operation(self) -> Operation | None:
        """The call of the contract; None: the contract has none like it."""
        # HEAD is GET without the answer's body (RFC 9110 section 9.3.2).
        method = "GET" if self.request.method == "HEAD" else self.request.method
        return find_operation(method, self.request.path)

    @property
    def family(self) -> str:
        """The call's family; "": the contract has no such call."""
        return self.operation.family if self.operation else ""

    @cached_property
    def path(self) -> dict[str, str]:
        """What stands for the {names} of the call's path."""
        called = self.operation
        named = called is not None and "{" in called.path
        return path_values(called, self.request.path) if called and named else {}

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's fields; of a repeated one the first value."""
        return query_fields(self.request.query_string)

    @property
    def headers(self) -> Headers:
        """The headers, by their names in any case."""
        return self.request.headers

    @property
    def bearer(self) -> str | None:
        """What stands behind "Bearer"; None: the header is not there, or another."""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    @property
    def data(self) -> bytes:
        """The body as it came."""
        return self.request.get_data()

    @property
    def body(self) -> Any:
        """The body: parsed JSON, a form's fields, None where there is none to read."""
        return self._body[0]

    @cached_property
    def _body(self) -> tuple[Any, bool]:
        """The body, and whether it can be read."""
        try:
            if self.family == "token" or self.request.mimetype == _FORM:
                return self.request.form.to_dict(), True
            return read_json(self.data) if self.data else None, True
        except (HTTPException, ValueError, RecursionError):
            return None, False

    @cached_property
    def local_time(self) -> str:
        """The time as v1 and v2 write it: Malaysian, without a zone.

        In each answer of PayNet's sandbox that was seen the fraction is .000.
        """
        here = self.at.astimezone(KUALA_LUMPUR).replace(tzinfo=None, microsecond=0)
        return here.isoformat(timespec="milliseconds")

    @property
    def today(self) -> str:
        """The day in Malaysia, YYYY-MM-DD."""
        return self.local_time[:10]

    def faults_of(self, part: str) -> list[Fault]:
        """List what the contract finds wrong with a part ("path", "query"...).

        `MOST` at most.
        """
        found = self._faults.get(part)
        if found is None:
            found = self._faults[part] = self._look_at(part)[:MOST]
        return found

    def _look_at(self, part: str) -> list[Fault]:
        called = self.operation
        if called is None or not called.known or (part == "path" and not self.path):
            return []
        if part != "body" or self._body[1]:
            try:
                return faults_in(called, part, getattr(self, part))
            except (ValueError, RecursionError):
                pass  # nested deeper than the validator reads: as good as no JSON
        kind = f"{len(self.data):,} bytes that are none"
        return [Fault("body", "format", _NO_JSON, kind, called.sure, called.source)]


def faults_in(called: Operation, part: str, value: Any) -> list[Fault]:
    """List the faults of a part, their places named like "body.customer.name".

    What was sent is in none of them.
    """
    return [
        fault._replace(location=f"{part}.{fault.location}".rstrip("."))
        for fault in faults(called, part, value)
    ]


def query_fields(query: bytes) -> dict[str, str]:
    """Read the fields of a query; of a repeated one the first value."""
    fields = dict[str, str]()
    for name, value in parse_qsl(
        query.decode(errors="replace"), keep_blank_values=True
    ):
        fields.setdefault(name, value)
    return fields


def read_json(body: bytes) -> Any:
    """Parse a body without making floats of its numbers.

    Raises:
        ValueError: It is no JSON, or has half a character in it.
        RecursionError: It is nested deeper than Python reads.
    """
    text = body.decode(detect_encoding(body))
    found = loads(text, parse_float=_decimal, parse_constant=_refuse_constant)
    if "\\u" in text:
        # Half of a surrogate pair (RFC 8259 section 8.2) could not be written again.
        dumps(found, ensure_ascii=False, default=str).encode()
    return found


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError("a number that is too large or too small") from None


def _refuse_constant(name: str) -> NoReturn:
    # RFC 8259 section 6: NaN and Infinity are no JSON.
    raise ValueError(name)
