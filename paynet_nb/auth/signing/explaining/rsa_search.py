"""Find out what an RSA signature signed, and by which likely mistake."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from paynet_nb.auth.signing.explaining.fixes import FIXES
from paynet_nb.auth.signing.explaining.held_keys import (
    Decoded,
    Held,
    Signed,
    decoded,
    hash_by,
    is_pss,
    opened,
    verifies,
)
from paynet_nb.auth.signing.explaining.report import Cause, Step
from paynet_nb.auth.signing.explaining.variants import Variant
from paynet_nb.wire import Redactor


class Found(NamedTuple):
    """What was found of one signature.

    Attributes:
        step: The row of the report.
        causes: What is wrong with it.
    """

    step: Step
    causes: list[Cause]


def cause_of(code: str, message: str, *, proven: bool = False, **more: object) -> Cause:
    """Make a cause with what to do about it."""
    return Cause(code, message, FIXES[code], proven, **more)  # type: ignore[arg-type]


def examine(
    text: str,
    due: bytes,
    held: Held,
    *,
    url: bool,
    hashes: tuple[str, ...],
    candidates: Callable[[], Iterator[Variant]],
) -> Found:
    """Check one signature, and search for what was signed in place of *due*.

    Args:
        text: The signature as it was sent.
        due: What must be signed.
        held: The keys at hand.
        url: Whether its text is due as base64url.
        hashes: The names of the hash functions that are due.
        candidates: Gives what may have been signed in its place.
    """
    size = held.keys[0].public.key_size // 8 if held.keys else 256
    forms = [*decoded(text, url=url, size=size)]
    if not held.keys:
        return _without_key(forms)
    for form in forms:
        signed = opened(form.data, held.keys)
        if signed is not None:
            causes = _of_opened(form, signed, due, held, hashes, candidates)
            return Found(_step(signed, due, causes), causes)
    causes = [_of_closed(forms, due, held, size)]
    return Found(
        Step("signature", "", "by the key given", causes[0].message, agrees=False),
        causes,
    )


def _without_key(forms: list[Decoded]) -> Found:
    causes = []
    if not forms or forms[0].code:
        form = forms[0] if forms else Decoded("encoding_of_signature", "no base64", b"")
        causes.append(cause_of(form.code, f"the signature is written as {form.words}"))
    agrees = False if causes else None
    return Found(Step("signature", "", "not known without a key", "", agrees), causes)


def _step(signed: Signed, due: bytes, causes: list[Cause]) -> Step:
    computed = f"{signed.hash} {hash_by(signed.hash, due).hex()}"
    return Step(
        "signature",
        f"opened by {signed.key.name}",
        computed,
        f"{signed.hash} {signed.digest.hex()}",
        agrees=not causes,
    )


def _of_opened(
    form: Decoded,
    signed: Signed,
    due: bytes,
    held: Held,
    hashes: tuple[str, ...],
    candidates: Callable[[], Iterator[Variant]],
) -> list[Cause]:
    causes = []
    fits = hash_by(signed.hash, due) == signed.digest
    proven = fits and verifies(signed, form.data, due)
    if form.code:
        told = f"the signature is written as {form.words}"
        causes.append(cause_of(form.code, told, proven=proven))
    if signed.key is not held.keys[0]:
        told = f"it was signed with another key: {signed.key.name}"
        causes.append(cause_of("other_key", told, proven=proven))
    if signed.hash not in hashes:
        code = "alg_mismatch" if signed.hash in ("sha256", "sha512") else "other_hash"
        told = f"it was signed with {signed.hash}, and {' or '.join(hashes)} is due"
        causes.append(cause_of(code, told, proven=proven))
    if not fits:
        causes.append(_of_other_text(form, signed, due, candidates))
    return causes


def _of_other_text(
    form: Decoded,
    signed: Signed,
    due: bytes,
    candidates: Callable[[], Iterator[Variant]],
) -> Cause:
    for one in chain(_hashed(due), candidates()):
        if hash_by(signed.hash, one.data) == signed.digest:
            proven = verifies(signed, form.data, one.data)
            told = f"what was signed is the text with {' and '.join(one.words)}"
            return cause_of(
                one.codes[0], told, proven=proven, texts=shown_pair(due, one.data)
            )
    return cause_of(
        "signature_of_other_text",
        "the key is right, but another text was signed, and by no mistake that is "
        f"known here; the {signed.hash} of it is {signed.digest.hex()}",
    )


def _hashed(due: bytes) -> Iterator[Variant]:
    for name in ("sha256", "sha512", "sha1", "md5"):
        digest = hashlib.new(name, due)
        for data in (digest.digest(), digest.hexdigest().encode()):
            told = f"its {name} in its place, hashed once more"
            yield Variant(("hashed_twice",), (told,), data)
        upper = digest.hexdigest().upper().encode()
        yield Variant(("hashed_twice",), (f"its {name} in capital hex",), upper)


def _of_closed(forms: list[Decoded], due: bytes, held: Held, size: int) -> Cause:
    for form in forms:
        if is_pss(form.data, due, held.keys):
            return cause_of("pss", "it is signed by RSASSA-PSS", proven=True)
    if not forms:
        return cause_of("encoding_of_signature", "the signature is no base64")
    length = len(forms[0].data)
    if length != size:
        told = f"the signature has {length} bytes, and the key makes {size}"
        return cause_of("cut_signature", told)
    names = "; ".join(key.name for key in held.keys)
    return cause_of("unknown_key", f"no key at hand made this signature ({names})")


def shown_pair(due: bytes, was: bytes) -> tuple[str, str]:
    """Give two texts for a reader, secrets masked."""
    left, right = (shown(one) for one in (due, was))
    return (left, right) if left != right else (due.hex(), was.hex())


def shown(data: bytes) -> str:
    """Give bytes as text for a reader, secrets masked."""
    if b"\0" in data:
        for charset in ("utf-16-le", "utf-16-be"):
            text = data.decode(charset, "replace")
            if text.isascii():
                data = f"{charset.upper()}: {text}".encode()
                break
    return Redactor().text(data.decode("utf-8", "backslashreplace"))
