"""`History.summary` and `History.plot`: how often, how quickly, what failed."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from IPython.core.formatters import DisplayFormatter

import paynet_nb as pn
from tests.helpers.programs import TIMEOUT_S
from tests.helpers.records import call_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SENT_AT_S = 1_760_000_000.0  # 2025-10-09 08:53:20 UTC


@pytest.fixture(autouse=True)
def _no_screen() -> Iterator[None]:
    """Draw into memory, and keep no figure."""
    # Here and below: no worker that runs other tests waits for it.
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    with mpl.rc_context({"backend": "Agg", "timezone": "Asia/Kuala_Lumpur"}):
        yield
    plt.close("all")


@pytest.fixture
def history() -> pn.History:
    """Give a hundred quick answers, a slow one, failures, and a token request."""
    history = pn.History()
    for number in range(1, 101):
        url = f"https://api.example.my/banks?id={number}"
        history.append(call_of(url=url, status=200, elapsed_s=number / 1000))
    shop = {"url": "https://api.example.my/shop", "sent_at_s": SENT_AT_S}
    history.append(call_of(**shop, status=503, elapsed_s=0.5))
    history.append(call_of(**shop, error="timed out", elapsed_s=30.0))
    token_url = "https://api.example.my/token"
    history.append(call_of(kind="token", method="POST", url=token_url, status=200))
    return history


def words(ax: Axes) -> list[str]:
    """Give what the legend says."""
    legend = ax.get_legend()
    return [text.get_text() for text in legend.get_texts()] if legend else []


def test_a_row_tells_of_one_endpoint(history: pn.History) -> None:
    """Method and path without query; a token request is of its own kind."""
    told = history.summary()

    assert told[["kind", "method", "path"]].to_numpy().tolist() == [
        ["call", "GET", "/banks"],
        ["call", "GET", "/shop"],
        ["token", "POST", "/token"],
    ]
    assert told["count"].to_list() == [100, 2, 1]
    assert told["failed"].to_list() == [0, 2, 0]
    assert told["good"].to_list() == [100, 0, 1]
    assert told[["refused", "unknown"]].sum().to_list() == [0, 0]
    times = [told[name][0] for name in ("p50_ms", "p95_ms", "p99_ms")]
    assert times == pytest.approx([50.5, 95.05, 99.01])


def test_what_had_no_answer_has_no_share_in_the_times(history: pn.History) -> None:
    """Half a minute of waiting for nothing is a failure, not a slow answer."""
    only = pn.History()
    only.append(call_of(error="timed out", elapsed_s=30.0))

    shop = history.summary().set_index("path").loc["/shop"]

    assert shop["p99_ms"] == 500
    assert only.summary()["p50_ms"].isna().all()


def test_two_environments_are_not_mixed() -> None:
    """The same path in two environments is two endpoints."""
    history = pn.History()
    history.append(call_of(environment="a", status=200))
    history.append(call_of(environment="b", status=200))

    assert history.summary()["environment"].to_list() == ["a", "b"]
    assert words(history.plot()) == ["a: GET / (1)", "b: GET / (1)"]


@pytest.mark.parametrize("name", ["environment", "method", "url"])
def test_half_a_character_stops_no_summary(name: str) -> None:
    """Where Python's text is no UTF-8 a sign is shown, in the picture, too."""
    history = pn.History()
    history.append(call_of(status=200, **{name: "https://api.example.my/\ud800"}))
    history.append(call_of(status=200))

    told = history.summary()

    assert told.map(lambda cell: "\ufffd" in str(cell)).any(axis=None)
    assert any("\ufffd" in word for word in words(history.plot()))


def test_the_summary_of_nothing_has_the_same_columns(history: pn.History) -> None:
    """Code that reads the summary also runs before the first call."""
    nothing, some = pn.History().summary(), history.summary()

    assert len(nothing) == 0
    assert list(nothing.columns) == list(some.columns)


def test_each_endpoint_has_a_shape_and_what_failed_says_so(
    history: pn.History,
) -> None:
    """No two series differ by colour alone; failures have an x and words."""
    ax = history.plot()

    assert words(ax) == [
        "GET /banks (100)",
        "GET /shop (2)",
        "token request POST /token (1)",
        "not good (2): 503 (1), no answer (1)",
    ]
    shapes = [line.get_marker() for line in ax.get_lines()]
    assert len(set(shapes)) == len(shapes)
    assert shapes[-1] == "x"
    assert [note.get_text() for note in ax.texts] == ["503 (1)\nno answer (1)"]


def test_the_clock_is_utc_whatever_the_settings_say() -> None:
    """The axis says UTC, and its ticks are UTC where matplotlib's zone is another."""
    history = pn.History()
    for minutes in (0, 20):
        history.append(call_of(sent_at_s=SENT_AT_S + minutes * 60, status=200))

    ax = history.plot()
    ax.figure.canvas.draw()

    assert ax.get_xlabel() == "sent at (UTC)"
    assert "09:00" in [tick.get_text() for tick in ax.get_xticklabels()]


def test_the_text_of_the_picture_says_how_much_failed(history: pn.History) -> None:
    """A notebook prints what `plot` returns: words for who cannot see the picture."""
    assert "103 exchanges: 101 good, 2 failed" in repr(history.plot())


def test_the_picture_has_an_alternative_text(history: pn.History) -> None:
    """What IPython makes of the figure has it, with a title that was given later."""
    ax = history.plot()
    ax.set_title("a <slow> morning")

    data, _ = DisplayFormatter().format(ax.figure)

    told = re.search(
        '<img alt="([^"]+)" src="data:image/png;base64,', data["text/html"]
    )
    assert told
    words = html.unescape(told[1])
    assert words.startswith("a <slow> morning. Across: sent at (UTC)")
    assert "up: milliseconds. Drawn: GET /banks (100); " in words
    assert words.endswith("not good (2): 503 (1), no answer (1).")


def test_a_figure_of_ones_own_is_drawn_into(history: pn.History) -> None:
    """With `ax` no other figure is made, and the Axes come back."""
    from matplotlib import pyplot as plt

    _, mine = plt.subplots()

    assert history.plot(ax=mine) is mine
    assert len(plt.get_fignums()) == 1


def test_many_endpoints_do_not_hide_the_picture() -> None:
    """Eight have a name; the others share a shape and a line of the legend."""
    history = pn.History()
    for number in range(20):
        path = f"{number:02}-{'long' * 40}"
        history.append(call_of(url=f"https://api.example.my/{path}", status=200))

    names = words(history.plot())

    assert len(names) == 9
    assert names[-1] == "12 more endpoints"
    assert max(map(len, names)) < 70


def test_the_names_of_many_endpoints_leave_the_picture_whole() -> None:
    """They stand beside the points, which keep half the width and most of the height.

    Matplotlib's own padding apart, a figure is 270 pixels high, however many they are.
    """
    history = pn.History()
    for number in range(20):
        path = f"{number:02}-{'long' * 40}"
        history.append(call_of(url=f"https://api.example.my/{path}", status=404))

    ax = history.plot()
    ax.figure.canvas.draw()

    legend = ax.get_legend()
    assert legend
    names = legend.get_window_extent()
    points = ax.get_window_extent()
    assert points.x1 <= names.x0 < names.x1 <= ax.figure.bbox.x1
    assert points.width > ax.figure.bbox.width / 2
    assert points.height > ax.figure.bbox.height * 2 / 3
    assert ax.figure.bbox.height == pytest.approx(270)


def test_of_many_failures_the_legend_tells_what_they_were() -> None:
    """Four kinds are named with their number; those of one time share their words."""
    history = pn.History()
    for status in (*[503] * 10, *[404] * 8, *[None] * 3, 400, 401):
        history.append(call_of(status=status))

    ax = history.plot()

    kinds = "503 (10), 404 (8), no answer (3), 400 (1), others"
    assert words(ax)[-1].replace("\n", " ") == f"not good (23): {kinds}"
    [word] = ax.texts
    assert word.get_text() == "503 (10)\n404 (8)\nno answer (3)\nothers"


def test_words_of_a_burst_hide_neither_one_another_nor_the_title() -> None:
    """A notebook's calls come within a second of each other."""
    history = pn.History()
    for number in range(60):
        burst, place = divmod(number, 12)
        history.append(
            call_of(
                sent_at_s=SENT_AT_S + burst * 40 + place / 10,
                status=(404, 405, 503, 429, 200)[place % 5],
                elapsed_s=0.01 * (place + 1),
            )
        )

    ax = history.plot()
    ax.figure.canvas.draw()

    shown = [word.get_window_extent() for word in ax.texts]
    assert [word.get_text().partition("\n")[0] for word in ax.texts] == ["404 (3)"] * 5
    assert not any(a.overlaps(b) for a, b in combinations(shown, 2))
    axes = ax.get_window_extent()
    assert all(axes.containsx(one.x1) and axes.containsy(one.y1) for one in shown)


def test_a_picture_of_one_failure_has_room_for_it() -> None:
    """The clock shows seconds, not years, and its word is below the title."""
    history = pn.History()
    history.append(call_of(sent_at_s=SENT_AT_S, error="timed out", elapsed_s=30.0))

    ax = history.plot()
    ax.figure.canvas.draw()

    start, end = ax.get_xlim()
    assert (end - start) * 86_400 == pytest.approx(2, abs=0.01)
    [word] = ax.texts
    assert word.get_window_extent().y1 < ax.get_window_extent().y1


def test_a_dollar_in_a_path_starts_no_formula() -> None:
    r"""matplotlib would stop at `$\nonsense$` in a name."""
    history = pn.History()
    history.append(call_of(url="https://api.example.my/$\\nonsense$", status=200))

    history.plot().figure.canvas.draw()


def test_nothing_yet_can_be_drawn() -> None:
    """Before the first call there is an empty picture that says so."""
    ax = pn.History().plot()
    ax.figure.canvas.draw()

    assert ax.get_title() == "0 exchanges"
    assert list(ax.get_xticks()) == []  # the clock would show a day in 1970


def test_without_matplotlib_the_extra_is_named() -> None:
    """The line to run stands in the error; nothing else of the history needs it."""
    source = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import paynet_nb as pn\n"
        "pn.History().summary()\n"
        "try: pn.History().plot()\n"
        "except pn.ConfigurationError as error: print(error)\n"
    )
    printed = subprocess.run(
        [sys.executable, "-c", source],
        capture_output=True,
        text=True,
        check=True,
        timeout=TIMEOUT_S,
    ).stdout

    assert "pip install 'paynet_nb[plot]'" in printed


def test_a_plot_is_seen_on_light_and_on_dark(tmp_path: Path) -> None:
    """The page's ground shows through; each letter has a contrast of 4.5 on both."""
    from matplotlib import pyplot as plt
    from matplotlib.colors import to_hex

    history = pn.History()
    for number in range(3):
        history.append(call_of(status=404, sent_at_s=1_760_000_000.5 + number))

    ax = history.plot()

    path = tmp_path / "plot.png"
    plt.gcf().savefig(path)
    assert plt.imread(path)[0, 0, 3] == 0  # what a corner lets through
    legend = ax.get_legend()
    assert legend
    shown = [ax.title, ax.xaxis.label, ax.yaxis.label, *ax.texts, *legend.get_texts()]
    assert {to_hex(text.get_color()) for text in shown} == {"#767676"}
    assert ax.get_xlabel() == "sent at (UTC), in seconds of the minute"
