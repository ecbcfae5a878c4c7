"""`Call`: one exchange with a server, redacted when it was captured."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from paynet_nb import frames
from paynet_nb.display import (
    Html,
    card,
    details,
    facts,
    line,
    path_of,
    preformatted,
    shortened,
    signed,
    table,
    visible,
    whole,
)
from paynet_nb.errors import CallError
from paynet_nb.paynet import AnswerCodes, Outcome, meaning, sent_message_id
from paynet_nb.wire import snippets
from paynet_nb.wire.answer_words import (
    codes_in,
    cut_mark,
    is_forged,
    loudly,
    status_line,
)
from paynet_nb.wire.by_contract import told_of
from paynet_nb.wire.explanation import Explanation, explain
from paynet_nb.wire.json_text import charset_of, parse_json
from paynet_nb.wire.outcome import may_look_good, outcome_of

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["call", "token", "notification"]

_TEXTS = ("environment", "method", "url", "token", "error", "label")
_SHOWN_ROWS = 5
_SHOWN_FIELDS = 10
_ROOM = 105  # characters in a card's line
_SHOWN_NAMES = 3
_SHOWN_BEGIN = 300  # characters of an answer that is no JSON
_SHOWN_TEXT = 2_000  # characters


@dataclass(frozen=True, kw_only=True)
class Call:
    """One exchange: what was sent, what came back; neither secret nor token is in it.

    Its texts are whole: half of a character, as in a label that was cut, is U+FFFD.

    What a client gives back has the answer as it came, but for what is secret now; what
    is kept, shown or exported of it is masked by name and form, too: see `kept`.

    Attributes:
        kind: "call", "token" (of the token endpoint), "notification" (PayNet's call).
        environment: The environment's name.
        method: The HTTP method.
        url: The whole URL.
        request_headers: As sent.
        request_body: As sent; None: there was none.
        status: The HTTP status; None: there was no answer.
        headers: Of the answer; names compare without case.
        body: Of the answer, its content coding undone.
        sent_at_s: When it was sent (Unix time, seconds).
        elapsed_s: Seconds until the answer was there, or until it failed.
        request_bytes: Length of the body sent.
        response_bytes: Length of the body received.
        attempt: 1, or more where the same request was sent again.
        token: Fingerprint of the token used, or of the one obtained; None: no token.
        error: Why there was no answer; None: there was one. Also which error of a hook
            kept it back, and what of a row of a journal is damaged.
        label: A name that the user gave the call.
        request_body_cut: Bytes that a history cut off the end of the body sent.
        body_cut: Bytes that a history cut off the end of the answer's body.
        signature: "good", "good, without the body" (DuitNow Pay), "wrong: ...",
            "missing", "not checked: ...", "not known to be signed" (merchant calls,
            version 2); "" for other calls, and where there was no answer.
        cut_codes: PayNet's codes and the message ID, as they were when a history cut
            a body; None: they are read in the bodies.
    """

    kind: Kind
    environment: str
    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes | None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    sent_at_s: float
    elapsed_s: float
    request_bytes: int
    response_bytes: int = 0
    attempt: int = 1
    token: str | None = None
    error: str | None = None
    label: str = ""
    request_body_cut: int = 0
    body_cut: int = 0
    signature: str = ""
    cut_codes: AnswerCodes | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        fields = self.__dict__
        for name in _TEXTS:
            text = fields[name]
            if text and not text.isascii():
                object.__setattr__(self, name, whole(text))

    @property
    def kept(self) -> Call:
        """The call as the history has it, fully redacted; most often the same one."""
        kept: Call = self.__dict__.get("_kept", self)
        return kept

    @property
    def sent_at(self) -> datetime:
        """When it was sent (UTC)."""
        return datetime.fromtimestamp(self.sent_at_s, UTC)

    @property
    def text(self) -> str:
        """The answer's body as text; what is no text in its charset is replaced.

        Where a history cut it, the end says so: "[cut: 1,234 more bytes]".
        """
        charset = charset_of(self.headers.get("Content-Type", ""))
        return self.body.decode(charset, "replace") + cut_mark(self.body_cut)

    @property
    def is_text(self) -> bool:
        """Whether the answer's body is text in its charset."""
        text = self.text
        return "\0" not in text and "\N{REPLACEMENT CHARACTER}" not in text

    @property
    def request_text(self) -> str | None:
        """The body sent as text, as `text` is that of the answer; None: none was."""
        if self.request_body is None:
            return None
        sent = self.request_body.decode("utf-8", "replace")
        return sent + cut_mark(self.request_body_cut)

    def json(self) -> Any:
        """Parse the body; numbers become `int` or `Decimal`, never `float`.

        Where a name stands twice in one object, the last value counts, and a warning
        says so, unless the body is longer than 1 MB.

        Returns:
            The parsed value; None for an empty body.

        Raises:
            CallError: The body is not JSON, or a history cut it.
        """
        if self.body_cut:
            raise CallError(
                f"the answer to {self.method} {self.path} was cut at "
                f"{len(self.body):,} bytes in the history ({self.body_cut:,} more "
                "came); a larger History(max_body_bytes=...) keeps the next one",
                call=self,
            )
        if not self.body.strip():
            return None
        try:
            return parse_json(
                self.body,
                self.headers.get("Content-Type", ""),
                on_repeated=self._warn_of_repeated,
            )
        except ValueError as error:
            problem = str(error)
        kind = self.headers.get("Content-Type", "unknown content")
        raise CallError(
            f"the answer to {self.method} {self.path} is {visible(kind)}, not JSON "
            f"({problem}); look at call.text",
            call=self,
        )

    def _warn_of_repeated(self, names: list[str]) -> None:
        told = ", ".join(visible(repr(name)) for name in names[:_SHOWN_NAMES])
        warnings.warn(
            f"the answer to {self.method} {self.path} has {told} twice in one object; "
            "here the last value counts, call.text has all",
            stacklevel=4,
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tabulate the whole answer: the root and one table per nested list.

        Returns:
            The tables by name, with the columns that `paynet_nb.tables` tells.

        Raises:
            CallError: The body is not JSON, or a history cut it.
        """
        return frames.tables(self.json())

    def to_frame(self) -> pd.DataFrame:
        """Tabulate the answer's one list of records, or its fields as one row.

        Returns:
            Columns: the record's fields (`urls[]` is the length of a list), then those
            around the list, the same in each row, as `root.header.status.code`. A text
            stays a text and no number is a float; what is not there is pd.NA.

        Raises:
            CallError: The body is not JSON, or a history cut it.
        """
        return frames.main_table(self.json())

    def explain(self) -> Explanation:
        """Say what happened, whether money moves, what to do, whether to send again."""
        return explain(self)

    def to_curl(self, *, personal: bool = False) -> str:
        """Write the request as a cURL command; see `snippets.to_curl`."""
        return snippets.to_curl(self, personal=personal)

    def to_python(self, *, personal: bool = False) -> str:
        """Write the request as a Python program; see `snippets.to_python`."""
        return snippets.to_python(self, personal=personal)

    def to_http(self, *, personal: bool = False) -> str:
        """Write the request for an editor's HTTP client; see `snippets.to_http`."""
        return snippets.to_http(self, personal=personal)

    @cached_property
    def outcome(self) -> Outcome:
        """What came of it, from the HTTP status and PayNet's codes.

        "good"; "refused": PayNet's answer says no, whatever its status; "unknown": a
        payment that nobody answered, that waits, or whose answer has a code not known
        here, hints at a failure or is no JSON, and each answer that is `forged`: ask
        PayNet before it is sent again; "failed": another status than 2xx, or no answer.
        """
        told = self.kind, self.method, self.status, self.error, self.signature
        return outcome_of(*told, self.codes)

    @property
    def code(self) -> str | None:
        """PayNet's code in the answer, such as "RJCT"; None: the answer has none."""
        return self.codes.code or None

    @property
    def reason(self) -> str | None:
        """PayNet's reason code in the answer, such as "U112"; None: there is none."""
        return self.codes.reason

    @property
    def description(self) -> str | None:
        """PayNet's words in the answer; None: there are none."""
        return self.codes.description

    @cached_property
    def message_id(self) -> str | None:
        """The message ID in the answer, else the one that was sent; None: neither is.

        After a time-out it is what to ask PayNet about.
        """
        told = self.codes.message_id or sent_message_id(self.request_headers, self.url)
        if told or not self.request_body:
            return told
        return codes_in(self.request_body).message_id

    @cached_property
    def codes(self) -> AnswerCodes:
        """What the answer's body says; the code is "" where it cannot be read."""
        body = b"{" if self.body_cut else self.body  # of which the end is missing
        wary = may_look_good(self.kind, self.method, self.url, self.status)
        kind = self.headers.get("Content-Type", "")
        return self.cut_codes or codes_in(body, kind, wary=wary)

    @cached_property
    def _by_contract(self) -> str:
        # Where it is shown, so that a call that nobody looks at is not held to it.
        return told_of(self)

    @property
    def status_in_words(self) -> str:
        """Outcome, status and PayNet's codes: "refused, 200 OK, RJCT ..."."""
        words = self.outcome, self.answer_in_words, self.codes_in_words
        return ", ".join(filter(None, words))

    @property
    def forged(self) -> bool:
        """Whether the answer is not to be believed, as its `signature` tells."""
        return is_forged(self.status, self.signature)

    @property
    def answer_in_words(self) -> str:
        """Status and phrase, "200 OK", or why there was no answer; a forgery, too."""
        if self.status is None:
            return visible(f"no answer: {self.error}")
        words = status_line(self.status)
        words += f", {loudly(self.signature)}" if self.forged else ""
        if self.codes.code == "" and self.outcome == "unknown":
            words += ", cut in the history" if self.body_cut else ", not JSON"
        return visible(f"{words}, {self.error}") if self.error else words

    @property
    def codes_in_words(self) -> str:
        """PayNet's codes and their meanings; "" where the answer has none."""
        told = dict.fromkeys(filter(None, (self.code, self.reason)))
        # Of an HTTP error the code may be of any server's.
        other = "is not known here" if self.outcome == "unknown" else ""
        words = (f"{code} {meaning(code) or other}".rstrip() for code in told)
        return visible(", ".join(words))

    @property
    def signed_outcome(self) -> str:
        """The outcome with its sign, which tells it without colour: "! refused"."""
        return signed(self.outcome)

    @property
    def path(self) -> str:
        """The path of the URL, without the query."""
        return path_of(self.url)

    def __repr__(self) -> str:
        told = f"; {self._by_contract}" if self._by_contract else ""
        return (
            f"<Call {visible(self.method)} {self.path}: {self.status_in_words}, "
            f"{self.elapsed_s * 1000:.0f} ms{told}>"
        )

    def _repr_html_(self) -> str:
        told = [self.codes_in_words]
        if self.outcome != "good":
            said = shortened(self.description or "", _SHOWN_BEGIN)
            if said.casefold() not in told[0].casefold():
                told = [". ".join(filter(None, [*told, said]))]
            told.append(self.explain().in_short)
        told.append(self._by_contract)
        return card(
            f"{self.method} {self.path}",
            *filter(None, told),
            *self._answer_html(),
            state=self.outcome,
            beside=self._beside,
        )

    @property
    def _beside(self) -> str:
        facts = [self.answer_in_words, f"{self.elapsed_s * 1000:,.0f} ms"]
        facts += [f"attempt {self.attempt}"] * (self.attempt > 1)
        facts += ["signature good"] * (self.signature == "good")
        facts += [f"token #{self.token}"] * bool(self.token) + [self.label]
        return ", ".join(filter(None, facts))

    def _answer_html(self) -> list[object]:
        fit = self.outcome == "good" or not self.codes_in_words
        shown, note = self._body_html() if fit and self.body.strip() else (Html(), "")
        text = self.text.removesuffix(cut_mark(self.body_cut))
        whole_text = shortened(text, _SHOWN_TEXT) + cut_mark(self.body_cut)
        folded = [
            details("request", facts({"URL": self.url, **self.request_headers})),
            details("headers", facts(self.headers)) if self.headers else "",
            details("answer", preformatted(whole_text)) if whole_text.strip() else "",
        ]
        return [shown, line(note, *folded)]

    def _body_html(self) -> tuple[object, str]:
        """Show what fits of the answer, and say what is left out."""
        try:
            frame = self.to_frame()
        except CallError:
            return shortened(self.text, _SHOWN_BEGIN), ""
        rows, columns = frame.shape
        if rows == 1:
            texts = frames.record_texts(frame)
            if self.outcome != "good" and [*texts.values()] == [self.description]:
                return Html(), ""  # it is told already
            # One below the other: side by side most fields would be out of sight.
            fields = [*texts.items()][:_SHOWN_FIELDS]
            half = (len(fields) + 1) // 2
            halves = dict(fields[:half]), dict(fields[half:])
            note = f"{len(fields)} of {columns} fields: call.to_frame() has all"
            found = line(*(facts(half) for half in halves if half))
            return found, note if len(fields) < columns else ""
        if frame.empty:
            return Html(), ""
        headings, cells = frames.fitting(frame, most_rows=_SHOWN_ROWS, room=_ROOM)
        shown = len(cells), len(headings)
        if shown == (rows, columns):
            return table(headings, cells), ""
        note = f"{shown[0]} of {rows} rows, {shown[1]} of {columns} columns"
        return table(headings, cells), f"{note}: call.to_frame() has all"
