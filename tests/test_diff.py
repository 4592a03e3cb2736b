import pyarrow as pa
import pytest

import graphkit as gk
from graphkit.errors import UsageError


def snapshot(ties, handles, complete=()):
    return {
        "follows": pa.table({"follower": [a for a, _ in ties], "followed": [b for _, b in ties]}),
        "accounts": pa.table({"id": list(handles), "handle": list(handles.values())}),
        "coverage": pa.table({"account": list(complete), "relation": ["followers"] * len(complete)}),
    }


BEFORE = snapshot(
    [("ann", "star"), ("bob", "star"), ("cem", "star"), ("ann", "other")],
    {"star": "Star", "ann": "ann", "bob": "bob", "cem": "cem"},
)
AFTER = snapshot(
    [("ann", "star"), ("dee", "star"), ("dee", "third")],
    {"star": "star", "ann": "anna", "bob": "bob", "dee": "dee"},
)


def test_gained_lost_renamed_and_gone_are_told():
    found = gk.diff(BEFORE, AFTER)
    assert found.gained.to_pylist() == [{"followed": "star", "follower": "dee"}]
    assert found.lost.to_pylist() == [{"followed": "star", "follower": "bob"}, {"followed": "star", "follower": "cem"}]
    assert found.renamed.to_pylist() == [{"id": "ann", "before": "ann", "after": "anna"}]  # Star and star are one
    assert [row["id"] for row in found.gone.to_pylist()] == ["cem", "other"]
    assert found.lists.to_pylist() == [
        {"account": "star", "before": 3, "after": 2, "gained": 1, "lost": 2, "lost_to_gone": 1}
    ]


def test_lists_that_one_snapshot_lacks_are_named_and_not_counted():
    found = gk.diff(BEFORE, AFTER)
    assert (found.only_before, found.only_after) == (("other",), ("third",))


def test_a_list_that_was_read_and_is_empty_lost_everybody():
    before = snapshot([("ann", "star")], {"ann": "ann"}, complete=["star"])
    after = snapshot([], {"ann": "ann", "star": "star"}, complete=["star"])
    assert gk.diff(before, after).lost.to_pylist() == [{"followed": "star", "follower": "ann"}]


def test_a_follow_that_ended_is_lost():
    ended = {**AFTER, "follows": pa.table({"follower": ["ann"], "followed": ["star"], "ended_at": [5]})}
    found = gk.diff(BEFORE, ended)
    assert found.lists.num_rows == 0  # no live follow of star is left, and nothing says that its list was read


def test_the_same_snapshot_twice_shows_nothing():
    found = gk.diff(BEFORE, BEFORE)
    assert (found.gained.num_rows, found.lost.num_rows, found.renamed.num_rows, found.gone.num_rows) == (0, 0, 0, 0)


def test_snapshots_without_ties_and_accounts_are_refused():
    with pytest.raises(UsageError, match="Neither snapshot"):
        gk.diff({}, {})
