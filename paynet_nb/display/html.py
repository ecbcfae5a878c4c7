"""Small pieces of HTML, of plain text and of time that all cards share.

Server text cannot reach a page unescaped: every helper escapes what is not `Html`, and
`Html` is what these helpers return. No colour is set, so a card fits light and dark
themes, and nothing is said by colour alone; there are no scripts.

    card("Token", {"scope": "rpp:merchant"}, details("headers", table(...)))
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from typing import Protocol

# A fixed offset: Malaysia has had UTC+8 and no summer time since 1982, and Windows has
# no time-zone database for zoneinfo to read.
KUALA_LUMPUR = timezone(timedelta(hours=8), "MYT")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Control characters steer a terminal, bidirectional marks reorder what is read (Unicode
# UAX 9), and a lone surrogate cannot be saved in a notebook, which is UTF-8.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_UNITS = (("y", 31_557_600), ("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
_CELL = "text-align:left;vertical-align:top;padding-right:1em;overflow-wrap:break-word"
# A long name or address breaks where there is little room, and makes nothing wider.
_LONG = "overflow-wrap:anywhere"
# A wide table scrolls inside its card.
_BOX = (
    "border:1px solid;border-radius:4px;padding:0.5em 1em;max-width:60em;"
    "overflow-x:auto"
)
_VIEW = "application/vnd.jupyter.widget-view+json"
# In JupyterLab: hides the HTML while its widget is there, and once it is not, the words
# "model not found" in the widget's place, which alone has no MIME type written on it.
_ONE = (
    ".jp-OutputArea-child:has(.paynet-still):has(+* .paynet-live),"
    ".jp-OutputArea-child:has(.paynet-still)"
    "+:has(>.jp-OutputArea-output:not([data-mime-type])):not(:has(.paynet-live))"
    "{display:none}"
)


class Html(str):
    """A text that is HTML already, made by this module or by a trusted renderer."""


class Shown(Protocol):
    """What has HTML for a notebook."""

    def _repr_html_(self) -> str: ...


def both_clocks(epoch: float) -> str:
    """Write a Unix time (seconds) as UTC and as Kuala Lumpur time, to the second.

    A number outside the years 1 to 9999 gives a text that says so.
    """
    try:
        utc = _EPOCH + timedelta(seconds=epoch)
        local = utc.astimezone(KUALA_LUMPUR)
    except (OverflowError, ValueError):
        return "not a time between the years 1 and 9999"
    day = "" if local.date() == utc.date() else f"{local.date()} "
    return f"{utc.date()} {utc:%H:%M:%S} UTC, {day}{local:%H:%M:%S} Kuala Lumpur"


def duration(seconds: float) -> str:
    """Write a length of time in its two largest units: "23 h 59 min"."""
    left = int(abs(seconds))
    parts: list[str] = []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count} {unit}" if count else "")
    return " ".join(filter(None, parts[:2])) or "0 s"


def visible(value: object) -> str:
    """Write *value* as text in which no character acts unseen: ESC becomes its code."""
    return _UNSAFE.sub(lambda found: ascii(found[0])[1:-1], str(value))


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


def plain(title: str, rows: Mapping[str, object]) -> str:
    """Write a card as plain text: the title, then aligned lines of name and value."""
    width = max(map(len, rows), default=0)
    lines = (visible(f"  {name:<{width}}  {value}") for name, value in rows.items())
    # A line break inside a value could make up a line that nobody wrote.
    return "\n".join([visible(title), *(line.replace("\n", "\\n") for line in lines)])


def show_live(value: Shown, widget: str) -> None:
    """Show *value* by a widget of `paynet_nb.widgets`, and by its HTML where none is.

    For `_ipython_display_`. The widget's element has the class "paynet-live". This is
    the house's one look upwards: a value knows its widget's name, and widgets are
    loaded when the first one is shown.

    Two outputs, of which one is seen: given both in one output JupyterLab takes the
    widget, and once the kernel is gone that is an error in the HTML's place.
    """
    from IPython.display import display

    still = f'<div class="paynet-still">{value._repr_html_()}</div>'
    one = f"<style>{_ONE}</style>"
    display({"text/html": still + one, "text/plain": str(value)}, raw=True)
    made = getattr(import_module("paynet_nb.widgets"), widget)(value)
    # The metadata, too: Colab finds its widget manager there.
    data, metadata = made._repr_mimebundle_()
    display({_VIEW: data[_VIEW]}, metadata=metadata, raw=True)


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
