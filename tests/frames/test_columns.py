"""Columns of known types as a frame."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from paynet_nb.frames import columns_to_frame

DTYPES = {"at": "datetime64[us, UTC]", "status": "Int64", "ms": "float64"}


def test_columns_have_the_types_asked_for() -> None:
    """Times, numbers that may be missing, fractions and texts keep their types."""
    frame = columns_to_frame(
        {"at": [1.5], "status": [None], "ms": [2], "text": ["00123"]}, DTYPES
    )

    assert frame.dtypes.astype(str).to_dict() == {**DTYPES, "text": "object"}


def test_no_rows_have_the_same_types() -> None:
    """A frame of nothing fits a frame of something."""
    frame = columns_to_frame({name: [] for name in DTYPES}, DTYPES)

    assert frame.dtypes.astype(str).to_dict() == DTYPES


def test_unix_times_are_exact_to_the_microsecond() -> None:
    """A time in seconds becomes the same time in UTC."""
    start = datetime(2026, 11, 23, 8, tzinfo=UTC)
    times = [start.replace(microsecond=each) for each in range(0, 1_000_000, 997)]

    frame = columns_to_frame({"at": [time.timestamp() for time in times]}, DTYPES)

    assert frame["at"].tolist() == times


def test_a_missing_number_leaves_the_others_exact() -> None:
    """Beside a missing one, integers beyond a float's reach keep their last digit."""
    frame = columns_to_frame({"status": [2**53 + 1, None]}, DTYPES)

    assert frame["status"].tolist() == [2**53 + 1, pd.NA]


def test_a_missing_text_leaves_the_others_text() -> None:
    """A column of texts is pandas' own type for them, with rows and without."""
    for cells in ([], ["00123", None]):
        column = columns_to_frame({"name": cells}, {"name": "str"})["name"]

        assert column.dtype == "str"
        assert column.isna().to_list() == [cell is None for cell in cells]
        assert column.dropna().to_list() == [*filter(None, cells)]


def test_other_cells_stay_as_they_are() -> None:
    """A column without a type keeps None, texts and mixtures."""
    frame = columns_to_frame({"value": ["00123", None, 1, True]}, DTYPES)

    assert frame["value"].tolist() == ["00123", None, 1, True]
