"""Which names are those of secrets: the one list, for records, snippets and screen.

A name is judged by its whole words: `nextToken` is a cursor, a `companySecretary` a
person.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]++(?![a-z])|[A-Z]?[a-z]+|[A-Z]+(?=[A-Z][a-z])")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SECRET = _set(
    "secret secrets token tokens password passwords passwd pwd passphrase passcode "
    "passkey passkeys pin pins mpin tpin otp otps totp cvv cvc jwt jwts bearer saml "
    "credential credentials assertion assertions jsessionid phpsessid"
)
# `key` is secret behind one of these; a serial number (X-Signature-Key) and a cursor
# (pageKey) are not.
KEY_OF = _set(
    "api access auth authentication oauth subscription app application consumer sign "
    "signing private secret shared master encryption hmac mac account functions "
    "webhook authorization admin host internal license merchant partner service "
    "session storage symmetric working rapidapi mashape priv secondary"
)
# Behind a secret's word: what only speaks of it: its kind, its date, how many of them.
_TELLING = _set(
    "type types url uri endpoint endpoints method methods alg algorithm algorithms "
    "status state supported lifetime expiry expires expired expiration expire exp ttl "
    "age at on in until since date dates time timestamp created changed updated issued "
    "modified rotated used days hours minutes seconds count counts total size length "
    "len limit limits min max minimum maximum number no policy policies rule rules "
    "strength required enabled disabled valid verified needed set exists present "
    "format version scheme provider issuer attempts tries retries remaining left usage "
    "budget quota cost rate width index name names label description error errors "
    "message kind category mode next lifespan level counter blocked locked header "
    "symbol balance decimals supply price color colour location arn result match check "
    "indicator"
)
_ASKING = _set(
    "is has have needs requires require allow allows can must should use uses enable "
    "num number count max min total"
)
_CURSOR = _set(
    "next prev previous page pages pagination paging cursor continuation continue sync "
    "scroll resume start starting marker list offset more"
)
# Words of ISO 20022 (ChargeBearer) and of daily life that end as a secret's name does.
_NO_SECRET = frozenset(
    {"charge bearer", "charges bearer", "boarding pass", "travel pass", "season pass"}
)
_WHOLE = frozenset({"setcookie", "xsignature", "basicauth"})
# These are headers' names, also as CGI and proxies hand them on: HTTP_AUTHORIZATION.
_HEADERS = frozenset({"authorization", "cookie", "cookies"})
_OF_HEADERS = _set(
    "x http redirect proxy forwarded original upstream serverless amz session"
)
# passWord, PASS_PHRASE
_PASS = _set("word words wd phrase code key")
# userpassword, PGPASSWORD, maptoken: no other word ends so.
_ENDS = re.compile(
    "(?!{0}).+?({0})s?".format("passw(?:or)?d|passphrase|passcode|secret|token|apikey")
)
# Where names are written without a sign between their words, they are read as these.
_GLUED = re.compile(
    "(?:{})++".format(
        "|".join(
            sorted(
                {
                    *_SECRET,
                    *(KEY_OF - {"account"}),
                    *(_TELLING - {"at", "on", "in", "no", "min", "max"}),
                    *_CURSOR,
                    *("key", "keys", "pass", "client", "refresh", "id", "user", "x"),
                    *(
                        "session",
                        "security",
                        "value",
                        "new",
                        "old",
                        "web",
                        "hash",
                        "hint",
                    ),
                },
                key=len,
                reverse=True,
            )
        )
    )
)
_ALONE = re.compile(_GLUED.pattern.replace(")++", ")"))

_LINK = frozenset({"sig", "signature", "hmac"})
# In a link these may hold a key or an ID: secret where the value looks drawn by lot.
_LINK_MAYBE = frozenset(
    {
        "key",
        "code",
        "auth",
        "ticket",
        "hash",
        "k",
        "session",
        "sid",
        "sess",
        "mac",
        "tk",
    }
)
_DRAWN = re.compile(r"(?=[^&#]*[0-9])(?=[^&#]*[A-Za-z])[\w~.%+/=-]{16,}+", re.ASCII)
_PUBLIC = frozenset({"endtoendidsignature"})  # PayNet's, in the redirect of a browser

# What may be read of the headers that are sent: those of HTTP and its registry, and
# PayNet's. Whatever else a person types may be a gateway's own key.
_HARMLESS = _set(
    "a-im accept accept-charset accept-datetime accept-encoding accept-language "
    "access-control-request-headers access-control-request-method baggage "
    "cache-control connection content-digest content-disposition content-encoding "
    "content-language content-length content-location content-md5 content-range "
    "content-type correlation-id date digest dnt expect forwarded from host "
    "idempotency-key if-match if-modified-since if-none-match if-range "
    "if-unmodified-since keep-alive last-modified max-forwards origin pragma prefer "
    "priority proxy-connection range referer request-id save-data te traceparent "
    "tracestate trailer transfer-encoding upgrade upgrade-insecure-requests "
    "user-agent vary via want-digest warning "
    "x-correlation-id x-forwarded-for x-forwarded-host x-forwarded-proto "
    "x-http-method x-http-method-override x-method-override x-real-ip x-request-id "
    "x-requested-with x-trace-id x-client-ip cf-connecting-ip true-client-ip "
    # PayNet's common headers, as its pages and its published clients name them.
    "x-api-version x-business-message-id x-client-id x-fiid x-gps-coordinates "
    "x-ip-address x-signature-key x-timestamp"
)


def names_a_secret(name: str) -> bool:
    """Tell whether the value under *name* is secret, however the name is spelled."""
    words = _words(name)
    if "".join(words) in _WHOLE or (
        words and words[-1] in _HEADERS and _OF_HEADERS.issuperset(words[:-1])
    ):
        return True
    if words[:2] == ["access", "control"] or words[-2:] == ["type", "hint"]:
        return False
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        if word in ("key", "keys"):
            secret = before in KEY_OF and words[place + 1 : place + 2] != ["id"]
        elif word == "pass":
            secret = place == len(words) - 1 or words[place + 1] in _PASS
        else:
            secret = word in _SECRET
        if word in ("token", "tokens") and before in _CURSOR:
            secret = False
        if secret and f"{before} {word}" not in _NO_SECRET:
            # A tokenRequestorId is the requestor's, a tokenId may be the token.
            of_another = words[-1] == "id" and place < len(words) - 2
            tells = of_another or words[-1] in _TELLING
            return not tells and words[0] not in _ASKING
    return False


def names_a_secret_in_link(name: str, value: str) -> bool:
    """Tell whether a field of a query or a form is secret: a signature is, too."""
    if names_a_secret(name):
        return True
    words = _words(name)
    if not words or "".join(words) in _PUBLIC:
        return False
    if words[-1] in _LINK:
        return True
    return words[-1] in _LINK_MAYBE and len(words) < 3 and bool(_DRAWN.match(value))


def names_many(name: str) -> bool:
    """Tell whether *name* is that of a number of tokens, where its value is one."""
    return _words(name)[-1:] == ["tokens"]


def may_be_shown(header: str) -> bool:
    """Tell whether a header that is sent is known to be harmless."""
    return header.lower() in _HARMLESS


def _words(name: str) -> list[str]:
    found = [word.lower() for word in _WORD.findall(name)]
    return [part for word in found for part in _parts(word)]


def _parts(word: str) -> list[str]:
    if _GLUED.fullmatch(word):
        return _ALONE.findall(word)
    ending = _ENDS.fullmatch(word)
    return [word, ending[1]] if ending else [word]
