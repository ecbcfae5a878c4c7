"""The ways in which a sandbox can misbehave, each with what it is in real life.

All are sandbox assumptions: PayNet publishes none of its faults. Each is something that
people who use such gateways, or that PayNet's pages (revoked keys), report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from paynet_nb.errors import ConfigurationError
from paynet_nb.sandbox import faults
from paynet_nb.sandbox.faults import Fault

TOKEN, API, BOTH = frozenset({"token"}), frozenset({"api"}), frozenset({"token", "api"})
SHORT_S = 2
SKEW_S = 300


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One difference from a gateway that works.

    Attributes:
        meaning: What a learner would see in real life, one line.
        where: Which requests it changes: token requests, all others, or both.
        fault: Is called before the usual answer, and may give another one instead.
        reshape: Changes the good token answer in place.
        lifetime_s: The life of the tokens given, in seconds; None: the usual one.
        skew_s: How far the gateway's clock is ahead, in seconds.
        opaque: Tokens are random text that nobody can look into.
        demands_signatures: Merchant calls without X-Signature are refused, too.
        forgery: How answers of version 3 and DuitNow Pay are signed wrongly; "": well.
        revokes: Tokens given before are refused; if there are none, the first one is.
    """

    meaning: str
    where: frozenset[str] = TOKEN
    fault: Fault | None = None
    reshape: Callable[[dict[str, Any]], object] | None = None
    lifetime_s: int | None = None
    skew_s: int = 0
    opaque: bool = False
    demands_signatures: bool = False
    forgery: str = ""
    revokes: bool = False


NORMAL = Scenario(meaning="all is well")

SCENARIOS: Mapping[str, Scenario] = {
    "token-revoked": Scenario(
        meaning="keys were renewed in the portal: old tokens get 401, a new one works",
        revokes=True,
    ),
    "token-short": Scenario(
        meaning=f"tokens end after {SHORT_S} s, often in the middle of your work",
        lifetime_s=SHORT_S,
    ),
    "token-opaque": Scenario(
        meaning="the token is random text and not a JWT; it works all the same",
        opaque=True,
    ),
    "token-missing": Scenario(
        meaning="200 OK, but no access_token in it: another product's endpoint?",
        reshape=lambda answer: answer.pop("access_token"),
    ),
    "wrong-token-type": Scenario(
        meaning="200 OK with a token of another type than bearer",
        reshape=lambda answer: answer.update({"token_type": "mac"}),
    ),
    "lifetime-text": Scenario(
        meaning='expires_in comes as the text "86400" and not as a number',
        reshape=lambda answer: answer.update(expires_in=str(answer["expires_in"])),
    ),
    "lifetime-missing": Scenario(
        meaning="no expires_in: only the token itself says when it ends",
        reshape=lambda answer: answer.pop("expires_in"),
    ),
    "clock-skewed": Scenario(
        meaning="the gateway's clock is 5 minutes ahead of yours",
        where=BOTH,
        skew_s=SKEW_S,
    ),
    "clock-skewed-back": Scenario(
        meaning="the gateway's clock is 5 minutes behind yours",
        where=BOTH,
        skew_s=-SKEW_S,
    ),
    "token-slow": Scenario(
        meaning=f"the token endpoint thinks for {faults.SLOW_S * 1000:.0f} ms",
        fault=faults.slow,
    ),
    "token-429": Scenario(
        meaning="too many token requests: wait as long as Retry-After says",
        fault=faults.busy,
    ),
    "token-500": Scenario(
        meaning="the token endpoint is broken inside", fault=faults.broken
    ),
    "token-503": Scenario(
        meaning="the token endpoint is down for a while", fault=faults.unavailable
    ),
    "token-paynet": Scenario(
        meaning="the token is refused with PayNet's codes, not with OAuth's",
        fault=faults.unauthorised,
    ),
    "token-echo": Scenario(
        meaning="the error text repeats your request, secret included: do not paste it",
        fault=faults.echo,
    ),
    "token-html": Scenario(
        meaning="200 OK, but a web page: a proxy or a sign-in portal stands in between",
        fault=faults.portal_page,
    ),
    "token-redirect": Scenario(
        meaning="a sign-in page stands in the way; a secret must not follow",
        fault=faults.redirect,
    ),
    "token-huge": Scenario(
        meaning="a small compressed answer that unpacks to 64 MB: an attack",
        fault=faults.huge,
    ),
    "token-reset": Scenario(
        meaning="the connection is cut: a firewall, or your address is not allowed",
        fault=faults.reset,
    ),
    "token-hang": Scenario(
        meaning="the request is taken and never answered: a firewall drops packets",
        fault=faults.hang,
    ),
    "api-slow": Scenario(
        meaning=f"each call takes {faults.SLOW_S * 1000:.0f} ms more",
        where=API,
        fault=faults.slow,
    ),
    "signature-demanded": Scenario(
        meaning="merchant calls without X-Signature are refused: KMS.001",
        where=API,
        demands_signatures=True,
    ),
    "answer-other-key": Scenario(
        meaning="answers are signed by somebody else than PayNet: whose are they?",
        where=API,
        forgery="other-key",
    ),
    "answer-other-kid": Scenario(
        meaning="answers name a key that you do not know: PayNet's new one, or none",
        where=API,
        forgery="other-kid",
    ),
    "answer-other-body": Scenario(
        meaning="answers were changed on their way: the signature is of another body",
        where=API,
        forgery="other-body",
    ),
    "answer-other-message": Scenario(
        meaning="version 3: the signature is good, but of another message of PayNet's",
        where=API,
        forgery="other-message",
    ),
    "answer-expired": Scenario(
        meaning="answers with a signature of hours ago: sent a second time?",
        where=API,
        forgery="expired",
    ),
    "answer-alg-none": Scenario(
        meaning="answers say that they need no signature (alg none)",
        where=API,
        forgery="alg-none",
    ),
    "answer-alg-hs256": Scenario(
        meaning="answers are signed with what everybody has: PayNet's public key",
        where=API,
        forgery="alg-hs256",
    ),
    "answer-unsigned": Scenario(
        meaning="answers have lost their signature on the way",
        where=API,
        forgery="unsigned",
    ),
    "api-401": Scenario(
        meaning="calls are refused also with a new token: the key is not approved yet",
        where=API,
        fault=faults.unauthorised,
    ),
    "api-403": Scenario(
        meaning="the token is good, but your key may not use this API",
        where=API,
        fault=faults.forbidden,
    ),
    "api-429": Scenario(
        meaning="too many calls: wait as long as Retry-After says",
        where=API,
        fault=faults.busy,
    ),
    "api-503": Scenario(
        meaning="the API is down for a while", where=API, fault=faults.unavailable
    ),
    "api-redirect": Scenario(
        meaning="the call is sent on to another address; a token must not go there",
        where=API,
        fault=faults.redirect,
    ),
    "api-reset": Scenario(
        meaning="the connection is cut: whether the call was done, nobody knows",
        where=API,
        fault=faults.reset,
    ),
    "api-hang": Scenario(
        meaning="the call is never answered", where=API, fault=faults.hang
    ),
}


_NAMES = {id(known): name for name, known in SCENARIOS.items()}


def name_of(scenario: Scenario) -> str:
    """Give the name of one of `SCENARIOS`; "": all is well."""
    return _NAMES.get(id(scenario), "")


def find(name: object) -> Scenario:
    """Look a scenario up.

    Raises:
        ConfigurationError: There is none of that name.
    """
    if not isinstance(name, str) or name not in SCENARIOS:
        raise ConfigurationError(
            f"scenario {name!r} is unknown; use one of: {', '.join(SCENARIOS)}"
        )
    return SCENARIOS[name]
