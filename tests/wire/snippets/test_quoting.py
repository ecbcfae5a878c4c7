"""Snippets of any request: a shell, Python or an editor reads what was sent."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import assume, example, given, settings, strategies as st

import paynet_nb as pn
from paynet_nb.wire import MASK, Call
from tests.helpers import http_files
from tests.helpers.programs import TIMEOUT_S
from tests.helpers.records import call_of

TOKEN = 'opaque token\'s "value" $HOME'
TOKEN_MASK = "[token #0123abcd]"
# What a shell, curl, Python or an editor could take for something else.
SHARP = st.lists(
    st.sampled_from(
        [*"'\"\\$`!#&|;<>(){}[]*?~@=-% \t\n\r\x1b\x7fé中😀\u2028", "{{", "\\x"]
    )
).map("".join)
HEADER = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["Cc"])
).map(str.strip)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | SHARP | st.text(),
    lambda part: st.lists(part) | st.dictionaries(SHARP | st.text(), part),
    max_leaves=8,
)


def posted(url: str, headers: dict[str, str], body: bytes) -> Call:
    """Make the record of a POST."""
    return call_of(method="POST", url=url, request_headers=headers, request_body=body)


def unmasked(text: str) -> bool:
    """Tell whether nothing in *text* reads like a mask."""
    return not MASK.search(text)


@settings(max_examples=60, deadline=None)
@example("$HOME", "")
@example("", "`id`")
@given(SHARP.filter(unmasked), SHARP.filter(unmasked))
def test_bash_puts_the_token_where_the_mask_is(before: str, after: str) -> None:
    """Whatever stands around it, and nothing else is filled in."""
    url = f"https://api.example.my/?{before}{TOKEN_MASK}{after}"
    body = f"{before}{TOKEN_MASK}{TOKEN_MASK}{after}".encode()
    command = posted(url, {"Content-Type": "text/plain"}, body).to_curl()

    arguments = arguments_in_bash(command)

    assert arguments[3] == url.replace(TOKEN_MASK, TOKEN).encode()
    assert arguments[-1] == f"{before}{TOKEN}{TOKEN}{after}".encode()


def test_the_rest_of_a_masked_form_is_sent_as_it_was() -> None:
    """Empty fields, encoded signs, and what stands beside the mask."""
    body = f"a=&b%3D=%26+1&t=%2B{TOKEN_MASK}%26&b%3D=2".encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    call = posted("https://api.example.my/", headers, body)

    arguments = arguments_in_bash(call.to_curl())
    read = arguments_in_python(ast.parse(call.to_python()), PAYNET_TOKEN=TOKEN)

    assert arguments[6:] == [
        *(b"--data-raw", b"a="),
        *(b"--data-raw", b"b%3D=%26+1"),
        *(b"--data-urlencode", f"t=+{TOKEN}&".encode()),
        *(b"--data-raw", b"b%3D=2"),
    ]
    assert read[3] == [("a", ""), ("b=", "& 1"), ("t", f"+{TOKEN}&"), ("b=", "2")]


def arguments_in_bash(command: str) -> list[bytes]:
    """Let bash read a command, and give what curl would be given."""
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\n{command}"
    done = subprocess.run(
        ["bash", "-c", script],  # noqa: S607
        env={"PATH": "/usr/bin:/bin", "HOME": "/nowhere", "PAYNET_TOKEN": TOKEN},
        check=True,
        capture_output=True,
        timeout=TIMEOUT_S,
    )
    return done.stdout.split(b"\0")[:-1]


@settings(max_examples=60, deadline=None)
@example("", "\xa0\\x41'", b"\\n'\x1b\\")
@given(
    SHARP.filter(unmasked),
    HEADER.filter(unmasked),
    (SHARP.map(str.encode) | st.binary()).filter(lambda body: b"\0" not in body),
)
def test_bash_reads_what_was_sent(query: str, value: str, body: bytes) -> None:
    """URL and body byte by byte, a header in the encoding of HTTP."""
    url = f"https://api.example.my/?{query}"
    command = posted(url, {"X-Any": value}, body).to_curl()

    _, _, method, read_url, _, header, *_, data = arguments_in_bash(command)

    assert (method, read_url, data) == (b"POST", url.encode(), body)
    assert command.replace("\n", "").isprintable()  # so nothing acts when it is pasted
    assert header == (f"X-Any: {value}" if value else "X-Any;").encode("latin-1")


@settings(max_examples=100, deadline=None)
@given(
    SHARP.filter(unmasked), HEADER.filter(unmasked), st.binary() | SHARP.map(str.encode)
)
def test_python_reads_what_was_sent(query: str, value: str, body: bytes) -> None:
    """URL, header and body are literals of the same value."""
    url = f"https://api.example.my/?{query}"
    program = ast.parse(posted(url, {"X-Any": value}, body).to_python())

    read = arguments_in_python(program)

    assert read[:4] == ["POST", url, {"X-Any": value}, body]


def arguments_in_python(program: ast.Module, **variables: str) -> list[Any]:
    """Give what the one request of a program is called with."""
    known = SimpleNamespace(environ=variables)
    (request,) = (
        node.value
        for node in program.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
    )
    nodes = [*request.args, *(keyword.value for keyword in request.keywords)]
    return [
        eval(compile(ast.Expression(node), "", "eval"), {"os": known})  # noqa: S307
        for node in nodes
    ]


@settings(max_examples=100, deadline=None)
@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_an_editor_reads_the_json_that_was_sent(
    value: Any, ascii_only: bool, indent: int | None
) -> None:
    """Any JSON can stand in a file, though two braces open variables there."""
    try:
        body = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    except UnicodeEncodeError:
        body = json.dumps(value, indent=indent).encode()
    assume(unmasked(body.decode()))
    text = posted("https://api.example.my/", {}, body).to_http()

    read = http_files.read(text, {})

    assert json.loads(read["data"]) == value


def test_a_body_that_a_command_line_cannot_carry_is_refused() -> None:
    """The message names what can carry it."""
    with pytest.raises(pn.ConfigurationError, match=r"NUL.*to_python\(\)"):
        posted("https://api.example.my/", {}, b"a\0b").to_curl()


@pytest.mark.parametrize(
    "body",
    [b"# comment", b"// comment", b"< file", b"> {% x %}", b"@a = 1", b"a\nb", b"\xff",
     b" a", b"a ", b"a {{b}}", b"\0", b"[" * 99_999 + b"{{", b'"\xff"'],
)  # fmt: skip
def test_a_body_that_an_editor_would_change_is_refused(body: bytes) -> None:
    """What would be taken for a comment, a file or a variable is not written."""
    with pytest.raises(pn.ConfigurationError, match=r"to_curl\(\) or to_python\(\)"):
        posted("https://api.example.my/", {}, body).to_http()


def test_a_header_that_an_editor_would_change_is_refused() -> None:
    """The message names the header."""
    with pytest.raises(pn.ConfigurationError, match="X-Any"):
        posted("https://api.example.my/", {"X-Any": "{{a}}"}, b"").to_http()


@pytest.mark.parametrize(
    "fields",
    [
        {"request_headers": {"X-Any": "\ud800"}},
        {"request_headers": {"X-Any": "\u20ac"}},
    ],
    ids=ascii,
)
def test_what_no_client_could_encode_is_shown_by_its_code(
    fields: dict[str, Any],
) -> None:
    """A snippet can be printed and saved; an .http file is refused where it cannot."""
    call = call_of(**fields)
    (code,) = {"d800", "20ac"} & {*re.findall("[0-9a-f]{4}", ascii(fields))}

    assert f"\\u{code}".encode() in b" ".join(arguments_in_bash(call.to_curl()))
    assert call.to_python().encode()
    if code == "d800":
        with pytest.raises(pn.ConfigurationError, match=r"to_curl\(\) or to_python"):
            call.to_http()
