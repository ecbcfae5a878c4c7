"""`compare` on lists: which element belongs to which, wherever it stands."""

from __future__ import annotations

from decimal import Decimal
from time import process_time
from typing import Any

import pytest

from paynet_nb import ConfigurationError
from paynet_nb.history import compare

BANKS: list[dict[str, Any]] = [
    {"code": "TESTMYK1", "name": "One", "urls": [{"type": "RET", "url": "/1"}]},
    {"code": "00123", "name": "Two", "urls": []},
    {"code": "VACMYKL1", "name": "Three", "urls": [{"type": "COR", "url": "/3"}]},
]


def rows(a: object, b: object, **options: Any) -> list[tuple[Any, ...]]:
    """List path, change, left and right of each difference."""
    frame = compare(a, b, **options)
    return [tuple(row) for row in frame.to_numpy()[:, :4].tolist()]


def with_bank(position: int, **fields: Any) -> list[dict[str, Any]]:
    """Give the banks, some fields of one of them changed."""
    banks = [dict(bank) for bank in BANKS]
    banks[position].update(fields)
    return banks


def test_records_are_matched_by_their_key() -> None:
    """A record keeps its key wherever it moved; its path names it."""
    changed = with_bank(0, urls=[{"type": "RET", "url": "/new"}])
    extra = {"code": "DENGMYK1", "name": "One", "urls": []}

    found = rows({"banks": BANKS}, {"banks": [extra, changed[2], changed[0]]})

    assert found == [
        ("banks[TESTMYK1].urls[RET].url", "changed", "/1", "/new"),
        ('banks["00123"]', "removed", BANKS[1], None),
        ("banks[DENGMYK1]", "added", None, extra),
    ]


def test_the_key_is_the_field_that_leaves_the_fewest_changes() -> None:
    """A number of the row is unique too, yet it says nothing about the record."""
    left = [{"rowId": i, **bank} for i, bank in enumerate(BANKS)]
    right = [{"rowId": i, **bank} for i, bank in enumerate(reversed(BANKS))]

    assert rows(left, right) == [
        ("[TESTMYK1].rowId", "changed", 0, 2),
        ("[VACMYKL1].rowId", "changed", 2, 0),
    ]


def test_a_key_can_be_named() -> None:
    """With `key` a record whose key changed is another record."""
    left = [{"n": 1, "code": "A"}, {"n": 2, "code": "B"}]
    right = [{"n": 2, "code": "A"}, {"n": 3, "code": "B"}]

    assert rows(left, right) == [
        ("[A].n", "changed", 1, 2),
        ("[B].n", "changed", 2, 3),
    ]
    assert rows(left, right, key="n") == [
        ("[n=1]", "removed", {"n": 1, "code": "A"}, None),
        ("[n=2].code", "changed", "B", "A"),
        ("[n=3]", "added", None, {"n": 3, "code": "B"}),
    ]


def test_a_key_that_no_record_has_is_refused() -> None:
    """A name with a typing error does not silently match by something else."""
    with pytest.raises(ConfigurationError, match="no field 'cod'"):
        compare(BANKS, BANKS, key="cod")


def test_a_key_that_is_doubled_does_not_serve() -> None:
    """Whichever list two records have one key in, they are matched by the rest."""
    once = [{"id": 1, "v": ["a"]}, {"id": 2, "v": ["b"]}]
    twice = [{"id": 1, "v": ["c"]}, *once]

    assert rows(once, twice) == [("[0]", "added", None, twice[0])]
    assert rows(twice, once, key="id") == [("[0]", "removed", twice[0], None)]


def test_lists_of_other_records_have_no_pairs() -> None:
    """Where all keys differ all records do, though other fields are equal."""
    left = [{"code": f"A{i}", "active": True} for i in range(3)]
    right = [{"code": f"B{i}", "active": True} for i in range(3)]

    assert [row[1] for row in rows(left, right)] == ["removed"] * 3 + ["added"] * 3


def test_an_id_that_stays_is_a_key_though_ids_are_volatile() -> None:
    """Payments listed twice are matched by their IDs, and by no fresh ones."""
    left = [{"endToEndId": f"E{i}", "messageId": f"M{i}", "paid": i} for i in range(3)]
    right = [
        {"endToEndId": f"E{i}", "messageId": f"N{i}", "paid": 2 - i}
        for i in reversed(range(3))
    ]

    assert rows(left, right, hide_volatile=True) == [
        ("[E0].paid", "changed", 0, 2),
        ("[E2].paid", "changed", 2, 0),
    ]


def test_records_without_a_key_are_matched_by_what_they_have_in_common() -> None:
    """New IDs and times, and doubled names, do not hide which record changed."""
    left = [
        {
            "messageId": f"M{i}",
            "date": f"2026-01-0{i + 1}",
            "time": {"timestamp": i},
            "to": {"name": "Ali", "bank": i // 2},
            "sum": f"{i}.00",
        }
        for i in range(6)
    ]
    right = [
        {**record, "messageId": f"N{i}", "date": "today", "time": {"timestamp": 9 + i}}
        for i, record in enumerate(left)
    ]
    right[4] = {**right[4], "sum": "4.50"}
    right = [right[i] for i in (4, 1, 5, 0, 3)]

    assert rows(left, right, hide_volatile=True) == [
        ("[2]", "removed", left[2], None),
        ("[4].sum", "changed", "4.00", "4.50"),
    ]


def test_elements_with_little_in_common_are_no_match() -> None:
    """Half of the values must be equal, unless the elements stand at one position."""
    left = [{"x": 1, "y": 1, "z": 1}, {"w": 1}]
    right = [{"w": 1}, {"x": 1, "y": 2, "z": 2}]

    assert [row[:2] for row in rows(left, right)] == [
        ("[0]", "removed"),
        ("[1]", "added"),
    ]
    assert [row[:2] for row in rows(left, right[::-1])] == [
        ("[0].y", "changed"),
        ("[0].z", "changed"),
    ]


def test_the_best_of_several_matches_counts() -> None:
    """Each element goes with the most similar one, of several with the nearest."""
    left = [dict(zip("abcd", bits, strict=True)) for bits in ("0011", "1010", "0000")]
    right = [dict(zip("abcd", bits, strict=True)) for bits in ("0100", "0010", "0111")]

    assert rows(left, right) == [
        ("[0].b", "changed", "0", "1"),
        ("[1].a", "changed", "1", "0"),
        ("[2].b", "changed", "0", "1"),
    ]


def test_more_in_common_counts_more_than_a_near_position() -> None:
    """The record that keeps three of four values is the same one, far as it is."""
    one, near, other, far = (
        dict(zip("abcd", map(Decimal, numbers), strict=True))
        for numbers in ("1111", "1122", "3331", "1112")
    )

    found = rows([one], [near, other, far])

    assert found[0] == ("[0].d", "changed", Decimal(1), Decimal(2))


def test_many_records_with_few_values_of_their_own_are_matched_in_time() -> None:
    """Records that share most values with hundreds of others find one of these."""
    left = [{"a": i % 3, "b": i % 5, "c": i % 4, "n": [i]} for i in range(4_000)]
    right = [{**record, "n": [-i]} for i, record in enumerate(reversed(left))]
    mixed = [{**x, "n": [(i * 7 + 3) % 8000]} for i, x in enumerate(reversed(left))]
    start = process_time()

    new = compare(left, right)
    by_chance = compare(left, mixed)

    assert process_time() - start < 3
    assert new["path"].str.endswith(".n[0]").all()
    assert by_chance["change"].value_counts(normalize=True)["changed"] > 0.99


def test_what_has_nothing_in_common_is_matched_by_position() -> None:
    """The last resort; elements of two kinds are no match even then."""
    assert len(rows([{"iat": 1}], ["2026-01-02T03:04"])) == 2
    assert rows([{"a": 1}, {"b": 2}, "c"], [{"a": 9}, "b", "d"]) == [
        ("[0].a", "changed", 1, 9),
        ("[1]", "removed", {"b": 2}, None),
        ("[2]", "changed", "c", "d"),
        ("[1]", "added", None, "b"),
    ]


@pytest.mark.parametrize("key", ["code", "name"])
def test_ten_thousand_records_take_no_square_of_time(key: str) -> None:
    """A large answer is compared in seconds, whether its records have a key or not."""
    left: list[dict[str, Any]] = [
        {key: f"{i}", "in": Decimal(i), "out": Decimal(-i), "group": i % 7}
        for i in range(10_000)
    ]
    right = [{**record, "group": record["group"] % 6} for record in reversed(left)]
    if key == "name":
        right = [{**record, "name": "doubled"} for record in right]
    start = process_time()

    frame = compare(left, right)

    assert process_time() - start < 5
    assert set(frame["change"]) == {"changed"}
