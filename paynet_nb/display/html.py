"""Small pieces of HTML that all cards share.

Server text cannot reach a page unescaped: every helper escapes what is not `Html`, and
`Html` is what these helpers return. No colour is set, so a card fits light and dark
themes, and nothing is said by colour alone; there are no scripts.

    card("Token", {"scope": "rpp:merchant"}, details("headers", table(...)))
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence

from paynet_nb.display.text import visible

_CELL = "text-align:left;vertical-align:top;padding-right:1em;overflow-wrap:break-word"
# A long name or address breaks where there is little room, and makes nothing wider.
_LONG = "overflow-wrap:anywhere"
# A wide table scrolls inside its card.
_BOX = (
    "border:1px solid;border-radius:4px;padding:0.5em 1em;max-width:60em;"
    "overflow-x:auto"
)


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
    """Lay out rows of cells below column headings."""
    return _table([_cells("th", headings, "col"), *(_cells("td", row) for row in rows)])


def narrow(value: object) -> Html:
    """Keep a long value from pushing the columns after it out of sight."""
    # 20em hold an ID of 32 characters on one line.
    return Html(f'<div style="width:20em;{_LONG}">{escape(value)}</div>')


def details(title: str, body: object) -> Html:
    """Fold *body* away below a line that opens it."""
    return Html(f"<details><summary>{escape(title)}</summary>{escape(body)}</details>")


def card(title: str, *blocks: object) -> Html:
    """Put a heading and blocks into one box.

    Args:
        title: The heading.
        blocks: Each is a mapping (laid out by `facts`), `Html`, or text (a paragraph).
    """
    # Not <h4>: JupyterLab would list it in the notebook's table of contents.
    attributes = f'role="heading" aria-level="4" style="{_LONG}"'
    head = f"<div {attributes}><strong>{escape(title)}</strong></div>"
    return Html(f'<div style="{_BOX}">{head}{"".join(map(_block, blocks))}</div>')


def _block(block: object) -> Html:
    if isinstance(block, Mapping):
        return facts(block)
    return block if isinstance(block, Html) else Html(f"<p>{escape(block)}</p>")


def _cells(
    tag: str, cells: Sequence[object], scope: str = "", *, style: str = _CELL
) -> str:
    kind = f'{tag} scope="{scope}"' if scope else tag
    return "".join(f'<{kind} style="{style}">{escape(x)}</{tag}>' for x in cells)


def _table(rows: Iterable[str]) -> Html:
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    # Or MathJax takes what stands between two dollar signs for a formula.
    kind = 'class="tex2jax_ignore mathjax_ignore"'
    return Html(f"<table {kind}><tbody>{body}</tbody></table>")
