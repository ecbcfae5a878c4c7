"""`Environment`: where an API and its token endpoint are, and who says so."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple, get_args
from urllib.parse import urlsplit

from paynet_nb.display import card
from paynet_nb.errors import ConfigurationError, RefusedError, without_locals

Stage = Literal["sandbox", "certification", "system-verification", "production"]
STAGES: tuple[Stage, ...] = get_args(Stage)

STAGES_IN_WORDS: Mapping[Stage, str] = {
    "sandbox": "Sandbox: to practise on, not PayNet",
    "certification": "Certification Centre: test cases, no real payments",
    "system-verification": "System Verification: tests before production",
    # The sign as text (U+FE0E): as an emoji it would be a picture of its own colour.
    "production": "\N{WARNING SIGN}\ufe0e PRODUCTION: the real network, no test",
}

PUBLIC_MACHINE = "public machine: sandbox only"

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PARTS = re.compile("[/?#]")
_WHERE_TO_LOOK = (
    "PayNet shows it in the Developer Portal beside your API key (System Verification: "
    "open the test suite; Production: Go Live); pass base_url= and token_url= or set "
    "PAYNET_BASE_URL and PAYNET_TOKEN_URL"
)


class Origin(NamedTuple):
    """Scheme, host and port: what must be equal for a token to be sent (RFC 6454)."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """Write the origin as the start of a URL, the scheme's own port left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


def is_loopback(host: str) -> bool:
    """Tell whether *host* can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin_of(url: str) -> Origin:
    """Read the origin of an absolute URL.

    Raises:
        RefusedError: The URL could be read as another host by another reader
            (user name in it, back slash, white space), is neither http nor https, or
            is plain http to another machine: a secret would cross the network in clear.
    """
    if "\\" in url or not url.isprintable() or " " in url:
        raise RefusedError("the URL holds a back slash, a space or a control character")
    # Up to the path only, so that nothing of a query stays in the cache.
    return _read_origin("/".join(_PARTS.split(url, maxsplit=3)[:3]))


@lru_cache(maxsize=64)
def _read_origin(start: str) -> Origin:
    try:
        parts = urlsplit(start)
        written, port = parts.hostname or "", parts.port
    except ValueError:
        parts, written, port = urlsplit(""), "", None
    host = _as_looked_up(written.rstrip("."))
    if parts.scheme not in _DEFAULT_PORTS or not host:
        raise RefusedError(
            "the URL is not absolute: write it as https://host/path; "
            "http:// is for this machine only"
        )
    if "@" in parts.netloc:
        raise RefusedError(
            f"the URL for {host} holds a user name or password before the host"
        )
    # As written: "127.0.0.1." is no address, but a name that is looked up.
    if parts.scheme == "http" and not is_loopback(written):
        raise RefusedError(
            f"plain http:// to {written} is refused, a secret would be readable on the "
            "network; use https:// (http:// is for this machine only)"
        )
    return Origin(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme])


def _as_looked_up(host: str) -> str:
    """Write a name as requests looks it up: "bücher.my" is "xn--bcher-kva.my".

    Raises:
        RefusedError: It is no name that can be looked up.
    """
    if host.isascii():
        return host
    import idna  # one host in a thousand needs its tables

    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise RefusedError(f"{host} is no name of a host; check the URL") from None


def is_public_machine() -> bool:
    """Tell whether this is Binder's: whoever runs a machine can read its memory."""
    # Kubernetes tells each server of a BinderHub where the hub's service "binder" is.
    return bool(os.environ.get("BINDER_SERVICE_HOST"))


def refuse_keys_for(origin: Origin) -> None:
    """Refuse a call that bears a key of one's own, where it leaves a public machine.

    Raises:
        RefusedError: This is Binder, and *origin* no sandbox on it.
    """
    if is_public_machine() and not is_loopback(origin.host):
        raise _closed(str(origin))


def machine() -> str:
    """Name the machine that runs this: a public one is not the reader's."""
    return "a public machine" if is_public_machine() else "this machine"


def _closed(where: str) -> RefusedError:
    return RefusedError(
        f"{PUBLIC_MACHINE}: who runs it can read what is in its memory; use "
        f"{where} on a machine of your own, and here a Sandbox()"
    )


@without_locals
@dataclass(frozen=True, kw_only=True)
class Environment:
    """One stage of one PayNet gateway: its addresses and their source.

    Attributes:
        name: Short name in lower case; a person types it to unlock production.
        base_url: What an API path is appended to.
        token_url: Where an access token is asked for (RFC 6749 section 3.2).
        stage: "sandbox", "certification", "system-verification" or "production".
        source: The page or person that these addresses come from.
        jwks_url: Where the issuer's public keys are (RFC 7517), if it publishes them.

    Raises:
        ConfigurationError: An address is missing or the stage is unknown.
        RefusedError: An address is plain http to another machine, or misleading.
    """

    name: str
    base_url: str = ""
    token_url: str = ""
    stage: Stage
    source: str = "given by the user"
    jwks_url: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would fail, or send a secret astray, later."""
        if self.stage not in STAGES:
            raise ConfigurationError(
                f"stage= names no stage; use one of: {', '.join(STAGES)}"
            )
        for address in ("base_url", "token_url"):
            if not getattr(self, address):
                raise ConfigurationError(
                    f"environment {self.name!r} has no {address}; {_WHERE_TO_LOOK}"
                )
        urls: tuple[object, ...] = (self.base_url, self.token_url, self.jwks_url)
        for url in filter(None, urls):
            if not isinstance(url, str):
                raise ConfigurationError(
                    f"a URL of an environment is a text, not {type(url).__name__}"
                )
            origin_of(url)

    @cached_property
    def origin(self) -> Origin:
        """The one origin that a token of this environment may be sent to."""
        return origin_of(self.base_url)

    @property
    def is_closed_here(self) -> bool:
        """Whether its keys must not be on this machine, which is a public one."""
        return self.stage != "sandbox" and is_public_machine()

    def refuse_if_closed(self) -> None:
        """Refuse what needs real keys on a public machine.

        Raises:
            RefusedError: This is Binder, and the environment no sandbox.
        """
        if self.is_closed_here:
            raise _closed(repr(self.name))

    def _repr_html_(self) -> str:
        rows = {
            "stage": STAGES_IN_WORDS[self.stage],
            "API": self.base_url,
            "token endpoint": self.token_url,
            "public keys": self.jwks_url or "not published",
            "source": self.source,
        }
        state = "production" if self.stage == "production" else ""
        return card(f"Environment {self.name}", rows, state=state)


# The address on the API-keys page; the page shows no other environment's.
CERTIFICATION = Environment(
    name="certification",
    base_url="https://certification.api.developer.inet.paynet.my/v1/picasso-guard",
    token_url="https://certification.api.developer.inet.paynet.my/v1/picasso-guard/auth/token",
    stage="certification",
    source="https://docs.developer.paynet.my/docs/dqr-API-standards/API-keys",
)

_REPORTS_PAGE = (
    "https://docs.developer.paynet.my/docs/operations/financial-reports/"
    "financial-reports-api/authentication"
)
REPORTS_UAT = Environment(
    name="reports-uat",
    base_url="https://api.reports.uat.inet.paynet.my",
    token_url="https://api.reports.uat.inet.paynet.my/token",
    stage="system-verification",
    source=_REPORTS_PAGE,
)
REPORTS_PRODUCTION = Environment(
    name="reports-production",
    base_url="https://api.reports.paynet.my",
    token_url="https://api.reports.paynet.my/token",
    stage="production",
    source=_REPORTS_PAGE,
)

KNOWN = (CERTIFICATION, REPORTS_UAT, REPORTS_PRODUCTION)


def as_environment(given: object) -> Environment:
    """Take what was given as `environment=`.

    Raises:
        ConfigurationError: It is none.
    """
    if isinstance(given, Environment):
        return given
    raise ConfigurationError(
        "environment= wants an environment such as pn.CERTIFICATION, "
        f"not {type(given).__name__}"
    )
