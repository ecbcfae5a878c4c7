"""Which field names the records of two lists, as a bank's code does."""

from __future__ import annotations

import functools
import re
from typing import Any

from paynet_nb.history.comparison.values import Values
from paynet_nb.history.comparison.volatile import is_volatile
from paynet_nb.wire import names_a_secret

_KEY_NAME = re.compile(r"(?:^|[_-])(?:id|code|bic|key)$|(?:I[dD]|Code|Bic|BIC|Key)$")

Records = list[dict[str, Any]]
# For each record on the left its partner's position on the right; None: it has none.
Partners = tuple[int | None, ...]


def match_by_key(
    left: Records, right: Records, values: Values, wanted: str | None
) -> tuple[str, Partners] | None:
    """Choose a field that names the records in both lists, and match by it.

    Args:
        left: Records, at least one.
        right: Others, at least one.
        values: Knows the values in both.
        wanted: The field to take if it can serve.

    Returns:
        The field, and who belongs to whom; None: no field can serve.
    """
    found = _unique_in_both(left, right)
    if wanted in found:
        return wanted, found[wanted]

    @functools.cache  # most keys match the same records
    def same_fields(partners: Partners) -> int:
        return sum(
            len(values.fields(left[i]) & values.fields(right[j]))
            for i, j in enumerate(partners)
            if j is not None
        )

    names = [x for x in found if _is_identity(x, found[x], left, right)]
    if not names:
        return None
    # By the name at last, so that to swap the lists changes nothing.
    name = max(
        names, key=lambda x: (same_fields(found[x]), bool(_KEY_NAME.search(x)), x)
    )
    return name, found[name]


def _unique_in_both(left: Records, right: Records) -> dict[str, Partners]:
    found: dict[str, Partners] = {}
    for name in set.intersection(*map(set, left + right)):
        mine = [record[name] for record in left]
        kinds = {*map(type, mine), *(type(record[name]) for record in right)}
        # The values stand in paths, so they must be short, and no secrets.
        if not kinds <= {str, int} or names_a_secret(name):
            continue
        places = {record[name]: j for j, record in enumerate(right)}
        if len({*mine}) == len(left) and len(places) == len(right):
            found[name] = tuple(map(places.get, mine))
    return found


def _is_identity(name: str, partners: Partners, left: Records, right: Records) -> bool:
    shared = len(partners) - partners.count(None)
    shortest = min(len(left), len(right))
    if not _KEY_NAME.search(name):
        # Its values may be unique by chance, as amounts are.
        return shared == shortest
    # IDs that are new in each answer name nothing.
    is_new = any(is_volatile(name, record[name]) for record in left + right)
    return not is_new or shared * 2 >= shortest
