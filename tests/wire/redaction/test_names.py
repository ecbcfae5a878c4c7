"""A name is judged by its whole words, however they are written."""

from __future__ import annotations

import pytest

from paynet_nb.wire import Redactor, may_be_shown, names_a_secret


@pytest.mark.parametrize(
    "name",
    [
        *("client_secret", "clientSecret", "ClientSecret", "client-secret"),
        *("access_token", "accessToken", "refreshtoken", "X-Auth-Token", "idToken"),
        *("password", "newPassword", "user_passwd", "PWD", "passphrase", "dbPass"),
        *("apiKey", "X-API-Key", "apikey", "Ocp-Apim-Subscription-Key", "X-Access-Key"),
        *("appKey", "consumer_key", "signKey", "privateKey", "X-Auth-Key"),
        *("pin", "cardPin", "otp", "passkey", "jwt", "SAMLAssertion", "bearer"),
        *("Authorization", "Set-Cookie", "X-Signature", "HTTP_AUTHORIZATION"),
        *("X-Forwarded-Authorization", "session_cookie", "JSESSIONID", "basicAuth"),
        *("passWord", "pass_phrase", "PassKey", "PGPASSWORD", "userpassword", "mPin"),
        *("csrftoken", "cvv2", "merchantKey", "host_key", "x-rapidapi-key", "macKey"),
    ],
)
def test_these_are_names_of_secrets(name: str) -> None:
    """As vendors write them."""
    assert names_a_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        *("nextToken", "next_page_token", "pageToken", "continuationToken"),
        *(
            "tokenCount",
            "maxTokens_count",
            "token_type",
            "token_endpoint",
            "tokenExpiry",
        ),
        *("passwordPolicy", "passwordUpdatedAt", "isPasswordRequired", "otpLength"),
        *("companySecretary", "compassWidth", "passenger", "shipping", "spinner"),
        *("pageKey", "X-Signature-Key", "primaryKey", "keyId", "monkey", "opinion"),
        *("chargeBearer", "boardingPass", "endToEndIdSignature", "authorizationStatus"),
        *("accessTokenLifespan", "tokenRequestorId", "pinTryCounter", "cvvResult"),
        *("tokenSymbol", "paymentAuthorization", "cookiePolicy", "nextpagetoken"),
        "Access-Control-Allow-Credentials",
    ],
)
def test_these_are_not(name: str) -> None:
    """Cursors, counts, policies, dates, and words that only hold such a word."""
    assert not names_a_secret(name)


def test_a_header_is_shown_only_if_it_is_known_to_be_harmless() -> None:
    """Whatever else a person types may be a gateway's own key."""
    sent = Redactor().sent_headers(
        {"Accept": "a/b", "X-Fiid": "FI01", "X-Vendors-Own": "5f2c1e0d9b8a47c6"}
    )

    assert sent == {"Accept": "a/b", "X-Fiid": "FI01", "X-Vendors-Own": "[redacted]"}
    assert may_be_shown("x-timestamp")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/r?X-Amz-Signature=0a1b2c3d", "/r?X-Amz-Signature=[redacted]"),
        ("/r?sv=2020&sig=0a1b2c%3D", "/r?sv=2020&sig=[redacted]"),
        ("/r?key=5f2c1e0d9b8a47c6a1b2", "/r?key=[redacted]"),
        ("/r?sid=5f2c1e0d9b8a47c6a1b2", "/r?sid=[redacted]"),
        ("/r?key=colour&code=U000", "/r?key=colour&code=U000"),
        ("/r?EndToEndIdSignature=0a1b2c3d", "/r?EndToEndIdSignature=0a1b2c3d"),
    ],
)
def test_a_signature_in_a_link_is_secret(text: str, shown: str) -> None:
    """Whoever has the link has what it leads to; PayNet's own signature is public."""
    link = f"https://files.example{text}"

    assert Redactor().url(link) == f"https://files.example{shown}"
    assert Redactor().text(f'{{"url": "{link}"}}') == (
        f'{{"url": "https://files.example{shown}"}}'
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            '[{"name": "client_secret", "value": "abc"}]',
            '[{"name": "client_secret", "value": "[redacted]"}]',
        ),
        (
            '[{"value": "abc", "key": "colour"}]',
            '[{"value": "abc", "key": "colour"}]',
        ),
        ("<a><Password>abc</Password></a>", "<a><Password>[redacted]</Password></a>"),
        (
            '<param name="api-key" value="abc"/>',
            '<param name="api-key" value="[redacted]"/>',
        ),
        ('<param name="x" value="abc"/>', '<param name="x" value="abc"/>'),
    ],
)
def test_a_name_may_stand_apart_from_its_value(text: str, shown: str) -> None:
    """In pairs of JSON, elements and attributes of XML."""
    assert (Redactor().body(text) or b"").decode() == shown
