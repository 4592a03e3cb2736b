import pandas as pd
import pyarrow as pa
import pytest

import graphkit as gk
from graphkit.errors import UsageError
from graphkit.graphs.diff import joined


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


def test_two_dated_lists_become_follows_that_were_seen_and_ended(tmp_path):
    for day, names in {
        "2026-06-01": ["ann", "bob"],
        "2026-06-11": ["ann", "cem"],
        "2026-06-21": ["ann", "bob"],
    }.items():
        (tmp_path / day).mkdir()
        (tmp_path / day / "followers_star.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    june = [gk.load(tmp_path / day) for day in ("2026-06-21", "2026-06-01", "2026-06-11")]
    rows = {row["follower"]: row for row in joined(*june).tables["follows"].to_pylist()}
    first, second, third = (
        int(pd.Timestamp(day, tz="UTC").timestamp() * 1000) for day in ("2026-06-01", "2026-06-11", "2026-06-21")
    )
    assert (rows["ann"]["observed_at"], rows["ann"]["ended_at"], rows["ann"]["at"]) == (third, None, None)
    assert (rows["bob"]["observed_at"], rows["bob"]["ended_at"]) == (third, None)  # it came back
    assert (rows["cem"]["at"], rows["cem"]["at_kind"]) == (second, "seen")
    assert (rows["cem"]["observed_at"], rows["cem"]["ended_at"]) == (second, third)
    found = gk.diff(june[1], june[2])
    assert (found.gained.to_pylist(), found.lost.to_pylist()) == (
        [{"followed": "star", "follower": "cem"}],
        [{"followed": "star", "follower": "bob"}],
    )
    assert first < second


def test_a_list_that_a_later_snapshot_lacks_has_not_ended():
    early = {"follows": pa.table({"follower": ["ann"], "followed": ["star"], "observed_at": [1_780_000_000_000]})}
    late = {"follows": pa.table({"follower": ["ann"], "followed": ["other"], "observed_at": [1_790_000_000_000]})}
    rows = joined(early, late).tables["follows"].to_pylist()
    assert [(row["followed"], row["ended_at"]) for row in rows] == [("other", None), ("star", None)]


def test_snapshots_without_a_time_are_refused():
    with pytest.raises(UsageError, match="does not say when"):
        joined(BEFORE, AFTER)
