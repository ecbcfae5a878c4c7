"""A secret is found by its name in each form in which servers write name and value."""

from __future__ import annotations

import pytest

from paynet_nb.wire import Redactor

VALUE = "q8ZkP2vX71mNbT"
REDACTOR = Redactor({"another-live-secret": "[client secret]"})
JSON, XML, HTML = "application/json", "application/xml", "text/html"
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
TEXT = "text/plain"


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (JSON, '{"Name": "client_secret", "Value": {"S": "$"}}'),
        (JSON, '{"Key": "client_secret", "Value": "$", "Tags": ["a"], "More": {}}'),
        (JSON, '{"name": "client_secret", "values": ["$"]}'),
        (JSON, '{"fieldName": "client_secret", "fieldValue": "$"}'),
        (JSON, '{"ParameterKey": "DbPassword", "ParameterValue": "$"}'),
        (JSON, '{"type": "password", "value": "$", "temporary": false}'),
        (JSON, '{"key": "user", "value": "$", "type": "secret", "enabled": true}'),
        (JSON, '{"headers": [["Accept", "a/b"], ["X-Api-Key", "$"]]}'),
        (JSON, '{"rawHeaders": ["Accept", "a/b", "X-Api-Key", "$"]}'),
        (JSON, '{"cgi": {"HTTP_X_API_KEY": "$"}}'),
        (JSON, '{"url": "https://files.example/x;jsessionid=$?a=1"}'),
        (JSON, '{"url": "https://files.example/x?t=exp=1~acl=/*~hmac=$"}'),
        ("application/x-ndjson", '{"a": 1}\n{"name": "client_secret", "value": "$"}\n'),
        (TEXT, "api_key: $"),
        (TEXT, "could not log in, password: $"),
        (TEXT, "map[password:$ user:x]"),
        (TEXT, "Array ( [password] => $ )"),
        (TEXT, '{:password=>"$"}'),
        (TEXT, '{"password"=>"$"}'),
        (TEXT, "{u'password': u'$'}"),
        (TEXT, "run it with --client-secret $ --verbose"),
        (TEXT, "Authorization: ApiKey $"),
        ("application/yaml", "a:\n  client_secret: $\nb: 1"),
        ("application/yaml", "client_secret: |\n  $\nb: 1"),
        ("application/yaml", "- name: DB_PASSWORD\n  value: $"),
        (XML, "<p><name>password</name><value>$</value></p>"),
        (XML, "<p><name>password</name>\n <value><string>$</string></value></p>"),
        (XML, "<entry><key>password</key><value><![CDATA[$]]></value></entry>"),
        (XML, '<field name="password"><value>$</value></field>'),
        (XML, "<password>\n  <value>$</value></password>"),
        (HTML, '<input type="password" name="password" value="$">'),
        (HTML, "<input value=$ name=csrf_token type=hidden>"),
        (HTML, '<meta name="csrf-token" content="$">'),
        (PARTS, '--x\r\nContent-Disposition: form-data; name="pin"\r\n\r\n$\r\n--x--'),
        (FORM, "a=1&client%5Fsecret=$&b=2"),
        (FORM, "a=1&user%5Bpassword%5D=$&b=2"),
    ],
)
def test_a_value_beside_the_name_of_a_secret_is_masked(kind: str, written: str) -> None:
    """JSON of other tools, logs, YAML, XML, pages and forms."""
    kept = (REDACTOR.body(written.replace("$", VALUE).encode(), kind) or b"").decode()

    before, mask, _ = kept.partition("[redacted]")
    assert mask
    assert VALUE not in kept
    assert written.startswith(before.rstrip('"'))


@pytest.mark.parametrize(
    "text",
    [
        *("Token: expired", "token: the token has expired", "PIN: required"),
        *("Error: token:invalid", "invalid token: signature mismatch at 12"),
        *("urn:ietf:params:oauth:token-type:access_token", "scope: token:read"),
        *("arn:aws:secretsmanager:us-east-1:123:secret:prod/db-Ab1", "tokens: 3"),
        *("Authorization: access denied", "Use --password or --pin", "secret: none"),
        "Password: must contain 8 letters",
        '{"required": ["password", "email", "pin", "otp_code"]}',
        '{"scopes": ["token:read", "x1"], "fields": ["token", "expires_at"]}',
        '{"type": "tokens", "id": "1", "data": {"a": 1}}',
        '{"name": "Token lifetime", "value": 300}',
        '{"key": "amount", "value": "10.00"}',
        "<GetTokenResponse><Result><Status>OK1</Status></Result></GetTokenResponse>",
        "<PasswordPolicy><MinLength>8</MinLength></PasswordPolicy>",
        '<input name="amount" value="10">',
    ],
)
def test_words_and_data_beside_such_a_name_stay(text: str) -> None:
    """A refusal that says why is what people look for in a history."""
    kind = JSON if text.startswith("{") else TEXT

    assert REDACTOR.body(text.encode(), kind) == text.encode()
