"""What a redactor must not do: show what it knows, change, or hang."""

from __future__ import annotations

import base64
import copy
import pickle
import statistics
import time
import traceback
from collections.abc import Callable

import pytest

from paynet_nb.errors import CredentialsError
from paynet_nb.wire import Redactor, collector_paused, holds_jwt
from tests.helpers.gateway import SECRET, Gateway

MASK = "[client secret]"


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a",
            "eyJ",
            "eyJ.",
            "eyJeyJ",
            "eyJhbGciOiJub25lIn0",
            "<a ",
            "<a>",
            "&lt;a ",
            "<token>",
            '<a name="',
            '{"name":"token","value":',
            '{"',
            "\\x41",
            "&#45;",
            "%2D",
            "73 33 ",
            "6161 ",
            "61\n0000 61 61 61 61 61 61 ",
            "73\n0000 ",
            "A" * 50 + "\n",
            "?key=",
            "/redacted@",
            "a-",
            "a/",
            "//",
            "@",
            "%25",
            "&amp;",
            "&#0",
            "&shy;",
            "\u200b",
            "\\",
            '"',
            "'",
            "[",
        ),
        *(
            '"token":"',
            '"token":\\"',
            "token=",
            "token=[",
            "token : '",
            "Bearer ",
            "Basic a",
            "token: ",
            "token: |\n ",
            "--token ",
            "authorization: a ",
            'form-data; name="token"',
            "<token>",
            "<name>token</name><value>",
            "- name: token\n",
        ),
        *(
            "&quot;token&quot;:",
            "\\u0041",
            " ",
            "\n",
            "YWFh",
            f"{'YWFh' * 8} ",
            f"{'YWFh' * 19}\n",
            "<a",
            "<a b> ",
            "&lt;a",
            "=\n",
            "\\\\n",
            MASK,
            '{"a":',
            '["token",',
            "-----BEGIN PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----MIIEMIIEMIIE ",
            "-----BEGIN RSA ",
        ),
    ],
)
def test_no_text_takes_longer_than_its_length_demands(unit: str) -> None:
    """A server can write what makes a careless search take hours."""
    redactor = Redactor({"/+s3cr3t\\": MASK, '"a/a/a/b"': MASK, "a" * 24: MASK})

    def redact(text: str) -> None:
        text = "/+s3cr3t\\ " + text
        redactor.text(text), redactor.url(text), redactor.body(text), holds_jwt(text)
        redactor.by_value.body(text), redactor.headers({text: text})

    assert grows_no_faster_than_its_text(redact, unit)


def test_quotes_that_never_end_are_read_once() -> None:
    """Each opens a value that reaches to the end of the text."""
    opened = "".join(f'"token":{chr(92) * count}"' for count in range(300))

    def redact(text: str) -> None:
        Redactor().text(opened + text)

    assert grows_no_faster_than_its_text(redact, "x")


def grows_no_faster_than_its_text(work: Callable[[str], None], unit: str) -> bool:
    """Tell whether eight times the text takes about eight times the processor's time.

    With a search of each place from each place it is 64 times.
    """

    def took(length: int) -> float:
        text = unit * (length // len(unit))
        # A collection of all that other tests left behind is no work on this text.
        with collector_paused():
            started = time.thread_time()
            work(text)
            return time.thread_time() - started

    def grown() -> float:
        # One beside the other: what else the machine does makes both slower.
        short = statistics.fmean(took(2_000) for _ in range(4))
        return took(16_000) / max(short, 0.002)

    took(1_000)  # patterns are compiled
    return any(grown() < 24 for _ in range(5))


def test_nothing_shows_what_a_redactor_knows() -> None:
    """Not its text, its attributes, a pickle, or the local names of a traceback."""
    redactor = Redactor({"s3cr3t-v4lue": MASK}).knowing("abc/def&ghi jkl", "[token]")
    known = ("s3cr3t-v4lue", "abc/def", "czNjcjN0", "s3cr3t")
    with pytest.raises(TypeError) as caught:
        redactor.text(5)  # type: ignore[arg-type]
    with pytest.raises(CredentialsError) as refused:
        pickle.dumps(redactor)
    attributes = [getattr(redactor, name) for name in Redactor.__slots__]
    told = traceback.TracebackException(
        caught.type, caught.value, caught.tb.tb_next, capture_locals=True
    )

    shown = f"{redactor!r} {attributes} {refused.value} {''.join(told.format())}"

    assert "hits" in shown  # the frame that holds the values is among them
    assert not [value for value in known if value in shown]
    assert not hasattr(redactor, "__dict__")


def test_a_redactor_is_not_changed() -> None:
    """Knowing more makes another one; a copy is the same one."""
    redactor = Redactor({"s3cr3t": MASK})

    assert redactor.knowing("abc1def", "[token]").text("abc1def") == "[token]"
    assert redactor.text("abc1def") == "abc1def"
    assert redactor.knowing("s3cr3t", MASK) is redactor
    assert copy.deepcopy(copy.copy(redactor)) is redactor
    with pytest.raises(AttributeError, match="knowing"):
        redactor.known = {}


@pytest.mark.parametrize("path", ["/p/{}", "/{}", "/{}?a=1", "/p?a={}&b=2#c"])
def test_a_secret_in_a_path_leaves_the_address_readable(
    gateway: Gateway, path: str
) -> None:
    """Host and port are no part of the base64 behind them, nor do the masks end it."""
    client = gateway.client()

    call = client.get(path.format(base64.b64encode(SECRET.encode()).decode()))

    paths = client.history.summary()["path"]
    assert call.url.startswith(f"{gateway.url}/")
    assert "[client secret]" in call.url
    assert call.path in repr(call)
    assert call.path in list(paths)


def test_a_fingerprint_in_a_url_ends_neither_path_nor_query(gateway: Gateway) -> None:
    """The # of a mask is not the one before a fragment."""
    client = gateway.client()
    client.get("/first")
    token = f"opaque-token-{len(gateway.token_requests):04}"

    call = client.get(f"/p/{token}/q")

    assert call.path == f"/p/[token #{call.token}]/q"
