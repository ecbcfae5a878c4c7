"""What may be kept of a request, a response, an error: secrets masked, the rest as is.

Two ways, both always taken: by value (what is secret now, however it is encoded) and by
name or form (`client_secret`, `Authorization`, any JWT).

What this room does not do: outside of JSON it does not find a value whose letters and
digits are encoded as well (%61, &#97;), which no usual encoder does.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, cast

from paynet_nb.errors import CredentialsError
from paynet_nb.wire.redaction.by_name import (
    FORM_VALUE,
    QUERY_VALUE,
    REDACTED,
    SCHEMES,
    mask_fields,
    mask_forms,
    may_name_a_secret,
    names_a_secret,
)
from paynet_nb.wire.redaction.by_value import Hidden, find_all, fingerprint
from paynet_nb.wire.redaction.in_json import is_json, mask_json

__all__ = ["REDACTED", "Redactor", "fingerprint", "knowing_token"]

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)
_TOKEN_MASK = re.compile(r"\[token #([0-9a-f]{8})\]")
_header_is_secret = functools.lru_cache(maxsize=256)(names_a_secret)


def knowing_token(redactor: Redactor, token: str) -> tuple[Redactor, str]:
    """Give a redactor that knows *token*, too, and the fingerprint that it shows."""
    shown = redactor.shown_for(token)
    if shown and (mask := _TOKEN_MASK.fullmatch(shown)):
        return redactor, mask[1]  # known already: no hashing once more
    name = fingerprint(token)
    return redactor.knowing(token, f"[token #{name}]"), name


class Redactor:
    """Masks what is secret, and leaves the rest as it was.

    It keeps the values it knows in closures, as `Secret` does, and is not pickled.

    Args:
        masks: What stands in the place of each value that is secret now. A value of
            less than 4 characters is masked by its name only.
    """

    __slots__ = (
        "_credential",
        "_in_values",
        "_knowing",
        "_sent",
        "_shown_for",
        "_suspicious",
    )

    _credential: Callable[[str], str]
    _in_values: Callable[[str], str]
    _knowing: Callable[[str, str], Redactor]
    _shown_for: Callable[[str], str | None]
    _sent: Callable[[tuple[tuple[str, str | bytes], ...]], Mapping[str, str]]
    _suspicious: Callable[[str], bool]

    def __init__(self, masks: Mapping[str, str] | None = None) -> None:
        known: dict[str, str] = {
            Hidden(value.strip()): mask for value, mask in (masks or {}).items()
        }
        own = sorted(filter(None, known.values()), key=len, reverse=True)
        shown = re.compile(
            rf"({'|'.join(map(re.escape, [*own, REDACTED]))}"
            r"|\[jwt #[0-9a-f]{8}\]|(?<=/)redacted@)"
        )
        hits, in_values = find_all(known, shown)

        def suspicious(text: str) -> bool:
            for hit in hits:  # any() takes half as long again
                if hit in text:
                    return True
            # JSON may escape any letter, as \u0041.
            return ("\\" in text and "\\u00" in text) or may_name_a_secret(text)

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

        def knowing(value: str, mask: str) -> Redactor:
            if known.get(value.strip()) == mask:
                return self
            return Redactor({**known, value: mask})

        object.__setattr__(self, "_shown_for", known.get)
        object.__setattr__(self, "_credential", credential)
        object.__setattr__(self, "_in_values", in_values)
        object.__setattr__(self, "_knowing", knowing)
        object.__setattr__(self, "_sent", functools.lru_cache(8)(self._sent_anew))
        object.__setattr__(self, "_suspicious", suspicious)

    def shown_for(self, value: str) -> str | None:
        """Tell what stands in the place of *value*; None: it is not known here."""
        return self._shown_for(value)

    def knowing(self, value: str, mask: str) -> Redactor:
        """Give a redactor that knows one more value, and what to show instead."""
        return self._knowing(value, mask)

    def text(self, text: str) -> str:
        """Redact any text: an error, a reason phrase, a web page."""
        return self._masked(text) if self._suspicious(text) else text

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
        return self.headers(dict(items))

    def headers(self, headers: Mapping[str, str | bytes]) -> Mapping[str, str]:
        """Redact headers by name and by value.

        Returns:
            The same object when there was nothing to change.
        """
        shown: dict[str, str] = {}
        changed, others = False, []
        for name, value in headers.items():
            text = value if isinstance(value, str) else value.decode("latin-1")
            if _header_is_secret(name):
                text = self._credential(text)
            else:
                others.append(text)
            changed = changed or text != value
            shown[name] = text
        if self._suspicious("\n".join(others)):
            for name, text in shown.items():
                shown[name] = self.text(text)
                changed = changed or shown[name] != text
        return shown if changed else cast("Mapping[str, str]", headers)

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
        # UTF-16 and UTF-32 are ASCII with NUL bytes between.
        dense = raw.replace(b"\0", b"")
        text = dense.decode("utf-8", "surrogateescape")
        if not self._suspicious(text):
            return raw
        form = "urlencoded" in content_type.lower()
        masked = self._masked(text, FORM_VALUE) if form else self._document(text)
        return raw if masked == text else masked.encode("utf-8", "surrogateescape")

    def _masked(self, text: str, parameter: re.Pattern[str] | None = None) -> str:
        # A mask may bring to light what stood in its way: once more after a change.
        for _ in range(4):
            given = text
            text = mask_forms(self._in_values(text))
            text = mask_fields(text, self._credential, parameter)
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
