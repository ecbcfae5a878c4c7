"""The steps of `merchant-rsa`, and what may have gone wrong in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import islice, takewhile
from typing import Any
from urllib.parse import urlencode, urlsplit

from paynet_nb.auth.signing.explaining.evidence import Evidence
from paynet_nb.auth.signing.explaining.held_keys import Held
from paynet_nb.auth.signing.explaining.report import Cause, Step
from paynet_nb.auth.signing.explaining.rsa_search import cause_of, examine
from paynet_nb.auth.signing.explaining.token_parts import take_apart
from paynet_nb.auth.signing.explaining.variants import BYTES, Variant, now
from paynet_nb.auth.signing.json_bytes import minified
from paynet_nb.auth.signing.merchant_fields import (
    FIELD_LISTS,
    FieldList,
    field_list,
    in_cents,
)
from paynet_nb.errors import SigningError
from paynet_nb.wire import parse_json

_ID = re.compile(r"\d{8}[A-Z0-9]{8}\d{3}(?:[OHR][A-Z]{2})?\d{8}")
_NEIGHBOURS = 20
_SEARCH_S = 0.15
_ALWAYS = 500  # tried however long it takes: Python's collector pauses a thread, too
_SEPARATORS = ("", " ", ",", "|", ";", "&", "\n", ".", "-", "+", ":", ", ", "\r\n")
Case = tuple[list[Step], list[Cause]]
_Field = tuple[str, str]  # its name in the list, its text
_Change = tuple[str, str, list[_Field]]


def merchant_case(evidence: Evidence, held: Held, *, search: bool) -> Case:
    """Go through a call of a merchant API.

    Raises:
        SigningError: What this call signs is not published.
    """
    known = field_list(evidence.method, evidence.url)
    causes = _of_token(evidence)
    values = _values(evidence)
    fields = [(name, _text(name, values)) for name in known.fields]
    missing = [name for name, text in fields if not text]
    if missing:
        told = f"{', '.join(missing)} is missing in the request, and is signed"
        causes.append(cause_of("missing_field", told))
    due = "".join(text for _, text in fields)
    steps = [
        Step(
            "string to sign",
            ", ".join(n.lstrip("=") for n in known.fields),
            due,
            "",
            None,
        ),
        _check_key_id(evidence, held, causes),
    ]
    signature = evidence.header("X-Signature")
    if not signature:
        causes.append(cause_of("no_signature", "there is no X-Signature header"))
        steps.append(Step("signature", "", "X-Signature", "none", agrees=False))
        return steps, causes
    client_id = held.client_id or str(take_apart(evidence).claims.get("sub") or "")

    def candidates() -> Iterator[Variant]:
        found = _Texts(known, fields, values, evidence, client_id).variants()
        return _in_time(found) if search else iter(())

    found = examine(
        signature,
        due.encode(),
        held,
        url=False,
        hashes=("sha256",),
        candidates=candidates,
    )
    causes += found.causes
    return [*steps, found.step], causes


def _in_time(found: Iterator[Variant]) -> Iterator[Variant]:
    until = now() + _SEARCH_S
    yield from islice(found, _ALWAYS)
    yield from takewhile(lambda _: now() < until, found)


def _of_token(evidence: Evidence) -> list[Cause]:
    token = take_apart(evidence)
    if not evidence.header("Authorization"):
        return [cause_of("no_token", "there is no access token beside the signature")]
    if "ds" in token.claims:
        told = "a JWS was sent where the OAuth access token is due"
        return [cause_of("jws_for_oauth", told)]
    return []


def _values(evidence: Evidence) -> dict[str, Any]:
    if evidence.method == "GET":
        return dict(evidence.query)
    try:
        found = parse_json(evidence.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(name: str, values: dict[str, Any]) -> str:
    if name.startswith("="):
        return name[1:]
    if name == "amount":
        try:
            return in_cents(values.get(name))
        except SigningError:
            pass
    value = values.get(name)
    return "" if value is None else str(value)


def _check_key_id(evidence: Evidence, held: Held, causes: list[Cause]) -> Step:
    sent = evidence.header("X-Signature-Key")
    due = held.keys[0].serial if held.keys else None
    good = sent == due if due else None
    if not sent:
        causes.append(cause_of("no_key_id", "there is no X-Signature-Key header"))
        good = False
    elif not re.fullmatch(r"[0-9a-f]{1,40}", sent) or (
        due and _same(sent, due) and not good
    ):
        told = f"X-Signature-Key {sent} has not the form of a serial number in hex"
        causes.append(cause_of("key_id_form", told))
        good = False
    elif due and not good:
        told = f"X-Signature-Key names the certificate {sent}, and the key's is {due}"
        causes.append(cause_of("key_id_of_another", told))
    return Step(
        "name of the key", "certificate", due or "its serial number", sent, good
    )


def _same(sent: str, due: str) -> bool:
    """Tell whether a name is the serial number in another form."""
    bare = re.sub(r"[:\s-]|^0x", "", sent.lower()).lstrip("0")
    return bare == due.lstrip("0") or (sent.isdigit() and int(sent) == int(due, 16))


class _Texts:
    """The texts that may have been signed in place of the right one."""

    def __init__(
        self,
        known: FieldList,
        fields: list[_Field],
        values: dict[str, Any],
        evidence: Evidence,
        client_id: str,
    ) -> None:
        self._known = known
        self._fields = fields
        self._values = values
        self._evidence = evidence
        self._client_id = client_id

    def variants(self) -> Iterator[Variant]:
        """Give them: one change first, then two."""
        changes = [*self._changes(self._fields)]
        yield from map(_joined, changes)
        yield from self._whole()
        plain = "".join(text for _, text in self._fields).encode()
        yield from _of_bytes((), (), plain)
        for separator in _SEPARATORS[1:]:
            told = f"{separator!r} between its values"
            text = separator.join(text for _, text in self._fields).encode()
            yield Variant(("separator",), (told,), text)
            yield from _of_bytes(("separator",), (told,), text)
        for code, words, fields in changes:
            text = "".join(text for _, text in fields).encode()
            yield from _of_bytes((code,), (words,), text)
            for separator in _SEPARATORS[1:]:
                data = separator.join(text for _, text in fields).encode()
                told = f"{separator!r} between its values"
                yield Variant((code, "separator"), (words, told), data)
        near = [one for one in changes if one[0] != "other_message"]
        for code, words, fields in near:
            for second, more, twice in self._changes(fields):
                if second != "other_message":
                    text = "".join(text for _, text in twice).encode()
                    yield Variant((code, second), (words, more), text)

    def _changes(self, fields: list[_Field]) -> Iterator[_Change]:
        yield from self._of_client_id(fields)
        yield from self._of_amount(fields)
        yield from self._of_order(fields)
        yield from self._of_names(fields)
        yield from self._of_ids(fields)

    def _of_client_id(self, fields: list[_Field]) -> Iterator[_Change]:
        places = [at for at, (name, _) in enumerate(fields) if name == "clientId"]
        for other, told in ((self._client_id, "the OAuth Client ID"), ("", "nothing")):
            if not other and told != "nothing":
                continue
            for some in (places, places[:1], places[1:]):
                made = _replaced(fields, dict.fromkeys(some, other))
                if some and made != fields and other:
                    yield "client_id", f"{told} for the merchant ID", made

    def _of_amount(self, fields: list[_Field]) -> Iterator[_Change]:
        for at, (name, text) in enumerate(fields):
            if name != "amount":
                continue
            raw = str(self._values.get("amount"))
            for way in dict.fromkeys([raw, *_ways(text)]):
                if way != text:
                    told = f"the amount as {way!r} for {text!r}"
                    yield "amount", told, _replaced(fields, {at: way})

    def _of_order(self, fields: list[_Field]) -> Iterator[_Change]:
        for at, (name, _) in enumerate(fields):
            told = f"{name.lstrip('=')} left out (value {at + 1} of the list)"
            yield "missing_field", told, fields[:at] + fields[at + 1 :]
        for a in range(len(fields)):
            for b in range(a + 1, len(fields)):
                swapped = list(fields)
                swapped[a], swapped[b] = fields[b], fields[a]
                names = " and ".join(fields[i][0].lstrip("=") for i in (a, b))
                yield "field_order", f"{names} in each other's place", swapped
                moved = list(fields)
                moved.insert(b, moved.pop(a))
                told = f"{fields[a][0].lstrip('=')} in another place"
                yield "field_order", told, moved
                moved = list(fields)
                moved.insert(a, moved.pop(b))
                told = f"{fields[b][0].lstrip('=')} in another place"
                yield "field_order", told, moved
        yield "field_order", "its values backwards", fields[::-1]
        ordered = sorted(fields, key=lambda field: field[0].lstrip("="))
        yield "field_order", "its values sorted by their names", ordered
        yield "field_order", "its values once each", [*dict.fromkeys(fields)]
        for other in FIELD_LISTS:
            if other is not self._known:
                made = [(name, _text(name, self._values)) for name in other.fields]
                yield "field_order", f"the list of {other.path}", made

    def _of_names(self, fields: list[_Field]) -> Iterator[_Change]:
        texts = {
            name: str(value)
            for name, value in self._values.items()
            if isinstance(value, (str, int, Decimal))
        }
        for at, (name, text) in enumerate(fields):
            for other, value in texts.items():
                if value != text and other != name:
                    told = f"{other} for {name.lstrip('=')}"
                    yield "wrong_field", told, _replaced(fields, {at: value})
            if name.startswith("="):
                yield "wrong_field", f"no {name[1:]}", _replaced(fields, {at: ""})
        for other, value in texts.items():
            for at in range(len(fields) + 1):
                made = [*fields[:at], (other, value), *fields[at:]]
                yield "wrong_field", f"{other} once more (value {at + 1})", made
        for part in (str.lower, str.upper):
            made = [(name, part(text)) for name, text in fields]
            yield "case", f"all letters {part.__name__}", made

    def _of_ids(self, fields: list[_Field]) -> Iterator[_Change]:
        for id_ in dict.fromkeys(text for _, text in fields if _ID.fullmatch(text)):
            for other in _neighbours(id_):
                made = [(n, other if text == id_ else text) for n, text in fields]
                yield "other_message", f"{other} for {id_}", made

    def _whole(self) -> Iterator[Variant]:
        named = [(name.lstrip("="), text) for name, text in self._fields]
        for text in (
            urlencode(named),
            "".join(f"{name}={text}" for name, text in named),
            "".join(f"{name}:{text}" for name, text in named),
            "".join(name + text for name, text in named),
            ",".join(f"{name}={text}" for name, text in named),
        ):
            data = text.encode()
            yield Variant(("names_signed",), ("the names beside the values",), data)
        evidence = self._evidence
        parts = urlsplit(evidence.url)
        for words, body in (
            ("the body in its place", evidence.body),
            ("the minified body in its place", minified(evidence.body)),
            ("the query in its place", parts.query.encode()),
            (
                "the query's values in its place",
                "".join(evidence.query.values()).encode(),
            ),
            ("the path in its place", parts.path.encode()),
            ("the URL in its place", evidence.url.encode()),
        ):
            if body:
                yield Variant(("body_signed",), (words,), body)
                yield from _of_bytes(("body_signed",), (words,), body)


def _joined(change: _Change) -> Variant:
    code, words, fields = change
    return Variant((code,), (words,), "".join(text for _, text in fields).encode())


def _of_bytes(
    codes: tuple[str, ...], words: tuple[str, ...], data: bytes
) -> Iterator[Variant]:
    change: Callable[[bytes], bytes]
    for (code, told), change in BYTES:
        made = change(data)
        if made != data:
            yield Variant((*codes, code), (*words, told), made)


def _replaced(fields: list[_Field], texts: dict[int, str]) -> list[_Field]:
    return [(n, texts.get(at, text)) for at, (n, text) in enumerate(fields)]


def _ways(text: str) -> Iterator[str]:
    """Give the ways to write one amount."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return
    yield from (f"{number:.1f}", f"{number:.0f}", f"{number:.3f}", f"{number:.4f}")
    yield from (text.rstrip("0").rstrip("."), repr(float(number)), f"{number:,.2f}")
    yield from (
        text.replace(".", ","),
        f"{number * 100:.0f}",
        f"MYR{text}",
        f"{text}MYR",
    )
    yield from (f"RM{text}", f"MYR {text}", f"{number * 100:012.0f}", f"+{text}", "")


def _neighbours(message_id: str) -> Iterator[str]:
    start, number = message_id[:-8], int(message_id[-8:])
    for step in range(1, _NEIGHBOURS + 1):
        for other in (number - step, number + step):
            if other >= 0:
                yield f"{start}{other:08}"
