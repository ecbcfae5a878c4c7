"""Save a history as a file for other tools; the file is looked through before it stays.

| ending     | what is in it                             | for                         |
|------------|-------------------------------------------|-----------------------------|
| `.csv`     | the columns of `History.to_frame`         | any spreadsheet             |
| `.xlsx`    | the same; needs an extra                  | Excel                       |
| `.parquet` | the same, with types; needs an extra      | pandas, DuckDB, Spark       |
| `.jsonl`   | headers and bodies, too; an object a line | programs                    |
| `.har`     | the same, as HAR 1.2                      | browsers, Postman, Insomnia |

A body that is no text is left out of the last two; HAR says so in a comment.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from paynet_nb import frames
from paynet_nb.credentials import Secret
from paynet_nb.errors import ConfigurationError
from paynet_nb.history.as_path import as_path
from paynet_nb.history.exports.bar import with_bar
from paynet_nb.history.exports.clean_file import AsWritten, pieces, publish
from paynet_nb.history.exports.encoded import write_lines
from paynet_nb.history.exports.har import archive
from paynet_nb.history.exports.json_lines import json_lines
from paynet_nb.history.store.flat import FlatCall
from paynet_nb.wire import Personal, fit_to_share, masked_by_name, personal_in

if TYPE_CHECKING:
    import pandas as pd

    from paynet_nb.history.history import History


def save(
    history: History,
    path: str | os.PathLike[str],
    *,
    secrets: Iterable[Secret],
    personal: bool = False,
) -> None:
    """Save a history; the ending of the file's name tells how.

    The file has its name only once it was read back and found clean; it can be read by
    its owner only (mode 0600).

    Args:
        history: The history.
        path: Ends in .csv, .xlsx, .parquet, .jsonl or .har; what was there is replaced.
        secrets: What is secret now.
        personal: Leave the payer's position and IP address in it: as headers tell them,
            and where the same stands elsewhere.

    Raises:
        RefusedError: A secret or a JWT was in the file; it was removed.
        ConfigurationError: The ending is another one, a package is missing, or the
            folder is not there or takes no file.
    """
    path = as_path(path)
    ending = path.suffix.lower()
    if ending not in _FORMATS:
        raise ConfigurationError(
            f"{path.name!r} does not end in one of {', '.join(_FORMATS)}"
        )
    write, read = _FORMATS[ending]
    try:
        publish(
            path,
            lambda part: write(history, part, personal),
            read,
            secrets=secrets,
        )
    except ImportError as error:
        raise ConfigurationError(
            f"to save as {ending} install the extra: pip install 'paynet_nb[files]'"
        ) from error


_EPOCH = datetime.fromtimestamp(0, UTC)
_MINUTE = 60_000_000  # microseconds
_PERSONAL = ("url", "error", "label")  # columns in which an address may stand


class _Format(NamedTuple):
    write: Callable[[History, Path, bool], None]
    read: Callable[[Path], Iterable[AsWritten]]


def shareable(history: History, *, personal: bool) -> Iterator[FlatCall]:
    """Give the calls as they may be handed on, one at a time.

    What one of them tells of a person is masked in all: the address in the URL of one
    stands in the headers of another. So the headers of all are read before; calls that
    come meanwhile are left out.
    """
    count = len(history)
    calls = with_bar(islice(history.flat(), count), count, "writing")
    known = Personal() if personal else personal_in(history.headers())
    return (_masked(call, known) for call in calls) if any(known) else calls


def _masked(call: FlatCall, known: Personal) -> FlatCall:
    """Give a call as `fit_to_share` does; most often only headers are masked."""
    sent, came = (
        (names, masked_by_name(names, values))
        for names, values in (call.request_headers, call.headers)
    )
    texts = [call.url, call.error or "", call.label, *sent[1], *came[1]]
    texts += [body.decode("latin-1") for body in (call.request_body or b"", call.body)]
    together = "\n".join(texts)
    if known.masked(together) == together:
        return call._replace(request_headers=sent, headers=came)
    return FlatCall.of(fit_to_share(call.call(), known))


def _write_har(history: History, path: Path, personal: bool) -> None:  # noqa: FBT001
    write_lines(path, archive(shareable(history, personal=personal)))


def _write_jsonl(history: History, path: Path, personal: bool) -> None:  # noqa: FBT001
    write_lines(path, json_lines(shareable(history, personal=personal)))


def _write_csv(history: History, path: Path, personal: bool) -> None:  # noqa: FBT001
    columns: dict[str, Iterable[Any] | frames.Coded] = {**history.columns()}
    count = len(history)
    known = Personal() if personal else personal_in(history.headers())
    if any(known):
        columns |= {name: _all_masked(columns[name], known) for name in _PERSONAL}
    columns["sent_at"] = map(_clock, columns["sent_at"])
    columns["elapsed_ms"] = (elapsed_s * 1000 for elapsed_s in columns["elapsed_ms"])
    write_lines(path, with_bar(frames.csv_lines(columns), count, "writing"))


def _clock(sent_at_s: float) -> str:
    """Write a time as pandas writes that of the table."""
    minutes, microseconds = divmod(int(sent_at_s * 1_000_000), _MINUTE)
    seconds, microseconds = divmod(microseconds, 1_000_000)
    return f"{_minute(minutes)}:{seconds:02d}.{microseconds:06d}+00:00"


@lru_cache(maxsize=64)  # to write each time in full takes three times as long
def _minute(minutes: int) -> str:
    return (_EPOCH + timedelta(minutes=minutes)).isoformat(" ", "minutes")[:-6]


def _all_masked(
    column: Iterable[Any] | frames.Coded, known: Personal
) -> Iterable[Any] | frames.Coded:
    def masked(cells: Iterable[Any]) -> Iterator[Any]:
        return (cell and known.masked(cell) for cell in cells)

    if isinstance(column, frames.Coded):
        return column._replace(values=[*masked(column.values)])
    return masked(column)


def _table(history: History, personal: bool) -> pd.DataFrame:  # noqa: FBT001
    """Give the table of a history, with what may be handed on in its columns."""
    frame = history.to_frame()
    known = Personal() if personal else personal_in(history.headers())
    if not any(known):
        return frame
    return frame.assign(
        **{
            name: frame[name].map(known.masked, na_action="ignore")
            for name in _PERSONAL
        }
    )


def _json_text(piece: str) -> str:
    """Give a piece of a file with what JSON escapes in ASCII's letters as it was."""
    text, _ = codecs.unicode_escape_decode(piece)
    if not text.isascii() and "\\ud" in piece:
        # A character beyond 16 bits is two escapes.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _sheet_format(kind: str) -> _Format:
    """Give what the frames have for a kind of table: pandas is loaded by its use."""
    return _Format(
        lambda history, path, personal: getattr(frames, f"write_{kind}")(
            _table(history, personal), path
        ),
        lambda path: chain(
            pieces(path), [("", getattr(frames, f"{kind}_texts")(path))]
        ),
    )


_FORMATS = {
    ".csv": _Format(_write_csv, lambda path: pieces(path, frames.csv_text)),
    ".xlsx": _sheet_format("xlsx"),
    ".parquet": _sheet_format("parquet"),
    ".jsonl": _Format(_write_jsonl, lambda path: pieces(path, _json_text)),
    ".har": _Format(_write_har, lambda path: pieces(path, _json_text)),
}
