"""Columns of known types -> a pandas frame."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from paynet_nb.frames.coded import Coded

# What pandas 3 calls "str" and pandas 2.3 has under this name only.
_STR = pd.StringDtype(na_value=np.nan)


def columns_to_frame(
    columns: Mapping[str, Sequence[Any] | Coded], dtypes: Mapping[str, str]
) -> pd.DataFrame:
    """Build a frame of columns whose types are known.

    Args:
        columns: The cells by the column's name.
        dtypes: pandas' name for the type of a column, by the column's name. "Int64"
            takes None for a missing number, "datetime64[us, UTC]" takes Unix times
            (seconds), "str" None for a missing text. Any other column is "object": its
            cells stay as they are.
    """
    typed = {
        name: _typed(cells, dtypes.get(name, "object"))
        for name, cells in columns.items()
    }
    return pd.DataFrame(typed, copy=False)


def _typed(cells: Sequence[Any] | Coded, dtype: str) -> pd.Series[Any]:
    if isinstance(cells, Coded):
        values = _typed(cells.values, dtype).array
        return pd.Series(values.take(np.asarray(cells.codes)), copy=False)
    if dtype == "str":
        return pd.Series(_texts(cells), dtype=_STR)
    if dtype == "Int64":
        # Quicker than letting pandas find out what kinds of cells there are.
        numbers: pd.Series[Any] = pd.Series(cells, dtype="object")
        missing = numbers.isna()
        numbers[missing] = 0
        return numbers.astype("int64").astype("Int64").mask(missing)
    if dtype == "datetime64[us, UTC]":
        microseconds = pd.Series(_viewed(cells), dtype="float64") * 1_000_000
        return microseconds.astype("int64").astype("datetime64[us, UTC]")
    return pd.Series(_viewed(cells), dtype=dtype)


def _texts(cells: Sequence[Any]) -> Any:
    if _STR.storage != "pyarrow":
        return cells
    # As pandas would make of them, in half of the time: it looks at each cell first.
    import pyarrow as pa

    return pa.array(cells, type=pa.large_string())


def _viewed(cells: Sequence[Any]) -> Any:
    # pandas would take an array for a sequence of objects.
    return np.asarray(cells) if isinstance(cells, array) else cells
