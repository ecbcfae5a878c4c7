"""Find a secret by its name (client_secret=...) or by its form (a JWT, a PEM block)."""

from __future__ import annotations

import base64
import functools
import json
import re
import string
from collections.abc import Callable
from urllib.parse import unquote

from paynet_nb.wire.redaction.by_value import fingerprint
from paynet_nb.wire.redaction.names import (
    KEY_OF,
    names_a_secret,
    names_a_secret_in_link,
)

REDACTED = "[redacted]"
# What stays readable in front of a credential.
SCHEMES = frozenset({"basic", "bearer", "digest", "dpop"})

# Before a text is searched it is made plain, as names are: client_secret,
# "clientSecret" : and \"client-secret\": all become clientsecret=.
_LOWER = bytes.maketrans(
    b":" + string.ascii_uppercase.encode(), b"=" + string.ascii_lowercase.encode()
)
_DROPPED = bytes(set(range(256)) - set(b":=" + string.ascii_letters.encode()))
_SIGNS = (
    *("secret", "token", "pass", "credential", "assertion", "pwd", "pin", "otp"),
    *("jwt", "bearer", "basic", "saml", "signature=", "sig=", "hmac"),
    *("authorization", "cookie"),
)
_KEY = re.compile(r"(?:{})key".format("|".join(KEY_OF)))
_LINK_MAYBE = re.compile(r"[?&](?:key|code|auth|ticket|hash|k)=", re.IGNORECASE)

# Repetitions are possessive or bounded: no text may cost more than its length.
_QUOTE = r"""(?:\\{0,15}["']|&(?:quot|apos|\#34|\#39|\#x27);)"""
_FIELD = re.compile(
    rf"(?P<quote>{_QUOTE})(?P<key>[\w.-]++)(?P=quote)\s*+[:=]\s*+"
    r"|(?<![\w.-])(?P<name>[\w.-]++)\s?"
    rf"(?:(?:=|%3[Dd]|&\#(?:x3[Dd]|61);)\s?|:\s?(?={_QUOTE}))"
)
# Without a closing quote the text was cut off, and all the rest belongs to the value.
_FIELD_VALUE = re.compile(
    rf"(?P<open>{_QUOTE})(?P<inner>.*?)(?:(?<!\\)(?P=open)|\Z)"
    r"""|(?P<none>(?i:null|none|true|false)(?=[\s,;&)}\]"'<>]|\Z))"""
    r"""|(?P<bare>(?:\[[^\]]*+\]?|\{[^}]*+\}?|[^\s&"'<>\[{]++)*+)""",
    re.DOTALL,
)
# As a server writes headers that it quotes; "secret: " alone may begin a sentence.
_HEADER = re.compile(r"(?<![\w.-])(?P<name>\w++(?:-\w++)++|[Cc]ookie):[ \t]++")
_HEADER_VALUE = re.compile(r"""(?P<bare>[^\r\n"'<]*+)""")
_PARAMETER = re.compile(r"(?<![^?&#;=])(?P<name>[^?&#;=]*+)=")
_BEFORE_IN_LINK = re.compile(r"(?:[?&]|&amp;|\\u0026|%(?:3[Ff]|26))\Z")
_JUDGED = 256  # characters
FORM_VALUE = re.compile(r"(?P<bare>[^&]*+)")
# A fragment begins with "#", unless that is in a mask: [token #1a2b3c4d].
QUERY_VALUE = re.compile(r"(?P<bare>(?:[^&#]++|(?<= )#(?=[0-9a-f]{8}\]))*+)")

# Elements, also where their marks are escaped; and pairs of a name and a value.
_LESS, _MORE = r"(?:<|&lt;|\\u003[cC])", r"(?:>|&gt;|\\u003[eE])"
_ELEMENT = re.compile(
    rf"{_LESS}(?P<name>[\w.:-]++)(?P<attributes>(?:\s(?:(?!&[lg]t;)[^<>\\])*+)?){_MORE}"
    rf"(?:<!\[CDATA\[)?(?P<bare>(?:(?!&lt;|\\u003[cC]|\]\]>)[^<])*+)"
)
_TAG = re.compile(r"<[\w.:-]++\s[^<>]*+>")
_NAMING = re.compile(
    r"""(?<![\w.:-])(?:name|key|id|type)\s*+=\s*+(["'])(?P<name>[^"'<>]*+)\1""", re.I
)
_GIVING = re.compile(
    r"""(?<![\w.:-])(?:value|content)\s*+=\s*+(["'])(?P<bare>[^"'<>]*+)""", re.I
)
# An object of JSON without another one in it, and what its members may be called.
_STRING = r'"(?:[^"\\]++|\\.)*+"'
_OBJECT = re.compile(rf"\{{[^{{}}\[\]\"]*+(?:{_STRING}[^{{}}\[\]\"]*+)++\}}", re.DOTALL)
_MEMBER = re.compile(
    rf'(?P<name>{_STRING})\s*+:\s*+(?P<value>{_STRING}|[^\s",}}]++)', re.DOTALL
)
_NAMES_OF_NAMES = frozenset(
    [
        "name",
        "key",
        "field",
        "parameter",
        "param",
        "header",
        "property",
        "attribute",
        "label",
        "id",
        "k",
        "n",
    ]
)
_NAMES_OF_VALUES = frozenset(["value", "values", "val", "v", "content", "text", "data"])

_USER_INFO = re.compile(r"""((?:\\{0,7}/){2})(?:[^\s/?#@"'<>]*+@)+""")
_SCHEME = re.compile(
    r"""([Bb](?i:earer|asic))(\s++|%20|\+)(?![a-z_]++\s*+=\s*+\\*+")"""
    r"""((?:[\w.~+/-]|%[\da-fA-F]{2}|\\{1,7}/)++=*+)""",
    re.ASCII,
)
_JWT_RUN = re.compile(r"[\w.-]{12,}+", re.ASCII)
_SHORTEST_HEAD = 12  # of {"alg":1}
_HEADS_TRIED = 8  # for each piece of a run, so that the search stays linear
# A PEM block (RFC 7468), in text, JSON or a URL. The words alone, as an error quotes
# them, are none; of a block that was cut off, all base64 is taken.
_GAP = r"(?:[\s+]|%20|\\{1,7}[nr]|%0[AaDd])"
_PRIVATE_KEY = re.compile(
    rf"-----BEGIN{_GAP}(?:[A-Z]++{_GAP}){{0,3}}PRIVATE{_GAP}KEY-----{_GAP}*+"
    r"(?=[A-Za-z0-9+/]{8}|Proc-Type)(?:[\w+/=:,.\s\\%]|-(?!----))*+"
    rf"(?:-----END{_GAP}(?:[A-Z]++{_GAP}){{0,3}}PRIVATE{_GAP}KEY-----)?",
    re.ASCII,
)


def may_name_a_secret(text: str) -> bool:
    """Tell fast whether a search by name or form is worth while."""
    if ("J" in text and "eyJ" in text) or ("@" in text and _USER_INFO.search(text)):
        return True
    # Bytes are translated faster than text, and searched slower.
    plain = text.encode("ascii", "ignore").translate(_LOWER, _DROPPED).decode("ascii")
    for sign in _SIGNS:  # any() takes half as long again
        if sign in plain:
            return True
    if "key" in plain and _KEY.search(plain):
        return True
    return "?" in text and bool(_LINK_MAYBE.search(text))


def mask_forms(text: str) -> str:
    """Mask JWTs, what follows Bearer or Basic, private keys, user names in URLs."""
    if "@" in text:
        text = _USER_INFO.sub(r"\1redacted@", text)
    if "-----BEGIN" in text:
        text = _PRIVATE_KEY.sub("[private key]", text)
    if "eyJ" in text:
        text = _JWT_RUN.sub(_mask_jwt, text)
    return _SCHEME.sub(_mask_credential, text)


def mask_fields(
    text: str,
    mask: Callable[[str], str],
    whole: Callable[[str], str],
    parameter: re.Pattern[str] | None = None,
) -> str:
    """Mask the values of fields that name a secret.

    Args:
        text: Any text; in it `name=value`, `"name": "value"` (also escaped) or
            `X-Name: value`.
        mask: Gives what stands in the place of a value.
        whole: Gives what stands in the place of a value whose name is not secret.
        parameter: The text is a form or a URL, whose values look like this.
    """
    if "</" in text or "/>" in text or "&lt;" in text or "u003" in text:
        text = _mask_elements(text, mask)
    text = _mask_values(text, mask, whole, _FIELD, _FIELD_VALUE)
    text = _mask_values(text, mask, whole, _HEADER, _HEADER_VALUE)
    return _mask_values(text, mask, whole, _PARAMETER, parameter) if parameter else text


def _mask_values(
    text: str,
    mask: Callable[[str], str],
    whole: Callable[[str], str],
    names: re.Pattern[str],
    values: re.Pattern[str],
) -> str:
    pieces, kept, secret_names = [], 0, functools.cache(names_a_secret)
    for name in names.finditer(text):
        if name.start() < kept:
            continue
        written = name[name.lastgroup or 0]
        before = text[max(0, name.start() - 6) : name.start()]
        link = names is _PARAMETER or _BEFORE_IN_LINK.search(before)
        if not link and not secret_names(written):
            continue
        # A value may reach to the end of the text: its beginning decides.
        end = name.end() + _JUDGED if link else len(text)
        value = values.match(text, name.end(), end)
        if value and value.lastgroup != "none":
            group = value.lastgroup or 0
            secret = not link or names_a_secret_in_link(written, value[group])
            if link and secret and value.end() == end:
                value = values.match(text, name.end()) or value
                group = value.lastgroup or 0
            shown = mask(value[group]) if secret else whole(value[group])
            if shown == value[group]:
                continue
            pieces += [text[kept : value.start(group)], shown]
            kept = value.end(group)
    return "".join([*pieces, text[kept:]])


def _mask_elements(text: str, mask: Callable[[str], str]) -> str:
    """Mask what XML or HTML has between the marks of an element, or in an attribute."""

    def masked(element: re.Match[str]) -> str:
        value, named = element["bare"], _NAMING.search(element["attributes"])
        if not value.strip() or not (
            names_a_secret(element["name"]) or (named and names_a_secret(named["name"]))
        ):
            return element[0]
        return element[0][: element.start("bare") - element.start()] + mask(value)

    def given(tag: re.Match[str]) -> str:
        if not any(names_a_secret(one["name"]) for one in _NAMING.finditer(tag[0])):
            return tag[0]
        return _GIVING.sub(
            lambda value: (
                value[0][: value.start("bare") - value.start()] + mask(value["bare"])
                if value["bare"]
                else value[0]
            ),
            tag[0],
        )

    return _TAG.sub(given, _ELEMENT.sub(masked, text))


def mask_pairs(text: str, mask: Callable[[str], str]) -> str:
    """Mask in JSON the `value` of each object whose `name` is that of a secret."""

    def masked(whole: re.Match[str]) -> str:
        members = {
            name.lower(): member
            for member in _MEMBER.finditer(whole[0])
            if (name := _plain(member["name"])) is not None
        }
        names = (members[name]["value"] for name in _NAMES_OF_NAMES & members.keys())
        if not any(names_a_secret(_plain(name) or "") for name in names):
            return whole[0]
        written = whole[0]
        found = [members[name] for name in _NAMES_OF_VALUES & members.keys()]
        for member in sorted(found, key=lambda member: -member.start()):
            value = member["value"]
            plain = _plain(value) if value[0] == '"' else value
            if plain and plain not in ("null", "true", "false"):
                shown = json.dumps(mask(plain))
                written = (
                    f"{written[: member.start('value')]}{shown}"
                    f"{written[member.end('value') :]}"
                )
        return written

    return _OBJECT.sub(masked, text)


def _plain(string: str) -> str | None:
    try:
        value = json.loads(string, strict=False)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def holds_jwt(text: str) -> bool:
    """Tell whether a JWT is in *text*, by the same rule as it is masked."""
    return "eyJ" in text and any(
        _jwt_starts(run[0].rstrip(".")) is not None for run in _JWT_RUN.finditer(text)
    )


def _mask_jwt(run: re.Match[str]) -> str:
    # Dots at the end belong to the sentence, or stand for what was cut off.
    token = run[0].rstrip(".")
    start = _jwt_starts(token)
    if start is None:
        return run[0]
    shown = f"[jwt #{fingerprint(token[start:])}]"
    return f"{token[:start]}{shown}{run[0][len(token) :]}"


def _jwt_starts(run: str) -> int | None:
    """Tell where a JWT starts: its head decodes to a JSON object (RFC 7515)."""
    place = 0
    for piece in run.split(".")[:-1]:
        start = piece.find("eyJ")
        for _ in range(_HEADS_TRIED):
            if start < 0:
                break
            if _is_head(piece[start:]):
                return place + start
            start = piece.find("eyJ", start + 1)
        place += len(piece) + 1
    return None


def _is_head(piece: str) -> bool:
    if len(piece) < _SHORTEST_HEAD:
        return False
    try:
        head = base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4))
        return head.endswith(b"}") and isinstance(json.loads(head), dict)
    except (ValueError, RecursionError):
        return False


def _mask_credential(match: re.Match[str]) -> str:
    scheme, gap, credential = match.groups()
    if scheme.lower() == "basic":
        secret = _is_name_and_password(credential)
    else:
        # "Bearer token" and "bearer authentication" are words.
        secret = len(credential) > 15 or any(map(str.isdigit, credential))
    return f"{scheme}{gap}{REDACTED}" if secret else match[0]


def _is_name_and_password(credential: str) -> bool:
    """Tell a Basic credential (RFC 7617) from the next word of a sentence."""
    encoded = unquote(credential).replace("\\", "")
    try:
        pair = base64.urlsafe_b64decode(encoded + "==").decode()
    except ValueError:
        return False
    return ":" in pair and pair.isprintable()
