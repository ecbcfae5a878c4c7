"""A history's frame -> a picture, by matplotlib, which draws without a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC
from textwrap import fill
from typing import TYPE_CHECKING

from paynet_nb import frames
from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# Each endpoint has a shape beside its colour; "*" is for all that are left.
_SHAPES = "os^Dvp<>"
_MOST_KINDS = 4  # of what is not good, named in the legend
_MOST_AT_ONCE = (
    3  # of these, named beside points of one time: there is no room for more
)
_WORD = 1 / 6  # of the picture's width: the room of "no answer (12)"
_LONGEST_NAME = 40  # characters; the legend stands beside the points
_GREY = "#767676"  # a contrast of 4.5 on white and of 4.6 on black
_A_SECOND = 1 / 86_400  # in matplotlib's days
_HEIGHT = 2.7  # inches, of 100 pixels each: below its cell it stays in sight as a whole


_Point = tuple[float, float, str]  # when, milliseconds, the word


def latency(exchanges: pd.DataFrame, *, ax: Axes | None) -> Axes:
    """Draw the time of each exchange over the clock; see `History.plot`."""
    try:
        from matplotlib import dates, pyplot as plt
        from matplotlib.axes import Axes
    except ImportError as error:
        raise ConfigurationError(
            "to plot a history install the extra: pip install 'paynet_nb[plot]'"
        ) from error
    if ax is not None and not isinstance(ax, Axes):
        raise ConfigurationError(
            f"ax= wants axes of matplotlib, as plt.gca(), not {type(ax).__name__}"
        )
    found = frames.by_endpoint(exchanges)
    if ax is None:
        # Here, because it wants matplotlib.
        from paynet_nb.history.picture import DescribedFigure

        _, ax = plt.subplots(
            figsize=(9, _HEIGHT), layout="constrained", FigureClass=DescribedFigure
        )
        _fit_any_theme(ax)
    ax.set(ylabel="milliseconds", title=counted(exchanges))
    # At the left: the day stands at the right.
    ax.set_xlabel("sent at (UTC)", loc="left")
    for number, (name, rows) in enumerate(found):
        label = _shortened(name, f" ({len(rows):,})")
        if number >= len(_SHAPES):
            # matplotlib lists no line whose name begins so.
            left = len(found) - len(_SHAPES)
            label = "_" if number > len(_SHAPES) else f"{left} more endpoints"
        # Numbers: with times the zone would depend on what else was drawn before.
        ax.plot(
            dates.date2num(rows["sent_at"].dt.tz_localize(None)),
            rows["elapsed_ms"],
            _SHAPES[number] if number < len(_SHAPES) else "*",
            color=f"C{min(number, len(_SHAPES))}",
            label=label,
            alpha=0.8,
        )
    bad = exchanges[exchanges["outcome"] != "good"]
    if found:
        _frame(ax, with_words=len(bad) > 0)
        _mark(ax, bad)
        _explain(ax)
    else:
        ax.set(xticks=[], yticks=[])
    return ax


def _fit_any_theme(ax: Axes) -> None:
    """Let the page's ground through, under letters that can be read on any."""
    ax.figure.patch.set_alpha(0)
    ax.patch.set_alpha(0)
    for place in ax.spines.values():
        place.set_color(_GREY)
    ax.tick_params(colors=_GREY, which="both")
    for text in (ax.title, ax.xaxis.label, ax.yaxis.label):
        text.set_color(_GREY)


def _frame(ax: Axes, *, with_words: bool) -> None:
    """Set the axes around the points, and words that stand above or behind them."""
    from matplotlib import dates

    clock = dates.AutoDateLocator(tz=UTC)
    ax.xaxis.set_major_locator(clock)
    ax.xaxis.set_major_formatter(dates.ConciseDateFormatter(clock, tz=UTC))
    low, high = ax.dataLim.intervalx
    if high - low < 60 * _A_SECOND:
        # A bare "34.5" does not say what it is.
        ax.set_xlabel(f"{ax.get_xlabel()}, in seconds of the minute", loc="left")
    # A single time would have an axis of four years.
    room = max((high - low) / 20, _A_SECOND)
    room_behind = max(room, (high - low) * _WORD) if with_words else room
    ax.set_xlim(low - room, high + room_behind)
    _leave_room_above(ax, lines=2)


def _leave_room_above(ax: Axes, lines: int) -> None:
    """Let the highest point have room for lines of words above it, 15 pixels each."""
    ax.set_ylim(0, ax.dataLim.y1 * (1 + 0.15 * lines) or 1)


def _explain(ax: Axes) -> None:
    """Put the legend beside the points."""
    ax.legend(
        loc="center left",
        bbox_to_anchor=(1, 0.5),
        fontsize="small",
        labelcolor=ax.xaxis.label.get_color(),
        framealpha=0,
    )


def _mark(ax: Axes, marked: pd.DataFrame) -> None:
    from matplotlib import dates

    if marked.empty:
        return
    times = dates.date2num(marked["sent_at"].dt.tz_localize(None))
    heights = marked["elapsed_ms"]
    status = marked["status"].astype(str).where(marked["status"].notna(), "no answer")
    # That an HTTP error failed its number says.
    outcome = marked["outcome"].where(marked["outcome"] != "failed", "")
    words = (status + " " + outcome).str.strip()
    kinds = ", ".join(_kinds(words, _MOST_KINDS))
    ax.plot(
        times,
        heights,
        "x",
        color=ax.xaxis.label.get_color(),
        label=fill(f"not good ({len(marked):,}): {kinds}", _LONGEST_NAME),
        markersize=12,
        markeredgewidth=2,
    )
    start, end = ax.get_xlim()
    points = sorted(zip(times, heights, words, strict=True))
    most_lines = 2
    for group in _at_once(points, (end - start) * _WORD):
        told = _kinds((word for _, _, word in group), _MOST_AT_ONCE)
        most_lines = max(most_lines, len(told))
        ax.annotate(
            # One alone needs no number.
            "\n".join(told) if group[1:] else group[0][2],
            (group[0][0], max(height for _, height, _ in group)),
            xytext=(8, 4),
            textcoords="offset points",
            color=ax.xaxis.label.get_color(),
            fontsize="small",
        )
    _leave_room_above(ax, most_lines)


def _at_once(points: Iterable[_Point], apart: float) -> list[list[_Point]]:
    """Put those points together, in their order, whose words would overlap."""
    groups: list[list[_Point]] = []
    for point in points:
        if groups and point[0] - groups[-1][0][0] < apart:
            groups[-1].append(point)
        else:
            groups.append([point])
    return groups


def _kinds(words: Iterable[str], most: int) -> list[str]:
    counted = Counter(words)
    kinds = [f"{word} ({count:,})" for word, count in counted.most_common(most)]
    return kinds + ["others"] * (len(counted) > most)


def counted(exchanges: pd.DataFrame) -> str:
    """Count a history's frame by outcome: "3 exchanges: 2 good, 1 refused"."""
    count = len(exchanges)
    by_outcome = exchanges["outcome"].value_counts()
    parts = [f"{by_outcome[x]:,} {x}" for x in OUTCOMES if x in by_outcome]
    told = f"{count:,} exchange{'s' * (count != 1)}"
    return ": ".join([told] + [", ".join(parts)] * bool(parts))


def _shortened(name: str, ending: str) -> str:
    half = _LONGEST_NAME // 2
    if len(name) > _LONGEST_NAME:
        name = f"{name[:half]}\N{HORIZONTAL ELLIPSIS}{name[-half:]}"
    # Dollar signs are matplotlib's formulas.
    return name.replace("$", r"\$") + ending
