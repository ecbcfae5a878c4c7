"""`pn.codes()`: the table of PayNet's codes as a person looks a code up."""

from __future__ import annotations

import paynet_nb as pn
from paynet_nb.paynet import code_table


def test_all_codes_are_in_the_table() -> None:
    """Each with its family, in words, with source and how sure it is."""
    table = pn.codes()

    assert list(table.columns) == [
        *("code", "family", "meaning", "what_to_check", "source", "sure")
    ]
    assert len(table) == len(code_table())
    assert (table["family"] == "platform").sum() == 248
    assert not table.isna().any(axis=None)
    assert set(table["sure"]) <= {
        *("page", "transcript", "observed", "third-party", "assumption")
    }


def test_a_code_is_looked_up_as_it_came() -> None:
    """Codes are texts, with their leading zeros; a source is an address or words."""
    by_code = pn.codes().set_index("code")

    for code in ("U149", "0028"):
        assert "duplicate" in str(by_code.loc[code, "meaning"])
    assert by_code.loc["U000", "what_to_check"] == "Nothing"
    assert str(by_code.loc["U000", "source"]).startswith("https://docs.")
