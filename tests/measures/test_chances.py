"""Chances that are published come as often as they say where nothing is planted, with what is usual read from the data."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array, triu

from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.measures.exchange import chance_both_ways, occasions
from graphkit.measures.hollow import HollowTies
from graphkit.measures.trading import rings

LEVELS = np.array([1e-2, 1e-3, 1e-4])
CIRCLES, SIZE = 4_000, 12


def circles(seed: int) -> tuple[HollowTies, np.ndarray]:
    """Circles in which all follow each other and speak as much as is due, one circle more than another by a quarter."""
    rng = np.random.default_rng(seed)
    left, right = np.triu_indices(SIZE, 1)
    base, talk = (np.repeat(one, len(left)) for one in (np.arange(CIRCLES) * SIZE, rng.gamma(16.0, 1 / 16.0, CIRCLES)))
    due = rng.lognormal(-0.5, 1.0, len(base))
    spoken = rng.random(len(base)) < np.minimum(talk * (1 - np.exp(-due)), 1.0)
    first, second = base + np.tile(left, CIRCLES), base + np.tile(right, CIRCLES)
    ties = HollowTies(
        CIRCLES * SIZE, first, second, spoken, np.zeros(len(base)), due, np.exp(-due), np.full(len(base), np.nan)
    )
    return ties, np.repeat(np.arange(CIRCLES), SIZE)


def test_the_silence_of_ordinary_circles_is_as_rare_as_its_p_says():
    small = np.zeros(3)
    for seed in range(12):
        ties, label = circles(seed)
        usual = rings.usual_of(ties, (np.full(len(label), -1, np.int64),), len(label))
        p = rings.tests(ties, label, usual).p
        small += [(p <= level).sum() for level in LEVELS]
    nominal = 12 * CIRCLES * LEVELS
    assert (small <= 1.2 * nominal + 1.65 * np.sqrt(nominal)).all()
    assert small[0] > 0.3 * nominal[0]  # and it is not timid either


@pytest.mark.parametrize("seed", [1, 2])
def test_exchange_between_accounts_that_turn_to_others_at_random_is_rarer_than_its_p_says(seed):
    links = occasions(InfluenceGraph.build(worlds.make("quiet", accounts=3_000, seed=seed).dataset))
    actor = np.repeat(np.repeat(np.arange(links.shape[0]), np.diff(links.indptr)), links.data)
    whom = np.random.default_rng(seed).permutation(np.repeat(links.indices, links.data))
    mixed = csr_array((np.ones(len(actor), np.int32), (actor, whom)), shape=links.shape)
    mixed.sum_duplicates()
    both, asked = triu(mixed.minimum(mixed.T.tocsr()), k=1).tocoo(), triu(mixed + mixed.T, k=1).nnz
    often = both.data >= 2  # as the search for pods asks
    p = np.maximum(*chance_both_ways(mixed, both.row[often], both.col[often], taste=10.0))
    assert asked > 20_000
    assert all((p <= level).sum() <= 1.2 * level * asked for level in LEVELS)
