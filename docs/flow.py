"""Draw the way of the data, light and dark, for the pages; `python docs/flow.py`.

The colours have a contrast of 4.5 and more on GitHub's grounds (WCAG 1.4.3).
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "notebooks"
THEMES = {
    "light": {"ink": "#1f2328", "line": "#57606a", "box": "#f6f8fa", "edge": "#0969da"},
    "dark": {"ink": "#e6edf3", "line": "#9198a1", "box": "#151b23", "edge": "#4493f8"},
}
# What stands where: a heading, a line below it, and the column and row.
_BOXES = [
    ("your notebook", "credentials, auth, client", 0, 0),
    ("token endpoint", "a token for 24 hours", 1, 0),
    ("PayNet's API", "or the sandbox's", 1, 1),
    ("history", "each exchange, redacted", 0, 1),
    ("tables", "and files to hand on", 0, 2),
]
# From one box to another, with what goes along.
_ARROWS = [
    (0, 1, "1 keys: once"),
    (0, 2, "2 token + signature: each call"),
    (2, 3, "3 answer"),
    (3, 4, "4 to_frame(), save()"),
]
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _EDGE = 210, 56, 240, 44, 12
ALT = (
    "Your notebook sends its keys once to the token endpoint, and a token and a "
    "signature with each call to PayNet's API or the sandbox's; each answer goes into "
    "the history, and from there into tables and files"
)


def drawn(theme: str) -> str:
    """Draw the picture.

    Args:
        theme: "light" or "dark".
    """
    colours = THEMES[theme]
    parts = [_box(*box, colours) for box in _BOXES]
    parts += [_arrow(*arrow, colours) for arrow in _ARROWS]
    width = 2 * _EDGE + 2 * _WIDTH + _GAP_X
    height = 2 * _EDGE + 3 * _HEIGHT + 2 * _GAP_Y
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" role="img" font-family="sans-serif">'
        f'<title>{ALT}</title><defs><marker id="end" viewBox="0 0 8 8" refX="7" '
        'refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 8 4 0 8z" fill="{colours["line"]}"/></marker></defs>'
    )
    return "\n".join([head, *parts, "</svg>", ""])


def _corner(column: int, row: int) -> tuple[int, int]:
    return _EDGE + column * (_WIDTH + _GAP_X), _EDGE + row * (_HEIGHT + _GAP_Y)


def _box(title: str, below: str, column: int, row: int, colours: dict[str, str]) -> str:
    x, y = _corner(column, row)
    middle = x + _WIDTH // 2
    return (
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="6" '
        f'fill="{colours["box"]}" stroke="{colours["edge"]}"/>'
        f'<text x="{middle}" y="{y + 24}" text-anchor="middle" font-size="15" '
        f'font-weight="600" fill="{colours["ink"]}">{title}</text>'
        f'<text x="{middle}" y="{y + 43}" text-anchor="middle" font-size="12" '
        f'fill="{colours["ink"]}">{below}</text>'
    )


def _arrow(start: int, end: int, told: str, colours: dict[str, str]) -> str:
    (x1, y1), (x2, y2) = (_corner(*_BOXES[which][2:]) for which in (start, end))
    if x1 == x2:  # downwards, beside it what goes along
        x1 = x2 = x1 + _WIDTH // 2
        y1, y2 = y1 + _HEIGHT, y2 - 2
        at, anchor = (x1 + 10, (y1 + y2) // 2 + 4), "start"
    else:
        x1, x2 = (x1 + _WIDTH, x2 - 2) if x1 < x2 else (x1, x2 + _WIDTH + 2)
        y1, y2 = y1 + _HEIGHT // 2, y2 + _HEIGHT // 2
        at, anchor = ((x1 + x2) // 2, (y1 + y2) // 2 - 8), "middle"
        if y1 != y2:  # beside a sloping line, not on it
            at, anchor = (at[0] + 4, at[1]), "start"
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colours["line"]}" '
        f'stroke-width="1.5" marker-end="url(#end)"/>'
        f'<text x="{at[0]}" y="{at[1]}" text-anchor="{anchor}" font-size="12" '
        f'fill="{colours["ink"]}">{told}</text>'
    )


if __name__ == "__main__":
    for name in THEMES:
        (FOLDER / f"flow-{name}.svg").write_text(drawn(name), "utf-8")
