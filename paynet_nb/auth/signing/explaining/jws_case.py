"""The steps of `jws` and `pay-jwt`, and what may have gone wrong in each."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from paynet_nb.auth.signing.explaining.evidence import Evidence
from paynet_nb.auth.signing.explaining.held_keys import (
    Held,
    hash_by,
    hash_of_size,
)
from paynet_nb.auth.signing.explaining.json_tree import (
    Layout,
    Members,
    Number,
    name_of,
    read_tree,
    walk,
    write_tree,
)
from paynet_nb.auth.signing.explaining.report import Cause, Step
from paynet_nb.auth.signing.explaining.rsa_search import (
    cause_of,
    examine,
    shown,
    shown_pair,
)
from paynet_nb.auth.signing.explaining.token_parts import (
    TokenParts,
    check_alg,
    check_claims,
    check_times,
    is_uuid4,
    take_apart,
)
from paynet_nb.auth.signing.explaining.variants import (
    BYTES,
    Variant,
    now,
    variants,
)
from paynet_nb.auth.signing.json_bytes import message_ids_in, minified
from paynet_nb.auth.signing.key import base64url

_HASH_OF_ALG = {"RS256": "sha256", "RS512": "sha512"}
_BODY_SEARCH_S, _INPUT_SEARCH_S = 0.11, 0.05
Case = tuple[list[Step], list[Cause]]


def jws_case(evidence: Evidence, held: Held, *, search: bool) -> Case:
    """Go through a call that carries a JWS over the hash of its body."""
    token = take_apart(evidence)
    if not token.readable:
        return [], token.causes
    if "ds" not in token.claims and "scope" in token.claims:
        told = "an OAuth access token was sent where a JWS is due"
        return [], [*token.causes, cause_of("oauth_for_jws", told)]
    steps = [
        check_alg(token, ("RS256", "RS512")),
        check_claims(token, ("iat", "exp", "iss", "jti", "key", "ds")),
        check_times(token, evidence),
        _check_hash(token, evidence, search=search),
        _check_ids(token, evidence),
        _check_signature(token, evidence, held, search=search),
    ]
    return steps, token.causes


def pay_case(evidence: Evidence, held: Held, *, search: bool) -> Case:
    """Go through a call of DuitNow Pay, whose JWT holds the body."""
    token = take_apart(evidence)
    if not token.readable:
        return [], token.causes
    if "scope" in token.claims and "key" not in token.claims:
        told = "an OAuth access token was sent where a JWT of this call is due"
        return [], [*token.causes, cause_of("oauth_for_jws", told)]
    steps = [
        check_alg(token, ("RS256",)),
        check_claims(token, ("exp", "iss", "sub", "jti", "key")),
        check_times(token, evidence),
        _check_data(token, evidence),
    ]
    jti = token.claims.get("jti")
    if jti and not is_uuid4(jti):
        told = "jti is no UUID of version 4"
        token.causes.append(cause_of("jti_no_uuid", told))
    steps.append(_check_signature(token, evidence, held, search=search))
    return steps, token.causes


def _check_hash(token: TokenParts, evidence: Evidence, *, search: bool) -> Step:
    ds, body = str(token.claims.get("ds") or ""), evidence.body
    due = minified(body)
    wanted = hashlib.sha256(due).hexdigest()
    step = Step("hash of the body (ds)", _size(due), wanted, ds[:140], ds == wanted)
    if not ds:
        return step
    if ds == wanted:
        if due != body:
            told = "the minified body was hashed, and the body was sent with blanks"
            token.causes.append(cause_of("blanks_sent", told, sure=False))
        return step
    if ds == hashlib.sha256(body).hexdigest():
        told = "the body was hashed and sent with blanks outside of its strings"
        pair = shown_pair(due, body)
        token.causes.append(cause_of("not_minified", told, texts=pair, sure=False))
        return step
    token.causes += _of_ds(ds, token, evidence) if search else [_unknown_ds()]
    return step


def _of_ds(ds: str, token: TokenParts, evidence: Evidence) -> list[Cause]:
    name, digest, causes = _read_ds(ds)
    if digest is None:
        return causes
    due = minified(evidence.body)
    if digest in (hash_by(name, due), hash_by(name, evidence.body)):
        return [one._replace(proven=True) for one in causes]
    for one in _bodies(token, evidence):
        if hash_by(name, one.data) == digest:
            told = f"what was hashed is the body with {' and '.join(one.words)}"
            pair = shown_pair(due, one.data)
            found = cause_of(one.codes[0], told, proven=True, texts=pair)
            return [found, *causes]
    return [*causes, _unknown_ds()]


def _unknown_ds() -> Cause:
    told = "ds is the hash of another body, and by no mistake that is known here"
    return cause_of("other_message", told)


def _read_ds(ds: str) -> tuple[str, bytes | None, list[Cause]]:
    """Read the hash, however it is written: the function's name, the hash, causes."""
    bare = ds.strip().lower().removeprefix("sha256:").removeprefix("0x")
    if re.fullmatch(r"[0-9a-f]{32,128}", bare) and len(bare) % 2 == 0:
        digest = bytes.fromhex(bare)
        code, told = "hex_case", "ds is not written in 64 small hex digits alone"
    else:
        code, told = "ds_base64", "ds is written in base64, not in hex"
        plain = ds.strip().translate(str.maketrans("-_", "+/")).rstrip("=")
        try:
            digest = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except ValueError:
            digest = b""
    causes = [cause_of(code, told)] if ds != digest.hex() else []
    name = hash_of_size(len(digest))
    if name is None:
        told = f"ds has {len(ds)} characters, and is the hash of nothing"
        return "sha256", None, [cause_of("other_hash", told)]
    if name != "sha256":
        causes.append(cause_of("other_hash", f"ds is a {name}, and SHA-256 is due"))
    return name, digest, causes


def _bodies(token: TokenParts, evidence: Evidence) -> Iterator[Variant]:
    body, until = evidence.body, now() + _BODY_SEARCH_S
    due = minified(body)
    first = hashlib.sha256(due)
    for data in (first.digest(), first.hexdigest().encode()):
        yield Variant(("hashed_twice",), ("its hash in its place",), data)
    parts = urlsplit(evidence.url)
    for text in (parts.query, parts.path, evidence.url, f"{parts.path}?{parts.query}"):
        yield Variant(
            ("url_hashed",), ("a part of the URL in its place",), text.encode()
        )
    ids = [str(token.claims.get("jti") or ""), evidence.header("X-Business-Message-Id")]
    given = tuple(one for one in dict.fromkeys(ids) if one)
    yield from variants(due, ids=given, until=until)
    if due != body:
        yield from variants(body, ids=given, until=until)


def _check_ids(token: TokenParts, evidence: Evidence) -> Step:
    tree = _plain(read_tree(evidence.body))
    inside = [*message_ids_in(tree)]
    header = evidence.header("X-Business-Message-Id")
    jti = token.claims.get("jti")
    known = dict.fromkeys(filter(None, [header, *inside]))
    agrees = all(one == jti for one in known) if known else None
    if agrees is False:
        told = f"jti is {jti}, and the message's ID is {' and '.join(known)}"
        token.causes.append(cause_of("jti_differs", told))
    iss, client = token.claims.get("iss"), evidence.header("X-Client-Id")
    if len(client) == 8 and iss and iss != client:
        told = f"iss is {iss}, and X-Client-Id is {client}"
        token.causes.append(cause_of("iss_differs", told))
    must = " and ".join(known) or "the message's ID"
    return Step("message ID (jti)", "header, body", must, str(jti), agrees)


def _check_data(token: TokenParts, evidence: Evidence) -> Step:
    tree, name = read_tree(token.raw[1]), "body in the token (data)"
    found = [value for key, value in tree if key == "data"] if tree else []
    if evidence.method in ("GET", "DELETE"):
        if found:
            told = f"a {evidence.method} has the claim data"
            token.causes.append(cause_of("data_on_get", told, sure=False))
        return Step(
            name, evidence.method, "none", "some" if found else "none", not found
        )
    body = read_tree(evidence.body)
    if not found:
        told = "the claim data is missing"
        token.causes.append(cause_of("data_missing", told))
        return Step(name, evidence.method, _size(evidence.body), "none", agrees=False)
    data = found[0]
    if type(data) is str:
        data = read_tree(data)
    differs = _first_path(body, data)
    if differs is not None:
        told = f"data is not the body that was sent: they differ {differs}"
        texts = tuple(shown(write_tree(one).encode()) for one in (body, data))
        pair = (texts[0], texts[1])
        token.causes.append(cause_of("data_differs", told, texts=pair))
    sent = shown(write_tree(data).encode())[:140]
    must = shown(write_tree(body).encode())[:140]
    return Step(name, evidence.method, must, sent, differs is None)


def _first_path(body: Any, data: Any) -> str | None:
    """Say where two trees differ, whatever their order; None: nowhere."""
    left, right = ({name_of(t, p): v for p, v in walk(t)} for t in (body, data))
    for name in (*left, *right):
        mine, its = left.get(name, _ABSENT), right.get(name, _ABSENT)
        if mine is _ABSENT or its is _ABSENT:
            return f"at {name or 'the whole'}, which only one of them has"
        leaves = not isinstance(mine, list) and not isinstance(its, list)
        if type(mine) is not type(its) or (leaves and mine != its):
            return f"at {name or 'the whole'}"
    return None


_ABSENT = object()


def _check_signature(
    token: TokenParts, evidence: Evidence, held: Held, *, search: bool
) -> Step:
    alg = _HASH_OF_ALG.get(str(token.header.get("alg")))
    signature = token.parts[2] if len(token.parts) > 2 else ""
    if not signature:
        told = "the third part, the signature, is empty"
        token.causes.append(cause_of("no_signature", told))
        return Step("signature", "", "a signature", "none", agrees=False)

    def candidates() -> Iterator[Variant]:
        return _inputs(token, evidence) if search else iter(())

    due = token.due
    found = examine(
        signature,
        due,
        held,
        url=True,
        hashes=(alg,) if alg else ("sha256", "sha512"),
        candidates=candidates,
    )
    for cause in found.causes:
        # Of a token whose parts are padded, say, the signature is over what was sent.
        formed = any(one.code in ("padding", "plain_base64") for one in token.causes)
        if not (formed and cause.code in ("padding", "plain_base64")):
            token.causes.append(cause)
    return found.step


def _inputs(token: TokenParts, evidence: Evidence) -> Iterator[Variant]:
    header, claims = token.raw
    until = now() + _INPUT_SEARCH_S
    first = token.due.partition(b".")[0]
    for code, words, encode in _ENCODERS:
        yield Variant((code,), (words,), encode(header) + b"." + encode(claims))
    for words, data in (
        ("the claims alone", token.due.partition(b".")[2]),
        ("the claims as JSON alone", claims),
        ("header and claims as JSON", header + b"." + claims),
        ("header and claims as JSON, joined", header + claims),
        ("the body in its place", evidence.body),
        ("the body's hash in its place", str(token.claims.get("ds")).encode()),
    ):
        yield Variant(("part_only",), (words,), data)
    for (code, words), change in BYTES:
        yield Variant((code,), (words,), change(token.due))
    second = token.due.partition(b".")[2]
    for one in _headers(header, until):
        data = base64url(one.data) + b"." + second
        yield Variant(("header_changed",), (f"the header with {one.words[0]}",), data)
    for one in variants(claims, until=until, others=False):
        data = first + b"." + base64url(one.data)
        told = f"the claims with {' and '.join(one.words)}"
        yield Variant(("claims_changed",), (told,), data)


def _headers(header: bytes, until: float) -> Iterator[Variant]:
    tree = read_tree(header)
    if isinstance(tree, Members):
        for alg in ("RS256", "RS512", "PS256", "HS256", "none"):
            made = Members((n, alg if n == "alg" else v) for n, v in tree)
            for order in ({}, {"order": "sorted"}, {"order": "reversed"}):
                data = _dumped(made, **order)
                yield Variant(("header_changed",), (f"alg {alg}",), data)
        for name in ("typ", "kid", "alg"):
            if not any(n == name for n, _ in tree):
                value = {"typ": "JWT", "alg": "RS256"}.get(name, "")
                for at in range(len(tree) + 1):
                    made = Members([*tree[:at], (name, value), *tree[at:]])
                    yield Variant((name,), (f"{name} in it",), _dumped(made))
    yield from variants(header, until=until, others=False)


def _dumped(tree: Any, **layout: Any) -> bytes:
    return write_tree(tree, Layout(**layout)).encode()


_ENCODERS = (
    ("padding", "its parts padded with =", base64.urlsafe_b64encode),
    ("plain_base64", "its parts in plain base64", base64.b64encode),
    (
        "plain_base64",
        "its parts in plain base64 without =",
        lambda data: base64.b64encode(data).rstrip(b"="),
    ),
)


def _plain(tree: Any) -> Any:
    if isinstance(tree, Members):
        return {name: _plain(value) for name, value in tree}
    if isinstance(tree, Number):
        return str(tree)
    return tree


def _size(data: bytes) -> str:
    return f"{len(data)} bytes" if data else "no bytes"
