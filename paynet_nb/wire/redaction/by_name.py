"""Find a secret by its name (client_secret=...) or by its form (a JWT, a PEM block)."""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Callable
from urllib.parse import unquote

from paynet_nb.wire.redaction.by_value import fingerprint

REDACTED = "[redacted]"
# What stays readable in front of a credential.
SCHEMES = frozenset({"basic", "bearer", "digest", "dpop"})

_WORDS = (
    *("secret", "token", "passw", "passphrase", "credential", "assertion"),
    *("apikey", "privatekey"),
)
# Whole names: endToEndIdSignature is public, X-Signature-Key a serial number.
_NAMES = frozenset(
    {"authorization", "proxyauthorization", "cookie", "setcookie", "xsignature", "pwd"}
)
# What only speaks of a secret: token_type, token_endpoint, Access-Control-Allow-...
_HARMLESS = re.compile(
    r"^accesscontrol|pagetoken$"
    r"|(?:type|typehint|url|uri|endpoint|method|alg|status|supported|lifetime|expir[a-z]*)$"
)

# Before a text is searched it is made plain, as names are: client_secret,
# "clientSecret" : and \"client-secret\": all become clientsecret=.
_LOWER = bytes.maketrans(
    b":" + string.ascii_uppercase.encode(), b"=" + string.ascii_lowercase.encode()
)
_DROPPED = bytes(set(range(256)) - set(b":=" + string.ascii_letters.encode()))
_SIGNS = (
    *_WORDS,
    *("xsignature", "authorization=", "cookie=", "pwd=", "bearer", "basic"),
)

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
FORM_VALUE = re.compile(r"(?P<bare>[^&]*+)")
# A fragment begins with "#", unless that is in a mask: [token #1a2b3c4d].
QUERY_VALUE = re.compile(r"(?P<bare>(?:[^&#]++|(?<= )#(?=[0-9a-f]{8}\]))*+)")

_USER_INFO = re.compile(r"""((?:\\{0,7}/){2})(?:[^\s/?#@"'<>]*+@)+""")
_SCHEME = re.compile(
    r"""([Bb](?i:earer|asic))(\s++|%20|\+)(?![a-z_]++\s*+=\s*+\\*+")"""
    r"""((?:[\w.~+/-]|%[\da-fA-F]{2}|\\{1,7}/)++=*+)""",
    re.ASCII,
)
_JWT = re.compile(r"[\w.-]{12,}+", re.ASCII)
# A PEM block (RFC 7468), in text, JSON or a URL. The words alone, as an error quotes
# them, are none; of a block that was cut off, all base64 is taken.
_GAP = r"(?:[\s+]|%20|\\{1,7}[nr]|%0[AaDd])"
_PRIVATE_KEY = re.compile(
    rf"-----BEGIN{_GAP}(?:[A-Z]++{_GAP}){{0,3}}PRIVATE{_GAP}KEY-----{_GAP}*+"
    r"(?=[A-Za-z0-9+/]{8}|Proc-Type)(?:[\w+/=:,.\s\\%]|-(?!----))*+"
    rf"(?:-----END{_GAP}(?:[A-Z]++{_GAP}){{0,3}}PRIVATE{_GAP}KEY-----)?",
    re.ASCII,
)


def names_a_secret(name: str) -> bool:
    """Tell whether the value under *name* is secret, however the name is spelled."""
    plain = re.sub(r"[^a-z0-9]+", "", name.lower())
    if plain not in _NAMES and not any(word in plain for word in _WORDS):
        return False
    return not _HARMLESS.search(plain)


def may_name_a_secret(text: str) -> bool:
    """Tell fast whether a search by name or form is worth while."""
    if ("J" in text and "eyJ" in text) or ("@" in text and _USER_INFO.search(text)):
        return True
    # Bytes are translated faster than text, and searched slower.
    plain = text.encode("ascii", "ignore").translate(_LOWER, _DROPPED).decode("ascii")
    for sign in _SIGNS:  # noqa: SIM110  # any() takes half as long again
        if sign in plain:
            return True
    return False


def mask_forms(text: str) -> str:
    """Mask JWTs, what follows Bearer or Basic, private keys, user names in URLs."""
    if "@" in text:
        text = _USER_INFO.sub(r"\1redacted@", text)
    if "-----BEGIN" in text:
        text = _PRIVATE_KEY.sub("[private key]", text)
    if "eyJ" in text:
        text = _JWT.sub(_mask_jwt, text)
    return _SCHEME.sub(_mask_credential, text)


def mask_fields(
    text: str, mask: Callable[[str], str], parameter: re.Pattern[str] | None = None
) -> str:
    """Mask the values of fields that name a secret.

    Args:
        text: Any text; in it `name=value`, `"name": "value"` (also escaped) or
            `X-Name: value`.
        mask: Gives what stands in the place of a value.
        parameter: The text is a form or a URL, whose values look like this.
    """
    text = _mask_values(text, mask, _FIELD, _FIELD_VALUE)
    text = _mask_values(text, mask, _HEADER, _HEADER_VALUE)
    return _mask_values(text, mask, _PARAMETER, parameter) if parameter else text


def _mask_values(
    text: str,
    mask: Callable[[str], str],
    names: re.Pattern[str],
    values: re.Pattern[str],
) -> str:
    pieces, kept = [], 0
    for name in names.finditer(text):
        if name.start() < kept or not names_a_secret(name[name.lastgroup or 0]):
            continue
        value = values.match(text, name.end())
        if value and value.lastgroup != "none":
            group = value.lastgroup or 0
            pieces += [text[kept : value.start(group)], mask(value[group])]
            kept = value.end(group)
    return "".join([*pieces, text[kept:]])


def _mask_jwt(run: re.Match[str]) -> str:
    before, mark, rest = run[0].partition("eyJ")
    # Dots at the end belong to the sentence, or stand for what was cut off.
    token = (mark + rest).rstrip(".")
    if "." not in token:
        return run[0]
    return f"{before}[jwt #{fingerprint(token)}]{(mark + rest)[len(token) :]}"


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
