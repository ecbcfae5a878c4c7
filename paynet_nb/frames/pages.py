"""A pandas frame -> a table for a page."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from paynet_nb.display import shortened, visible

_LONGEST_TEXT = 120  # characters
_MOST_COLUMNS = 30
_LONGEST_CELL = 40  # characters, in a table that has little room
_BETWEEN = 2  # characters of room behind a column
_TEXT = (
    "text-align:left;vertical-align:top;overflow-wrap:anywhere;min-width:5em;"
    "padding-right:1em"
)


def to_html(frame: pd.DataFrame, *, max_rows: int, is_text: bool = False) -> str:
    """Write a frame as a `<table>`, all text in it escaped.

    Headings of rows and columns say which they are (`scope`), for screen readers. Text
    of over 120 characters is cut and ends with an ellipsis; a character that acts
    unseen is shown as its code; fractions have one decimal. Of over 30 columns, and of
    over *max_rows* rows, the middle ones are left out, and the true size stands below.

    Args:
        frame: The frame.
        max_rows: So many rows are shown.
        is_text: All cells are text to be read: they begin at the left, also where a
            page has tables of numbers in mind, and a long word is broken.
    """
    shown = frame.set_axis([_shown(label) for label in frame.columns], axis=1)
    html: str = shown.to_html(
        max_rows=max_rows,
        max_cols=_MOST_COLUMNS,
        show_dimensions=len(frame) > max_rows or len(frame.columns) > _MOST_COLUMNS,
        formatters={
            label: _shown
            for label, dtype in shown.dtypes.items()
            if dtype.kind not in "fM"
        },
        float_format="{:.1f}".format,
        border=0,
        # Or MathJax takes what stands between two dollar signs for a formula.
        classes=["tex2jax_ignore", "mathjax_ignore"],
    )
    head, end, body = html.partition("</thead>")
    # The corner is the heading of nothing.
    head = head.replace("<th></th>", "<td></td>", 1).replace("<th>", '<th scope="col">')
    body = body.replace("<th>", '<th scope="row">')
    if is_text:
        head = head.replace('<th scope="col">', f'<th scope="col" style="{_TEXT}">')
        body = body.replace("<td>", f'<td style="{_TEXT}">')
        body = body.replace('scope="row"', 'scope="row" style="vertical-align:top"')
    return head + end + body


def fitting(
    frame: pd.DataFrame, *, most_rows: int, room: int
) -> tuple[list[str], list[list[object]]]:
    """Give a frame's first rows, and of its first columns those that have room.

    Args:
        frame: The frame; it has a column.
        most_rows: So many rows.
        room: Characters in a line; the first column is there whatever it takes.

    Returns:
        The headings, and the cells of each row: a number as it is, a text cut behind 40
        characters, "(none)" for None and "" for what is not there.
    """
    headings: list[str] = []
    columns: list[list[object]] = []
    for name in frame.columns:
        cells = [_cell(cell) for cell in frame[name].iloc[:most_rows].tolist()]
        heading = visible(shortened(str(name), _LONGEST_CELL))
        room -= max(len(str(text)) for text in (heading, *cells)) + _BETWEEN
        if headings and room < 0:
            break
        headings.append(heading)
        columns.append(cells)
    return headings, [[*row] for row in zip(*columns, strict=True)]


def _cell(cell: object) -> object:
    if cell is None:
        return "(none)"
    if cell is pd.NA or cell != cell:  # NaN is no other's equal
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()  # as JSON has it
    is_number = isinstance(cell, int | float | Decimal)
    return cell if is_number else visible(shortened(str(cell), _LONGEST_CELL))


def record_texts(frame: pd.DataFrame) -> dict[str, str]:
    """Write a frame's first row as field names and values, values cut as in `to_html`.

    Of over 30 fields the last ones are left out, and the last entry counts them.
    """
    fields = [(visible(name), _shown(frame[name].iloc[0])) for name in frame.columns]
    texts = dict(fields[:_MOST_COLUMNS])
    if left_out := len(fields) - len(texts):
        texts["\N{HORIZONTAL ELLIPSIS}"] = f"{left_out} more"
    return texts


def _shown(cell: object) -> str:
    return visible(shortened(str(cell), _LONGEST_TEXT))
