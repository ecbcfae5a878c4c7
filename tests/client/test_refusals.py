"""What `Client` refuses to send: foreign places, production, broken headers."""

from __future__ import annotations

from typing import Any

import pytest

import paynet_nb as pn
from tests.helpers.gateway import Gateway


@pytest.mark.parametrize(
    "path",
    [
        "https://127.0.0.1:1/x",
        "http://127.0.0.1:1/x",
        "//127.0.0.1:1/x",
        "\\\\127.0.0.1:1\\x",
        "/\\127.0.0.1:1/x",
        "http://localhost:{port}/x",
        "http://127.0.0.1.:{port}/x",
        "http://127.0.0.1:{port}@127.0.0.1:1/x",
        "http://user:pass@127.0.0.1:{port}/x",
        "http://example.my/x",
        "https://example.my/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_a_foreign_url_is_refused_and_nothing_sent(gateway: Gateway, path: str) -> None:
    """Absolute URLs, network paths and user-info tricks; not even a token is asked."""
    port = gateway.url.rpartition(":")[2]
    client = gateway.client()

    with pytest.raises(pn.RefusedError) as caught:
        client.get(path.format(port=port))

    assert gateway.token_requests == gateway.api_requests == []
    assert len(client.history) == 0
    assert "\n" not in str(caught.value)
    assert "pass@" not in str(caught.value)


def production(gateway: Gateway) -> pn.Client:
    """Make a client whose environment is called production."""
    environment = pn.Environment(
        name="live-gateway",
        base_url=gateway.url,
        token_url=gateway.environment.token_url,
        stage="production",
    )
    credentials = pn.Credentials("id", "secret", environment)
    return pn.Client(pn.ClientCredentialsAuth(credentials))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "put"])
def test_production_allows_only_get_until_it_is_unlocked(
    gateway: Gateway, method: str
) -> None:
    """The person types the environment's name; nothing is sent before."""
    client = production(gateway)

    with pytest.raises(pn.RefusedError, match=r"unlock\('live-gateway'\)"):
        client.call(method, "/x")
    assert gateway.token_requests == []
    assert client.get("/x").status == 200
    client.unlock("live-gateway")

    assert client.call(method, "/x").status == 200


@pytest.mark.parametrize(
    "name",
    [
        *("X-HTTP-Method-Override", "x-http-method", "X-Method-Override"),
        *("XHTTPMethodOverride", "X-HttpMethod", "X_REST_METHOD"),
    ],
)
@pytest.mark.parametrize("by", ["call", "session"])
def test_production_takes_no_get_that_a_header_makes_another_method(
    gateway: Gateway, name: str, by: str
) -> None:
    """Some servers do what the header says, and money moves by a GET."""
    client = production(gateway)
    headers = {name: "DELETE"} if by == "call" else {}
    client.session.headers.update({name: "DELETE"} if by == "session" else {})

    with pytest.raises(pn.RefusedError, match=r"unlock\('live-gateway'\)"):
        client.get("/x", headers=headers)
    assert gateway.token_requests == gateway.api_requests == []
    client.unlock("live-gateway")

    assert client.get("/x", headers=headers).status == 200


@pytest.mark.parametrize(
    "query",
    [
        *("_method=DELETE", "_method[]=DELETE", "!method=DELETE", "$method=DELETE"),
        *("X-Method=DELETE", "method_=DELETE", "%5Fmethod=DELETE"),
        *("a=1;_method=DELETE", "httpMethod=DELETE", "x_http_method_override=DELETE"),
    ],
)
def test_nor_one_that_a_query_does(gateway: Gateway, query: str) -> None:
    """Frameworks read it there, under a name with a sign; "method" may be data."""
    client = production(gateway)

    with pytest.raises(pn.RefusedError, match="a query that makes another method"):
        client.get(f"/x?{query}")
    assert gateway.api_requests == []

    assert client.get("/x?method=card&paymentMethod=card").status == 200


@pytest.mark.parametrize("name", ["", "live", "LIVE-GATEWAY", "yes"])
def test_another_name_does_not_unlock(gateway: Gateway, name: str) -> None:
    """A habit of typing y must not move money."""
    client = production(gateway)

    with pytest.raises(pn.RefusedError) as caught:
        client.unlock(name)
    assert str(caught.value) == (
        "this name does not unlock the client; its environment is 'live-gateway'"
    )
    with pytest.raises(pn.RefusedError, match="only GET"):
        client.post("/x")


@pytest.mark.parametrize(
    ("method", "path", "headers", "message"),
    [
        ("GET", 5, {}, "the path is no text, but int"),
        ("GET", None, {}, "the path is no text, but NoneType"),
        ("GET", b"/canary", {}, "the path is no text, but bytes"),
        (5, "/x", {}, "the method is no word such as GET or POST"),
        ("canary\n", "/x", {}, "the method is no word such as GET or POST"),
        ("\ud800", "/x", {}, "the method is no word such as GET or POST"),
        ("GET", "/x", "canary", "the headers are no dict"),
        ("GET", "/x", [("X-Any", "canary")], "the headers are no dict"),
    ],
    ids=ascii,
)
def test_an_argument_of_a_wrong_type_is_named_in_one_line(
    gateway: Gateway, method: Any, path: Any, headers: Any, message: str
) -> None:
    """It is an error of ours, which does not quote what was given."""
    client = gateway.client()

    with pytest.raises(pn.ConfigurationError) as caught:
        client.call(method, path, headers=headers)

    assert str(caught.value) == message
    assert gateway.token_requests == gateway.api_requests == []
    assert len(client.history) == 0


@pytest.mark.parametrize("value", ["a\nb", "a\r\nX-Y: z", "a\x00", "\u2022\u2022"])
def test_a_header_that_cannot_be_sent_is_named_not_quoted(
    gateway: Gateway, value: str
) -> None:
    """The library would quote the value, which may be a token."""
    with pytest.raises(pn.RefusedError, match="X-Thing") as caught:
        gateway.client().get("/x", headers={"X-Thing": f"canary{value}canary"})

    assert "canary" not in str(caught.value)
    assert gateway.api_requests == []


@pytest.mark.parametrize("name", ["Bearer canary", "canary\n", "", 5])
def test_the_name_of_a_header_that_cannot_be_one_is_not_quoted(
    gateway: Gateway, name: Any
) -> None:
    """Of "Bearer eyJ...: x" the name is the token."""
    with pytest.raises(pn.RefusedError, match="the name of a header") as caught:
        gateway.client().get("/x", headers={name: "x"})

    assert "canary" not in str(caught.value)
    assert gateway.api_requests == []
