"""Headers compare, copy and read as those that requests keeps."""

from __future__ import annotations

import pickle

from hypothesis import given, strategies as st
from requests.structures import CaseInsensitiveDict

from paynet_nb.wire.header_fields import Fields, copied

# In few letters, so that names come again, in capitals, too.
PAIRS = st.lists(st.tuples(st.text("aAbB-", min_size=1), st.text(max_size=3)))


@given(PAIRS, st.text("aAbB-"))
def test_fields_are_read_as_those_of_requests(
    pairs: list[tuple[str, str]], name: str
) -> None:
    """Name by name and all at once, however a name is written."""
    theirs: CaseInsensitiveDict[str] = CaseInsensitiveDict(pairs)
    for ours in (Fields(pairs), copied(theirs), copied(Fields(pairs))):
        assert [*ours.items()] == [*theirs.items()]
        assert ours.items() == theirs.items()
        assert [*ours] == [*theirs]
        assert ours.get(name) == theirs.get(name)
        assert (name in ours) == (name in theirs)
        assert (ours == theirs, theirs == ours) == (True, True)
        assert str(ours) == str(theirs)
        assert pickle.loads(pickle.dumps(ours)) == theirs  # noqa: S301  # our own


def test_a_copy_is_changed_alone() -> None:
    """Who changes the headers of one call changes no other's, nor the session's."""
    fields = Fields([("Accept", "a"), ("X-Own", "b")])
    other = fields.copy()

    other["accept"] = "c"
    del other["X-OWN"]

    assert dict(fields) == {"Accept": "a", "X-Own": "b"}
    assert dict(other) == {"accept": "c"}
