"""Two answers, JSON values or tokens side by side: what was added, removed, changed.

given      what was handed in, as parts that can be compared
walk       the differences between two such things
matching   which element of a list belongs to which of another
keys       the field that names the records of two lists
values     which values are equal
volatile   which fields have a new value each time
masking    a value as it may be shown
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paynet_nb import frames
from paynet_nb.errors import without_locals
from paynet_nb.history.comparison.sides import parts
from paynet_nb.history.comparison.walk import differences
from paynet_nb.wire import collector_paused

if TYPE_CHECKING:
    from paynet_nb.frames import Differences

__all__ = ["compare"]


@without_locals
def compare(
    a: object,
    b: object,
    *,
    key: str | None = None,
    hide_volatile: bool = False,
    headers: bool = False,
) -> Differences:
    """Tabulate what differs between two calls, two JSON values or two tokens.

    Objects are compared field by field. The order in lists does not count: an element
    that only moved is no difference. Records belong together by a key: a field that all
    of them have, whose values (texts or whole numbers) are unique in both lists, and
    whose name ends like one ("id", "code", "bic", "key") or whose values are the same
    in both lists. Of several, the key is the one that leaves the fewest fields changed.
    Where there is none, equal elements belong together, then those that have at least
    half of their values in common, then those that stand at one position.

    Values are equal if JSON writes them with the same digits: 1, "1", 1.0 and true are
    four values, and so are 10.0 and 10.00, which are two texts to a signature.

    What a field's name says to be secret is masked, and so is every JSON Web Token.

    Args:
        a: A `Call`, parsed JSON, a `Token` or a `TokenInspection`; or a text: JSON, or
            a JSON Web Token as people paste it. Of two calls the HTTP status and the
            body are compared, of tokens the header and the payload.
        b: The other.
        key: The field to match records by, in every list where it can serve. A record
            whose key changed is then one removed and one added.
        hide_volatile: Leave out the changes that are marked as volatile.
        headers: Compare the headers of the answers as well (of two calls).

    Returns:
        A DataFrame that shows values as JSON, so that 1 and "1" can be told apart. One
        row per difference, none if there is no difference. Columns:

        - path: as `banks[TESTMYK1].name`. In brackets stands the value of the key;
          where there is no key, the position in *a*, or in *b* for what was added.
          "HTTP status", "HTTP header ...", "no answer" and "whole value" are no
          fields.
        - change: "added", "removed" or "changed"; a whole record, list or object that
          only one side has is one row.
        - left, right: the values in *a* and in *b*, as they were parsed; None for null,
          and where there is nothing, which `change` tells apart.
        - volatile: True for a new value of the same kind in a field that has one each
          time: an ID or a time, by its name (messageId, iat) or by what it looks like
          (a date with a time of day, a UUID).

        `attrs["hidden"]` counts the rows that *hide_volatile* left out.

    Raises:
        ClaimsError: A token cannot be read.
        ConfigurationError: A text cannot be read as JSON, a value is of no JSON type,
            or no record has *key*.
    """
    left, right = parts((a, b), headers=headers)
    with collector_paused():
        rows = list(differences(left, right, key))
    shown = [row for row in rows if not (hide_volatile and row.volatile)]
    return frames.Differences.of(shown, hidden=len(rows) - len(shown))
