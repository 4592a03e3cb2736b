"""The pair search against a naive twin, and chances against simulation."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_array

from graphkit.measures import nulls
from graphkit.measures.co_timing import closeness, pooled_closeness, reactions, timed_pairs
from graphkit.measures.pairs import Acts, close_pairs, sharing_pairs
from tests.planted import Crowd


def random_acts(seed: int) -> Acts:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 12, 60)
    actor = np.concatenate([rng.choice(25, size, replace=False) for size in sizes]).astype(np.int32)
    time = np.concatenate([np.sort(rng.integers(0, 1000, size)) for size in sizes])
    return Acts(np.r_[0, np.cumsum(sizes)], actor, time, (np.arange(60) // 2).astype(np.int32))


def naive(acts: Acts, window: int, needed: int) -> dict[tuple[int, int], tuple[int, int]]:
    close, shared = defaultdict(set), defaultdict(set)
    for o in range(acts.objects):
        rows = range(acts.starts[o], acts.starts[o + 1])
        for a, b in combinations(rows, 2):
            pair = tuple(sorted((int(acts.actor[a]), int(acts.actor[b]))))
            shared[pair].add(int(acts.unit[o]))
            if abs(acts.time[a] - acts.time[b]) <= window:
                close[pair].add(int(acts.unit[o]))
    return {pair: (len(units), len(shared[pair])) for pair, units in close.items() if len(units) >= needed}


@pytest.mark.parametrize("seed", range(8))
def test_close_pairs_are_those_of_the_naive_search(seed):
    acts = random_acts(seed)
    pairs = close_pairs(acts, np.full(acts.objects, 0.1), window=200, needed=2)
    got = {
        (int(a), int(b)): (int(c), int(s))
        for a, b, c, s in zip(pairs.first, pairs.second, pairs.close, pairs.shared, strict=True)
    }
    assert got == naive(acts, 200, 2)


@pytest.mark.parametrize("seed", range(4))
def test_sharing_pairs_are_those_of_the_whole_product(seed):
    rng = np.random.default_rng(seed)
    chose, rank = csr_array((rng.random((30, 40)) < 0.2).astype(float)), rng.random(40)
    first, second, shared, amount = sharing_pairs(chose, rank, least=2)
    counts, sums = (chose @ chose.T).toarray(), (chose * rank @ chose.T).toarray()
    due = [(u, v) for u in range(30) for v in range(u + 1, 30) if counts[u, v] >= 2]
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == due
    assert shared.tolist() == [counts[pair] for pair in due]
    assert amount == pytest.approx([sums[pair] for pair in due])


def test_coincidences_due_count_a_unit_once():
    acts = Acts(
        np.array([0, 2, 4]), np.array([0, 1, 0, 1], np.int32), np.array([0, 5, 0, 5]), np.array([0, 0], np.int32)
    )
    pairs = close_pairs(acts, np.array([0.5, 0.5]), window=10, needed=1)
    assert pairs.close.tolist() == [1]
    assert pairs.due.tolist() == [0.75]  # 1 - 0.5 * 0.5


def test_a_crowded_object_is_sampled_by_pairs_that_stay_the_same_on_every_object():
    rng = np.random.default_rng(0)
    actor = np.concatenate([rng.permutation(3000) for _ in range(4)]).astype(np.int32)
    acts = Acts(np.arange(5) * 3000, actor, np.zeros(12_000, np.int64), np.arange(4, dtype=np.int32))
    pairs = close_pairs(acts, np.full(4, 0.01), window=10, needed=2)
    assert pairs.bucketed == 4
    assert set(pairs.close.tolist()) == {4}  # a pair that is kept keeps all its coincidences
    assert 20 < 2 * len(pairs) / 3000 < 70  # and everybody keeps some dozens of partners


def test_the_poisson_tail_is_the_share_of_simulated_counts():
    drawn = np.random.default_rng(0).poisson(3.0, 200_000)
    for k in (1, 3, 6, 9):
        assert nulls.poisson_tail(k, 3.0) == pytest.approx((drawn >= k).mean(), rel=0.06)


def test_the_overdispersed_tail_is_the_share_of_simulated_gamma_poisson_counts():
    rng = np.random.default_rng(0)
    drawn = rng.poisson(rng.gamma(2.0, 3.0 / 2.0, 200_000))
    for k in (1, 4, 8, 14):
        assert nulls.overdispersed_tail(k, 3.0, 2.0) == pytest.approx((drawn >= k).mean(), rel=0.06)


def test_the_pooled_chance_of_closeness_is_that_of_drawn_pairs():
    rng = np.random.default_rng(1)
    delay = (rng.lognormal(7, 1.2, 5000) * 1000).astype(np.int64)
    drawn = np.abs(rng.choice(delay, 100_000) - rng.choice(delay, 100_000)) <= 60_000
    assert pooled_closeness(delay, 60_000, seed=0) == pytest.approx(drawn.mean(), rel=0.05)


def test_shuffled_delays_give_no_more_small_p_than_nominal():
    """Of all pairs that share at least three posts, p <= alpha in at most 1.2 alpha, at three levels."""
    small, tests = np.zeros(3), 0
    for seed in range(4):
        crowd = Crowd(300, seed=seed, posts=120)
        rng = np.random.default_rng(seed)
        for person in range(300):
            for post in rng.choice(120, 12, replace=False):
                crowd.act(person, int(post), crowd.delay())
        found = reactions(crowd.graph())
        every = close_pairs(found.acts, closeness(found, 600_000, seed=0), window=10**15, needed=3)
        tests += int((every.shared >= 3).sum())
        pairs = timed_pairs(found, (60_000, 600_000), needed=1, seed=0)
        p = pairs.p[pairs.shared >= 3]
        small += [(p <= alpha).sum() for alpha in (1e-2, 1e-3, 1e-4)]
    assert tests > 5_000
    assert (small / tests <= 1.2 * np.array([1e-2, 1e-3, 1e-4]) + 2 / tests).all()
