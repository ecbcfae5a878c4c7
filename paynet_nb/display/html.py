"""Small pieces of HTML that all cards share.

Server text cannot reach a page unescaped: every helper escapes what is not `Html`, and
`Html` is what these helpers return. Colours are the theme's, half mixed with the text's
own, so a card fits light and dark; none stands without its word; there are no scripts.

    card("Token", {"scope": "rpp:merchant"}, details("headers", table(...)))
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from paynet_nb.display.outcomes import COLOURS, signed
from paynet_nb.display.text import visible

# In a narrow place the columns stand closer together.
_SPACED = "vertical-align:top;padding:2px clamp(0.4em, 2cqw, 1em) 2px 0"
_CELL = f"text-align:left;{_SPACED};overflow-wrap:break-word"
_NUMBER = (
    f"text-align:right;{_SPACED};white-space:nowrap;font-variant-numeric:tabular-nums"
)
# A long name or address breaks where there is little room, and makes nothing wider.
_LONG = "overflow-wrap:anywhere"
# As wide as the widgets, with their letters and border; a wide table scrolls inside.
_BOX = (
    "border:1px solid var(--jp-border-color1, GrayText);border-left:4px solid {edge};"
    "border-radius:4px;box-sizing:border-box;padding:8px 14px;max-width:60em;"
    "overflow-x:auto;font-size:var(--jp-ui-font-size1, 13px);line-height:1.45"
)
# Where a path or a name may break: account.holder, /v1/, message_id, endToEndId.
_JOINT = re.compile(r"(?<=[./_-])(?=\w)|(?=\[)|(?<=[a-z])(?=[A-Z])")
_GREY = "var(--jp-ui-font-color2, GrayText)"
_LINE = "display:flex;flex-wrap:wrap;align-items:baseline;gap:0 10px"


class Html(str):
    """A text that is HTML already, made by this module or by a trusted renderer."""


def escape(value: object) -> Html:
    """Escape *value* for HTML; what is `Html` stays as it is."""
    return value if isinstance(value, Html) else Html(html.escape(visible(value)))


def facts(rows: Mapping[str, object]) -> Html:
    """Lay out names and values, one row each, names as row headings."""
    style = f"{_CELL};{_LONG}"
    # A long value takes no room from the names.
    return _table(
        _cells("th", [name], "row", style=f"{style};min-width:7em")
        + _cells("td", [value], style=f"{style};min-width:8em;max-width:36em")
        for name, value in rows.items()
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Html:
    """Lay out rows of cells below column headings; numbers stand at the right."""
    body = [*rows]
    numbers = [_has_numbers(column) for column in zip(*body, strict=True)]
    heads = zip(headings, numbers or [False] * len(headings), strict=True)
    head = "".join(
        _cells("th", [heading], "col", style=_NUMBER if is_number else _CELL)
        for heading, is_number in heads
    )
    return _table([head, *(_cells("td", row) for row in body)])


def compared(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Html:
    """Lay out a table whose `narrow` cells break where it would be wider than its card.

    It takes the whole width of its place, so that must have one of its own.
    """
    return Html(
        f'<div style="container-type:inline-size">{table(headings, rows)}</div>'
    )


def narrow(value: object, *, share: int = 70) -> Html:
    """Keep a long value from pushing the columns after it out of sight.

    Args:
        value: An ID is on one line where there is room.
        share: Percent of the width that it may ask for, with 140 pixels for the rest.
    """
    # 22em hold an ID of 32 characters in quotes on one line. Outside of `compared` the
    # share is one of the window.
    wanted = min(0.6 * len(str(value)), 22)
    width = f"min({wanted:.1f}em, max(4.5em, {share}cqw - 140px))"
    style = f"min-width:{width};max-width:22em;{_LONG}"
    return Html(f'<div style="{style}">{escape(value)}</div>')


def joined(name: object) -> Html:
    """Show a path or a name, which breaks between its words where there is no room.

    It is on one line where there is room beside two `narrow` values.
    """
    words = "<wbr>".join(map(escape, _JOINT.split(str(name))))
    wanted = min(0.6 * len(str(name)), 8.3)
    width = f"min({wanted:.1f}em, max(5.5em, 48cqw - 190px))"
    return Html(f'<div style="min-width:{width};{_LONG}">{words}</div>')


def details(title: str, body: object, *, is_open: bool = False) -> Html:
    """Fold *body* away below a line that opens it."""
    kind = "details open" if is_open else "details"
    return Html(f"<{kind}><summary>{escape(title)}</summary>{escape(body)}</details>")


def scrolling(body: object) -> Html:
    """Give what is long a height that leaves the rest of a card in sight."""
    # So that it is scrolled by keyboard, too, it has a stop for Tab.
    kind = 'tabindex="0" style="max-height:12em;overflow:auto"'
    return Html(f"<div {kind}>{escape(body)}</div>")


def badge(state: str, word: str = "") -> Html:
    """Show a state by its sign and its word, or another, in a frame of its colour."""
    colour = COLOURS[state]
    style = (
        "border:1px solid;border-radius:10px;padding:0 8px;font-weight:600;"
        f"white-space:nowrap;color:color-mix(in srgb, {colour} 50%, currentColor);"
        f"background:color-mix(in srgb, {colour} 12%, transparent)"
    )
    return Html(f'<span style="{style}">{escape(signed(state, word))}</span>')


def line(*parts: object) -> Html:
    """Put what is short, or folded, side by side where there is room."""
    shown = "".join(f"<div>{escape(part)}</div>" for part in parts if part)
    return Html(f'<div style="{_LINE}">{shown}</div>')


def preformatted(text: str) -> Html:
    """Show *text* with its own line breaks; a long line is broken."""
    style = "white-space:pre-wrap;margin:0;" + _LONG
    return Html(f'<pre style="{style}">{escape(text)}</pre>')


def card(
    title: str, *blocks: object, state: str = "", word: str = "", beside: object = ""
) -> str:
    """Put a heading and blocks into one box; a plain `str`, for `_repr_html_`.

    marimo writes a subclass of `str` as an empty object, and shows an error.

    Args:
        title: The heading.
        blocks: Each is a mapping (laid out by `facts`), `Html`, or text (a paragraph).
        state: One of `COLOURS`: gives the box its edge, and a badge before the heading.
        word: What the badge says in place of the state's own word.
        beside: What stands behind the heading.
    """
    # Not <h4>: JupyterLab would list it in the notebook's table of contents.
    attributes = f'role="heading" aria-level="4" style="{_LONG}"'
    head = Html(f"<div {attributes}><strong>{escape(title)}</strong></div>")
    parts = badge(state, word) if state else "", head, beside
    box = _BOX.format(edge=COLOURS.get(state, _GREY))
    return f'<div style="{box}">{line(*parts)}{stacked(*blocks)}</div>'


def stacked(*blocks: object) -> Html:
    """Put blocks, as those of `card`, one below the other."""
    return Html("".join(map(_block, blocks)))


def _block(block: object) -> Html:
    if isinstance(block, Mapping):
        return facts(block)
    if isinstance(block, Html):
        return block
    return Html(f'<p style="margin:2px 0">{escape(block)}</p>')


def _cells(
    tag: str, cells: Sequence[object], scope: str = "", *, style: str = _CELL
) -> str:
    kind = f'{tag} scope="{scope}"' if scope else tag
    return "".join(
        f'<{kind} style="{_NUMBER if _is_number(x) else style}">{escape(x)}</{tag}>'
        for x in cells
    )


def _has_numbers(column: Sequence[object]) -> bool:
    told = [cell for cell in column if cell != ""]
    return bool(told) and all(map(_is_number, told))


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def _table(rows: Iterable[str]) -> Html:
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    # Or MathJax takes what stands between two dollar signs for a formula.
    kind = 'class="tex2jax_ignore mathjax_ignore"'
    # The letters of its card: JupyterLab gives tables in outputs smaller ones.
    style = "border-collapse:collapse;font-size:inherit;margin:2px 0"
    return Html(f'<table {kind} style="{style}"><tbody>{body}</tbody></table>')
