"""Shuffled worlds keep how much everybody does, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.lab import worlds
from graphkit.lab.worlds.shuffle import mixed


@pytest.fixture(scope="module")
def pair():
    world = worlds.make("default", accounts=1_500, seed=4)
    return world, world.shuffled(0)


def counts(world, table, column):
    return world.tables[table].to_pandas()[column].value_counts().sort_index()


@pytest.mark.parametrize("column", ["follower", "followed"])
def test_follower_and_following_counts_stay(pair, column):
    world, shuffled = pair
    assert counts(world, "follows", column).equals(counts(shuffled, "follows", column))


def test_the_acts_of_each_account_and_on_each_post_stay_but_for_a_few_that_cannot(pair):
    world, shuffled = pair
    for column in ("actor", "post"):
        before, after = (counts(w, "interactions", column) for w in (world, shuffled))
        assert before.sub(after, fill_value=0).abs().sum() <= 0.002 * before.sum()


def test_hardly_any_follow_is_returned(pair):
    follows = pair[1].tables["follows"].to_pandas()
    there = set(zip(follows.follower, follows.followed, strict=True))
    assert np.mean([(b, a) in there for a, b in there]) < 0.05


def test_nothing_happens_before_its_post_or_its_account(pair):
    tables = {name: table.to_pandas() for name, table in pair[1].tables.items()}
    born = tables["accounts"].set_index("id").created_at
    assert (tables["follows"]["at"] >= tables["follows"].follower.map(born)).all()
    assert (tables["posts"]["at"] > tables["posts"].author.map(born)).all()
    below = tables["interactions"].dropna(subset=["post"])
    assert (below["at"] > below.post.map(tables["posts"].set_index("id")["at"])).all()
    assert (below.actor != below.target).all()


def test_planted_accounts_no_longer_meet_on_the_same_posts(pair):
    def met(world):
        """Posts on which at least a third of a botnet acted."""
        acts = world.tables["interactions"].to_pandas().drop_duplicates(["actor", "post"])
        groups = pair[0].truth.members("amplifier").values()
        return sum((acts[acts.actor.isin(g)].post.value_counts() >= len(g) / 3).sum() for g in groups)

    assert met(pair[0]) > 100
    assert met(pair[1]) <= 5  # posts that everybody met: the members are among the busiest of a small world


def test_truth_of_a_shuffled_world_says_that_nobody_is_anything(pair):
    truth = pair[1].truth
    assert truth.groups.num_rows == 0
    assert not any(truth.accounts["bot"].to_pylist())
    assert sorted(truth.accounts["id"].to_pylist()) == sorted(pair[0].truth.accounts["id"].to_pylist())


def test_another_seed_shuffles_otherwise_and_the_same_seed_does_not(pair):
    again, other = pair[0].shuffled(0), pair[0].shuffled(1)
    assert again.tables["follows"].equals(pair[1].tables["follows"])
    assert not other.tables["follows"].equals(pair[1].tables["follows"])


@given(st.integers(0, 2**32), st.integers(2, 40), st.integers(0, 80))
def test_mixing_keeps_the_values_and_marks_exactly_the_improper_rows(seed, n, m):
    rng = np.random.default_rng(seed)
    kept, moved = rng.integers(n, size=m), rng.integers(n, size=m)
    new, fine = mixed(kept, moved, rng)
    assert sorted(new) == sorted(moved)
    good = list(zip(kept[fine], new[fine], strict=True))
    assert len(set(good)) == len(good)
    assert all(a != b for a, b in good)
