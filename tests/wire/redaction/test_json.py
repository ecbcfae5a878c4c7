"""What is masked in JSON, and that it stays the JSON that it was."""

from __future__ import annotations

import json

import pytest

from paynet_nb.wire import Redactor
from tests.wire.redaction.test_redaction import KNOWING, SECRET, SHOWN, TOKEN

MASK = "[client secret]"


@pytest.mark.parametrize("layers", [0, 1, 2, 3])
def test_json_inside_of_json_is_masked_and_stays_json(layers: int) -> None:
    """A value is found in strings of strings, and each of them can still be read."""
    document: object = {"note": f"sent {SECRET}", "client_secret": "other", "n": 10.0}
    for _ in range(layers):
        document = {"inner": json.dumps(document), "list": [SECRET, {SECRET: 1}]}

    masked = json.loads(KNOWING.body(json.dumps(document)) or b"")

    assert SECRET not in str(masked)
    for _ in range(layers):
        masked = json.loads(masked["inner"])
    assert masked == {
        "note": "sent [client secret]",
        "client_secret": "[redacted]",
        "n": 10.0,
    }


def test_what_is_not_masked_in_json_keeps_its_bytes() -> None:
    """White space, digits and escapes of the rest are those of the server."""
    body = b'{ "access_token" : "%s",\n "amount": 10.00, "x": "\\u00e9\\/" }'

    masked = KNOWING.body(body % TOKEN.encode(), "application/json")

    assert masked == body % SHOWN.encode()


def test_a_letter_that_json_escapes_hides_nothing() -> None:
    """JSON may write any letter as a code."""
    body = '{"x": "' + "".join(f"\\u{ord(letter):04x}" for letter in TOKEN) + '"}'

    assert json.loads(KNOWING.body(body) or b"") == {"x": SHOWN}


def test_a_secret_that_is_a_number_becomes_a_text() -> None:
    """A mask is no number, so it stands in quotes."""
    body = b'{"n": [12345678, 1.5], "s": "12345678"}'

    masked = Redactor({"12345678": MASK}).body(body)

    assert masked == b'{"n": ["[client secret]", 1.5], "s": "[client secret]"}'


@pytest.mark.parametrize("before", [*range(60, 68), 500])
def test_a_long_document_is_searched_to_its_end(before: int) -> None:
    """Wherever in it a name or a value stands."""
    document = ["text"] * before + [{"client_secret": "unknown"}, TOKEN]

    masked = json.loads(KNOWING.body(json.dumps(document)) or b"")

    assert masked[before:] == [{"client_secret": "[redacted]"}, SHOWN]


def test_a_number_of_any_length_stays_as_it_is_written() -> None:
    """Python reads no more than 4300 digits."""
    body = '{"n": ' + "7" * 5000 + ', "client_secret": %s}'

    assert KNOWING.body(body % "1") == (body % '"[redacted]"').encode()


def test_json_too_deep_to_be_read_is_redacted_as_text() -> None:
    """A server may answer what no parser of Python takes."""
    body = "[" * 100_000 + f'"{TOKEN}"' + "]" * 100_000

    assert KNOWING.body(body) == body.replace(TOKEN, SHOWN).encode()


def test_an_escape_that_runs_into_a_secret_does_not_break_the_json() -> None:
    """A mask after the backslash alone would be an escape that JSON does not have."""
    masked = Redactor({"nest-egg": MASK}).body('["first\\nest-egg", "other"]')

    assert json.loads(masked or b"") == ["[redacted]", "other"]


def test_a_secret_in_quotes_is_not_taken_for_json() -> None:
    """A string that is JSON itself may be the secret all the same."""
    redactor = Redactor({'"1234"': "[client secret]"})

    assert redactor.body('["\\"1234\\""]') == b'["[client secret]"]'
