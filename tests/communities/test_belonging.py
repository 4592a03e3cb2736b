"""Communities: planted ones are found, everybody with a tie has a home, chance alone gives no sharp cut."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from graphkit.communities.belonging import ALONE, bonds, communities
from graphkit.graphs import partitions
from graphkit.graphs.graph import InfluenceGraph


def network(follows, acts=()):
    def name(node):
        return f"a{node:04d}"

    ties = {"follower": [name(a) for a, _ in follows], "followed": [name(b) for _, b in follows]}
    done = {"actor": [name(a) for a, *_ in acts], "target": [name(b) for _, b, *_ in acts], "at": [t for *_, t in acts]}
    tables = {"follows": pa.table(ties)} if follows else {}
    if acts:
        tables["interactions"] = pa.table(done | {"kind": ["like"] * len(acts)})
    return InfluenceGraph.build(tables)


def blocks(sizes, *, inside, outside, seed=0):
    rng = np.random.default_rng(seed)
    block = np.repeat(np.arange(len(sizes)), sizes)
    chance = np.where(block[:, None] == block, inside, outside)
    there = rng.random(chance.shape) < chance
    np.fill_diagonal(there, False)
    return network(np.argwhere(there).tolist()), block


def test_planted_communities_are_found_the_largest_first():
    graph, block = blocks([30, 70, 50], inside=0.2, outside=0.005)
    assert communities(graph, seed=0).tolist() == np.array([2, 0, 1])[block].tolist()


def test_the_same_seed_gives_the_same_communities():
    graph, _ = blocks([30, 70, 50], inside=0.1, outside=0.02)
    assert communities(graph, seed=5).tolist() == communities(graph, seed=5).tolist()


def test_a_network_of_chance_has_far_weaker_communities_than_a_planted_one():
    chance, _ = blocks([150], inside=0.1, outside=0.0)
    found, block = blocks([50, 50, 50], inside=0.27, outside=0.015)
    weak = partitions.modularity(bonds(chance), communities(chance))
    strong = partitions.modularity(bonds(found), block)
    assert weak < 0.25 < 0.5 < strong


def test_who_has_one_tie_belongs_where_it_leads():
    club = [(i, j) for i in range(6) for j in range(6) if i != j]
    graph = network([*club, (6, 0), (7, 3)])
    assert communities(graph).tolist() == [0] * 8


def test_a_pair_alone_is_no_community():
    club = [(i, j) for i in range(4) for j in range(4) if i != j]
    assert communities(network([*club, (4, 5)])).tolist() == [0, 0, 0, 0, ALONE, ALONE]
    assert communities(InfluenceGraph.build({})).tolist() == []


@pytest.mark.parametrize(("times", "bond"), [(1, 1.0), (2, 2.0), (8, 4.0)])
def test_repeated_acts_count_by_their_logarithm(times, bond):
    graph = network([], [(0, 1, 1_700_000_000_000 + k) for k in range(times)])
    assert bonds(graph).toarray().tolist() == [[0.0, bond], [bond, 0.0]]
