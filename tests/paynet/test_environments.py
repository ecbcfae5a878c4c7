"""Environments: the published addresses, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import requests

import paynet_nb as pn
from paynet_nb.display.html import badge
from paynet_nb.paynet import origin_of

URL = "https://api.example.my"


def made(**changed: Any) -> pn.Environment:
    """Make an environment of good values, some of them changed."""
    values: dict[str, Any] = {
        "name": "mine",
        "base_url": URL,
        "token_url": f"{URL}/auth/token",
        "stage": "system-verification",
        **changed,
    }
    return pn.Environment(**values)


def test_the_certification_urls_are_the_pages() -> None:
    """The built-in addresses are those of the API-keys page's curl line."""
    host = "https://certification.api.developer.inet.paynet.my"

    assert f"{host}/v1/picasso-guard/auth/token" == pn.CERTIFICATION.token_url
    assert f"{host}/v1/picasso-guard" == pn.CERTIFICATION.base_url
    assert pn.CERTIFICATION.source.startswith("https://docs.developer.paynet.my/")


def test_the_reports_environments_have_their_own_hosts() -> None:
    """UAT and production of the reports API are told apart by host and by stage."""
    assert pn.REPORTS_UAT.token_url == "https://api.reports.uat.inet.paynet.my/token"
    assert pn.REPORTS_PRODUCTION.token_url == "https://api.reports.paynet.my/token"
    assert pn.REPORTS_PRODUCTION.stage == "production"
    assert pn.REPORTS_UAT.stage != "production"


@pytest.mark.parametrize("missing", ["base_url", "token_url"])
def test_a_missing_url_says_where_to_look_it_up(missing: str) -> None:
    """The error names the portal and the variable, since no page names the URL."""
    with pytest.raises(pn.ConfigurationError, match="Developer Portal") as caught:
        made(**{missing: ""})

    assert f"PAYNET_{missing.upper()}" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("field", ["base_url", "token_url", "jwks_url"])
@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.my/token",
        "http://127.0.0.1.example.my/token",
        "http://localhost.example.my/token",
        "http://127.0.0.1./token",
        "http://localhost./token",
        "http://localhost@example.my/token",
        "https://user:password@api.example.my/token",
        "https://api.example.my\\@elsewhere.my/token",
        "https://api.example.my /token",
        "https://api.example.my/\ntoken",
        "ftp://api.example.my/token",
        "api.example.my/token",
        "https://",
        "https://api.example.my:99999/",
    ],
)
def test_an_unsafe_url_is_refused(field: str, url: str) -> None:
    """Plain http to another machine, and a URL that two readers read differently."""
    with pytest.raises(pn.RefusedError) as caught:
        made(**{field: url})

    assert "password" not in str(caught.value).replace("user name or password", "")


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.8.9.1:81", "[::1]:8000", "LOCALHOST"]
)
def test_plain_http_is_for_this_machine(host: str) -> None:
    """A sandbox needs no certificate."""
    assert made(base_url=f"http://{host}/").origin.scheme == "http"


def test_an_unknown_stage_is_refused() -> None:
    """The error lists the stages there are."""
    with pytest.raises(pn.ConfigurationError, match="system-verification, production"):
        made(stage="prod")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("https://a.my", "https://a.my:443/x?y", True),
        ("https://A.my/", "https://a.my.", True),
        ("https://a.my", "https://a.my:8443", False),
        ("https://a.my", "https://b.a.my", False),
        ("http://127.0.0.1:80", "http://127.0.0.1", True),
        ("http://127.0.0.1", "https://127.0.0.1", False),
    ],
)
def test_origins_compare_by_scheme_host_and_port(
    left: str,
    right: str,
    same: bool,
) -> None:
    """Default ports and the case of a host make no difference, all else does."""
    assert (origin_of(left) == origin_of(right)) is same


def test_an_origin_is_written_as_a_url() -> None:
    """Errors name it; the scheme's own port is left out, IPv6 is bracketed."""
    assert str(origin_of("https://a.my:443/x")) == "https://a.my"
    assert str(origin_of("http://[::1]:8000/x")) == "http://[::1]:8000"


@pytest.mark.parametrize(
    "host",
    ["b\u00fccher.example.my", "B\u00dcCHER.example.my.", "fu\u00df.my", "\u9a6c.my"],
)
def test_a_host_beyond_ascii_reaches_itself(host: str) -> None:
    """It is the name that requests looks up, whichever of its forms was written."""
    environment = made(base_url=f"https://{host}/v1", token_url=f"https://{host}/t")
    sent = requests.Request("GET", f"https://{host}/v1/x").prepare().url or ""

    assert environment.origin == origin_of(sent) == origin_of(f"https://{host}")
    assert environment.origin.host.isascii()


def test_an_environment_shows_itself() -> None:
    """As a cell's last line it is a card: stage in words, addresses, their source."""
    html = pn.REPORTS_PRODUCTION._repr_html_()

    assert "Environment reports-production" in html
    assert "PRODUCTION: the real network, no test" in html
    assert badge("production") in html
    assert badge("production") not in pn.CERTIFICATION._repr_html_()
    for told in (pn.REPORTS_PRODUCTION.token_url, pn.REPORTS_PRODUCTION.source):
        assert told in html
    assert "<script>" not in made(name="<script>")._repr_html_()


def test_a_name_that_no_host_has_is_refused() -> None:
    """Letters that cannot stand in the name of a host give one line."""
    with pytest.raises(pn.RefusedError, match="no name of a host"):
        made(base_url="https://\u2603.my/")
