"""The steps of `reports-hmac`, and what may have gone wrong in each."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import quote_plus, urlsplit

from paynet_nb.auth.signing.explaining.evidence import Evidence
from paynet_nb.auth.signing.explaining.held_keys import Held
from paynet_nb.auth.signing.explaining.report import Cause, Step
from paynet_nb.auth.signing.explaining.rsa_search import cause_of, shown_pair
from paynet_nb.auth.signing.explaining.token_parts import take_apart
from paynet_nb.auth.signing.explaining.variants import BYTES
from paynet_nb.display import both_clocks, duration

_WINDOW_S = 300.0  # no page says how long; an assumption
_MILLISECONDS = 100_000_000_000
_SECONDS_SEARCHED = 900
_SHOWN = 8  # hex digits of an HMAC: the whole one could be used
_HASHES = {32: "sha256", 20: "sha1", 64: "sha512", 16: "md5", 48: "sha384"}
Case = tuple[list[Step], list[Cause]]


def reports_case(evidence: Evidence, held: Held, *, search: bool) -> Case:
    """Go through a call of the Financial Reports API."""
    causes: list[Cause] = []
    if not evidence.header("Authorization"):
        causes.append(cause_of("no_token", "there is no access token beside the HMAC"))
    elif "ds" in take_apart(evidence).claims:
        told = "a JWS was sent where the OAuth access token is due"
        causes.append(cause_of("jws_for_oauth", told))
    steps = [_check_stamp(evidence, causes)]
    sent = evidence.header("X-Signature")
    if not sent:
        causes.append(cause_of("no_signature", "there is no X-Signature header"))
    form, digest = _read(sent, causes)
    step = Step(
        "HMAC", "X-Timestamp, Client Secret", "not known without it", form, None
    )
    if held.secret is not None and digest:
        step = _check_hmac(digest, form, evidence, held, causes, search=search)
    elif sent and not digest:
        step = step._replace(agrees=False)
    return [*steps, step], causes


def _check_stamp(evidence: Evidence, causes: list[Cause]) -> Step:
    stamp, whose = evidence.header("X-Timestamp"), "the server's time"
    before = len(causes)
    if not evidence.timed:
        whose = "the time now"
    if not stamp:
        causes.append(cause_of("no_timestamp", "there is no X-Timestamp header"))
    elif not re.fullmatch("[0-9]+", stamp):
        told = "X-Timestamp is no whole number of seconds"
        causes.append(cause_of("timestamp_form", told))
    elif int(stamp) > _MILLISECONDS:
        causes.append(cause_of("milliseconds", "X-Timestamp counts milliseconds"))
    elif abs(off_s := evidence.at_s - int(stamp)) > _WINDOW_S:
        side = "before" if off_s > 0 else "after"
        told = f"X-Timestamp is {duration(off_s)} {side} {whose}"
        causes.append(cause_of("stale", told))
    must = f"within {_WINDOW_S:.0f} s (assumption) of {both_clocks(evidence.at_s)}"
    return Step("timestamp", whose, must, stamp or "none", len(causes) == before)


def _read(sent: str, causes: list[Cause]) -> tuple[str, bytes]:
    """Read an HMAC, however it is written; give what may be shown, and its bytes."""
    bare = sent.strip().removeprefix("0x")
    digest = b""
    if re.fullmatch(r"[0-9a-fA-F]{32,128}", bare) and len(bare) % 2 == 0:
        digest = bytes.fromhex(bare)
        if sent != digest.hex():
            told = "X-Signature is not written in small hex digits alone"
            causes.append(cause_of("hex_case", told))
    elif sent:
        plain = bare.translate(str.maketrans("-_", "+/")).rstrip("=")
        try:
            digest = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except (binascii.Error, ValueError):
            digest = b""
        told = "X-Signature is written in base64, not in hex"
        causes.append(cause_of("ds_base64", told))
    if digest and len(digest) != 32:
        told = f"X-Signature has {len(digest)} bytes, and an HMAC-SHA256 has 32"
        causes.append(cause_of("other_hash", told))
    return f"{sent[:_SHOWN]}… ({len(sent)} characters)" if sent else "none", digest


def _check_hmac(
    digest: bytes,
    form: str,
    evidence: Evidence,
    held: Held,
    causes: list[Cause],
    *,
    search: bool,
) -> Step:
    name = _HASHES.get(len(digest), "sha256")
    stamp = evidence.header("X-Timestamp")
    mac = _mac_by(held, name)
    right = mac(stamp.encode(), "")
    agrees = hmac.compare_digest(right, digest)
    if agrees:
        proven = [one._replace(proven=True) for one in causes]
        causes[:] = [
            a if a.code in _FORMS else b for a, b in zip(proven, causes, strict=True)
        ]
    elif search:
        causes.append(_searched(digest, mac, evidence, held))
    else:
        causes.append(cause_of("unknown_secret", "the HMAC is another"))
    shown = f"{right.hex()[:_SHOWN]}… (64 characters)"
    given = "X-Timestamp, Client Secret"
    return Step("HMAC", given, shown, form, agrees and form[:_SHOWN] == shown[:_SHOWN])


_FORMS = ("hex_case", "ds_base64", "other_hash")
_Mac = Callable[[bytes, str], bytes]


def _mac_by(held: Held, name: str) -> _Mac:
    """Give what makes an HMAC under the secret, or under another form of it."""

    def mac(message: bytes, way: str) -> bytes:
        secret = held.secret
        # In one expression: no local name holds the secret.
        return hmac.digest(
            _SECRETS[way](secret.reveal() if secret else ""), message, name
        )

    return mac


def _un64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


_SECRETS: dict[str, Callable[[str], bytes]] = {
    "": str.encode,
    "a line break behind the secret": lambda s: (s + "\n").encode(),
    "a Windows line break behind the secret": lambda s: (s + "\r\n").encode(),
    "a blank behind the secret": lambda s: (s + " ").encode(),
    "a blank before the secret": lambda s: (" " + s).encode(),
    "the secret in quotes": lambda s: f'"{s}"'.encode(),
    "the secret decoded as base64": _un64,
    "the secret decoded as hex": _unhex,
    "the secret's base64": lambda s: base64.b64encode(s.encode()),
    "the secret's hex": lambda s: s.encode().hex().encode(),
    "the secret URL-escaped": lambda s: quote_plus(s).encode(),
    "the secret in small letters": lambda s: s.lower().encode(),
    "the secret in capital letters": lambda s: s.upper().encode(),
    "the secret's SHA-256": lambda s: hashlib.sha256(s.encode()).digest(),
    "the secret in UTF-16": lambda s: s.encode("utf-16-le"),
    "no secret": lambda _: b"",
}


def _searched(digest: bytes, mac: _Mac, evidence: Evidence, held: Held) -> Cause:
    stamp = evidence.header("X-Timestamp").encode()
    for code, words, message in _messages(stamp, evidence, held):
        if hmac.compare_digest(mac(message, ""), digest):
            told = f"what was signed is {words}"
            pair = shown_pair(stamp, message)
            return cause_of(code, told, proven=True, texts=pair)
    for way in [*_SECRETS][1:]:
        if hmac.compare_digest(mac(stamp, way), digest):
            told = f"it was made with {way}"
            return cause_of("secret_form", told, proven=True)
    for key in (held.client_id, evidence.header("X-Fiid")):
        for one, two in ((key.encode(), stamp), (stamp, key.encode())):
            if key and hmac.digest(one, two, _HASHES[len(digest)]) == digest:
                told = "another value was used as the secret"
                return cause_of("secret_form", told, proven=True)
    if hashlib.new(_HASHES.get(len(digest), "sha256"), stamp).digest() == digest:
        told = "it is the plain hash of the timestamp, without the secret"
        return cause_of("secret_form", told, proven=True)
    for way in [*_SECRETS][1:]:
        for code, words, message in _messages(stamp, evidence, held, near=False):
            if hmac.compare_digest(mac(message, way), digest):
                told = f"what was signed is {words}, with {way}"
                return cause_of(code, told, proven=True)
    told = "it was made with another secret, or of another text"
    return cause_of("unknown_secret", told)


def _messages(
    stamp: bytes, evidence: Evidence, held: Held, *, near: bool = True
) -> Iterator[tuple[str, str, bytes]]:
    for (code, words), change in BYTES:
        yield code, f"the timestamp with {words}", change(stamp)
    number = int(stamp) if stamp.isdigit() else 0
    path = urlsplit(evidence.url).path
    query = urlsplit(evidence.url).query
    whole = f"{path}?{query}" if query else path
    body, method = evidence.body, evidence.method.encode()
    parts = {
        "the body": body,
        "the path": path.encode(),
        "path and query": whole.encode(),
        "the URL": evidence.url.encode(),
        "the method": method,
        "method and path": method + path.encode(),
        "X-Fiid": evidence.header("X-Fiid").encode(),
        "the Client ID": held.client_id.encode(),
        "method, path and body": method + path.encode() + body,
    }
    for words, part in parts.items():
        if part:
            yield "hmac_of_more", f"{words} in place of the timestamp", part
            for between in (b"", b".", b"\n", b":", b"|", b" "):
                yield "hmac_of_more", f"timestamp and {words}", stamp + between + part
                yield "hmac_of_more", f"{words} and timestamp", part + between + stamp
    if not number:
        return
    seconds = number // 1000 if number > _MILLISECONDS else number
    then = datetime.fromtimestamp(seconds, UTC)
    for text in (
        f"{seconds}.0",
        f"{then:%Y-%m-%dT%H:%M:%SZ}",
        f"{then:%Y-%m-%dT%H:%M:%S+00:00}",
        f"{then:%Y-%m-%dT%H:%M:%S}",
        f"{then:%Y%m%d%H%M%S}",
        f"{then:%a, %d %b %Y %H:%M:%S} GMT",
        str(seconds // 60),
    ):
        yield "other_timestamp", "the time in another form", text.encode()
    if near:
        for step in range(-_SECONDS_SEARCHED, _SECONDS_SEARCHED + 1):
            words = f"a timestamp {step} s from the one that was sent"
            yield "other_timestamp", words, str(seconds + step).encode()
        for milli in range(seconds * 1000, seconds * 1000 + 1000):
            yield "milliseconds", "the time in milliseconds", str(milli).encode()
