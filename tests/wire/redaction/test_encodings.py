"""A secret is found in what encoders make of it, and however its text is read."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable

import pytest

from paynet_nb.wire import Redactor

UUID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"  # many Client Secrets look like this
MASK = "[client secret]"
HEX = UUID.encode().hex(" ").split()


def dump() -> str:
    """Write the secret as `xxd` and `hexdump -C` do, 16 bytes a line."""
    data = b"id=" + UUID.encode()
    lines = (data[at : at + 16] for at in range(0, len(data), 16))
    return "\n".join(
        f"{16 * number:08x}: {line.hex(' ', 2):40} {line.decode()}"
        for number, line in enumerate(lines)
    )


FORMS = {
    "escapejs": UUID.replace("-", "\\u002D"),
    "HTML by number": UUID.replace("-", "&#45;"),
    "HTML in hex": UUID.replace("-", "&#x2d;"),
    "JavaScript": UUID.replace("-", "\\x2D"),
    "each letter": "".join(f"\\u{ord(one):04x}" for one in UUID),
    "percent": UUID.replace("-", "%2D"),
    "percent twice": UUID.replace("-", "%252D"),
    "MIME": base64.encodebytes(b"x" * 36 + UUID.encode() + b" " * 60).decode(),
    "hex": "".join(HEX),
    "HEX": "".join(HEX).upper(),
    "hex with colons": ":".join(HEX),
    "hex with spaces": " ".join(HEX),
    "dump": dump(),
    "capitals": UUID.upper(),
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("around", ["<script>var s = '{}';</script>", "{}"])
def test_forms_that_common_encoders_make_are_masked(name: str, around: str) -> None:
    """In any text, and in the string of a JSON document."""
    redactor = Redactor({UUID: MASK})
    text = around.format(FORMS[name])

    for shown in (
        redactor.text(text),
        redactor.by_value.text(text),
        (redactor.body(json.dumps({"a": text})) or b"").decode(),
    ):
        assert MASK in shown
        assert FORMS[name].strip() not in shown
        assert not [line for line in FORMS[name].splitlines() if line in shown]


def test_letters_of_one_case_and_signs_by_name_hide_nothing() -> None:
    """As firewalls quote what they compared, and libraries escape any sign."""
    redactor = Redactor({VALUES["signs"]: MASK})
    named = "s3cr&sol;t&plus;canary &amp;&equals; &percnt;&colon;x"

    for written in (
        VALUES["signs"].upper(),
        named,
        named.upper().replace("AMP", "amp"),
    ):
        assert redactor.text(f"matched {written} here") == f"matched {MASK} here"
    # A word in small letters stands in other texts, too.
    assert Redactor({"MyBank": MASK}).text("a mybank") == "a mybank"


VALUES = {
    "UUID": UUID,
    "signs": "s3cr/t+canary &= %:x",
    "token": hashlib.shake_256(b"a token").hexdigest(350),
}
TWICE: dict[str, Callable[[bytes], bytes]] = {
    "base64 of base64": lambda raw: base64.b64encode(base64.b64encode(raw)),
    "of its other alphabet": lambda raw: base64.urlsafe_b64encode(
        base64.urlsafe_b64encode(raw)
    ),
    "base64 of UTF-16": lambda raw: base64.b64encode(raw.decode().encode("utf-16")),
    "base64 of UTF-16 BE": lambda raw: base64.b64encode(
        raw.decode().encode("utf-16-be")
    ),
    "base32": base64.b32encode,
    "base32 in small letters": lambda raw: base64.b32encode(raw).lower(),
}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("name", TWICE)
@pytest.mark.parametrize("before", ["", "i", "id", "id:", "id::"])
def test_what_is_encoded_twice_is_masked(value: str, name: str, before: str) -> None:
    """Wherever in the encoded bytes it starts; the same of another value stays."""
    for secret, masked in ((VALUES[value], True), (f"~{VALUES[value][1:]}", False)):
        encoded = TWICE[name](f"{before}{secret}\n".encode()).decode().rstrip("=")
        for text in (f"debug: {encoded} end", json.dumps({"debug": encoded})):
            shown = Redactor({VALUES[value]: MASK}).text(text)

            assert (encoded not in shown, MASK in shown) == (masked, masked)


BREAKS = {
    "a mark": "<b>",
    "a mark and its end": '</b><b class="x">',
    "a mark as text": "&lt;wbr /&gt;",
    "a soft line end": "=\r\n",
    "a line end": "\n    ",
    "a written line end": "\\n",
    "one written twice": "\\\\r\\\\n",
    "a space without width": "\u200b",
    "a soft hyphen": "\u00ad",
    "one of JSON": "\\u200b",
    "one of HTML": "&shy;",
    "one of a URL": "%E2%80%8B",
}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("name", BREAKS)
@pytest.mark.parametrize("each", [1, 7, 33])
def test_what_is_broken_into_pieces_is_masked(value: str, name: str, each: int) -> None:
    """By markup or by line ends; what is around it stays, and so does another value."""
    # A space of its own beside a line end passes for a part of that.
    secret = VALUES[value].replace(" ", "").replace("=", "")
    for one, masked in ((secret, True), (f"~{secret[1:]}", False)):
        pieces = [one[at : at + each] for at in range(0, len(one), each)]
        broken = BREAKS[name].join(pieces)
        if each > len(one):
            continue
        text = f"<p>It is {broken}, and{BREAKS[name]} more</p>"

        shown = Redactor({secret: MASK}).by_value.text(text)

        assert shown == (text.replace(broken, MASK) if masked else text)


@pytest.mark.parametrize(
    "text",
    [
        "<table><tr><td>0f1e2d3c</td><td>4b5a</td></tr></table>",
        '{\n  "a": "0f1e2d3c",\n  "b": "4b5a-6978-8796-a5b4c3d2e1f0"\n}',
        "0f1e2d3c=\n-4b5a-6978-\n8796",
        f'{{"image": "{base64.b64encode(bytes(range(256))).decode()}"}}',
        f"{'A' * 300}\n{'MFRGGZDF' * 20}",
    ],
)
def test_what_only_looks_so_stays(text: str) -> None:
    """Tables, pretty JSON, pictures: no data is changed."""
    assert Redactor({UUID: MASK}).text(text) == text


ESCAPED = '{"debug": "' + "".join(f"\\u{ord(one):04x}" for one in UUID) + '"}'


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ESCAPED.encode(), "application/json"),
        (ESCAPED.encode("utf-8-sig"), "application/json"),
        (ESCAPED.encode("utf-16"), "application/json"),
        (ESCAPED.replace("{", '{"a": "\u2222", ').encode("utf-16-le"), ""),
        (ESCAPED.encode("utf-32-be"), "application/json"),
        (ESCAPED.encode("cp037"), "application/json; Charset=cp037"),
        (ESCAPED.encode(), "application/x-www-form-urlencoded"),
    ],
)
def test_json_is_redacted_as_it_will_be_read(body: bytes, kind: str) -> None:
    """With a byte order mark, in UTF-16, in the charset of its header."""
    masked = Redactor({UUID: MASK}).body(body, kind) or b""
    read = masked.decode("cp037") if "cp037" in kind else masked

    assert json.loads(read)["debug"] == MASK


@pytest.mark.parametrize(
    "start", [b"\xef\xbb\xbf\xff", b"\xff\xfe\xff", b"\0\0\xfe\xff"]
)
def test_what_only_passes_for_another_encoding_is_redacted(start: bytes) -> None:
    """By its beginning it is UTF-16, and cannot be read so."""
    masked = Redactor({UUID: MASK}).body(start + UUID.encode() + b"\xff") or b""

    assert UUID.encode() not in masked


@pytest.mark.parametrize(
    ("value", "text", "shown"),
    [
        ("test", "a test of latest", "a test of latest"),
        ("1234", "12345 RM 1234.00", "12345 RM 1234.00"),
        ("true", '{"a": true, "b": "trueish"}', '{"a": true, "b": "trueish"}'),
        ("1234", '{"a": "1234", "b": "12345"}', '{"a": "[m]", "b": "12345"}'),
        ("test", "password=test&a=testing", "password=[m]&a=testing"),
    ],
)
def test_a_common_secret_changes_no_other_word(
    value: str, text: str, shown: str
) -> None:
    """It is masked where it is the whole value, or by place and name."""
    assert (Redactor({value: "[m]"}).body(text) or b"").decode() == shown
