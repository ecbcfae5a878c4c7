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
    names_many,
)
from paynet_nb.wire.redaction.pairs import FIXED, mask_pairs

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
    *("authorization", "cookie", "cvv", "cvc", "jsessionid", "phpsessid"),
)
_KEY = re.compile(r"(?:{})key".format("|".join(KEY_OF)))
_LINK_MAYBE = re.compile(
    r"[?&](?:key|code|auth|ticket|hash|k|session|sid|sess|mac|tk)=", re.IGNORECASE
)

# Repetitions are possessive or bounded: no text may cost more than its length.
_QUOTE = r"""(?:\\{0,15}["']|&(?:quot|apos|\#34|\#39|\#x27);)"""
_FIELD = re.compile(
    rf"(?P<quote>{_QUOTE})(?P<key>[\w.-]++)(?P=quote)\s*+(?:[:=]>?|=&gt;)\s*+"
    r"|(?<![\w.-])(?P<name>[\w.-]++)\]?\s?"
    rf"(?:(?:=>?|%3[Dd]|&\#(?:x3[Dd]|61);)\s?|:\s?(?={_QUOTE}))"
)
# Without a closing quote the text was cut off, and all the rest belongs to the value.
_FIELD_VALUE = re.compile(
    rf"(?:[bru]{{1,2}}(?={_QUOTE}))?+"
    rf"(?P<open>{_QUOTE})(?P<inner>.*?)(?:(?<!\\)(?P=open)|\Z)"
    r"""|(?P<none>(?i:null|none|true|false)(?=[\s,;&)}\]"'<>]|\Z))"""
    r"""|(?P<bare>(?:\[[^\]]*+\]?|\{[^}]*+\}?|[^\s&"'<>\[{]++)*+)""",
    re.DOTALL,
)
# As a server writes headers that it quotes; "secret: " alone may begin a sentence.
_HEADER = re.compile(
    r"(?<![\w.-])(?P<name>\w++(?:-\w++)++|[Cc]ookie"
    r"|[Aa]uthorization(?=:[ \t]{1,9}\w{1,40}[ \t]?[\w.~+/-]{0,200}[0-9=])):[ \t]++"
)
_HEADER_VALUE = re.compile(r"""(?P<bare>[^\r\n"'<]*+)""")
# One word behind a colon or an option, as in YAML, logs and commands.
_ENTRY = re.compile(
    r"(?P<start>^[ \t-]*+)?(?<![\w.:/$-])(?P<name>[\w.-]++):(?P<gap>[ \t]*+)"
    r"(?:[|>][+-]?[ \t]*+\r?\n[ \t]++)?+",
    re.MULTILINE,
)
_ENTRY_VALUE = re.compile(r"""(?P<bare>[^\s,;"'<>{}\[\]()&\\]++)(?P<more>[ \t]++\w)?""")
_COMPOUND = re.compile("[_.-]|[a-z][A-Z]")
_NO_WORD = re.compile(r"(?i:(?!null|none|true|false).*[0-9+/=_$!@#%^*|~])")
_OPTION = re.compile(r"(?<!\S)(?P<name>--[\w-]++)[ \t]++(?![-\s])")
_OPTION_VALUE = re.compile(r"""["']?(?P<bare>[^\s"']++)""")
# A field of a form in parts (RFC 7578).
_PART = re.compile(
    r"""form-data;[^\r\n]{0,80}?\bname="?(?P<name>[\w.\[\]-]++)"""
    r"[^\r\n]{0,200}+(?:\r?\n[^\r\n]{1,200}+){0,4}+\r?\n\r?\n"
)
_PART_VALUE = re.compile(r"(?P<bare>[^\r\n]*+)")
_PARAMETER = re.compile(r"(?<![^?&#;=~])(?P<name>[^?&#;=~]*+)=")
_BEFORE_IN_LINK = re.compile(r"(?:[?&~]|&amp;|\\u0026|%(?:3[Ff]|26))\Z")
_JUDGED = 256  # characters
FORM_VALUE = re.compile(r"(?P<bare>[^&]*+)")
# A fragment begins with "#", unless that is in a mask: [token #1a2b3c4d].
QUERY_VALUE = re.compile(r"(?P<bare>(?:[^&#]++|(?<= )#(?=[0-9a-f]{8}\]))*+)")

# Elements, also where their marks are escaped; and pairs of a name and a value.
_LESS, _MORE = r"(?:<|&lt;|\\u003[cC])", r"(?:>|&gt;|\\u003[eE])"
_OPENING = (
    rf"{_LESS}(?P<name>[\w.:-]++)(?P<attributes>(?:\s(?:(?!&[lg]t;)[^<>\\])*+)?){_MORE}"
)
_OPENED = re.compile(_OPENING)
_ANY_OPENING = re.sub(r"\?P<\w+>", "?:", _OPENING)
_ELEMENT = re.compile(
    rf"(?P<opened>{_ANY_OPENING}(?:\s*+{_ANY_OPENING})*+)"
    rf"(?:<!\[CDATA\[)?(?P<bare>(?:(?!&lt;|\\u003[cC]|\]\]>)[^<])*+)"
)
_TAG = re.compile(r"<[\w.:-]++\s[^<>]*+>")
_NAMED = r"name|key|id|param(?:eter)?|property|variable|attribute|field|header"
_NAMING = re.compile(
    r"""(?<![\w.:-])(?:name|key|id|type)\s*+=\s*+(?:(["'])(?P<name>[^"'<>]*+)\1"""
    r"""|(?P<bare>[^\s"'<>]++))""",
    re.I,
)
_GIVING = re.compile(
    r"""(?<![\w.:-])(?:value|content)\s*+=\s*+(?:(["'])(?P<inner>[^"'<>]*+)\1"""
    r"""|(?P<bare>[^\s"'<>]++))""",
    re.I,
)
# <name>password</name><value><string>...
_PAIR_OF_ELEMENTS = re.compile(
    rf"{_LESS}(?:[\w.-]{{1,40}}:)?(?:{_NAMED}){_MORE}\s{{0,20}}"
    rf"(?P<name>[^<>&\\]{{1,80}}){_LESS}\\?/[\w.:-]{{1,80}}{_MORE}"
    rf"(?:\s{{0,80}}{_LESS}[\w.:-]{{1,80}}{_MORE}){{1,3}}(?:<!\[CDATA\[)?",
    re.I,
)
_ELEMENT_VALUE = re.compile(r"(?P<bare>(?:(?!&lt;|\\u003[cC]|\]\]>)[^<])++)")
# - name: PASSWORD, and in the next line value: ...
_PAIR_OF_ENTRIES = re.compile(
    rf"""^[ \t-]*+(?:{_NAMED}):[ \t]*+["']?(?P<name>[^"'\s:]{{1,80}})["']?[ \t]*+"""
    r"""\r?\n[ \t-]*+value:[ \t]++["']?""",
    re.I | re.M,
)
_ENTRIES_VALUE = re.compile(r"""(?P<bare>[^\r\n"']++)""")

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
    if ("<" in text and ">" in text) or "&lt;" in text or "u003" in text:
        text = _mask_elements(text, mask)
        text = _mask_values(text, mask, whole, _PAIR_OF_ELEMENTS, _ELEMENT_VALUE)
    text = _mask_values(text, mask, whole, _FIELD, _FIELD_VALUE)
    if ":" in text:
        text = _mask_values(text, mask, whole, _HEADER, _HEADER_VALUE)
        text = _mask_values(text, mask, whole, _ENTRY, _ENTRY_VALUE)
        text = _mask_values(text, mask, whole, _PAIR_OF_ENTRIES, _ENTRIES_VALUE)
    if "--" in text:
        text = _mask_values(text, mask, whole, _OPTION, _OPTION_VALUE)
    if "form-data" in text:
        text = _mask_values(text, mask, whole, _PART, _PART_VALUE)
    if '{"' in text:
        text = mask_pairs(text, mask)
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
        written = name["key"] or name["name"] if names is _FIELD else name["name"]
        if "%" in written:
            written = unquote(written)
        before = text[max(0, name.start() - 6) : name.start()]
        link = names is _PARAMETER or _BEFORE_IN_LINK.search(before)
        if not link and not secret_names(written):
            continue
        # A value may reach to the end of the text: its beginning decides.
        end = name.end() + _JUDGED if link else len(text)
        value = values.match(text, name.end(), end)
        if value and names is _ENTRY and not _is_entry(name, value):
            continue
        if value and names is _OPTION and not _NO_WORD.match(value["bare"]):
            continue
        if value and value.lastgroup != "none":
            group = "inner" if names is _FIELD and value["open"] else "bare"
            secret = not link or names_a_secret_in_link(written, value[group])
            if link and secret and value.end() == end:
                value = values.match(text, name.end()) or value
            shown = mask(value[group]) if secret else whole(value[group])
            if shown == value[group]:
                continue
            pieces += [text[kept : value.start(group)], shown]
            kept = value.end(group)
    return "".join([*pieces, text[kept:]])


def _is_entry(name: re.Match[str], value: re.Match[str]) -> bool:
    """Tell `api_key: hunter` and `pin: 1234` from the words of "token: expired"."""
    if name["gap"] and value["more"]:
        return False  # a sentence
    if value["bare"].isdecimal() and names_many(name["name"]):
        return False
    if name["gap"] and name["start"] is not None and _COMPOUND.search(name["name"]):
        return not FIXED.fullmatch(value["bare"])
    return bool(_NO_WORD.match(value["bare"]))


def _mask_elements(text: str, mask: Callable[[str], str]) -> str:
    """Mask what XML or HTML has between the marks of an element, or in an attribute."""

    def masked(element: re.Match[str]) -> str:
        value = element["bare"]
        if not value.strip() or not _names_one([*_OPENED.finditer(element["opened"])]):
            return element[0]
        return element[0][: element.start("bare") - element.start()] + mask(value)

    def given(tag: re.Match[str]) -> str:
        named = (one["name"] or one["bare"] or "" for one in _NAMING.finditer(tag[0]))
        if not any(map(names_a_secret, named)):
            return tag[0]
        return _GIVING.sub(hidden, tag[0])

    def hidden(value: re.Match[str]) -> str:
        group = "bare" if value["inner"] is None else "inner"
        if not value[group]:
            return value[0]
        start, end = (at - value.start() for at in value.span(group))
        return f"{value[0][:start]}{mask(value[group])}{value[0][end:]}"

    return _TAG.sub(given, _ELEMENT.sub(masked, text))


def _names_one(opened: list[re.Match[str]]) -> bool:
    """Tell whether elements, each the first in the one before, name a secret."""
    for one in reversed(opened):
        named = _NAMING.search(one["attributes"])
        if names_a_secret(one["name"]) or (
            named and names_a_secret(named["name"] or named["bare"] or "")
        ):
            return True
        if not one["name"].lower().endswith(("value", "string", "text")):
            break
    return False


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
