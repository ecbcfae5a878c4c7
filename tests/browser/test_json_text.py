"""What the request form says about JSON while it is typed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from paynet_nb.widgets.scripts import script
from paynet_nb.wire import parse_json

Read = Callable[[list[str]], list[str]]


@pytest.fixture(scope="module")
def read(browser: Browser) -> Iterator[Read]:
    """Give the script's function, for many texts at once."""
    with browser.new_context() as context:
        page = context.new_page()
        source = (
            f"texts => {{ {script('json_text.js')}; return texts.map(problemOfJson) }}"
        )
        yield lambda texts: list(page.evaluate(source, texts))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1\n "b": 2}', "line 1, column 8: a comma is missing"),
        ('{\n  "a": 1,\n  "b" 2\n}', "line 3, column 6: a colon is missing"),
        ('{"a": 1,}', "line 1, column 8: a comma too many before the }"),
        ("[1, 2,\n]", "line 1, column 6: a comma too many before the ]"),
        ("{a: 1}", "line 1, column 2: a name in double quotes is missing"),
        ("{'a': 1}", "line 1, column 2: a name in double quotes is missing"),
        ("{\"a\": 'x'}", 'line 1, column 7: a text wants straight double quotes: "'),
        ('{"a": \u201cx\u201d}', "line 1, column 7: a text wants straight double"),
        ('{"a": x}', "line 1, column 7: a text wants double quotes around it"),
        ('{"a": None}', "line 1, column 7: JSON's word for None is null"),
        ('{"a": }', "line 1, column 7: } is not the start of a value"),
        ('{"\U0001f600": True}', "line 1, column 7: write true in small letters"),
        ('{"a": "x', "line 1, column 7: this text has no closing quote"),
        ('{"a": "x\n"}', "line 1, column 7: this text has no closing quote"),
        ('"\\x"', "line 1, column 2: a back slash wants one of"),
        ('"a\tb"', "line 1, column 3: a control character; write it as \\t"),
        ('{"a": 01}', "line 1, column 7: a number does not begin with 0"),
        ("[1.]", "line 1, column 4: after a point comes a digit"),
        ("[-]", "line 1, column 2: after a minus comes a digit"),
        ("[1e]", "line 1, column 4: after e comes a number"),
        ("{} {}", "line 1, column 4: something stands after the end"),
        ("[[1]", "line 1, column 5: the ] for the [ of line 1, column 1 is missing"),
        ('{"a": [', "line 1, column 8: the ] for the [ of line 1, column 7 is missing"),
        ('{"a":', "line 1, column 6: a value is missing"),
        ("[" * 100_000, "line 1, column 101: nested too deep, over 100 levels"),
        ('{"a": 1,\n "\\u0061": 2}', 'line 2, column 2: the name "a" is there already'),
    ],
)
def test_the_place_of_an_error_is_told_in_words(
    read: Read, text: str, problem: str
) -> None:
    """The first thing that is wrong, where a person would put it right."""
    [said] = read([text])

    assert said.startswith(problem)


def test_what_is_no_json_is_never_let_through(read: Read) -> None:
    """One character changed by chance: both sides agree on what is JSON."""
    dice = random.Random(5)  # noqa: S311  # nothing here is secret
    texts = []
    for _ in range(999):
        text = json.dumps(made(dice, 3))
        at = dice.randrange(len(text))
        texts.append(text[:at] + dice.choice("{}[],:\"\\ 0-.eE1tn'\n") + text[at + 1 :])

    agreed = [
        (said == "", is_json(text), text)
        for text, said in zip(texts, read(texts), strict=True)
    ]

    assert [text for ours, theirs, text in agreed if ours is not theirs] == []
    assert {ours for ours, _, _ in agreed} == {True, False}


def is_json(text: str) -> bool:
    """Tell whether the kernel could read a text without a loss."""
    repeated: list[str] = []
    try:
        parse_json(text, on_repeated=repeated.extend)
    except ValueError:
        return False
    return not repeated


def made(dice: random.Random, depth: int) -> Any:
    """Make up a JSON value."""
    texts = ["", 'a"b', "\\", "\n\t\u0001", "\u00e9\U0001f600", "None", "\ud800"]
    simple = [None, True, False, 0, -7, 10**25, 1.5, -2e-9, dice.choice(texts)]
    if depth == 0 or dice.random() < 0.3:
        return dice.choice(simple)
    items = [made(dice, depth - 1) for _ in range(dice.randrange(4))]
    if dice.random() < 0.5:
        return items
    return {dice.choice(texts) + str(n): item for n, item in enumerate(items)}
