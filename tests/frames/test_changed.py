"""Tables that somebody changed: rebuilt as they say, or refused in words."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from paynet_nb.frames import rebuild, tables
from tests.helpers.jsons import BANKS


def test_a_row_taken_out_takes_its_children_along() -> None:
    """Filtered tables rebuild to the data without those rows."""
    frames = tables(BANKS)
    frames["banks"] = frames["banks"][frames["banks"]["code"] != "00123"]

    again = rebuild(frames)

    assert again == {**BANKS, "banks": BANKS["banks"][1:]}


@pytest.mark.parametrize("missing", ["root", "banks", "banks.urls"])
def test_a_missing_table_is_not_overlooked(missing: str) -> None:
    """Without one of the tables nothing is rebuilt, instead of less than there was."""
    frames = tables(BANKS)
    del frames[missing]

    with pytest.raises(ValueError, match="missing"):
        rebuild(frames)


def test_a_missing_join_column_is_named() -> None:
    """A table that lost the numbers of its rows is not rebuilt."""
    frames = tables(BANKS)
    frames["banks"] = frames["banks"].drop(columns="banks#")

    with pytest.raises(ValueError, match="'banks#'"):
        rebuild(frames)


CHANGES: dict[str, Any] = {
    "two rows of the table 'banks' have one number": lambda banks: pd.concat(
        [banks, banks.head(1)]
    ),
    "'banks#' of 'banks' joins tables": lambda banks: banks.assign(
        **{"banks#": ["0", "1", "2"]}
    ),
    "'root#' of 'banks' joins tables": lambda banks: banks.assign(
        **{"root#": [0, pd.NA, 0]}
    ),
    "'banks' both have no column": lambda banks: banks.drop(columns="root#"),
    "two columns would join the table 'banks'": lambda banks: banks.assign(
        **{"nr#": 5}
    ),
    "two columns of the table 'banks' have one name": lambda banks: banks.rename(
        columns={"active": "code"}
    ),
    r"'banks' has a value in 'code\.digits' and another": lambda banks: banks.assign(
        **{"code.digits": 5}
    ),
    r"'urls\[0\]' of the table 'banks' cannot be read": lambda banks: banks.assign(
        **{"urls[0]": "/1"}
    ),
}


@pytest.mark.parametrize(("problem", "change"), CHANGES.items(), ids=CHANGES)
def test_a_change_that_no_json_answers_is_named(problem: str, change: Any) -> None:
    """A table is rebuilt as it says or not at all, and the message says why."""
    frames = tables(BANKS)
    frames["banks"] = change(frames["banks"])

    with pytest.raises(ValueError, match=problem):
        rebuild(frames)


def test_numbers_of_rows_may_have_become_floats() -> None:
    """As pandas makes them where one is missing for a while."""
    frames = tables(BANKS)
    frames["banks"] = frames["banks"].astype({"root#": float, "banks#": float})

    assert rebuild(frames) == BANKS


@pytest.mark.parametrize("given", [None, [], {"root": [1]}, pd.DataFrame()])
def test_what_is_no_dict_of_tables_is_refused(given: Any) -> None:
    """One table alone, for example."""
    with pytest.raises(TypeError, match="a dict of DataFrames"):
        rebuild(given)
