"""What may be kept of a request, a response, an error: secrets masked, the rest as is.

Two ways, both always taken: by value (what is secret now, however it is encoded) and by
name or form (`client_secret`, `Authorization`, any JWT).

What this room does not do: it does not find a value that was compressed or encrypted,
encoded three times over, or written as no gateway, proxy or page is known to write one
(full-width letters, base85, uuencode, backwards); nor in base32 or in base64 of base64
one so short that each text has its like; nor one that a line end breaks beside a space
or "=" of its own.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, cast

from paynet_nb.errors import CredentialsError
from paynet_nb.wire.header_fields import header_values
from paynet_nb.wire.redaction.by_name import (
    FORM_VALUE,
    QUERY_VALUE,
    REDACTED,
    SCHEMES,
    mask_fields,
    mask_forms,
    may_name_a_secret,
)
from paynet_nb.wire.redaction.by_reading import Hidden
from paynet_nb.wire.redaction.by_value import find_all, fingerprint, is_ordinary
from paynet_nb.wire.redaction.encodings import readings
from paynet_nb.wire.redaction.in_json import is_json, mask_json
from paynet_nb.wire.redaction.names import may_be_shown, names_a_secret
from paynet_nb.wire.shareable import MASK

__all__ = ["REDACTED", "Redactor", "fingerprint", "knowing_token", "knowing_tokens"]

_ROUNDS = 4
_BETWEEN = "\x1f"  # no line end: between those a secret may be broken
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)
_TOKEN_MASK = re.compile(r"\[token #([0-9a-f]{8})\]")
_header_is_secret = functools.lru_cache(maxsize=256)(names_a_secret)


def _as_text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def knowing_token(redactor: Redactor, token: str) -> tuple[Redactor, str]:
    """Give a redactor that knows *token*, too, and the fingerprint that it shows."""
    shown = redactor.shown_for(token)
    if shown and (mask := _TOKEN_MASK.fullmatch(shown)):
        return redactor, mask[1]  # known already: no hashing once more
    name = fingerprint(token)
    return redactor.knowing(token, f"[token #{name}]"), name


def knowing_tokens(redactor: Redactor, tokens: Iterable[str]) -> Redactor:
    """Give a redactor that knows all *tokens*, too."""
    masks = {token: f"[token #{fingerprint(token)}]" for token in tokens}
    return redactor.joined(Redactor(masks))


def _masks_shown(known: Mapping[str, str]) -> re.Pattern[str]:
    own = sorted(filter(None, {*known.values()}), key=len, reverse=True)
    return re.compile(
        rf"({'|'.join(map(re.escape, [*own, REDACTED]))}"
        r"|\[jwt #[0-9a-f]{8}\]|(?<=/)redacted@)"
    )


def _credential(
    known: Mapping[str, str], in_values: Callable[[str], str], shown: re.Pattern[str]
) -> Callable[[str], str]:
    """Give what masks the value under a secret's name; its scheme stays readable."""

    def credential(text: str) -> str:
        scheme, gap, rest = text.partition(" ")
        if scheme.lower() not in SCHEMES:
            scheme, gap, rest = "", "", text
        if rest in known:
            return f"{scheme}{gap}{known[rest]}"
        masked = mask_forms(in_values(rest))
        if masked.strip() and not shown.fullmatch(masked.strip()):
            masked = REDACTED
        return f"{scheme}{gap}{masked}"

    return credential


class Redactor:
    """Masks what is secret, and leaves the rest as it was.

    It keeps the values it knows in closures, as `Secret` does, and is not pickled.

    Args:
        masks: What stands in the place of each value that is secret now. A value that
            is short or common ("1234", "test") is masked as a whole value, and by place
            and name, so that no other word or amount changes.
        by_name: Mask by name and by form, too; if not, what is live only.
    """

    __slots__ = (
        "_by_value",
        "_credential",
        "_in_name",
        "_in_values",
        "_join",
        "_joined_by",
        "_knowing",
        "_plain_names",
        "_sent",
        "_shown_for",
        "_suspicious",
        "_whole",
    )

    _by_value: Callable[[], Redactor]
    _credential: Callable[[str], str] | None
    _in_name: Callable[[str], str]
    _in_values: Callable[[str], str]
    _join: Callable[[Redactor], Redactor]
    _joined_by: Callable[[Mapping[str, str]], Redactor]
    _knowing: Callable[[str, str], Redactor]
    _plain_names: Callable[[tuple[str, ...]], bool]
    _shown_for: Callable[[str], str | None]
    _sent: Callable[[tuple[tuple[str, str | bytes], ...]], Mapping[str, str]]
    _suspicious: Callable[[str], bool]
    _whole: Callable[[str], str]

    def __init__(
        self, masks: Mapping[str, str] | None = None, *, by_name: bool = True
    ) -> None:
        known: dict[str, str] = {
            Hidden(value.strip()): mask for value, mask in (masks or {}).items()
        }
        shown = _masks_shown(known)
        may_find, in_values = find_all(known, shown)
        credential = _credential(known, in_values, shown) if by_name else None
        ordinary = {value: known[value] for value in known if is_ordinary(value)}
        lower = [Hidden(value.lower()) for value in known if value not in ordinary]

        def suspicious(text: str) -> bool:
            return (
                may_find(text)
                or (bool(ordinary) and any(map(text.__contains__, ordinary)))
                or (by_name and may_name_a_secret(text))
            )

        def in_name(name: str) -> str:
            # Names of headers may have come in other letters (RFC 9110 section 5.1).
            plain = name.lower()
            return REDACTED if any(value in plain for value in lower) else name

        def whole(text: str) -> str:
            return ordinary.get(text.strip(), text) if ordinary else text

        def knowing(value: str, mask: str) -> Redactor:
            if known.get(value.strip()) == mask:
                return self
            return Redactor({**known, value: mask}, by_name=by_name)

        def join(others: Mapping[str, str]) -> Redactor:
            if others.keys() <= known.keys():
                return self
            return Redactor({**others, **known}, by_name=by_name)

        keep = functools.partial(object.__setattr__, self)
        keep("_by_value", functools.cache(lambda: Redactor(known, by_name=False)))
        keep("_shown_for", known.get)
        keep("_credential", credential)
        keep("_in_name", in_name)
        keep("_in_values", in_values)
        keep("_join", lambda other: other._joined_by(known))
        keep("_joined_by", join)
        keep("_knowing", knowing)
        keep("_plain_names", functools.lru_cache(8)(self._are_plain))
        keep("_sent", functools.lru_cache(8)(self._sent_anew))
        keep("_suspicious", suspicious)
        keep("_whole", whole)

    @property
    def by_value(self) -> Redactor:
        """What masks live values only, as the caller of an API gets its answer."""
        return self._by_value()

    def joined(self, other: Redactor) -> Redactor:
        """Give a redactor that knows what both know."""
        return self if other is self else self._join(other)

    def shown_for(self, value: str) -> str | None:
        """Tell what stands in the place of *value*; None: it is not known here."""
        return self._shown_for(value)

    def knowing(self, value: str, mask: str) -> Redactor:
        """Give a redactor that knows one more value, and what to show instead."""
        return self._knowing(value, mask)

    def text(self, text: str) -> str:
        """Redact any text: an error, a reason phrase, a web page."""
        return self._masked(text) if self._suspicious(text) else text

    def rules_out(
        self, url: str, headers: Mapping[str, str], body: bytes, content_type: str
    ) -> bool:
        """Tell fast, by one look at all of an answer, that there is nothing to mask."""
        texts = [text for text, _, _ in readings(body, content_type)]
        if len(texts) != 1 or not self._plain_names(tuple(headers)):
            return False
        # One search through all of it, beside the names: servers send the same ones.
        whole = _BETWEEN.join([url, *header_values(headers), *texts])
        return not self._suspicious(whole)

    def _are_plain(self, names: tuple[str, ...]) -> bool:
        """Tell whether there is nothing to mask in headers for their names."""
        joined = _BETWEEN.join(names)
        return (
            not any(map(names_a_secret, names))
            and self._in_name(joined) == joined
            and not self._suspicious(joined)
        )

    def url(self, url: str) -> str:
        """Redact a URL: its user name, path, query and fragment."""
        if not self._suspicious(url):
            return url
        # By themselves: before base64 in a path, port and slash pass for more of it.
        origin = _ORIGIN.match(url)
        start = origin[0] if origin else ""
        rest = self._masked(url[len(start) :], QUERY_VALUE)
        slash = "/" if start and rest.startswith("[") else ""
        return f"{self._masked(start)}{slash}{rest}"

    def sent_headers(self, headers: Mapping[str, str | bytes]) -> Mapping[str, str]:
        """Redact the headers of a request, most often the same as of the last one."""
        # A copy: who changes the headers of one call changes no other's.
        return dict(self._sent(tuple(headers.items())))

    def _sent_anew(
        self, items: tuple[tuple[str, str | bytes], ...]
    ) -> Mapping[str, str]:
        # What reads like a mask and is none may stand for no secret in a snippet.
        typed = {
            name: REDACTED if MASK.search(_as_text(value)) else value
            for name, value in items
        }
        return {
            name: text if may_be_shown(name) or not text else self._hidden(text)
            for name, text in self.headers(typed).items()
        }

    def _hidden(self, text: str) -> str:
        return self._credential(text) if self._credential else text

    def headers(self, headers: Mapping[str, str | bytes]) -> Mapping[str, str]:
        """Redact headers by name and by value, their names by value.

        Returns:
            The same object when there was nothing to change.
        """
        shown: dict[str, str] = {}
        changed, others = False, []
        for name, value in headers.items():
            text = _as_text(value)
            if self._credential and _header_is_secret(name):
                text = self._credential(text)
            else:
                others.append(text)
            changed = changed or text != value
            shown[name] = text
        if self._suspicious(_BETWEEN.join(others)):
            for name, text in shown.items():
                shown[name] = self._in_text(text) if self._suspicious(text) else text
                if not (may_be_shown(name) or text.isdecimal()):
                    shown[name] = self._whole(shown[name])
                changed = changed or shown[name] != text
        names = _BETWEEN.join(shown)
        if self._in_name(names) != names or self._suspicious(names):
            safe = {self._safe_name(name): text for name, text in shown.items()}
            changed, shown = changed or safe.keys() != shown.keys(), safe
        return shown if changed else cast("Mapping[str, str]", headers)

    def _safe_name(self, name: str) -> str:
        masked = self._in_name(self._in_values(name))
        return mask_forms(masked) if self._credential else masked

    def body(self, body: bytes | str | None, content_type: str = "") -> bytes | None:
        """Redact a body; JSON stays JSON of the same structure.

        Args:
            body: As sent or received, its content coding undone.
            content_type: The header that came with it.

        Returns:
            The same object when there was nothing to change; None: there is no body.
        """
        if body is None:
            return None
        raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        # In each way that it may be read; a change may bring something to light.
        for _ in range(_ROUNDS):
            masked = self._masked_once(raw, content_type)
            if masked is raw:
                break
            raw = masked
        return raw

    def _masked_once(self, raw: bytes, content_type: str) -> bytes:
        for text, encoding, errors in readings(raw, content_type):
            if not self._suspicious(text):
                continue
            form = "urlencoded" in content_type.lower() and not is_json(text)
            masked = self._masked(text, FORM_VALUE) if form else self._document(text)
            if masked != text:
                return masked.encode(encoding, errors)
        return raw

    def _masked(self, text: str, parameter: re.Pattern[str] | None = None) -> str:
        return self._whole(self._in_text(text, parameter))

    def _in_text(self, text: str, parameter: re.Pattern[str] | None = None) -> str:
        if self._credential is None:
            return self._in_values(text)
        # A mask may bring to light what stood in its way: once more after a change.
        for _ in range(_ROUNDS):
            given = text
            text = mask_forms(self._in_values(text))
            text = mask_fields(text, self._credential, self._whole, parameter)
            if text == given:
                break
        return text

    def _document(self, text: str) -> str:
        if not is_json(text):
            return self._masked(text)
        text = mask_json(
            text,
            suspicious=self._suspicious,
            in_string=lambda text: (
                self._document(text) if self._suspicious(text) else text
            ),
            in_name=lambda text: (
                self._in_text(text) if self._suspicious(text) else text
            ),
            in_values=self._in_values,
            credential=self._credential,
        )
        # A secret with quotes in it may have passed for JSON: "abc", or a","b.
        return self._in_values(text)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a redactor is not changed; knowing() gives another one")

    def __copy__(self) -> Redactor:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Redactor:
        return self

    def __reduce__(self) -> NoReturn:
        raise CredentialsError(
            "a redactor is not pickled, it knows secrets; make one in the other process"
        )
