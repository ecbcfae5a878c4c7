"""Write a history as one HTML page, for a certification test case or a support ticket.

The page needs nothing else: no script, no picture, no font of another place.
"""

from __future__ import annotations

import html
import os
import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from paynet_nb.credentials import Secret
from paynet_nb.display import (
    Html,
    both_clocks,
    card,
    count,
    details,
    escape,
    facts,
    path_of,
    preformatted,
    shortened,
    table,
)
from paynet_nb.errors import ConfigurationError
from paynet_nb.history.as_path import as_path
from paynet_nb.history.exports.bar import with_bar
from paynet_nb.history.exports.clean_file import pieces, publish
from paynet_nb.paynet import OUTCOMES, Outcome, meaning
from paynet_nb.wire import Call, Personal, fit_to_share, personal_in

if TYPE_CHECKING:
    import pandas as pd

    from paynet_nb.history.history import History

    Selection = str | Iterable[str] | pd.DataFrame | None

Numbered = Mapping[int, "_Row"]
_GRAVE = ("refused", "failed", "unknown")
_MOST_CALLS = 500  # a page of more opens slowly
_MOST_PATHS = 30
_MOST_TEXT = 100_000  # characters of one body
_MOST_GOOD_TEXT = 2_000  # the same, where all went well
_MOST_WHOLE = 10  # good exchanges of an endpoint with all that was sent and came
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font-family: sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em }}
body > div {{ margin: 1em 0; overflow-x: auto }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere }}
@media print {{
  body > div {{ overflow: visible !important }}
  details::details-content {{ content-visibility: visible; block-size: auto }}
}}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def write_report(
    history: History,
    path: str | os.PathLike[str],
    *,
    secrets: Iterable[Secret],
    calls: Selection = None,
    personal: bool = False,
) -> None:
    """Write a history as one HTML page: environment, outcomes, timings, exchanges.

    What is not good comes first, with a link to each. The good exchanges of an endpoint
    are a table, and below it the last 10 of them, their bodies cut at 2 kB. Of over 500
    exchanges 500 are shown, and the page says so: those whose outcome is not good, and
    the last ones. The file has its name only once it was read back and found clean; it
    can be read by its owner only (mode 0600).

    Args:
        history: The history.
        path: Ends in .html; what was there is replaced.
        secrets: What is secret now.
        calls: Which exchanges; default: all. An outcome or a label, a list of these, or
            rows of the history's table, such as `frame[frame["status"] == 404]`.
        personal: Leave the payer's position and IP address in it: as headers tell them,
            and where the same stands elsewhere.

    Raises:
        RefusedError: A secret or a JWT was in the page; it was removed.
        ConfigurationError: The ending is another one, the folder is not there or takes
            no file, or no exchange is as *calls* says.
    """
    path = as_path(path)
    if path.suffix.lower() not in {".html", ".htm"}:
        raise ConfigurationError(f"{path.name!r} does not end in .html")
    # No name for the calls: a page that is refused tells nobody of what is in them.
    publish(
        path,
        lambda part: _write(history, part, calls, personal=personal),
        lambda part: pieces(part, html.unescape),
        secrets=secrets,
    )


class _Row(NamedTuple):
    """What a table tells of an exchange, as it may be handed on."""

    environment: str
    method: str
    address: str
    path: str
    status: int | None
    code: str | None
    reason: str | None
    outcome: Outcome
    label: str
    sent_at_s: float
    elapsed_s: float


def _rows(cells: dict[str, Sequence[Any]], known: Personal) -> list[_Row]:
    if any(known):
        for name in ("url", "label"):
            cells[name] = [*map(known.masked, cells[name])]
    urls = cells.pop("url")
    # The same few again and again: each is kept once, and no URL is.
    for name, read in (("address", _address), ("path", path_of)):
        kept: dict[str, str] = {}
        cells[name] = [kept.setdefault(one, one) for one in map(read, urls)]
    return [*map(_Row, *(cells[name] for name in _Row._fields))]


def _chosen(rows: Sequence[_Row], wanted: Selection) -> Numbered:
    """Give the exchanges that are wanted, by their numbers in the history."""
    if wanted is None:
        return dict(enumerate(rows, 1))
    if hasattr(wanted, "index") and hasattr(wanted, "columns"):
        places = {int(place) for place in wanted.index}
        return {n: row for n, row in enumerate(rows, 1) if n - 1 in places}
    if not isinstance(wanted, Iterable):
        raise ConfigurationError(
            "calls= wants an outcome, labels or rows of history.to_frame(), "
            f"not {type(wanted).__name__}"
        )
    words = [wanted] if isinstance(wanted, str) else [*wanted]
    found = {
        number: row
        for number, row in enumerate(rows, 1)
        if row.outcome in words or (row.label and row.label in words)
    }
    has = {word for row in found.values() for word in (row.outcome, row.label)}
    if missing := [word for word in words if word not in has]:
        labels = dict.fromkeys(row.label for row in rows if row.label)
        known = ", ".join(map(repr, labels)) or "none"
        raise ConfigurationError(
            f"no exchange has the outcome or the label {missing[0]!r}; outcomes: "
            f"{', '.join(OUTCOMES)}; labels there are: {known}"
        )
    return found


def _write(history: History, path: Path, wanted: Selection, *, personal: bool) -> None:
    cells = history.cells("url", *(set(_Row._fields) - {"address", "path"}))
    # Only then: what comes meanwhile is not shown, and of what is, all is known.
    known = Personal() if personal else personal_in(history.headers())
    numbered = _chosen(_rows(cells, known), wanted)
    # Bodies are read of those only that are shown.
    numbers = _shown(numbered)
    shown = {
        number: fit_to_share(history[number - 1], known)
        for number in with_bar(numbers, len(numbers), "reading exchanges")
    }
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_page([*numbered.values()], shown))


def _page(rows: Sequence[_Row], shown: Mapping[int, Call]) -> Iterator[str]:
    title = f"PayNet API: {count(len(rows), 'exchange')}"
    if len(shown) < len(rows):
        title += f", {len(shown):,} shown: what is not good, and the last"
    bad = {n: call for n, call in shown.items() if call.outcome != "good"}
    start, end = _PAGE.format(title=escape(title), body="\0").split("\0")
    yield f"{start}{_environment(rows)}\n"
    if bad:
        yield f"<h2>What is not good</h2>\n{_links(bad)}\n"
        for number, call in bad.items():
            yield f"{_exchange(number, call)}\n"
    yield f"<h2>Outcomes</h2>\n{_outcomes(rows)}\n"
    yield f"<h2>Timings</h2>\n{_timings(rows)}"
    if len(bad) < len(shown):
        yield "\n<h2>What is good</h2>"
        for folded in _good(shown):
            yield f"\n{folded}"
    yield end


def _shown(numbered: Numbered) -> list[int]:
    """Give the numbers of those exchanges that are shown, in their order."""
    # What failed is why a page is written.
    first = sorted(numbered, key=lambda n: (numbered[n].outcome == "good", -n))
    return sorted(first[:_MOST_CALLS])


def _links(bad: Mapping[int, Call]) -> Html:
    """List what is not good, what PayNet refused first."""
    listed = sorted(bad.items(), key=lambda one: _GRAVE.index(one[1].outcome))
    items = "".join(
        f'<li><a href="#exchange-{number}">{number}. {escape(call.signed_outcome)}</a> '
        f"{escape(f'{call.method} {call.path}, {call.answer_in_words}')} "
        f"{escape(call.codes_in_words)}</li>"
        for number, call in listed
    )
    return Html(f'<ul style="overflow-wrap:anywhere">{items}</ul>')


def _good(shown: Mapping[int, Call]) -> Iterator[Html]:
    """Fold the good exchanges of each endpoint into one."""
    by_path: dict[str, dict[int, Call]] = {}
    for number, call in shown.items():
        if call.outcome == "good":
            by_path.setdefault(f"{call.method} {call.path}", {})[number] = call
    for path, calls in by_path.items():
        rows = [
            (
                number,
                both_clocks(call.sent_at_s),
                int(call.elapsed_s * 1000),
                call.answer_in_words,
                call.code or "",
                call.message_id or "",
                call.label,
            )
            for number, call in calls.items()
        ]
        headings = ("No.", "sent", "ms", "answer", "code", "message ID", "label")
        whole = [*calls.items()][-_MOST_WHOLE:]
        inside = [_wide(table(headings, rows)), *(_exchange(*one) for one in whole)]
        yield details(f"{path}: {len(calls):,} good", Html("".join(inside)))


def _environment(calls: Sequence[_Row]) -> Html:
    period = {}
    if calls:
        period["first exchange"] = both_clocks(calls[0].sent_at_s)
        period["last exchange"] = both_clocks(calls[-1].sent_at_s)
    return facts(
        {
            "environment": ", ".join(sorted({call.environment for call in calls})),
            "addresses": ", ".join(sorted({call.address for call in calls})),
            **period,
            "written by": f"paynet_nb {version('paynet_nb')}, Python "
            f"{platform.python_version()}, {platform.system()}",
            "in [brackets]": "what was redacted, such as secrets and tokens",
        }
    )


def _address(url: str) -> str:
    parts = urlsplit(url, allow_fragments=False)
    return f"{parts.scheme}://{parts.netloc}"


def _outcomes(calls: Sequence[_Row]) -> Html:
    counted = Counter(
        (
            call.outcome,
            "no answer" if call.status is None else call.status,
            call.code or "",
            call.reason or "",
        )
        for call in calls
    )
    rows = [
        (number, outcome, status, code, meaning(code), reason, meaning(reason))
        for (outcome, status, code, reason), number in counted.most_common()
    ]
    codes = ("code", "meaning", "reason", "meaning")
    headings = ("exchanges", "outcome", "status", *codes)
    return _wide(table(headings, rows))


def _timings(calls: Sequence[_Row]) -> Html:
    by_path: dict[str, list[float]] = {}
    for call in calls:
        if call.status is not None:
            times = by_path.setdefault(f"{call.method} {call.path}", [])
            times.append(call.elapsed_s * 1000)
    busiest = sorted(by_path.items(), key=lambda item: -len(item[1]))[:_MOST_PATHS]
    longest = max((median(times) for _, times in busiest), default=0) or 1
    rows = [
        (
            _breaking(path),
            len(times),
            f"{median(times):.0f}",
            f"{max(times):.0f}",
            _bar(median(times) / longest),
        )
        for path, times in busiest
    ]
    headings = ("request", "exchanges", "median ms", "slowest ms", "median drawn")
    left_out = len(by_path) - len(rows)
    note = f"<p>{left_out} other paths are left out.</p>" if left_out else ""
    return Html(_wide(table(headings, rows)) + note)


def _wide(found: Html) -> Html:
    # It scrolls by itself, and makes the page no wider.
    return Html(f"<div>{found}</div>")


def _breaking(text: str) -> Html:
    style = "display:inline-block;min-width:12em;overflow-wrap:anywhere"
    return Html(f'<span style="{style}">{escape(text)}</span>')


def _bar(share: float) -> Html:
    # The number stands beside it, so a screen reader may skip it. A border, because
    # browsers do not print backgrounds.
    style = f"width:{share * 20:.1f}em;border-top:0.8em solid"
    return Html(f'<div aria-hidden="true" style="{style}"></div>')


def _exchange(number: int, call: Call) -> Html:
    summary = {
        "label": call.label,
        "sent": both_clocks(call.sent_at_s),
        "took": f"{call.elapsed_s * 1000:.0f} ms",
        "environment": call.environment,
        "attempt": call.attempt if call.attempt > 1 else None,
        "token": call.token and f"#{call.token}",
        "message ID": call.message_id,
    }
    is_good = call.outcome == "good"
    request = {"URL": call.url, **call.request_headers}
    most = _MOST_GOOD_TEXT if is_good else _MOST_TEXT
    shown = card(
        f"{number}. {call.method} {call.path}: {call.status_in_words}",
        *([] if is_good else [call.explain().in_short]),
        {name: fact for name, fact in summary.items() if fact},
        details("request", facts(request)),
        details("body sent", _text(call.request_text, most)),
        details("headers of the answer", facts(call.headers)),
        details("answer", _text(call.text if call.is_text else "not text", most)),
        state=call.outcome,
    )
    return Html(f'<div id="exchange-{number}">{shown}</div>')


def _text(text: str | None, most: int) -> Html:
    return preformatted(shortened(text, most)) if text else escape("nothing")
