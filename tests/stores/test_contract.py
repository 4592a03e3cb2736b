"""Every store keeps the promises of the contract; the judge is held to literal expectations."""

from itertools import count

import pyarrow as pa
import pytest

from graphkit.errors import UsageError
from graphkit.lab import checks_stores
from graphkit.lab.checks_stores import batch, listed
from graphkit.stores import every, open_store

ADDRESSES = (":memory:", "file", "plain://")


@pytest.fixture(params=ADDRESSES)
def make_store(request, tmp_path):
    numbers = count()

    def make():
        address = request.param
        return open_store(str(tmp_path / f"{next(numbers)}.duckdb") if address == "file" else address)

    return make


def test_the_stores_of_this_folder_are_found_by_their_scheme():
    assert {"duckdb", "plain"} <= set(every())


@pytest.mark.parametrize("check", checks_stores.CHECKS, ids=lambda check: check.__name__)
def test_the_store_keeps_its_promise(check, make_store):
    check(make_store)


def test_an_unknown_scheme_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="plain://"):
        open_store("oracle://somewhere")


@pytest.fixture(params=(":memory:", "plain://"))
def make_small_store(request):
    return lambda: open_store(request.param)


def merged(make_store, table, *rows):
    """The one row that these rows become, whichever comes first."""
    results = []
    for order in (rows, rows[::-1]):
        with make_store() as store:
            store.add_all(listed(f"load{number}", batch(0, **{table: [row]})) for number, row in enumerate(order))
            [row] = store.tables().tables[table].to_pylist()
            results.append({name: value for name, value in row.items() if value is not None})
    assert results[0] == results[1]
    return results[0]


def test_the_newest_observation_of_an_account_wins_and_fills_no_gap_with_nothing(make_small_store):
    old = {"id": "1", "handle": "was", "followers": 10, "bio": "b", "observed_at": 100}
    new = {"id": "1", "handle": "now", "followers": 20, "observed_at": 200}
    assert merged(make_small_store, "accounts", old, new) == new | {"bio": "b"}


def test_an_exact_time_of_a_follow_beats_an_earlier_guess(make_small_store):
    guess = {"follower": "1", "followed": "2", "at": 5, "at_kind": "bounded", "observed_at": 9, "position": 3}
    exact = {"follower": "1", "followed": "2", "at": 7, "at_kind": "exact", "observed_at": 8, "position": 1}
    assert merged(make_small_store, "follows", guess, exact) == exact | {"observed_at": 9, "position": 3}


def test_of_two_exact_times_of_a_follow_the_earlier_stays(make_small_store):
    early = {"follower": "1", "followed": "2", "at": 5, "at_kind": "exact"}
    assert merged(make_small_store, "follows", early, early | {"at": 6}) == early


def test_a_follow_without_a_time_never_hides_a_known_one(make_small_store):
    untimed = {"follower": "1", "followed": "2", "at_kind": "exact"}
    seen = {"follower": "1", "followed": "2", "at": 5, "at_kind": "seen"}
    assert merged(make_small_store, "follows", untimed, seen) == seen


def test_a_follow_seen_after_its_end_has_not_ended(make_small_store):
    ended = {"follower": "1", "followed": "2", "ended_at": 10, "observed_at": 11}
    again = {"follower": "1", "followed": "2", "observed_at": 12}
    assert merged(make_small_store, "follows", ended, again) == again
    before = {"follower": "1", "followed": "2", "observed_at": 9}
    assert merged(make_small_store, "follows", ended, before) == ended


def test_the_same_timed_act_from_two_sources_is_one_act(make_small_store):
    act = {"actor": "1", "target": "2", "kind": "like", "post": "p", "at": 5}
    assert merged(make_small_store, "interactions", act, act | {"client": "app", "deleted_at": 9}) == act | {
        "client": "app",
        "deleted_at": 9,
    }


def test_acts_known_by_their_two_ends_alone_are_counted_together(make_small_store):
    act = {"actor": "1", "target": "2", "kind": "mention"}
    assert merged(make_small_store, "interactions", act | {"count": 3}, act) == act | {"count": 4}


def test_a_cut_text_gives_way_to_the_whole_one(make_small_store):
    cut = {"id": "p", "text": "RT @x: long te", "author": "1", "tags": ["a"]}
    whole = {"id": "p", "text": "a long text that is whole", "at": 5}
    assert merged(make_small_store, "posts", cut, whole) == whole | {"author": "1", "tags": ["a"]}


def test_an_input_row_that_fills_two_tables_counts_once(make_small_store):
    accounts = pa.Table.from_pylist([{"id": "1"}, {"id": "2"}], schema=checks_stores.SCHEMAS["accounts"])
    one = batch(0, follows=[{"follower": "1", "followed": "2"}])
    both = checks_stores.replace(one, tables={**one.tables, "accounts": accounts})
    with make_small_store() as store:
        first = store.add(listed("a", both))
        second = store.add(listed("b", both))
    assert (first.read, first.kept, first.merged) == (1, 1, 0)
    assert (second.read, second.kept, second.merged) == (1, 0, 1)


def test_untimed_acts_count_as_kept_because_each_of_them_still_counts(make_small_store):
    acts = [{"actor": "1", "target": "2"}] * 3
    with make_small_store() as store:
        report = store.add(listed("a", batch(0, interactions=acts)))
        assert (report.kept, report.merged) == (3, 0)
        assert store.tables().interactions.column("count").to_pylist() == [3]


def test_a_changed_file_is_another_load_and_the_report_says_so(make_small_store):
    load = listed("a", batch(0, follows=[{"follower": "1", "followed": "2"}]))
    changed = checks_stores.replace(load, source=checks_stores.replace(load.source, digest="f" * 64))
    with make_small_store() as store:
        store.add(load)
        report = store.add(changed)
        assert not report.already
        assert (report.kept, report.merged) == (0, 1)
        assert load.source.load_id in report.notes[-1]
        assert len(store.reports()) == 2
